"""Remembers earlier values in little memory: a table of 32-bit indices into a list of 64-bit hashes.

A Python set takes 60 to 85 bytes a value, this class 16 to 24. It is three times as slow, which costs a tenth
of the time of validation. Values with the same hash are mistaken for each other; among ten million values the
chance of that is 1 in 300,000.
"""

from __future__ import annotations

from array import array
from collections.abc import Hashable, Iterable, Sequence
from itertools import islice

__all__ = ["Seen"]

_SMALLEST = 1024
_LARGE = 1 << 18  # larger tables grow to twice their size, smaller ones to four times


class Seen:
    """The values so far, numbered from 0."""

    def __init__(self) -> None:
        self._hashes = array("q")
        self._table = array("I", bytes(4 * _SMALLEST))  # a hash table of the values' numbers plus 1

    def __len__(self) -> int:
        """Count all values, including repeated ones."""
        return len(self._hashes)

    def add(self, values: Sequence[Hashable]) -> list[tuple[int, int]]:
        """Add values. Returns for each repeated one its index in `values`, and the number of its first.

        None gets a number, but never counts as repeated. Pass numbers as texts: a hostile document cannot
        choose the hashes of texts.
        """
        first = len(self._hashes)
        hashes = list(map(hash, values))
        self._hashes.extend(hashes)
        if 2 * len(self._hashes) > len(self._table):
            self._grow(first)
        found = self._put(hashes, first)
        return [(at, number) for at, number in found if values[at] is not None] if found else found

    def _grow(self, count: int) -> None:
        """Enlarge the table, and insert the first `count` values again."""
        size = len(self._table)
        while 2 * len(self._hashes) > size:
            size *= 4 if size < _LARGE else 2
        self._table = array("I", bytes(4 * size))
        self._put(islice(self._hashes, count), 0)

    def _put(self, hashes: Iterable[int], number: int) -> list[tuple[int, int]]:
        """Insert values, numbered from `number`. Returns the repeated ones, as `add` does."""
        table, known, mask = self._table, self._hashes, len(self._table) - 1
        found = []
        for following, value in enumerate(hashes, number + 1):
            place = value & mask
            taken = table[place]
            if not taken:
                table[place] = following
                continue
            while taken and known[taken - 1] != value:
                place = (place + 1) & mask
                taken = table[place]
            if taken:
                found.append((following - number - 1, taken - 1))
            else:
                table[place] = following
        return found
