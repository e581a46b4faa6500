"""Checks the blobs of each object: the rules that remember every object.

Each blob is kept as hashes and a few numbers, in 48 to 60 bytes. Only a name with several blobs gets an entry
of its own, of about 900 bytes, with the ranges that they cover. Names, versions and ids are compared by their
hashes (see `seen`).
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from functools import partial
from typing import Any

from ...decoding.columns import Column
from ...wire.names import BLOB_TAG
from ..parts import Part, chunk_path
from ..places import Place
from .base import Check, Context, Rule, Severity
from .seen import Seen

__all__ = ["Blobs"]

# Distinguishes objects with the same name: the bucket, and the hash of the version.
Kind = tuple["str | None", int]


class _Object:
    """An object of several blobs: their offsets, and the bytes that they cover, as separate ranges."""

    __slots__ = ("ends", "first", "ids", "name", "offsets", "starts")

    def __init__(self, first: int, name: str) -> None:
        self.first = first  # the number of its first blob
        self.name = name
        self.offsets: set[int] = set()
        self.ids: set[int] = set()
        self.starts: list[int] = []
        self.ends: list[int] = []

    def add(self, offset: int, length: int) -> int | None:
        """Add a blob. Returns the first byte that an earlier one covers already, or None."""
        self.offsets.add(offset)
        if length == 0:
            return None
        end = offset + length
        first, last = bisect_right(self.ends, offset), bisect_left(self.starts, end)
        shared = max(offset, self.starts[first]) if first < last else None
        # Ranges that touch become one.
        first, last = bisect_left(self.ends, offset), bisect_right(self.starts, end)
        if first < last:
            offset, end = min(offset, self.starts[first]), max(end, self.ends[last - 1])
        self.starts[first:last], self.ends[first:last] = [offset], [end]
        return shared

    def gap(self) -> tuple[int, int] | None:
        """Find the first range between two blobs that no blob covers."""
        return (self.ends[0], self.starts[1]) if len(self.starts) > 1 else None


_NONE = hash(None)


class Blobs(Check):
    """Remembers 48 to 60 bytes for an object of one blob, about 900 for one of several, and 8 for a chunk."""

    rules: tuple[Rule, ...] = (
        Rule(
            "blob-repeated", "consistency", Severity.ERROR, "A blob of an object is listed twice.",
            "A client would transfer it twice, or overwrite it.",
            "two Object elements of one Name, version and Offset",
        ),
        Rule(
            "blobs-overlap", "consistency", Severity.ERROR, "Two blobs of one object share bytes.",
            "Each byte of an object is in one blob.",
            'Offset="0" Length="10", and Offset="5" Length="10", of one Name',
        ),
        Rule(
            "blobs-with-a-gap", "consistency", Severity.NOTE,
            "No blob has the bytes between two blobs of one object.",
            "A partial read lists only the blobs that it needs; otherwise a part of the object is missing.",
            'Offset="0" Length="10", and Offset="20" Length="10", of one Name',
        ),
        Rule(
            "blobs-disagree", "consistency", Severity.WARNING,
            "Blobs of one object have different versions, or two of them have the same Id.",
            "The blobs of an object have the same version, and each has an Id of its own. A name in two "
            "buckets, and two versions of a name that both begin at byte 0, are different objects.",
            'Offset="0" Length="10" Version="1", and Offset="10" Version="2", of one Name',
        ),
    )  # fmt: skip

    _REPEATED, _OVERLAP, _GAP, _DISAGREE = rules

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._seen = Seen()
        self._offsets = array("q")
        self._lengths = array("q")
        self._versions = array("q")
        self._ids = array("q")
        self._buckets: list[str | None] = []  # a new entry wherever the bucket changes
        self._bucket_starts = array("q")  # the number of the first blob of each entry
        self._chunks = array("q")  # the number of the first blob of each chunk
        self._is_lone = False
        self._names: dict[int, dict[Kind, _Object]] = {}  # by the number of the first blob of the name
        self._several: list[_Object] = []  # objects of several blobs, in the order of their second blobs

    def part(self, part: Part) -> None:
        start, self._is_lone = len(self._seen), part.is_lone
        self._chunks.extend([start + boundary for boundary in part.columns.boundaries])
        if not part.blob_count:
            return
        names = self._take_columns(part)
        for at, first in self._seen.add(names):
            self._take(part, at, start + at, first)

    def _take_columns(self, part: Part) -> Column:
        """Remember the numbers and hashes of a part. Returns the names; None for a blob without a key."""
        names, offsets, lengths = part.blobs("name"), part.blobs("offset"), part.blobs("length")
        if not all(_are_sizes(column) for column in (offsets, lengths)):
            usable = [_are_sizes(both) for both in zip(offsets, lengths)]
            names = [name if usable[at] else None for at, name in enumerate(names)]
            offsets, lengths = (
                [size if usable[at] else 0 for at, size in enumerate(column)] for column in (offsets, lengths)
            )
        if offsets.count(0) == len(offsets):
            self._offsets.frombytes(bytes(8 * len(offsets)))
        else:
            self._offsets.extend(offsets)
        self._lengths.extend(lengths)
        self._versions.extend(map(hash, _either(part.blobs("version_id"), part.blobs("version"))))
        self._ids.extend(map(hash, _either(part.blobs("id"), part.blobs("id_element"))))
        self._take_buckets(part.blobs("bucket"))
        return names

    def _take_buckets(self, buckets: Column) -> None:
        """Remember where the bucket changes, which is rare."""
        is_same = buckets.count(buckets[0]) == len(buckets)
        for at, bucket in enumerate(buckets[:1] if is_same else buckets):
            if not self._buckets or self._buckets[-1] != bucket:
                self._buckets.append(bucket)
                self._bucket_starts.append(len(self._seen) + at)

    def _take(self, part: Part, at: int, number: int, first: int) -> None:
        """Check another blob of a known name."""
        name = part.blobs("name")[at]
        if first not in self._names:
            self._names[first] = {self._kind(first): self._object(first, name)}
        objects, kind = self._names[first], self._kind(number)
        if kind not in objects:
            objects[kind] = self._object(number, name)
            return
        item = objects[kind]
        if len(item.offsets) == 1:
            self._several.append(item)
        place = partial(part.blob_place, at)
        offset = self._offsets[number]
        if offset in item.offsets:
            message = f"an earlier blob of this object begins at byte {offset}, too"
            self.found(message, place, self._REPEATED)
            return
        self._judge_id(item, number, place)
        shared = item.add(offset, self._lengths[number])
        if shared is not None:
            message = f"another blob of this object has byte {shared}, too"
            self.found(message, place, self._OVERLAP)

    def _judge_id(self, item: _Object, number: int, place: partial[Place]) -> None:
        identifier = self._ids[number]
        if identifier in item.ids:
            self.found("an earlier blob of this object has the same Id", place, self._DISAGREE)
        if identifier != _NONE:
            item.ids.add(identifier)

    def _object(self, number: int, name: str) -> _Object:
        """Make an object, with one blob so far."""
        item = _Object(number, name)
        item.add(self._offsets[number], self._lengths[number])
        if self._ids[number] != _NONE:
            item.ids.add(self._ids[number])
        return item

    def _kind(self, number: int) -> Kind:
        bucket = self._buckets[bisect_right(self._bucket_starts, number) - 1]
        return bucket, self._versions[number]

    def end(self) -> None:
        for item in self._several:
            gap = item.gap()
            if gap is not None:
                message = f"no blob of this object has the bytes from {gap[0]} to {gap[1] - 1}"
                self.found(message, partial(self._place, item), self._GAP)
        for objects in self._names.values():
            if len(objects) > 1:
                self._judge_versions(objects)

    def _judge_versions(self, objects: dict[Kind, _Object]) -> None:
        """Report each version of an object that begins where another one ends."""
        for (bucket, _), item in objects.items():
            others = [other for (same, _), other in objects.items() if same == bucket and other is not item]
            start = min(item.offsets)
            if start and any(start in other.ends for other in others):
                message = f"its blobs begin at byte {start}, where the blobs of another version end"
                self.found(message, partial(self._place, item), self._DISAGREE)

    def _place(self, item: _Object) -> Place:
        """Find the place of an object's first blob."""
        chunk = bisect_right(self._chunks, item.first) - 1
        number = item.first - self._chunks[chunk] + 1
        return Place(f"{chunk_path(self._is_lone, chunk + 1)}/{BLOB_TAG}[{number}]", object_name=item.name)


def _are_sizes(column: Any) -> bool:
    """Tell whether all values are numbers, and none is below zero."""
    return None not in column and min(column) >= 0


def _either(first: Column, second: Column) -> Column:
    """Take the values of the first column, and from the second where they are missing."""
    if None not in first and "" not in first:
        return first
    if first.count(None) == len(first):
        return second
    return [one or other for one, other in zip(first, second)]
