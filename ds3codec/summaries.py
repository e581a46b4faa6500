"""The summary of a response, for the command `summary`.

A response is read as a stream, and its summary stays small: sizes are a histogram by powers of two, the
largest objects a list of fixed length, and the chunks a row of at most a few hundred sections.

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
    """Some consecutive chunks: their number, and the bytes in them."""

    chunks: int = 0
    cached: int = 0
    total: int = 0


@dataclass
class Summary:
    """The summary of a response.

    Attributes:
        origin: The response's source.
        unfinished: The reason why the rest was not read; None if everything was.
        is_recorded: True if there is a body.
        header: The job; None for a lone chunk.
        chunks: The number of chunks.
        objects: The number of objects that begin in it: blobs at offset 0.
        blobs: The number of blobs.
        total: The sum of the lengths of all blobs, in bytes.
        cached: The sum of the lengths of the blobs in the cache, in bytes.
        by_node: Bytes by the id of the node; under None for chunks without one.
        sizes: The number of blobs by size class: class k has sizes below 2**k bytes, down to half of that.
        largest: The names of the largest objects, with their sizes in bytes, up to the end of the last blob.
        sections: The chunks in order, in a few hundred sections at most.
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
        """Add the next part of the response."""
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
        """Add blobs of one chunk. `cached` has each blob's length again, or 0 if it is not in the cache."""
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
    """Leave out the blobs whose length or offset is missing."""
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
    """List for each blob if it is in the cache; a missing value counts as False."""
    states = columns.blobs.get("in_cache")
    if states is None:
        return [False] * columns.blob_count
    return states if None not in states else list(map(bool, states))


def node_name(job: MasterObjectList | None, identifier: str | None) -> str:
    """Name a node by its end point; by its id if the job does not list it."""
    if identifier is None:
        return "no node"
    return next((node.end_point for node in (job.nodes if job else ()) if node.id == identifier), identifier)
