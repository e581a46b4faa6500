"""Which blob is which: the checks that remember every object.

For each object, known by bucket, name and version, the first blob is kept as a few numbers; only an object
of several blobs gets an entry of its own, with the bytes that they cover. The key is a 64-bit hash: that two
of ten million objects share one, and are taken for one object, has a chance of 1 in 300,000. An object of one
blob takes about 150 bytes, one of several about 900.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right

from ..models import Blob
from .consistency import Batch, Check, Context
from .findings import Place

__all__ = ["IDENTITY_CHECKS", "Blobs"]


class _Object:
    """An object of several blobs: where they begin, and the bytes that they cover, as separate stretches."""

    __slots__ = ("ends", "name", "offsets", "path", "starts")

    def __init__(self, name: str | None, path: str) -> None:
        self.name = name
        self.path = path
        self.offsets: set[int] = set()
        self.starts: list[int] = []
        self.ends: list[int] = []

    def add(self, offset: int, length: int) -> int | None:
        """Take a blob in. The first byte that an earlier one covers already, or None."""
        self.offsets.add(offset)
        if length == 0:
            return None
        end = offset + length
        first, last = bisect_right(self.ends, offset), bisect_left(self.starts, end)
        shared = max(offset, self.starts[first]) if first < last else None
        # Stretches that touch become one.
        first, last = bisect_left(self.ends, offset), bisect_right(self.starts, end)
        if first < last:
            offset, end = min(offset, self.starts[first]), max(end, self.ends[last - 1])
        self.starts[first:last], self.ends[first:last] = [offset], [end]
        return shared

    def gap(self) -> tuple[int, int] | None:
        """The first bytes between two blobs that are in none."""
        return (self.ends[0], self.starts[1]) if len(self.starts) > 1 else None


class Blobs(Check):
    """Remembers every object: of the first blob hash, offset and length, of several blobs their extent."""

    rules = ("blob-repeated", "blobs-overlap", "blobs-with-a-gap")

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._first: dict[int, int] = {}  # the hash of an object: the number of its first blob
        self._offsets = array("q")
        self._lengths = array("q")
        self._chunks = array("q")  # the number of the first blob of each chunk
        self._paths: list[str] = []  # of each chunk
        self._objects: dict[int, _Object] = {}

    def blobs(self, batch: Batch) -> None:
        if batch.first == 1:
            self._paths.append(batch.at.path or "")
            self._chunks.append(len(self._offsets))
        for number, blob in enumerate(batch.blobs):
            offset, length = blob.offset, blob.length
            if offset is None or length is None or blob.name is None or offset < 0 or length < 0:
                offset = length = -1
            else:
                key = hash((blob.bucket, blob.name, blob.version_id or blob.version))
                if self._first.setdefault(key, len(self._offsets)) != len(self._offsets):
                    self._add(self._several(key, blob), offset, length, batch.place(number))
            self._offsets.append(offset)
            self._lengths.append(length)

    def _several(self, key: int, blob: Blob) -> _Object:
        """The entry of an object of several blobs."""
        if key not in self._objects:
            first = self._first[key]
            self._objects[key] = _Object(blob.name, self._path(first))
            self._objects[key].add(self._offsets[first], self._lengths[first])
        return self._objects[key]

    def _add(self, item: _Object, offset: int, length: int, place: Place) -> None:
        """Another blob of an object."""
        if offset in item.offsets:
            message = f"an earlier blob of this object begins at byte {offset}, too"
            self.add("blob-repeated", message, place)
            return
        shared = item.add(offset, length)
        if shared is not None:
            self.add("blobs-overlap", f"another blob of this object has byte {shared}, too", place)

    def _path(self, number: int) -> str:
        """The path of a blob."""
        chunk = bisect_right(self._chunks, number) - 1
        return f"{self._paths[chunk]}/Object[{number - self._chunks[chunk] + 1}]"

    def end(self) -> None:
        for item in self._objects.values():
            gap = item.gap()
            if gap is not None:
                message = f"no blob of this object has the bytes from {gap[0]} to {gap[1] - 1}"
                self.add("blobs-with-a-gap", message, Place(item.path, None, None, item.name))


IDENTITY_CHECKS: tuple[type[Check], ...] = (Blobs,)
