"""Compressed bytes in, plain bytes out: gzip, bzip2, xz and zstd, known by their first bytes.

The output comes in pieces of bounded size, however much a small input expands to. Several compressed
streams in a row are one input, as their own tools have it. What is not compressed passes unchanged, also
behind a stream. A format's library is imported when it is first met, for most users never meet one.

Internal: names here may change in any release.
"""

from __future__ import annotations

import contextlib
import re
import sys
import zlib
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from .errors import CompressionError, TruncatedError
from .limits import MOST_XZ_MEMORY, PIECE

__all__ = ["Decompressor", "is_damage"]


class _Gzip:
    """zlib's decompressor, with the interface that those of bz2 and lzma have.

    Where the data are damaged, zlib gives nothing of what it had decompressed in the same call, and the whole
    of a small stream is one call. So that call is made again, for one byte each time, on a copy.
    """

    def __init__(self) -> None:
        self._zlib = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
        self._tail = b""
        self._failure: zlib.error | None = None
        self.needs_input = True

    def decompress(self, data: bytes, max_length: int) -> bytes:
        if self._failure is not None:
            raise self._failure
        before, data = self._zlib.copy(), self._tail + data
        try:
            plain = self._zlib.decompress(data, max_length)
        except zlib.error as error:
            self._failure, self.needs_input = error, False
            return _up_to_damage(before, data)
        self._tail = self._zlib.unconsumed_tail
        self.needs_input = not self._tail and len(plain) < max_length
        return plain

    @property
    def eof(self) -> bool:
        return self._zlib.eof

    @property
    def unused_data(self) -> bytes:
        return self._zlib.unused_data


def _up_to_damage(decompressor: Any, data: bytes) -> bytes:
    """What zlib gives before it finds the data damaged."""
    parts: list[bytes] = []
    with contextlib.suppress(zlib.error):
        for at in range(len(data)):
            part = decompressor.decompress(data[at : at + 1], 1)
            while part:
                parts.append(part)
                part = decompressor.decompress(decompressor.unconsumed_tail, 1)
    return b"".join(parts)


def _bzip2() -> Any:
    import bz2  # noqa: PLC0415

    return bz2.BZ2Decompressor()


def _xz() -> Any:
    import lzma  # noqa: PLC0415

    return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=MOST_XZ_MEMORY)


def _zstd() -> Any:
    try:
        if sys.version_info >= (3, 14):
            from compression import zstd  # noqa: PLC0415
        else:
            from backports import zstd  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise CompressionError(
            "the input is compressed with zstd, which needs Python 3.14 or the package backports.zstd:"
            " pip install 'ds3codec[zstd]'"
        ) from error
    return zstd.ZstdDecompressor()


class _Format(NamedTuple):
    """A format: its name, what makes a decompressor, and what the first bytes of each stream match."""

    name: str
    new_stream: Callable[[], Any]
    magic: re.Pattern[bytes]


_FORMATS = (
    _Format("gzip", _Gzip, re.compile(rb"\x1f\x8b")),
    _Format("bzip2", _bzip2, re.compile(b"BZh")),
    _Format("xz", _xz, re.compile(rb"\xfd7zXZ\x00")),
    # Or a frame to be skipped, which the tool for many threads begins with.
    _Format("zstd", _zstd, re.compile(rb"\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18")),
)
# Bytes that are decompressed in one call, for those of a call that fails are lost; but for gzip, see above.
_STEP = 256
_LONGEST_MAGIC = 6


def is_damage(error: Exception) -> bool:
    """Whether an error is one that the libraries raise for damaged data."""
    names = ("LZMAError", "ZstdError")  # known without importing them
    return isinstance(error, (zlib.error, OSError, EOFError, ValueError)) or type(error).__name__ in names


class Decompressor:
    """Decompresses one input, push by push."""

    def __init__(self) -> None:
        self._head: bytes | None = b""  # held until the format is known
        self._format: _Format | None = None
        self._stream: Any = None
        self._between = b""  # the beginning of what follows a stream, as long as it may be another one

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The plain bytes that `data` completes, in pieces; raises CompressionError."""
        if self._head is not None:
            data = self._head + data
            if len(data) < _LONGEST_MAGIC:
                self._head = data
                return
            self._recognise(data)
        # The libraries copy what they leave of a piece, time and again.
        for start in range(0, len(data), PIECE):
            yield from self._plain(data[start : start + PIECE])

    def close(self) -> Iterator[bytes]:
        """What is left at the end of the input; raises TruncatedError if it ends too early."""
        if self._head is not None:
            head = self._head
            self._recognise(head)
            if self._format is not None:
                raise TruncatedError(f"the {self._format.name} data ends before it is complete")
            yield from self._plain(head)
        if self._stream is not None and self._format is not None:
            raise TruncatedError(f"the {self._format.name} data ends before it is complete")
        if self._between:
            yield self._between

    def _recognise(self, head: bytes) -> None:
        self._head = None
        self._format = next((one for one in _FORMATS if one.magic.match(head)), None)

    def _plain(self, data: bytes) -> Iterator[bytes]:
        while data or self._stream is not None:
            if self._format is None:
                yield data
                return
            if self._stream is None:
                data = (self._between + data).lstrip(b"\0")  # padding between streams
                self._between = data if len(data) < _LONGEST_MAGIC else b""
                if self._between or not data:
                    return
                if self._format.magic.match(data) is None:
                    self._format = None  # what follows is not compressed
                    continue
                self._stream = self._format.new_stream()
            plain, damage = self._unpacked(data)
            if plain:
                yield plain
            if damage is not None:
                raise CompressionError(f"the {self._format.name} data are damaged: {damage}") from None
            data = b""
            if self._stream.eof:
                data = self._stream.unused_data
                self._stream = None
            elif self._stream.needs_input:
                return

    def _unpacked(self, data: bytes) -> tuple[bytes, Exception | None]:
        """Some 64 KiB of plain bytes, or what there is of them, and the damage that follows, if any."""
        parts: list[bytes] = []
        size, step = 0, PIECE if isinstance(self._stream, _Gzip) else _STEP
        try:
            while size < PIECE:
                parts.append(self._stream.decompress(data, step))
                data = b""
                size += len(parts[-1])
                if self._stream.eof or self._stream.needs_input:
                    break
        except Exception as error:
            if not is_damage(error):
                raise
            return b"".join(parts), error
        return b"".join(parts), None
