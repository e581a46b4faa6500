"""Start tags, many at once and each as if it were alone; elements, null, absent, or with a value."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ds3codec import Blob, EncodeError, PhysicalPlacement, Tape, decode
from ds3codec.encoding import Tags, write_element
from ds3codec.testing.strategies import models
from ds3codec.wire.members import elements
from tests.examples import BLOB as ATTRIBUTES
from tests.examples import PLACEMENT, chunk, element, job

MEMBER = next(member for member in elements(Blob) if member.name == "PhysicalPlacement")
BLOB = Blob(latest=True, length=1, name="object", offset=0)


def tags() -> Tags:
    return Tags(Blob, "Object", "/>")


@given(st.lists(models(Blob), max_size=8))
def test_many_tags_are_those_of_each_alone(items: list[Blob]) -> None:
    def path(number: int = 0) -> str:
        return f"/Object[{number + 1}]"

    together = tags().write_all(items, path)
    assert together == "".join(tags().write(item, path) for item in items)


def test_attributes_come_in_the_order_of_the_wire() -> None:
    tag = tags().write(replace(BLOB, bucket="b", version=3), str)
    assert tag == '<Object Bucket="b" Latest="true" Length="1" Name="object" Offset="0" Version="3"/>'


@pytest.mark.parametrize("name", ['"', "<&>", "\t\n\r", "größe \U0001f4fc"])
def test_one_name_that_has_to_be_escaped_changes_no_other(name: str) -> None:
    items = [BLOB, replace(BLOB, name=name), BLOB]
    whole = tags().write_all(items, str)
    plain = tags().write(BLOB, str)
    assert whole.startswith(plain)
    assert whole.endswith(plain)
    assert whole.count("<") == 3


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        (replace(BLOB, length="1"), "/Object[2]/@Length"),
        (replace(BLOB, name="\0"), "/Object[2]/@Name"),
        ("object", "/Object[2]"),
    ],
)
def test_what_cannot_be_written_is_an_error_at_its_path(wrong: Blob, path: str) -> None:
    with pytest.raises(EncodeError) as caught:
        tags().write_all([BLOB, wrong, BLOB], lambda number: f"/Object[{number + 1}]")
    assert caught.value.path == path


def placement() -> PhysicalPlacement:
    [read] = decode(job(chunk(element("Object", ATTRIBUTES, PLACEMENT)))).chunks
    found = read.blobs[0].physical_placement
    assert found is not None
    return found


def written(item: PhysicalPlacement) -> str:
    return "".join(write_element(MEMBER, item, "/Object[1]/PhysicalPlacement"))


def test_what_was_decoded_is_written_as_it_was() -> None:
    assert written(placement()) == PLACEMENT


def test_a_list_is_written_if_it_has_items_or_was_there() -> None:
    item = placement()
    item.tapes = []
    assert written(item) == "<PhysicalPlacement><AzureTargets/><Tapes/></PhysicalPlacement>"
    item.present = ("Pools",)
    assert written(item) == "<PhysicalPlacement><Pools/></PhysicalPlacement>"


def test_a_new_model_has_its_required_members_and_those_with_a_value() -> None:
    values = dict.fromkeys((member.field for member in elements(Tape)), None)
    tape = written(PhysicalPlacement(tapes=[Tape(**values | {"role": None, "bar_code": "A&B"})]))
    required = [member.name for member in elements(Tape) if member.required]
    assert all(f"<{name}/>" in tape for name in required if name != "BarCode")
    assert "<BarCode>A&amp;B</BarCode>" in tape
    assert "<Role/>" not in tape


def test_a_value_of_a_wrong_type_is_an_error_at_its_path() -> None:
    item = placement()
    item.tapes[1].total_raw_capacity = "much"  # type: ignore[assignment]
    with pytest.raises(EncodeError) as caught:
        written(item)
    assert caught.value.path == "/Object[1]/PhysicalPlacement/Tapes/Tape[2]/TotalRawCapacity"
