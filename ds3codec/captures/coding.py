"""Content coding: gzip, deflate and zstd, and bodies that are plain though their headers deny it."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from typing import Any

from ..decoding.scanner import begins_as_markup
from ..errors import CompressionError, TruncatedError
from ..limits import PIECE
from ..sources import pieces
from .streams import Stream, decompressed

__all__ = ["decoded", "is_coded"]

_CODINGS = ("", "identity", "gzip", "x-gzip", "deflate", "zstd")
_OTHER_CODINGS = ("br", "compress", "x-compress", "dcb", "dcz", "exi")  # nothing else of a header is quoted


def decoded(body: Iterable[bytes], coding: str) -> Iterator[bytes]:
    """The plain bytes of a body, also if it is plain already, whatever its headers say."""
    coding = coding.strip().lower()
    stream = Stream(iter(body))
    start = stream.peek(64)
    if start and not begins_as_markup(start):
        if coding == "deflate":
            yield from _inflated(stream)
            return
        if coding not in _CODINGS:
            name = f"the content coding {coding}" if coding in _OTHER_CODINGS else "this content coding"
            raise CompressionError(f"{name} is not supported")
    yield from decompressed(stream)


def is_coded(coding: str, start: bytes) -> bool:
    if coding.strip().lower() in ("gzip", "x-gzip"):
        return start.startswith(b"\x1f\x8b"[: len(start)])
    return not begins_as_markup(start)


def _inflated(body: Stream) -> Iterator[bytes]:
    """Deflate is meant to be wrapped by zlib, but some servers send it bare."""
    start = body.peek(2)
    wrapped = start[0] & 0x0F == 8 and int.from_bytes(start, "big") % 31 == 0
    inflate = zlib.decompressobj(zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS)
    for piece in body:
        rest, more = piece, True
        while (rest or more) and not inflate.eof:
            before = inflate.copy()
            try:
                plain = inflate.decompress(rest, PIECE)
            except zlib.error as error:
                yield from pieces(_intact(before, rest))
                raise CompressionError(f"the deflate data is damaged: {error}") from None
            if plain:
                yield plain
            rest, more = inflate.unconsumed_tail, len(plain) == PIECE
    if not inflate.eof:
        raise TruncatedError("the deflate data ends before it is complete")


def _intact(inflate: Any, data: bytes) -> bytes:
    """What damaged data decompresses to before the place of the damage; at most a piece."""
    plain = bytearray()
    try:
        for place in range(len(data)):
            rest = data[place : place + 1]
            while (byte := inflate.decompress(rest, 1)) or inflate.unconsumed_tail:
                plain += byte
                rest = inflate.unconsumed_tail
    except zlib.error:
        """The damage, of which the caller tells."""
    return bytes(plain)
