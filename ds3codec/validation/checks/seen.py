"""Which values came before, in little memory: a table of 32-bit numbers into a list of 64-bit hashes.

A set of Python's own takes 60 to 85 bytes a value, this 16 to 24. It is three times as slow, which is a tenth
of the time of validation. That two of ten million values share a hash, and are taken for one, has a chance of
1 in 300,000.
"""

from __future__ import annotations

from array import array
from collections.abc import Hashable, Iterable, Sequence
from itertools import islice

__all__ = ["Seen"]

_SMALLEST = 1024
_LARGE = 1 << 18  # from here on a table grows to twice its size, before to four times


class Seen:
    """The values so far, each known by its number, counted from 0."""

    def __init__(self) -> None:
        self._hashes = array("q")
        self._table = array("I", bytes(4 * _SMALLEST))  # the number of a value, plus 1, where its hash leads

    def __len__(self) -> int:
        """How many values there were, those included that came again."""
        return len(self._hashes)

    def add(self, values: Sequence[Hashable]) -> list[tuple[int, int]]:
        """Take values in. For each that came before, where it is among them, and the number of the first.

        None is not a value: it counts, but never comes again. Numbers are given as text, whose hashes a
        hostile document cannot choose.
        """
        first = len(self._hashes)
        hashes = list(map(hash, values))
        self._hashes.extend(hashes)
        if 2 * len(self._hashes) > len(self._table):
            self._grow(first)
        found = self._put(hashes, first)
        return [(at, number) for at, number in found if values[at] is not None] if found else found

    def _grow(self, count: int) -> None:
        """Make the table large enough, and put the first values into it again."""
        size = len(self._table)
        while 2 * len(self._hashes) > size:
            size *= 4 if size < _LARGE else 2
        self._table = array("I", bytes(4 * size))
        self._put(islice(self._hashes, count), 0)

    def _put(self, hashes: Iterable[int], number: int) -> list[tuple[int, int]]:
        """Put values into the table, the first with this number; which are there already, with theirs."""
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
