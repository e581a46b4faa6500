"""What the checks are told of a document's chunks: blobs in columns, with the places where they stand.

Runs are read as columns with their text, from which a place is found when something is wrong there. What is
read from trees is turned into columns, and each of its elements has a mark.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from functools import cached_property, partial
from itertools import pairwise
from typing import Any, NamedTuple, TypeAlias

from ..decoding.chunks import Chunks
from ..decoding.columns import Column, Columns, models
from ..decoding.scanner import Place as Spot
from ..decoding.scanner import begins, start_tag
from ..decoding.window import Mark
from ..models import Blob, JobChunk, JobNode
from ..wire.names import BLOB_TAG, CHUNK_TAG, JOB_TAG
from .places import Place

__all__ = ["Part", "Parts", "Passage", "PlacedNode", "chunk_path"]


def chunk_path(is_lone: bool, number: int) -> str:
    """The path of a chunk, which is counted from 1 in its document."""
    return f"/{CHUNK_TAG}" if is_lone else f"/{JOB_TAG}/{CHUNK_TAG}[{number}]"


class PlacedNode(NamedTuple):
    """A node that has begun, and where."""

    node: JobNode
    place: Place


class _Marks(NamedTuple):
    """Where the elements of a part stand that was read from trees."""

    chunk: Mark | None
    blobs: list[Mark]

    def of_blob(self, number: int) -> Spot | None:
        return self.blobs[number].place()

    def of_chunk(self, number: int) -> Spot | None:
        return self.chunk.place() if self.chunk is not None else None


class Passage:
    """The text of a part that runs have read, and where it begins. Offsets are in bytes of UTF-8."""

    def __init__(self, text: str, place: Spot) -> None:
        self.text = text
        self._place = place

    @cached_property
    def _bytes(self) -> bytes:
        return self.text.encode()

    @cached_property
    def blobs(self) -> list[int]:
        """Where the start tags of the blobs stand in the text."""
        return list(begins(self._bytes, BLOB_TAG))

    @cached_property
    def chunks(self) -> list[int]:
        """Where the start tags of the chunks stand in the text."""
        return list(begins(self._bytes, CHUNK_TAG))

    def of_blob(self, number: int) -> Spot:
        return self.at(self.blobs[number])

    def of_chunk(self, number: int) -> Spot:
        return self.at(self.chunks[number])

    def at(self, offset: int) -> Spot:
        """Line and column of a place in the text."""
        return self._place.after(self._bytes[:offset])

    def last_tag(self) -> Spot:
        """Where the last start tag stands."""
        return self.at(max([*self.blobs[-1:], *self.chunks[-1:]]))

    def tag(self, offset: int) -> str:
        """The start tag that stands at a place in the text."""
        return start_tag(self._bytes, offset).decode()


class _Open(NamedTuple):
    """The chunk that is open where a part begins.

    Attributes:
        chunk: The chunk; None where none is open.
        begun: How many chunks have begun so far.
        blobs: How many of its blobs come before the part.
        place: Tells where it, or an attribute of it, stands.
    """

    chunk: JobChunk | None
    begun: int
    blobs: int
    place: Callable[[str], Place]


def _chunk_place(path: str, number: int | None, spot: Callable[[], Spot | None], attribute: str) -> Place:
    return Place(path + (f"/@{attribute}" if attribute else ""), number, None, *(spot() or ()))


class Part:
    """Blobs that follow each other, in the open chunk and in those that begin among them.

    Attributes:
        columns: What they say.
        ended_empty: Which chunks have ended without blobs: the numbers of those that begin in the part,
            counted from 0; -1 for the one that was open before.
        passage: The text, if runs have read it.
        is_lone: Whether the document is a lone chunk.
    """

    def __init__(
        self,
        columns: Columns,
        opened: _Open,
        marks: _Marks | Passage,
        is_lone: bool = False,
        ended_empty: list[int] | None = None,
    ) -> None:
        self.columns = columns
        self.ended_empty: list[int] = ended_empty or []
        self.passage: Passage | None = marks if isinstance(marks, Passage) else None
        self._opened = opened
        self._marks = marks
        self.is_lone = is_lone

    @property
    def blob_count(self) -> int:
        """How many blobs there are."""
        return self.columns.blob_count

    @property
    def chunk_count(self) -> int:
        """How many chunks begin in the part."""
        return len(self.columns.boundaries)

    def blobs(self, field: str) -> Column:
        """The column of a member of the blobs, by the model's name for it."""
        column = self.columns.blobs.get(field)
        return [None] * self.blob_count if column is None else column

    @cached_property
    def lengths(self) -> Column:
        """The lengths of the blobs, 0 for those that are missing, wrong or below zero."""
        column = self.blobs("length")
        if None in column or min(column, default=0) < 0:
            return [max(length or 0, 0) for length in column]
        return column

    @cached_property
    def total_length(self) -> int:
        """The sum of the lengths."""
        return sum(self.lengths)

    def chunks(self, field: str) -> Column:
        """The column of a member of the chunks that begin in the part, by the model's name for it."""
        column = self.columns.chunks.get(field)
        return [None] * self.chunk_count if column is None else column

    def blob_path(self, number: int) -> str:
        """The path of a blob; `number` counts from 0."""
        chunk = bisect_right(self.columns.boundaries, number) - 1
        before = self.columns.boundaries[chunk] if chunk >= 0 else -self._opened.blobs
        return f"{self._chunk_path(chunk)}/{BLOB_TAG}[{number - before + 1}]"

    def blob_place(self, number: int, attribute: str = "") -> Place:
        """Where a blob stands, or one of its attributes; `number` counts from 0."""
        chunk = bisect_right(self.columns.boundaries, number) - 1
        path = self.blob_path(number) + (f"/@{attribute}" if attribute else "")
        name = self.blobs("name")[number]
        return Place(path, self._chunk_number(chunk), name, *(self._marks.of_blob(number) or ()))

    def chunk_place(self, number: int, attribute: str = "") -> Place:
        """Where a chunk stands, or one of its attributes; `number` counts from 0, -1 for the open one."""
        return self.placing_chunk(number)(attribute)

    def placing_chunk(self, number: int) -> Callable[[str], Place]:
        """What tells where a chunk stands. It does not keep the part."""
        if number < 0:
            return self._opened.place
        spot = partial(self._marks.of_chunk, number)
        return partial(_chunk_place, self._chunk_path(number), self._chunk_number(number), spot)

    def _chunk_path(self, number: int) -> str:
        return chunk_path(self.is_lone, self._opened.begun + number + 1)

    def _chunk_number(self, number: int) -> Any:
        if number >= 0:
            return self.chunks("chunk_number")[number]
        return self._opened.chunk.chunk_number if self._opened.chunk is not None else None


Told: TypeAlias = "Part | PlacedNode"


class Parts(Chunks[Told]):
    """The nodes and chunks of a document, as parts, in its order.

    Attributes:
        marks: Those of the blobs that are not yet in a part.
        chunk_mark: That of the last chunk that was read from trees.
        is_lone: Whether the document is a lone chunk.
        passage: What runs have read last.

    Args:
        judge: Told of each part that runs have read, before anything that follows it is read.
    """

    def __init__(self, judge: Callable[[Part], None]) -> None:
        super().__init__()
        self.marks: list[Mark] = []
        self.chunk_mark: Mark | None = None
        self.is_lone = False
        self.passage: Passage | None = None
        self._judge = judge
        self._told: JobChunk | None = None  # the last chunk that a part began with
        self._place: Callable[[str], Place] = lambda attribute: Place()

    def add_node(self, node: JobNode, place: Place) -> None:
        """A node has begun."""
        self._gather()
        self._parts.append(PlacedNode(node, place))

    def begin(self, chunk: JobChunk | None, number: int = 1) -> None:
        self._gather()
        super().begin(chunk, number)

    def end(self) -> None:
        is_empty = self.blob_count == 0
        self._gather()
        if is_empty and self.open is not None:
            columns = Columns(0, {}, [], {})
            self._parts.append(Part(columns, self._opened(), _Marks(None, []), self.is_lone, [-1]))

    def add(self, columns: Columns) -> None:
        self._gather()
        ends = [0, *columns.boundaries] if columns.boundaries else []
        empty = [number - 1 for number, (begin, end) in enumerate(pairwise(ends)) if begin == end]
        if self.blob_count and empty[:1] == [-1]:
            del empty[0]
        passage = Passage(columns.text, columns.place)
        if columns.blob_count or columns.boundaries:  # it may be white space
            self.passage = passage
        part = Part(columns, self._opened(), passage, self.is_lone, empty)
        self._judge(part)
        self._parts.append(part)
        self._taken += columns.blob_count
        if columns.boundaries:
            last = {field: column[-1:] for field, column in columns.chunks.items()}
            [chunk] = models(JobChunk, last, 1)
            super().begin(chunk, part.chunk_count)
            self._told = chunk
            self._taken = columns.blob_count - columns.boundaries[-1]
            self._place = part.placing_chunk(part.chunk_count - 1)

    def count_blobs(self, parts: list[Told]) -> int:
        return sum(part.blob_count for part in parts if isinstance(part, Part))

    def _gather(self, even_empty: bool = False) -> None:
        super()._gather(even_empty=self.open is not self._told)

    def _parts_of(self, chunk: JobChunk, blobs: list[Blob]) -> list[Told]:
        begun = [chunk] if chunk is not self._told else []
        opened = self._opened()
        if begun:
            opened = _Open(None, self.count - 1, 0, self._place)
        columns = Columns.of_models(blobs, begun, [0] * len(begun))
        part = Part(columns, opened, _Marks(self.chunk_mark, self.marks[: len(blobs)]), self.is_lone)
        del self.marks[: len(blobs)]
        if begun:
            self._told = chunk
            self._place = part.placing_chunk(0)
        return [part]

    def _opened(self) -> _Open:
        return _Open(self.open, self.count, self._taken, self._place)
