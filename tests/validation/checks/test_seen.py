"""Which values came before: as a dict says, in less memory."""

from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ds3codec.validation.checks.seen import Seen
from tests.growth import LINEAR, exponent

VALUES = st.lists(st.none() | st.text(max_size=2) | st.tuples(st.text(max_size=1), st.integers(0, 3)))


@given(st.lists(VALUES, max_size=8))
def test_a_value_that_came_before_is_found_with_its_first_number(batches: list[list[object]]) -> None:
    seen, first, number = Seen(), dict[object, int](), 0
    for batch in batches:
        expected = []
        for at, value in enumerate(batch):
            if value is not None and first.setdefault(value, number + at) != number + at:
                expected.append((at, first[value]))
        assert seen.add(batch) == expected
        number += len(batch)
        assert len(seen) == number


def test_many_values_are_found_again() -> None:
    seen, names = Seen(), [f"object {number}" for number in range(100_000)]
    assert seen.add(names) == []
    assert seen.add(names) == [(number, number) for number in range(100_000)]
    assert seen.add(["another"]) == []


@pytest.mark.full
def test_a_value_takes_at_most_24_bytes() -> None:
    names = [f"object {number}" for number in range(200_000)]
    tracemalloc.start()
    try:
        seen = Seen()
        for start in range(0, len(names), 1000):
            seen.add(names[start : start + 1000])
        memory, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(seen) == len(names)
    assert memory / len(names) <= 24


def test_time_grows_with_the_number_of_values() -> None:
    def add(count: int) -> None:
        seen = Seen()
        for start in range(0, count, 1000):
            seen.add([str(number << 20) for number in range(start, start + 1000)])

    assert exponent(lambda size: size, add, [20_000, 40_000, 80_000]) < LINEAR
