"""What every model can do: be copied, pickled, compared, changed, matched and shown."""

from __future__ import annotations

import copy
import dataclasses
import json
import pickle
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ds3codec import Blob, JobChunk, MasterObjectList, PhysicalPlacement, decode, models
from ds3codec.model_bases.model import presence
from ds3codec.testing.strategies import models as instances
from tests.examples import SAMPLE, in_full, job

MODELS = [kind for name in models.__all__ if dataclasses.is_dataclass(kind := getattr(models, name))]
COPIES: dict[str, Callable[[Any], Any]] = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "pickle": lambda model: pickle.loads(pickle.dumps(model)),
    "the oldest pickle": lambda model: pickle.loads(pickle.dumps(model, 2)),
    "replace": dataclasses.replace,
    "its fields": lambda model: type(model)(
        **{field.name: getattr(model, field.name) for field in dataclasses.fields(model)}
    ),
}


@pytest.mark.parametrize("model", MODELS)
@given(data=st.data())
def test_a_copy_is_equal_and_another_model(model: type, data: st.DataObject) -> None:
    original = data.draw(instances(model))
    for way, copied in ((way, make(original)) for way, make in COPIES.items()):
        assert copied == original, way
        assert copied is not original, way
        assert type(copied) is model, way
        assert in_full(copied) == in_full(original), way
        assert dataclasses.asdict(copied) == dataclasses.asdict(original), way


@pytest.mark.parametrize("model", MODELS)
@given(data=st.data())
def test_models_that_differ_in_a_field_are_not_equal(model: type, data: st.DataObject) -> None:
    original = data.draw(instances(model))
    for field in dataclasses.fields(model):
        changed = copy.copy(original)
        setattr(changed, field.name, object())
        assert (changed == original) == (not field.compare), field.name
    assert original != object()


@pytest.mark.parametrize("model", MODELS)
def test_a_model_can_change_and_so_has_no_hash(model: Any) -> None:
    made = model(**{field.name: None for field in dataclasses.fields(model)})
    with pytest.raises(TypeError, match="unhashable"):
        hash(made)


@pytest.mark.parametrize("model", MODELS)
def test_a_model_has_the_fields_of_the_schema_and_no_others(model: Any) -> None:
    made = model(**{field.name: None for field in dataclasses.fields(model)})
    with pytest.raises(AttributeError):
        made.lenght = 1
    with pytest.raises(TypeError):
        model(1)


def test_models_match_patterns() -> None:
    match decode(SAMPLE):
        case MasterObjectList(status="IN_PROGRESS", chunks=[JobChunk(blobs=[Blob(name=name), *_]), *_]):
            assert name == "reels/0001/scene 1, take 3.mov"
        case other:
            pytest.fail(repr(other))


LISTS = {0: "[]", 1: "[1]", 3: "[1, 2, 3]", 5: "[1, 2, 3, ... 2 more]"}


@pytest.mark.parametrize(("count", "shown"), LISTS.items())
def test_a_repr_shows_the_first_items_of_a_list(count: int, shown: str) -> None:
    read = decode(job())
    read.nodes = list(range(1, count + 1))  # type: ignore[arg-type]
    assert f"nodes={shown}, chunks=[], " in repr(read)
    assert len(dataclasses.asdict(read)["nodes"]) == count


def test_a_repr_shows_the_beginning_of_a_long_text() -> None:
    blob = Blob(latest=True, length=1, offset=0, name="n" * 2000)
    assert f"name='{'n' * 1024}'... 976 more, " in repr(blob)
    assert len(repr(blob)) < 1500


def test_the_repr_of_a_large_job_is_short_and_its_data_whole() -> None:
    read = decode(SAMPLE)
    read.chunks[0].blobs *= 1_000
    read.chunks *= 10
    assert len(repr(read)) < 20_000
    assert len(dataclasses.asdict(read)["chunks"]) == 30


def test_the_data_of_a_model_is_json_but_for_credentials() -> None:
    read = decode(SAMPLE)
    data = json.loads(json.dumps(dataclasses.asdict(read, dict_factory=_compared)))
    assert data["status"] == "IN_PROGRESS"
    assert data["start_date"] == list(read.start_date)
    assert data["chunks"][2]["blobs"][0]["physical_placement"]["tapes"][0]["type"] == "LTO8"


def _compared(items: list[tuple[str, Any]]) -> dict[str, Any]:
    return {name: value for name, value in items if name != "present"}


def test_what_was_present_is_not_a_value() -> None:
    placement = PhysicalPlacement()
    assert placement.present is None
    decoded = dataclasses.replace(placement, present=("Tapes",))
    assert decoded == placement
    assert "present" not in repr(decoded)


def test_models_with_the_same_members_share_what_says_so() -> None:
    assert presence(("b", "a")) == presence(("a", "b", "a")) == ("a", "b")
    assert presence(("b", "a")) is presence(("b", "a"))
