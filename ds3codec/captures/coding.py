"""Decodes content codings, and passes bodies that are plain despite their headers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..compression import decompressed
from ..decoding.scanner import begins_as_markup
from ..errors import CompressionError
from ..formats import begins_as, coded_as
from .streams import Stream

__all__ = ["decoded", "is_coded"]

_OTHER_CODINGS = ("br", "compress", "x-compress", "dcb", "dcz", "exi")  # only these are quoted in messages


def decoded(body: Iterable[bytes], coding: str) -> Iterator[bytes]:
    """Decode a body; it may already be plain, whatever its headers say."""
    coding = coding.strip().lower()
    stream = Stream(iter(body))
    start = stream.peek(64)
    compression = None
    if start and not begins_as_markup(start) and coding not in ("", "identity"):
        compression = coded_as(coding)
        if compression is None:
            name = f"the content coding {coding}" if coding in _OTHER_CODINGS else "this content coding"
            raise CompressionError(f"{name} is not supported")
    # A magic number is more reliable than the header.
    by_name = compression is not None and not compression.magics
    yield from decompressed(stream, compression if by_name else None)


def is_coded(coding: str, start: bytes) -> bool:
    """Tell by its first bytes whether a body may be in the coding that its headers declare."""
    compression = coded_as(coding.strip().lower())
    if compression is not None and compression.magics:
        return begins_as(compression, start)
    return not begins_as_markup(start)
