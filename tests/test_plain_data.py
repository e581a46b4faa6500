"""Models as plain data: dicts and JSON, with the names of the fields or of the wire, and back."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ds3codec import (
    Blob,
    Credential,
    InvalidValueError,
    JobReader,
    JobStatus,
    MasterObjectList,
    MissingAttributeError,
    S3Target,
    UnknownNameError,
    UsageError,
    decode,
    from_dict,
    from_json,
    iter_blobs,
    to_dict,
    to_json,
)
from ds3codec.testing.strategies import models
from ds3codec.wire.members import credentials, elements
from tests.examples import SAMPLE, in_full, job
from tests.model_bases.test_model import MODELS

NAMES: list[Any] = ["fields", "wire"]
SAMPLE_JOB = decode(SAMPLE)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("names", NAMES)
@given(data=st.data())
def test_what_comes_back_is_equal(model: Any, names: Any, data: st.DataObject) -> None:
    original = data.draw(models(model))
    plain = to_dict(original, names=names, credentials=True)
    assert in_full(from_dict(model, plain, names=names)) == in_full(original)
    text = to_json(original, names=names, credentials=True)
    assert in_full(from_dict(model, json.loads(text), names=names)) == in_full(original)


@pytest.mark.parametrize("model", MODELS)
@given(data=st.data())
def test_without_credentials_all_else_comes_back(model: Any, data: st.DataObject) -> None:
    original = data.draw(models(model))
    plain = to_dict(original, names="wire")
    assert not credentials(model) & keys(plain)
    assert to_dict(from_dict(model, plain, names="wire"), names="wire") == plain


def keys(data: Any) -> set[str]:
    """All keys in plain data."""
    if isinstance(data, list):
        return set().union(*map(keys, data))
    return set(data).union(*map(keys, data.values())) if isinstance(data, dict) else set()


def test_the_data_have_the_names_that_are_asked_for() -> None:
    fields, wire = to_dict(SAMPLE_JOB), to_dict(SAMPLE_JOB, names="wire")
    assert fields["start_date"] == wire["StartDate"] == "2026-03-14T09:26:53.589Z"
    assert fields["status"] == wire["Status"] == "IN_PROGRESS"
    assert type(fields["status"]) is str
    assert fields["chunks"][0]["blobs"][1]["length"] == wire["Objects"][0]["Object"][1]["Length"] == 4096
    assert fields["nodes"][0]["http_port"] == wire["Nodes"][0]["HttpPort"] == 80
    tape = fields["chunks"][2]["blobs"][0]["physical_placement"]["tapes"][0]
    assert tape == {**tape, "type": "LTO8", "bar_code": "R00042L8", "eject_date": None}
    assert not {"present", "id_element"} & keys(fields)


def test_json_has_characters_as_they_are() -> None:
    text = to_json(SAMPLE_JOB)
    assert "größe_数.dat" in text
    assert "\n" not in text
    assert to_json(SAMPLE_JOB, indent=2).count("\n") > 100


def test_a_credential_is_given_where_it_is_asked_for() -> None:
    nulls = {member.field: None for member in elements(S3Target)}
    made = from_dict(S3Target, nulls | {"name": "t", "secret_key": "hunter2"})
    assert made.secret_key == Credential("hunter2")
    assert "secret_key" not in to_dict(made)
    assert "hunter2" not in to_json(made)
    assert to_dict(made, credentials=True)["secret_key"] == "hunter2"


def test_an_unknown_value_of_an_enumeration_comes_back() -> None:
    newer = decode(job(Status="PAUSED"))
    back = from_dict(MasterObjectList, json.loads(to_json(newer)))
    assert (back.status, back.status.is_known, type(back.status)) == ("PAUSED", False, JobStatus)


GOOD = to_dict(next(iter_blobs(SAMPLE)))
WRONG: dict[str, tuple[dict[str, Any], type[Exception], str]] = {
    "no name": ({"name": None}, MissingAttributeError, "name is missing"),
    "a text for a number": ({"length": "7"}, InvalidValueError, "Length: '7' is of type str, not int"),
    "a fraction": ({"length": 7.0}, InvalidValueError, "Length: 7.0 is of type float, not int"),
    "a boolean for a number": ({"length": True}, InvalidValueError, "Length: True is of type bool"),
    "a number too large": ({"length": 2**63}, InvalidValueError, "Length: .* is not from"),
    "a number for a boolean": ({"latest": 1}, InvalidValueError, "Latest: 1 is of type int, not bool"),
    "a list for a text": ({"name": ["a"]}, InvalidValueError, "Name: .* is of type list, not str"),
    "what XML does not have": ({"name": "a\0"}, InvalidValueError, r"Name: .* has U\+0000"),
    "an unknown name": ({"Name": "a"}, UnknownNameError, "Blob has no 'Name'"),
    "a text for a model": ({"physical_placement": "tape"}, InvalidValueError, "expected a PhysicalPlacement"),
}


@pytest.mark.parametrize(("change", "error", "message"), WRONG.values(), ids=list(WRONG))
def test_wrong_data_are_one_error_with_a_path(
    change: dict[str, Any], error: type[Exception], message: str
) -> None:
    data = to_dict(SAMPLE_JOB)
    data["chunks"][1]["blobs"][0] |= change
    with pytest.raises(error, match=message) as caught:
        from_dict(MasterObjectList, data)
    assert str(caught.value).endswith(f"(at chunks[1]/blobs[0]/{next(iter(change))})")


def test_what_is_no_model_and_no_list_is_refused() -> None:
    with pytest.raises(UsageError, match="expected a model, not dict"):
        to_dict(GOOD)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="names must be"):
        to_dict(SAMPLE_JOB, names="xml")  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="names must be"):
        from_dict(Blob, GOOD, names="xml")  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="expected one of the models"):
        from_dict(int, {})  # type: ignore[type-var]
    with pytest.raises(InvalidValueError, match="expected a Blob, not 'text'"):
        from_dict(Blob, "text")  # type: ignore[arg-type]
    with pytest.raises(InvalidValueError, match="expected a list") as caught:
        from_dict(MasterObjectList, to_dict(SAMPLE_JOB) | {"chunks": {}})
    assert caught.value.path == "chunks"


def test_json_comes_back_and_what_is_none_is_refused() -> None:
    text = to_json(SAMPLE_JOB, names="wire")
    for form in (text, text.encode(), text.encode("utf-16")):
        assert from_json(MasterObjectList, form, names="wire") == SAMPLE_JOB
    assert from_json(Blob, '{"name": "a"}', missing="none").name == "a"
    for wrong in ("", "{", b"\xff", "[" * 100_000, "NaN", "[]", '{"name": "a"}'):
        with pytest.raises((InvalidValueError, MissingAttributeError)):
            from_json(Blob, wrong)
    with pytest.raises(UsageError, match="text must be of type str or bytes"):
        from_json(Blob, {})  # type: ignore[arg-type]


def test_what_was_streamed_is_refused_without_what_it_lacks() -> None:
    with JobReader(SAMPLE) as reader:
        chunk, _ = next(reader)
        for model in (reader.header, chunk):
            assert model is not None
            with pytest.raises(UsageError, match="they were streamed"):
                to_json(model)


def test_a_value_that_has_no_text_is_not_given() -> None:
    blob = next(iter_blobs(SAMPLE))
    blob.length = 2**63
    with pytest.raises(InvalidValueError, match="Length: 9223372036854775808 is not from"):
        to_dict(blob)
