"""Streams of bytes that can be looked into, over a capture or a part of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from ..compression import Decompressor
from ..errors import DecodeError, SourceError
from ..sources import Source, pieces

if TYPE_CHECKING:
    from .recorded import Tally

__all__ = ["BOM", "SPACE", "Stream", "stored"]

SPACE = b" \t\r\n"
BOM = b"\xef\xbb\xbf"


class Stream:
    """An iterator of bytes that can be looked into and given back to.

    What the iterator raises is raised behind the bytes before it, also if they were only looked at.
    """

    def __init__(self, data: Iterator[bytes]) -> None:
        self._data = data
        self._held = b""
        self._failure: DecodeError | SourceError | None = None

    def peek(self, size: int) -> bytes:
        """The next bytes, which stay; fewer only at the end."""
        try:
            while len(self._held) < size and (piece := next(self._data, None)) is not None:
                self._held += piece
        except (DecodeError, SourceError) as error:
            self._failure = error
        return self._held[:size]

    def read(self, size: int) -> bytes:
        """The next bytes; fewer only at the end, none behind it."""
        data = self.peek(size)
        if size and not data and self._failure is not None:
            failure, self._failure = self._failure, None
            raise failure
        self._held = self._held[len(data) :]
        return data

    def take(self) -> bytes:
        """What is at hand, or the next piece; nothing at the end."""
        self.peek(1)
        return self.read(len(self._held) or 1)

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.take, b"")

    def give_back(self, data: bytes) -> None:
        self._held = data + self._held

    def replace(self, size: int, data: bytes) -> None:
        """Put other bytes in the place of the next ones."""
        self.read(size)
        self.give_back(data)

    def skip_space(self) -> None:
        while (held := self.peek(1)) and held in SPACE:
            self.give_back(self.take().lstrip(SPACE))

    def abandon(self) -> None:
        """End here, for nobody knows what the rest is."""
        self._data = iter(())
        self._held = b""


def stored(opened: AbstractContextManager[Source], tally: Tally) -> Iterator[bytes]:
    """The bytes of a capture, not compressed; here the file is closed, for a body may outlive `responses`."""
    decompressor = Decompressor()
    with opened as source:
        for piece in pieces(source):
            tally.bytes_read += len(piece)
            for part in pieces(piece):  # what an iterable gives may be of any size
                yield from decompressor.feed(part)
    yield from decompressor.close()
