"""Blobs gathered into batches, chunk by chunk."""

from __future__ import annotations

from itertools import chain, pairwise
from typing import NamedTuple

from ..limits import MOST_BLOBS
from ..models import Blob, JobChunk
from .columns import Columns

__all__ = ["BlobBatch", "Chunks"]


class BlobBatch(NamedTuple):
    """Blobs of one chunk that were read together.

    Attributes:
        chunk: The chunk's own attributes, without its blobs; the same object in all batches of a chunk.
        blobs: Up to a few hundred blobs, in the document's order; none for an empty chunk.
    """

    chunk: JobChunk
    blobs: list[Blob]


class Chunks:
    """The chunks of a document, as far as they are read.

    Attributes:
        count: How many have begun.
        open: The one that began last; None before its attributes are read.
        blobs: Its blobs that are not yet in a batch.
    """

    def __init__(self) -> None:
        self.count = 0
        self.open: JobChunk | None = None
        self.blobs: list[Blob] = []
        self._taken = 0  # blobs of the open chunk that are in batches
        self._batches: list[BlobBatch] = []

    @property
    def blob_count(self) -> int:
        """How many blobs the open chunk has so far."""
        return self._taken + len(self.blobs)

    def begin(self, chunk: JobChunk | None, number: int = 1) -> None:
        """Open the last of so many chunks."""
        self.count += number
        self.open = chunk
        self._taken = 0

    def end(self) -> None:
        """Close the open chunk. If it has no blobs, its batch has none."""
        self._gather(even_empty=self._taken == 0)

    def add(self, columns: Columns) -> None:
        """Take the blobs that follow in the open chunk, and the chunks that begin among them."""
        blobs, boundaries = columns.blob_models(), columns.boundaries
        if boundaries:
            self.blobs += blobs[: boundaries[0]]
            self.end()
            chunks = columns.chunk_models()
            parts = [blobs[begin:end] for begin, end in pairwise(boundaries)]
            if columns.blob_count <= MOST_BLOBS:
                self._batches += map(BlobBatch._make, zip(chunks, parts))
            else:
                self._batches += chain.from_iterable(map(_batches, chunks, parts))
            self.begin(chunks[-1], len(chunks))
            blobs = blobs[boundaries[-1] :]
        self.blobs += blobs

    def take(self, is_last_unfinished: bool) -> list[BlobBatch]:
        """Hand out the batches since the last call, with the blobs of the open chunk that are finished."""
        unfinished = [self.blobs.pop()] if is_last_unfinished and self.blobs else []
        self._gather()
        self.blobs = unfinished
        batches, self._batches = self._batches, []
        return batches

    def _gather(self, even_empty: bool = False) -> None:
        if self.open is not None and (self.blobs or even_empty):
            self._batches += _batches(self.open, self.blobs)
        self._taken += len(self.blobs)
        self.blobs = []


def _batches(chunk: JobChunk, blobs: list[Blob]) -> list[BlobBatch]:
    """Divide the blobs of a chunk into batches of a limited size; a single one where there are none."""
    if len(blobs) <= MOST_BLOBS:
        return [BlobBatch(chunk, blobs)]
    return [BlobBatch(chunk, blobs[begin : begin + MOST_BLOBS]) for begin in range(0, len(blobs), MOST_BLOBS)]
