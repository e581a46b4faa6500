"""Sources of documents: a file, memory, or a stream that is still arriving.

The libraries read from different kinds of source. A path is passed on as it is, since some open it in C.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

Source = Path | bytes | BinaryIO

PIECE = 64 * 1024


def readable(source: Source) -> str | BinaryIO:
    """Adapt a source for a library that takes a path or a file object."""
    if isinstance(source, Path):
        return str(source)
    return io.BytesIO(source) if isinstance(source, bytes) else source


def opened(source: Source) -> BinaryIO:
    """Open a source for a library that takes a file object."""
    return source.open("rb", buffering=0) if isinstance(source, Path) else readable(source)  # type: ignore[return-value]


def whole(source: Source) -> bytes:
    """Read a source for a library that takes the document in memory."""
    if isinstance(source, Path):
        return source.read_bytes()
    return source if isinstance(source, bytes) else source.read()


def pieces(source: Source) -> Iterator[bytes]:
    """Yield pieces of a source for a library that is fed."""
    with opened(source) as file:
        while piece := file.read(PIECE):
            yield piece
