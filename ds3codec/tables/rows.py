"""The chunks of a document as parts of rows: columns, or where that was possible arrays."""

from __future__ import annotations

from ..decoding.columns import Columns
from ..decoding.stretches import Stretches
from .arrays import Arrays

__all__ = ["Rows"]


class Rows(Stretches):
    """The chunks of a document as stretches, of which some are arrays."""

    def add_arrays(self, arrays: Arrays) -> None:
        """Take the blobs that follow in the open chunk, and the chunks that begin among them."""
        self._gather(even_empty=self.open is not self._told)
        parts: list[Columns | Arrays] = self._parts  # type: ignore[assignment]
        parts.append(arrays)
        self._taken += arrays.blob_count
        if arrays.chunk_count:
            self._begin_in(arrays.last_chunk(), arrays.chunk_count)
            self._taken = arrays.blob_count - int(arrays.boundaries[-1])
