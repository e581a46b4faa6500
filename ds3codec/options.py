"""The types that stand in the signatures of all readers and writers: `Source`, `Sink` and `Missing`.

Internal: what is public of this is in `ds3codec` itself.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Literal, Protocol

__all__ = ["BinaryFile", "BinarySink", "Missing", "Sink", "Source"]


class BinaryFile(Protocol):
    """A file object opened for reading bytes, or anything with its `read`."""

    def read(self, size: int, /) -> bytes: ...


class BinarySink(Protocol):
    """A file object opened for writing bytes, or anything with its `write`.

    Where `write` returns a number, as that of raw files does, it is taken for the bytes that were written,
    and it is called again for the rest.
    """

    def write(self, data: bytes, /) -> object: ...


Source = str | os.PathLike[str] | bytes | bytearray | memoryview | BinaryFile | Iterable[bytes]
"""A path or URL, bytes, a binary file object, or an iterable of bytes; plain or compressed."""

Sink = str | os.PathLike[str] | BinarySink
"""A path or a binary file object."""

Missing = Literal["error", "none"]
"""The treatment of a required attribute that is missing: as an error, or as None."""
