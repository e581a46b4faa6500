"""Members that are elements, as they are written: null, absent, or with a value."""

from __future__ import annotations

import pytest

from ds3codec import Blob, EncodeError, PhysicalPlacement, Tape, decode
from ds3codec.encoding.elements import write_element
from ds3codec.wire.members import elements
from tests.examples import BLOB, PLACEMENT, chunk, element, job

MEMBER = next(member for member in elements(Blob) if member.name == "PhysicalPlacement")


def placement() -> PhysicalPlacement:
    [read] = decode(job(chunk(element("Object", BLOB, PLACEMENT)))).chunks
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
