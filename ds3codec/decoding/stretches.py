"""Chunks handed out as columns, whether they were read in runs or from trees.

Each chunk begins at a boundary of one stretch, so whoever follows the boundaries knows which chunk a blob is
in. No models are made of what runs read; what is read from trees is turned into columns.
"""

from __future__ import annotations

from operator import attrgetter

from ..models import Blob, JobChunk
from .chunks import Chunks
from .columns import Columns

__all__ = ["Stretches"]

_blob_count = attrgetter("blob_count")


class Stretches(Chunks[Columns]):
    """The chunks of a document as stretches of columns."""

    def __init__(self) -> None:
        super().__init__()
        self._told: JobChunk | None = None  # the last chunk whose boundary was handed out

    def add(self, columns: Columns) -> None:
        self._gather(even_empty=self.open is not self._told)
        self._parts.append(columns)
        self._taken += columns.blob_count
        if len(columns.boundaries):
            self._told = columns.last_chunk()
            self.begin(self._told, len(columns.boundaries))
            self._taken = columns.blob_count - int(columns.boundaries[-1])

    def count_blobs(self, parts: list[Columns]) -> int:
        return sum(map(_blob_count, parts))

    def _parts_of(self, chunk: JobChunk, blobs: list[Blob]) -> list[Columns]:
        begun = [chunk] if chunk is not self._told else []
        self._told = chunk
        return [Columns.of_models(blobs, begun)]
