"""Anything readable, as a stream of bytes: a path, bytes, a binary file object, an iterable of bytes."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Generator, Iterable, Iterator
from typing import Any, Protocol

from .compression import is_damage
from .errors import SourceError, shown
from .limits import PIECE

__all__ = ["BinaryFile", "Source", "as_bytes", "pieces"]


class BinaryFile(Protocol):
    """A file object opened for reading bytes, or anything with its `read`."""

    def read(self, size: int, /) -> bytes: ...


Source = str | os.PathLike[str] | bytes | bytearray | memoryview | BinaryFile | Iterable[bytes]

_EXPECTED = "expected a path, bytes, a binary file object or an iterable of bytes"


def pieces(source: Source) -> Generator[bytes, None, None]:
    """The bytes of a source, as they come; a file that was opened here is closed at the end.

    Raises:
        SourceError: The source is not of a type that can be read, or reading it fails.
    """
    if isinstance(source, (bytes, bytearray, memoryview)):
        yield from _sliced(_contiguous(source))
    elif isinstance(source, (str, os.PathLike)):
        with _opened(source) as file:
            yield from _read(file)
    elif callable(getattr(source, "read", None)) and not isinstance(source, type):
        yield from _read(source)
    elif isinstance(source, Iterable):
        for piece in source:
            yield as_bytes(piece, "an iterable gave")
    else:
        raise SourceError(f"{_EXPECTED}, not {type(source).__name__}")


def _sliced(data: memoryview) -> Iterator[bytes]:
    for start in range(0, len(data), PIECE):
        yield data[start : start + PIECE].tobytes()


def _contiguous(data: bytes | bytearray | memoryview) -> memoryview:
    try:
        view = memoryview(data)
        return (view if view.c_contiguous else memoryview(view.tobytes())).cast("B")
    except ValueError as error:
        raise SourceError(f"cannot read a memoryview: {error}") from error


def _opened(path: str | os.PathLike[str]) -> io.FileIO:
    try:
        return io.FileIO(path)
    except (OSError, ValueError) as error:
        name = os.fspath(path)
        if isinstance(name, str) and name.lstrip("\ufeff \t\r\n").startswith(("<", "{")):
            raise SourceError(
                f"a str is a path, and {shown(name)} looks like a document: pass it as bytes"
            ) from None
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise SourceError(f"cannot read {shown(name)}: {reason}; {_EXPECTED}") from error


def _read(file: Any) -> Iterator[bytes]:
    read: Callable[[int], bytes | None] = getattr(file, "read1", None) or file.read
    while True:
        try:
            piece = read(PIECE)
            if piece == b"" and isinstance(file, io.BufferedReader):
                piece = _asked_again(file)
        except Exception as error:
            if not is_damage(error):  # a ValueError counts: the file is closed
                raise
            reason = (isinstance(error, OSError) and error.strerror) or error
            raise SourceError(f"cannot read {_named(file)}: {reason}") from error
        if piece is None:
            raise SourceError(f"cannot read {_named(file)}: it has no bytes at the moment")
        if not (piece := as_bytes(piece, "a file object gave")):
            return
        yield piece


def _asked_again(file: io.BufferedReader) -> bytes | None:
    """What follows where `read1` gave nothing: for a file that does not block, this need not be the end."""
    try:
        waits = os.get_blocking(file.fileno())
    except (OSError, AttributeError):
        return b""
    return b"" if waits else file.read(PIECE)


def _named(file: Any) -> str:
    return shown(getattr(file, "name", file))


def as_bytes(piece: object, giver: str) -> bytes:
    """A piece of a source; raises SourceError if it is of a wrong type."""
    if isinstance(piece, bytes):
        return piece
    if isinstance(piece, (bytearray, memoryview)):
        return bytes(_contiguous(piece))
    hint = "; open the file in binary mode" if isinstance(piece, str) else ""
    raise SourceError(f"{_EXPECTED}, but {giver} {type(piece).__name__}{hint}")
