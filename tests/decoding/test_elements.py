"""Members that are elements, read from the tree."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any, Literal

import pytest

from ds3codec import (
    DecodeError,
    InvalidValueError,
    JobReader,
    LimitExceededError,
    MissingAttributeError,
    UnknownNameError,
)
from ds3codec.limits import MOST_ELEMENTS
from tests.examples import BLOB, PLACEMENT, chunk, element, job, tape

PATH = "/MasterObjectList/Objects[1]/Object[1]"
TAPES = f"{PATH}/PhysicalPlacement/Tapes"


def build(
    document: str, strict: bool = False, missing: Literal["error", "none"] = "error"
) -> tuple[Any, Counter[str]]:
    """What the placement of an object stands for, and what was unknown in it."""
    with JobReader(job(chunk(element("Object", BLOB, document))), strict=strict, missing=missing) as reader:
        [batch] = reader
        return batch.blobs[0].physical_placement, reader.unknown


def with_tape(inside: str) -> str:
    return f"<PhysicalPlacement><Tapes>{tape()}<Tape>{inside}</Tape></Tapes></PhysicalPlacement>"


def test_a_placement_becomes_a_model() -> None:
    placement, unknown = build(PLACEMENT)
    first, second = placement.tapes
    assert first == second
    assert placement.azure_targets == []
    assert placement.present == ("AzureTargets", "Tapes")
    assert not unknown


def test_models_with_the_same_members_share_what_is_present() -> None:
    first, second = build(PLACEMENT)[0].tapes
    assert first.present is second.present
    assert replace(first, present=None) == first


def test_what_the_schema_does_not_have_is_passed_over_and_counted() -> None:
    document = PLACEMENT.replace("<Tape>", "<Tape color='red'><New><Tape><Id>7</Id></Tape></New>", 1)
    placement, unknown = build(document)
    assert placement == build(PLACEMENT)[0]
    assert unknown == {"color": 1, "New": 1}


@pytest.mark.parametrize(
    ("inside", "kind", "path"),
    [
        ("<New/>", UnknownNameError, f"{TAPES}/Tape[2]/New"),
        ("<Id a='1'/>", UnknownNameError, f"{TAPES}/Tape[2]/Id/@a"),
        ("<TotalRawCapacity>much</TotalRawCapacity>", InvalidValueError, f"{TAPES}/Tape[2]/TotalRawCapacity"),
        ("<State>SLEEPY</State>", InvalidValueError, f"{TAPES}/Tape[2]/State"),
        ("<Id/>", MissingAttributeError, f"{TAPES}/Tape[2]/AssignedToStorageDomain"),
    ],
)
def test_what_is_wrong_is_an_error_at_its_path(inside: str, kind: type[DecodeError], path: str) -> None:
    with pytest.raises(kind) as caught:
        build(with_tape(inside), strict=True)
    assert getattr(caught.value, "path", None) == path


def test_a_required_member_that_is_missing_may_be_none() -> None:
    placement, _ = build(with_tape("<BarCode>A1</BarCode>"), missing="none")
    assert placement.tapes[1].bar_code == "A1"
    assert placement.tapes[1].state is None
    assert placement.tapes[1].present == ("BarCode",)


@pytest.mark.full
def test_the_elements_of_an_object_are_limited() -> None:
    inside = "<New/>" * (MOST_ELEMENTS - 1)
    build(f"<PhysicalPlacement>{inside}</PhysicalPlacement>")
    with pytest.raises(LimitExceededError, match=f"more than {MOST_ELEMENTS} elements"):
        build(f"<PhysicalPlacement>{inside}<New/></PhysicalPlacement>")
