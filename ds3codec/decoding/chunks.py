"""Collects the chunks of a document while it is read, and hands them out in parts.

Trees open and close chunks, and fill them blob by blob. Runs add many blobs at once as columns. The parts are
models (`Batches`) or columns (`Stretches`), however the blobs were read.
"""

# Annotations are not deferred here, so that tools can resolve those of `BlobBatch`, which others export.
from itertools import chain, pairwise
from operator import attrgetter
from typing import Generic, NamedTuple, TypeVar

from ..limits import MOST_BLOBS
from ..models import Blob, JobChunk
from .columns import Columns

__all__ = ["Batches", "BlobBatch", "Chunks", "Stretches"]

Part = TypeVar("Part")

_blobs, _blob_count = attrgetter("blobs"), attrgetter("blob_count")


class Chunks(Generic[Part]):
    """The chunks of a document read so far. A subclass decides the form of the parts.

    Attributes:
        count: The number of chunks that have begun.
        open: The chunk that began last; None before its attributes are read.
        blobs: Its blobs from trees that are not in a part yet.
    """

    def __init__(self) -> None:
        self.count: int = 0
        self.open: JobChunk | None = None
        self.blobs: list[Blob] = []
        self._taken = 0  # the number of the open chunk's blobs that are in parts
        self._parts: list[Part] = []

    @property
    def blob_count(self) -> int:
        """The number of blobs of the open chunk so far."""
        return self._taken + len(self.blobs)

    def begin(self, chunk: JobChunk | None, number: int = 1) -> None:
        """Note that `number` chunks have begun, and open the last of them."""
        self.count += number
        self.open = chunk
        self._taken = 0

    def end(self) -> None:
        """Close the open chunk. An empty chunk gets a part without blobs."""
        self._gather(even_empty=self._taken == 0)

    def add(self, columns: Columns) -> None:
        """Add blobs to the open chunk, and the chunks that begin among them."""
        raise NotImplementedError

    def take(self) -> list[Part]:
        """Hand out the parts since the last call."""
        self._gather()
        parts, self._parts = self._parts, []
        return parts

    def count_blobs(self, parts: list[Part]) -> int:
        """Count the blobs in parts."""
        raise NotImplementedError

    def _gather(self, even_empty: bool = False) -> None:
        """Make parts from the blobs that came from trees."""
        if self.open is not None and (self.blobs or even_empty):
            self._parts += self._parts_of(self.open, self.blobs)
        self._taken += len(self.blobs)
        self.blobs = []

    def _parts_of(self, chunk: JobChunk, blobs: list[Blob]) -> list[Part]:
        raise NotImplementedError


class BlobBatch(NamedTuple):
    """Blobs of one chunk that were read together.

    Attributes:
        chunk: The chunk's own attributes, without its blobs; the same object in all batches of a chunk.
        blobs: Up to a few hundred blobs, in the document's order; none for an empty chunk.
    """

    chunk: JobChunk
    blobs: list[Blob]


class Batches(Chunks[BlobBatch]):
    """The chunks of a document as batches of models."""

    def add(self, columns: Columns) -> None:
        blobs, boundaries = columns.blob_models(), columns.boundaries
        if boundaries:
            self.blobs.extend(blobs[: boundaries[0]])
            self.end()
            chunks = columns.chunk_models()
            parts = [blobs[begin:end] for begin, end in pairwise(boundaries)]
            if columns.blob_count <= MOST_BLOBS:
                self._parts += map(BlobBatch._make, zip(chunks, parts))
            else:
                self._parts += chain.from_iterable(map(self._parts_of, chunks, parts))
            self.begin(chunks[-1], len(chunks))
            blobs = blobs[boundaries[-1] :]
        self.blobs.extend(blobs)

    def count_blobs(self, parts: list[BlobBatch]) -> int:
        return sum(map(len, map(_blobs, parts)))

    def _parts_of(self, chunk: JobChunk, blobs: list[Blob]) -> list[BlobBatch]:
        """Divide the blobs of a chunk into batches of limited size. An empty chunk is one empty batch."""
        if len(blobs) <= MOST_BLOBS:
            return [BlobBatch(chunk, blobs)]
        return [
            BlobBatch(chunk, blobs[begin : begin + MOST_BLOBS]) for begin in range(0, len(blobs), MOST_BLOBS)
        ]


class Stretches(Chunks[Columns]):
    """The chunks of a document as columns.

    Each chunk appears as a boundary exactly once, so the boundaries tell the chunk of each blob. Blobs from
    runs are never made into models; blobs from trees, of whatever chunks, are turned into columns together.
    """

    def __init__(self) -> None:
        super().__init__()
        self._told: JobChunk | None = None  # the last chunk whose boundary was noted
        self._models: list[Blob] = []  # from trees, of several chunks
        self._begun: list[JobChunk] = []  # the chunks that begin among them
        self._boundaries: list[int] = []

    def add(self, columns: Columns) -> None:
        self._gather(even_empty=self.open is not self._told)
        self._turn()
        self._parts.append(columns)
        self._taken += columns.blob_count
        if len(columns.boundaries):
            self._told = columns.last_chunk()
            self.begin(self._told, len(columns.boundaries))
            self._taken = columns.blob_count - int(columns.boundaries[-1])

    def take(self) -> list[Columns]:
        self._gather()
        self._turn()
        return super().take()

    def count_blobs(self, parts: list[Columns]) -> int:
        return sum(map(_blob_count, parts))

    def _parts_of(self, chunk: JobChunk, blobs: list[Blob]) -> list[Columns]:
        if chunk is not self._told:
            self._begun.append(chunk)
            self._boundaries.append(len(self._models))
        self._told = chunk
        self._models += blobs
        return []

    def _turn(self) -> None:
        """Turn what came from trees into columns."""
        if self._models or self._begun:
            self._parts.append(Columns.of_models(self._models, self._begun, self._boundaries))
            self._models, self._begun, self._boundaries = [], [], []
