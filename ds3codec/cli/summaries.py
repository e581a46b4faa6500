"""What `summary` keeps of a response.

A response is read as a stream. What grows with it is kept small: sizes as a histogram by powers of two, the
largest objects as a list of a fixed length, the chunks as a row of at most some hundred sections.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from ..models import Blob, JobChunk, MasterObjectList

__all__ = ["Section", "Summary"]

_MOST_SECTIONS = 400


@dataclass
class Section:
    """Some chunks in a row: how many, and the bytes in them."""

    chunks: int = 0
    cached: int = 0
    total: int = 0


@dataclass
class Summary:
    """What a response says.

    Attributes:
        origin: Where it comes from.
        header: The job; None for a lone chunk.
        chunks: How many chunks there are.
        objects: How many objects begin in it: blobs at offset 0.
        blobs: How many blobs there are.
        total: The lengths of all blobs, in bytes.
        cached: Those of the blobs in cache.
        by_node: Bytes by the id of the node; by None for chunks without one.
        sizes: How many blobs are of which size: below two to the power of the key, in bytes.
        largest: The largest objects, with the bytes up to the end of their last blob.
        sections: The chunks in order, some hundred sections at most.
    """

    origin: str
    header: MasterObjectList | None = None
    chunks: int = 0
    objects: int = 0
    blobs: int = 0
    total: int = 0
    cached: int = 0
    by_node: Counter[str | None] = field(default_factory=Counter)
    sizes: Counter[int] = field(default_factory=Counter)
    largest: dict[str, int] = field(default_factory=dict)
    sections: list[Section] = field(default_factory=list)
    _chunk: JobChunk | None = None
    _width: int = 1

    def add(self, chunk: JobChunk, blobs: list[Blob], top: int) -> None:
        """Take a batch in."""
        if chunk is not self._chunk:
            self._chunk = chunk
            self.chunks += 1
            self._begin_chunk()
        total = sum([blob.length for blob in blobs])
        cached = sum([blob.length for blob in blobs if blob.in_cache])
        self.blobs += len(blobs)
        self.objects += sum([blob.offset == 0 for blob in blobs])
        self.total += total
        self.cached += cached
        self.by_node[chunk.node_id] += total
        self.sizes.update([blob.length.bit_length() for blob in blobs])
        self.sections[-1].total += total
        self.sections[-1].cached += cached
        self._keep_largest(blobs, top)

    def _begin_chunk(self) -> None:
        if not self.sections or self.sections[-1].chunks >= self._width:
            if len(self.sections) >= _MOST_SECTIONS:
                pairs = zip(self.sections[::2], self.sections[1::2])
                self.sections = [
                    Section(one.chunks + two.chunks, one.cached + two.cached, one.total + two.total)
                    for one, two in pairs
                ]
                self._width *= 2
            self.sections.append(Section())
        self.sections[-1].chunks += 1

    def _keep_largest(self, blobs: list[Blob], top: int) -> None:
        least = min(self.largest.values()) if len(self.largest) >= top > 0 else -1
        for blob in blobs:
            end = blob.offset + blob.length
            if end > least and end > self.largest.get(blob.name, -1):
                self.largest[blob.name] = end
        if len(self.largest) > top:
            kept = sorted(self.largest.items(), key=lambda item: (-item[1], item[0]))[:top]
            self.largest = dict(kept)
