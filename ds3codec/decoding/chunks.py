"""The chunks of a document, as far as they are read, and what is handed out of them.

The parser opens and closes chunks and fills them blob by blob. Runs add whole stretches as columns. A
subclass says in which form both are handed out: in models (`batches`) or in columns (`stretches`).
"""

from __future__ import annotations

from typing import Generic, TypeVar

from ..models import Blob, JobChunk
from .columns import Columns

__all__ = ["Chunks"]

Part = TypeVar("Part")


class Chunks(Generic[Part]):
    """The chunks of a document, as far as they are read.

    Attributes:
        count: How many have begun.
        open: The one that began last; None before its attributes are read.
        blobs: Its blobs from trees that are not yet in a part.
    """

    def __init__(self) -> None:
        self.count: int = 0
        self.open: JobChunk | None = None
        self.blobs: list[Blob] = []
        self._taken = 0  # blobs of the open chunk that are in parts
        self._parts: list[Part] = []

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
        """Close the open chunk. If it has no blobs, its part has none."""
        self._gather(even_empty=self._taken == 0)

    def add(self, columns: Columns) -> None:
        """Take the blobs that follow in the open chunk, and the chunks that begin among them."""
        raise NotImplementedError

    def take(self) -> list[Part]:
        """Hand out the parts since the last call."""
        self._gather()
        parts, self._parts = self._parts, []
        return parts

    def count_blobs(self, parts: list[Part]) -> int:
        """How many blobs there are in parts."""
        raise NotImplementedError

    def _gather(self, even_empty: bool = False) -> None:
        """Make parts of the blobs that came from trees."""
        if self.open is not None and (self.blobs or even_empty):
            self._parts += self._parts_of(self.open, self.blobs)
        self._taken += len(self.blobs)
        self.blobs = []

    def _parts_of(self, chunk: JobChunk, blobs: list[Blob]) -> list[Part]:
        raise NotImplementedError
