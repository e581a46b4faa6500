"""The table of what may stay: what is asked of it for places that no example has."""

from __future__ import annotations

import pytest

from ds3codec.redaction.stand_ins import StandIns
from ds3codec.redaction.table import (
    Place,
    before_root,
    entry,
    field_name,
    field_value,
    method,
    name_space,
    named,
)
from ds3codec.wire.kinds import Secret, kind_of
from ds3codec.wire.members import attributes, elements, wire_name
from tests.redaction.planting import DOCUMENTS, element_models, example

STAND_INS = StandIns(b"key")


def test_every_document_and_every_member_has_its_place() -> None:
    assert set(before_root().elements) == {wire_name(model) for model in DOCUMENTS}
    waiting = list(before_root().elements.values())
    seen: set[str] = set()
    for place in waiting:  # which grows meanwhile
        seen |= {*place.attributes, *place.elements}
        waiting += place.elements.values()
    members = [one for model in element_models() for one in (*attributes(model), *elements(model))]
    assert {member.name for member in members} <= seen
    assert all(named(STAND_INS, member.name) == member.name for member in members)


def test_no_credential_stays_even_where_its_value_is_the_example_of_another() -> None:
    for model in element_models():
        for member in elements(model):
            if isinstance(_kind(member), Secret):
                rule = next(place.value for place in _places(member.name))
                assert rule is not None and rule(STAND_INS, example(member)) != example(member)


def _kind(member: object) -> object:
    try:
        return kind_of(member)  # type: ignore[arg-type]
    except TypeError:  # a model
        return None


def _places(name: str) -> list[Place]:
    waiting = list(before_root().elements.values())
    for place in waiting:  # which grows meanwhile
        waiting += place.elements.values()
    return [place.elements[name] for place in waiting if name in place.elements]


LARGE = [str(number) for number in range(10**18, 10**18 + 9)]


@pytest.mark.parametrize(
    "number", ["7", "-7", " 42 ", "9223372036854775807", "-9223372036854775808", "007", "+5", *LARGE]
)
def test_a_number_that_names_something_becomes_another_number(number: str) -> None:
    rule = before_root().elements["Error"].elements["ResourceId"].value
    assert rule is not None
    stand_in = rule(STAND_INS, number)
    assert stand_in != number and len(stand_in) == len(number)
    assert -(2**63) <= int(stand_in) < 2**63


@pytest.mark.parametrize(
    ("name", "value", "stays"),
    [
        ("Date", "Sat, 28 Nov 2026 06:19:00 GMT", True),
        ("date", "private", False),
        ("Content-Type", "application/xml; charset=utf-8", True),
        ("Content-Type", "multipart/form-data; boundary=private", False),
        ("Retry-After", "60", True),
        ("Retry-After", "sixty", False),
        ("Cache-Control", "no-cache, max-age=0", True),
        ("Cache-Control", "private-extension", False),
        ("Accept-Encoding", "gzip, deflate;q=0.5, *", True),
        ("Keep-Alive", "timeout=5, max=100", True),
        ("Keep-Alive", "timeout=private", False),
        ("Server", "BlackPearl", False),
        ("Authorization", "1234", False),
        ("X-Unknown", "60", False),
    ],
)
def test_a_field_of_http_keeps_a_value_of_its_own_grammar(name: str, value: str, stays: bool) -> None:
    assert (field_value(STAND_INS, name, value) == value) == stays


def test_the_names_of_fields_stay_where_they_are_registered() -> None:
    assert [field_name(STAND_INS, name) for name in ("Date", "SERVER", "etag")] == ["Date", "SERVER", "etag"]
    made = field_name(STAND_INS, "x-amz-meta-PROJECT")
    assert len(made) == 18 and made.count("-") == 3 and "PROJECT" not in made


def test_methods_and_name_spaces_are_of_closed_lists() -> None:
    assert (method(STAND_INS, "put"), method(STAND_INS, "GET")) == ("put", "GET")
    assert method(STAND_INS, "PRIVATE") != "PRIVATE"
    assert name_space(STAND_INS, "") == ""
    assert name_space(STAND_INS, "urn:private") != "urn:private"


def test_what_is_of_another_type_than_its_place_becomes_null() -> None:
    for wrong in ("private", 90210777, True, ["private"], None, {"private": 1}):
        after = entry(
            STAND_INS, {"time": wrong, "timings": wrong, "request": {"headers": wrong, "method": wrong}}
        )
        assert "private" not in str(after)
        assert after["time"] == (wrong if isinstance(wrong, int) and not isinstance(wrong, bool) else None)
    assert entry(
        STAND_INS, {"time": 1e300, "request": {"headers": [None, 7, {"name": None, "value": "x"}]}}
    ) == {
        "time": None,
        "request": {"headers": [None, None, {"name": None, "value": STAND_INS.text("x")}]},
    }
