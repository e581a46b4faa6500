"""What `summary` keeps of a response.

A response is read as a stream. What grows with it is kept small: sizes as a histogram by powers of two, the
largest objects as a list of a fixed length, the chunks as a row of at most some hundred sections.

Internal: names here may change in any release.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import accumulate, compress, pairwise, repeat
from operator import add, mul

from .models import MasterObjectList
from .readers import Column, Columns

__all__ = ["Section", "Summary", "node_name"]

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
        unfinished: Why the rest of it was not read; None where all was.
        is_recorded: Whether there is a body.
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
    unfinished: str | None = None
    is_recorded: bool = True
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
    _node: str | None = None
    _width: int = 1

    def add(self, columns: Columns, top: int) -> None:
        """Take what follows in."""
        read = _complete(columns)
        lengths: Column = read.blobs.get("length", [])
        offsets: Column = read.blobs.get("offset", [])
        ends = list(map(add, offsets, lengths))
        self.blobs += len(lengths)
        self.objects += offsets.count(0)
        self.sizes.update(map(int.bit_length, lengths))
        cached = list(map(mul, lengths, read.blobs.get("in_cache", repeat(False))))
        nodes = read.chunks.get("node_id", repeat(None))
        bounds = [*read.boundaries, len(lengths)]
        if bounds[0]:
            self._add_bytes(lengths[: bounds[0]], cached[: bounds[0]])
        for node, (begin, end) in zip(nodes, pairwise(bounds)):
            self._node = node
            self._begin_chunk()
            self._add_bytes(lengths[begin:end], cached[begin:end])
        self._keep_largest(read.blobs.get("name", []), ends, top)

    def _add_bytes(self, lengths: Column, cached: Column) -> None:
        """Take in blobs of one chunk: the length of each, and again, or 0 where it is not in cache."""
        total, in_cache = sum(lengths), sum(cached)
        self.total += total
        self.cached += in_cache
        self.by_node[self._node] += total
        self.sections[-1].total += total
        self.sections[-1].cached += in_cache

    def _begin_chunk(self) -> None:
        self.chunks += 1
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

    def _keep_largest(self, names: Column, ends: Column, top: int) -> None:
        least = min(self.largest.values()) if len(self.largest) >= top > 0 else -1
        if max(ends, default=-1) <= least:
            return
        for name, end in zip(names, ends):
            if end > least and end > self.largest.get(name, -1):
                self.largest[name] = end
        if len(self.largest) > top:
            kept = sorted(self.largest.items(), key=lambda item: (-item[1], item[0]))[:top]
            self.largest = dict(kept)


def _complete(columns: Columns) -> Columns:
    """The same without blobs of which length or offset is missing."""
    both = [columns.blobs.get(field, [None] * columns.blob_count) for field in ("length", "offset")]
    if not any(None in column for column in both):
        return columns._replace(blobs={**columns.blobs, "in_cache": _states(columns)})
    kept = [None not in values for values in zip(*both)]
    before = [0, *accumulate(kept)]
    blobs = {field: list(compress(column, kept)) for field, column in columns.blobs.items()}
    complete = columns._replace(
        blob_count=before[-1], blobs=blobs, boundaries=[before[boundary] for boundary in columns.boundaries]
    )
    return complete._replace(blobs={**blobs, "in_cache": _states(complete)})


def _states(columns: Columns) -> Column:
    """For each blob whether it is in cache; not, where that is not said."""
    states = columns.blobs.get("in_cache")
    if states is None:
        return [False] * columns.blob_count
    return states if None not in states else list(map(bool, states))


def node_name(job: MasterObjectList | None, identifier: str | None) -> str:
    """The end point of a node; its id where the job does not have it."""
    if identifier is None:
        return "no node"
    return next((node.end_point for node in (job.nodes if job else ()) if node.id == identifier), identifier)
