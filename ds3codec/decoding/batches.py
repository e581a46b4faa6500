"""Chunks handed out as models: batches of blobs, each of one chunk."""

from itertools import chain, pairwise
from operator import attrgetter
from typing import NamedTuple

from ..limits import MOST_BLOBS
from ..models import Blob, JobChunk
from .chunks import Chunks
from .columns import Columns

__all__ = ["Batches", "BlobBatch"]

_blobs = attrgetter("blobs")


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
        """Divide the blobs of a chunk into batches of a limited size; a single one where there are none."""
        if len(blobs) <= MOST_BLOBS:
            return [BlobBatch(chunk, blobs)]
        return [
            BlobBatch(chunk, blobs[begin : begin + MOST_BLOBS]) for begin in range(0, len(blobs), MOST_BLOBS)
        ]
