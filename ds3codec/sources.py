"""Reads any source as a stream of bytes: a path, bytes, a binary file object, an iterable of bytes.

Internal: names here may change in any release.
"""

from __future__ import annotations

import io
import os
from collections.abc import AsyncIterable, Callable, Generator, Iterable, Iterator, Mapping
from time import perf_counter
from typing import Any

from .decoding.scanner import begins_as_markup
from .errors import Ds3CodecError, FileError, SourceError, quoted_name, shown
from .limits import PIECE
from .options import BinaryFile, Source
from .remote import RemoteFile, is_url

__all__ = ["BinaryFile", "Source", "advice_for_async", "as_bytes", "opened", "pieces", "source_failed"]


# Small pieces are gathered after `_QUICK` of them came in a row, each within `_PAUSE` seconds.
_QUICK = 8
_PAUSE = 0.0005


_EXPECTED = "expected a path, bytes, a binary file object or an iterable of bytes"

# Objects that are nearly a source, recognised by a method, each with the source to pass instead.
_NEARLY = {
    "iter_bytes": "pass response.iter_bytes()",  # httpx
    "iter_any": "pass response.content.iter_any() to aread",  # the content of an aiohttp response
    "content_disposition": "pass response.content.iter_any() to aread",  # an aiohttp response
    "__aiter__": "it is asynchronous: pass it to aread",
}
_NEARLY_ASYNC = {
    "aiter_bytes": "pass response.aiter_bytes()",  # httpx
    "iter_any": "pass response.content.iter_any()",  # aiohttp; iterating over the content yields lines
    "content_disposition": "pass response.content.iter_any()",  # an aiohttp response
}


def pieces(source: Source) -> Generator[bytes, None, None]:
    """Yield the bytes of a source as they come. A file that was opened here is closed at the end.

    Raises:
        SourceError: The source has a wrong type, or reading it fails.
    """
    if isinstance(source, (bytes, bytearray, memoryview)):
        yield from _sliced(_contiguous(source))
    elif isinstance(source, (str, os.PathLike)):
        with opened(source) as file:
            yield from _read(file)
    elif advice := _advice(source):
        raise SourceError(advice)
    elif callable(getattr(source, "read", None)) and not isinstance(source, type):
        yield from _read(source)
    elif isinstance(source, Iterable):
        yield from _iterated(source)
    else:
        raise SourceError(f"{_EXPECTED}, not {type(source).__name__}")


def source_failed(error: Exception, what: str) -> SourceError:
    """Make our error from an exception that a source raised."""
    told = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return SourceError(f"cannot read {what}: {told}")


def advice_for_async(source: object) -> str:
    """Name the right source to pass instead; empty if `source` is an asynchronous iterable of bytes."""
    name = type(source).__name__
    expected = f"expected an asynchronous iterable of bytes, not {name}"
    for method, advice in _NEARLY_ASYNC.items():
        if hasattr(source, method):
            return f"{expected}; {advice}"
    if isinstance(source, AsyncIterable):
        return ""
    return f"{expected}; decode and JobReader take paths, bytes, files and iterables"


def _advice(source: object) -> str:
    """Name the right source to pass instead of an object that is nearly one; empty for any other."""
    if isinstance(source, io.TextIOBase):
        return f"cannot read {_named(source)} as bytes; open the file in binary mode"
    for method, advice in _NEARLY.items():
        if not isinstance(source, type) and hasattr(source, method):
            return f"{_EXPECTED}, not {type(source).__name__}; {advice}"
    return ""


def _iterated(source: Iterable[bytes]) -> Iterator[bytes]:
    try:
        yield from _gathered(source)
    except Ds3CodecError:
        raise
    except Exception as error:
        raise source_failed(error, f"the {type(source).__name__}") from error


def _gathered(source: Iterable[bytes]) -> Iterator[bytes]:
    """Gather small pieces that come without a pause, because each piece has a fixed cost.

    Pieces that are held when the source pauses have to wait for as long as it does. After each such pause,
    twice as many quick pieces are needed before gathering starts again, so a slow source is handed out at
    once.
    """
    held: list[bytes] = []
    size, quick, needed = 0, 0, _QUICK
    before = perf_counter()
    try:
        for piece in source:
            now = perf_counter()
            if now - before < _PAUSE:
                quick += 1
            else:
                quick, needed = 0, 2 * needed if held else needed
            before = now
            if piece.__class__ is not bytes:
                piece = as_bytes(piece, "an iterable gave")  # noqa: PLW2901
            held.append(piece)
            size += len(piece)
            if quick < needed or size >= PIECE:
                yield b"".join(held)
                held.clear()
                size, before = 0, perf_counter()
    except Exception:
        if held:
            yield b"".join(held)
        raise
    if held:
        yield b"".join(held)


def _sliced(data: memoryview) -> Iterator[bytes]:
    for start in range(0, len(data), PIECE):
        yield data[start : start + PIECE].tobytes()


def _contiguous(data: bytes | bytearray | memoryview) -> memoryview:
    try:
        view = memoryview(data)
        return (view if view.c_contiguous else memoryview(view.tobytes())).cast("B")
    except ValueError as error:
        raise SourceError(f"cannot read a memoryview: {error}") from error


def opened(path: str | os.PathLike[str], options: Mapping[str, Any] | None = None, start: int = 0) -> Any:
    """Open a path or URL as a binary file object, from an offset.

    Args:
        path: The path or URL.
        options: The options for fsspec, if it is a URL.
        start: The offset of the first byte to read.

    Raises:
        SourceError: The path or URL cannot be opened.
    """
    if is_url(path):
        return RemoteFile(str(path), options or {}, start)
    try:
        file = io.FileIO(path)
        if start:
            file.seek(start)
        return file
    except (OSError, ValueError) as error:
        name, cause = os.fsdecode(path), error
    failure = _not_opened(name, cause)
    # The system's error quotes the name: it may be the cause only if that name is safe to show.
    raise failure from (cause if isinstance(failure, FileError) and failure.filename == name else None)


def _not_opened(name: str, error: OSError | ValueError) -> SourceError:
    if begins_as_markup(name.encode(errors="replace")) or name.lstrip("\ufeff \t\r\n").startswith("{"):
        return SourceError(f"a str is a path, and {shown(name)} looks like a document: pass it as bytes")
    if isinstance(error, OSError):
        return FileError.of(error, name)
    return SourceError(f"cannot read {quoted_name(name)}: {error}")


def _read(file: Any) -> Iterator[bytes]:
    read: Callable[[int], bytes | None] = getattr(file, "read1", None) or file.read
    while True:
        try:
            piece = read(PIECE)
            if piece == b"" and isinstance(file, io.BufferedReader):
                piece = _asked_again(file)
        except Ds3CodecError:
            raise
        except Exception as error:
            raise _file_failed(file, error) from error
        if piece is None:
            raise SourceError(f"cannot read {_named(file)}: it has no bytes at the moment")
        if not (piece := as_bytes(piece, "a file object gave")):
            return
        yield piece


def _file_failed(file: Any, error: Exception) -> SourceError:
    if isinstance(error, OSError) and error.strerror and isinstance(getattr(file, "name", None), str):
        return FileError.of(error, file.name)
    if isinstance(error, OSError) and error.strerror:
        return SourceError(f"cannot read {_named(file)}: {error.strerror}")
    return source_failed(error, _named(file))


def _asked_again(file: io.BufferedReader) -> bytes | None:
    """Ask again after `read1` returned nothing: for a non-blocking file that need not be the end."""
    try:
        waits = os.get_blocking(file.fileno())
    except (OSError, AttributeError):
        return b""
    return b"" if waits else file.read(PIECE)


def _named(file: Any) -> str:
    """Name a file object. Its repr is not safe: it may contain a URL with its secrets."""
    name = getattr(file, "name", None)
    return quoted_name(name) if isinstance(name, str) else f"the {type(file).__name__}"


def as_bytes(piece: object, giver: str) -> bytes:
    """Return a piece of a source as bytes. Raises SourceError if it has a wrong type."""
    if isinstance(piece, bytes):
        return piece
    if isinstance(piece, (bytearray, memoryview)):
        return bytes(_contiguous(piece))
    hint = "; open the file in binary mode" if isinstance(piece, str) else ""
    raise SourceError(f"{_EXPECTED}, but {giver} {type(piece).__name__}{hint}")
