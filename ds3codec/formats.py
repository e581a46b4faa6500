"""The formats of files: one entry for each compression, and one for each format of tables.

Everything that reads or writes files looks formats up here. To add a compression, add an entry to
`COMPRESSIONS`, and an extra if it needs a library. To add a format of tables, add an entry to
`TABLE_FORMATS`, and a module of that name to `tables`. A library is imported on first use, because most users
need none.

Internal: names here may change in any release.
"""

from __future__ import annotations

import contextlib
import os
import sys
import zlib
from collections.abc import Callable
from types import ModuleType
from typing import Any, NamedTuple

from .limits import MOST_XZ_MEMORY, PIECE

__all__ = [
    "COMPRESSIONS",
    "FOREIGN_ENDINGS",
    "GZIP",
    "TABLE_FORMATS",
    "Compression",
    "TableFormat",
    "begins_as",
    "coded_as",
    "compression_named",
    "compression_of",
    "longest_magic",
    "recognised",
    "table_format_of",
    "without_compression",
]


class Compression(NamedTuple):
    """A compression.

    Attributes:
        name: Its name in messages and options.
        decompressor: A function that makes a decompressor like those of bz2 and lzma: with `decompress`,
            which takes data and a limit of bytes to return, `needs_input`, `eof` and `unused_data`.
        compressor: A function that makes a compressor like theirs, with `compress` and `flush`.
        magics: The possible first bytes of a stream. If there are none, only a content coding identifies the
            compression: it must have no endings, and nothing may follow a stream.
        endings: The endings of file names.
        codings: The names of its content codings in HTTP.
        package: The package that it needs in addition to Python.
        extra: Our extra that installs that package.
        step: The number of bytes to ask the decompressor for in one call. A call that finds damaged data
            returns nothing, not even the bytes before the damage.
    """

    name: str
    decompressor: Callable[[], Any]
    compressor: Callable[[], Any]
    magics: tuple[bytes, ...] = ()
    endings: tuple[str, ...] = ()
    codings: tuple[str, ...] = ()
    package: str = ""
    extra: str = ""
    step: int = 256

    @property
    def lack(self) -> str:
        """The part of an error message that says why its library is missing."""
        if not self.extra:
            return f"{self.name}, which this Python was built without"
        return f"{self.name}, which needs the package {self.package}: pip install 'ds3codec[{self.extra}]'"


class _Zlib:
    """zlib's decompressor, with the interface that those of bz2 and lzma have.

    If the data is damaged, zlib drops everything that it decompressed in the same call, which for a small
    stream is all of it. So the call is repeated on a copy, one byte at a time.
    """

    def __init__(self, wbits: int) -> None:
        self._zlib = zlib.decompressobj(wbits)
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
    """Decompress the bytes before the damage."""
    parts: list[bytes] = []
    with contextlib.suppress(zlib.error):
        for at in range(len(data)):
            part = decompressor.decompress(data[at : at + 1], 1)
            while part:
                parts.append(part)
                part = decompressor.decompress(decompressor.unconsumed_tail, 1)
    return b"".join(parts)


class _Deflate:
    """A decompressor for HTTP's "deflate": zlib's format, which some servers send without its header."""

    def __init__(self) -> None:
        self._head = b""
        self._zlib: _Zlib | None = None

    def decompress(self, data: bytes, max_length: int) -> bytes:
        if self._zlib is None:
            self._head += data
            if len(self._head) < 2:
                return b""
            is_wrapped = self._head[0] & 0x0F == 8 and int.from_bytes(self._head[:2], "big") % 31 == 0
            self._zlib, data = _Zlib(zlib.MAX_WBITS if is_wrapped else -zlib.MAX_WBITS), self._head
        return self._zlib.decompress(data, max_length)

    @property
    def needs_input(self) -> bool:
        return self._zlib is None or self._zlib.needs_input

    @property
    def eof(self) -> bool:
        return self._zlib is not None and self._zlib.eof

    @property
    def unused_data(self) -> bytes:
        return b"" if self._zlib is None else self._zlib.unused_data


_WITH_HEADER = 16 + zlib.MAX_WBITS  # the window size that makes zlib expect a gzip header


def _bz2() -> ModuleType:
    import bz2  # noqa: PLC0415

    return bz2


def _lzma() -> ModuleType:
    import lzma  # noqa: PLC0415

    return lzma


def _zstd() -> ModuleType:
    if sys.version_info >= (3, 14):
        from compression import zstd  # noqa: PLC0415
    else:
        from backports import zstd  # noqa: PLC0415
    return zstd


GZIP = Compression(
    "gzip",
    lambda: _Zlib(_WITH_HEADER),
    lambda: zlib.compressobj(wbits=_WITH_HEADER),
    magics=(b"\x1f\x8b",),
    endings=(".gz",),
    codings=("gzip", "x-gzip"),
    step=PIECE,
)

COMPRESSIONS = (
    GZIP,
    Compression(
        "bzip2",
        lambda: _bz2().BZ2Decompressor(),
        lambda: _bz2().BZ2Compressor(),
        magics=(b"BZh",),
        endings=(".bz2",),
    ),
    Compression(
        "xz",
        lambda: _lzma().LZMADecompressor(_lzma().FORMAT_XZ, memlimit=MOST_XZ_MEMORY),
        lambda: _lzma().LZMACompressor(),
        magics=(b"\xfd7zXZ\x00",),
        endings=(".xz",),
    ),
    Compression(
        "zstd",
        lambda: _zstd().ZstdDecompressor(),
        lambda: _zstd().ZstdCompressor(),
        # The second kind is a skippable frame; pzstd writes one first.
        magics=(b"\x28\xb5\x2f\xfd", *(bytes([first]) + b"\x2a\x4d\x18" for first in range(0x50, 0x60))),
        endings=(".zst", ".zstd"),
        codings=("zstd",),
        package="backports.zstd",
        extra="cli",
    ),
    Compression("deflate", _Deflate, zlib.compressobj, codings=("deflate",), step=PIECE),
)


FOREIGN_ENDINGS = (".7z", ".br", ".lz", ".lz4", ".lzma", ".lzo", ".rar", ".sz", ".z", ".zip")
"""Endings of compressions and archives that this package cannot write."""


def longest_magic() -> int:
    """Count the bytes needed to recognise every compression."""
    return max(len(magic) for one in COMPRESSIONS for magic in one.magics)


def recognised(head: bytes) -> Compression | None:
    """Recognise a compression by the first bytes of a stream."""
    return next((one for one in COMPRESSIONS if head.startswith(one.magics)), None)


def begins_as(compression: Compression, head: bytes) -> bool:
    """Tell whether a stream of this compression may begin with `head`, which may be only part of a magic."""
    return any(head.startswith(magic[: len(head)]) for magic in compression.magics)


def coded_as(coding: str) -> Compression | None:
    """Find the compression of a content coding."""
    return next((one for one in COMPRESSIONS if coding in one.codings), None)


def compression_of(name: str | os.PathLike[str]) -> Compression | None:
    """Find the compression by the ending of a file name."""
    text = os.fsdecode(name).lower()
    return next((one for one in COMPRESSIONS if text.endswith(one.endings)), None)


def compression_named(name: object) -> Compression | None:
    """Find a compression of files by its name, or by one of its endings without the dot."""
    return next((one for one in COMPRESSIONS if one.endings and _is_named(one, name)), None)


def _is_named(compression: Compression, name: object) -> bool:
    return name == compression.name or f".{name}" in compression.endings


def without_compression(name: str) -> str:
    """Remove the compression's ending from a file name, if it has one."""
    endings = [ending for one in COMPRESSIONS for ending in one.endings if name.lower().endswith(ending)]
    return name[: -len(endings[0])] if endings else name


class TableFormat(NamedTuple):
    """A format of tables.

    Attributes:
        name: Its name in options and messages, and of its module in `tables`, which has `read` and `write`.
        endings: The endings of file names.
    """

    name: str
    endings: tuple[str, ...]


TABLE_FORMATS = (
    TableFormat("parquet", (".parquet",)),
    TableFormat("arrow", (".arrow", ".feather")),
    TableFormat("csv", (".csv",)),
    TableFormat("jsonl", (".jsonl", ".ndjson")),
)


def table_format_of(name: str) -> str | None:
    """Find the format of tables by the ending of a file name, in front of a compression's ending."""
    plain = without_compression(name).lower()
    return next((one.name for one in TABLE_FORMATS if plain.endswith(one.endings)), None)
