"""Composed functions for elements whose children have single values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from ds3codec import Tape, TapeState
from ds3codec.decoding.leaves import Leaf, read_function
from ds3codec.wire.members import elements

LEAVES = {member.name: Leaf(member) for member in elements(Tape)}


def read(*tags: str) -> Callable[[Sequence[str]], Any]:
    return read_function(Tape, LEAVES, [*tags, "/Tape"], ("State", "TotalRawCapacity"))


def test_a_function_makes_the_model_of_its_sequence_of_tags() -> None:
    made = read("State", "/State", "TotalRawCapacity", "/TotalRawCapacity", "BarCode/")
    tape = made(["", "NORMAL", "\n ", "7", "", ""])
    assert (tape.state, tape.total_raw_capacity, tape.bar_code) == (TapeState.NORMAL, 7, None)
    assert tape.id is None
    assert tape.present == ("State", "TotalRawCapacity")


@pytest.mark.parametrize("texts", [["", "SLEEPY", ""], ["text", "NORMAL", ""], ["", "NORMAL", "text"]])
def test_a_wrong_value_and_text_between_children_are_left_to_others(texts: list[str]) -> None:
    made = read("State", "/State")
    assert made([" ", "NORMAL", "\n"]).state is TapeState.NORMAL
    with pytest.raises(ValueError, match=r"SLEEPY|text between"):
        made(texts)


def test_an_empty_child_is_null_where_it_may_be() -> None:
    nillable = [leaf for leaf in LEAVES.values() if leaf.member.nillable]
    assert nillable
    assert [leaf.value("") for leaf in nillable] == [None] * len(nillable)
