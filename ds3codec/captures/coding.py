"""Content coding: gzip, deflate and zstd, and bodies that are plain though their headers deny it."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator

from ..compression import Decompressor
from ..errors import CompressionError, TruncatedError, shown
from ..limits import PIECE
from .streams import Stream

__all__ = ["decoded", "is_coded"]

_CODINGS = ("", "identity", "gzip", "x-gzip", "deflate", "zstd")
_MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*<[?!A-Za-z]")


def decoded(body: Iterable[bytes], coding: str) -> Iterator[bytes]:
    """The plain bytes of a body, also if it is plain already, whatever its headers say."""
    coding = coding.strip().lower()
    stream = Stream(iter(body))
    start = stream.peek(64)
    if start and not _MARKUP.match(start):
        if coding == "deflate":
            yield from _inflated(stream)
            return
        if coding not in _CODINGS:
            raise CompressionError(f"the content coding {shown(coding)} is not supported")
    decompressor = Decompressor()
    for piece in stream:
        yield from decompressor.feed(piece)
    yield from decompressor.close()


def is_coded(coding: str, start: bytes) -> bool:
    if coding.strip().lower() in ("gzip", "x-gzip"):
        return start.startswith(b"\x1f\x8b"[: len(start)])
    return not _MARKUP.match(start)


def _inflated(body: Stream) -> Iterator[bytes]:
    """Deflate is meant to be wrapped by zlib, but some servers send it bare."""
    start = body.peek(2)
    wrapped = start[0] & 0x0F == 8 and int.from_bytes(start, "big") % 31 == 0
    inflate = zlib.decompressobj(zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS)
    for piece in body:
        rest, more = piece, True
        while (rest or more) and not inflate.eof:
            try:
                plain = inflate.decompress(rest, PIECE)
            except zlib.error as error:
                raise CompressionError(f"the deflate data is damaged: {error}") from None
            if plain:
                yield plain
            rest, more = inflate.unconsumed_tail, len(plain) == PIECE
    if not inflate.eof:
        raise TruncatedError("the deflate data ends before it is complete")
