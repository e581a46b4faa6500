"""Bytes in, blobs out, in batches or in columns: the one decoder that every way to read a document uses.

`Decoder` pushes the input, as text in pieces of 64 KiB at most, through a `Feed`: runs of plain objects are
read from the text (see `runs`), the rest goes to the parser, whose target builds the models (see `target`).
After each piece it hands out what that piece completed, so nothing piles up and nothing waits. An error ends
the decoding: first what was decoded before it is handed out, then it is raised, with its place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from ..errors import DecodeError, Ds3CodecError, SourceError, UsageError
from ..models import MasterObjectList
from .chunks import Chunks
from .feed import Feed
from .layouts import Missing
from .pool import borrowed, give_back
from .target import Target
from .text import Text

if TYPE_CHECKING:
    from .runs import Runs

__all__ = ["Decoder"]

Part = TypeVar("Part")


class Decoder(Generic[Part]):
    """Decodes one document, push by push.

    Args:
        chunks: What gathers the chunks of the document, and decides in which form they are handed out.
        strict: Whether an unknown name is an error.
        missing: Whether a required attribute that is missing is an error, or None.
        feed: What divides the text between runs and the parser.

    Attributes:
        bytes_read: Bytes fed so far, before decompression.
        blobs_read: Blobs handed out so far.
    """

    def __init__(
        self, chunks: Chunks[Part], *, strict: bool, missing: Missing, feed: type[Feed] = Feed
    ) -> None:
        if missing not in ("error", "none"):
            raise UsageError(f'missing must be "error" or "none", not {missing!r}')
        self.bytes_read: int = 0
        self.blobs_read: int = 0
        self._pair = borrowed(strict, missing)
        self._target, self._parser = self._pair
        self._target.begin(chunks)
        self._feed = feed(self._target, self._parser, partial(_runs, missing))
        self._read: Target | _Read = self._target
        self._text = Text()

    @property
    def header(self) -> MasterObjectList | None:
        """The job as far as it is read, with its nodes and no chunks; None for a lone chunk."""
        return self._read.header

    @property
    def header_complete(self) -> bool:
        """Whether the header is read: a chunk began, or the document ended."""
        return self._read.header_complete

    @property
    def unknown(self) -> Counter[str]:
        """How often each name that the schema does not have came up."""
        return self._read.unknown

    def feed(self, data: bytes) -> Iterator[list[Part]]:
        """Decode more bytes: for each piece of them, the parts that it completed.

        Raises:
            DecodeError: The document is wrong; what came before the place was handed out.
            ServerErrorResponse: The document is the server's error.
        """
        self.bytes_read += len(data)
        yield from self._parse_all(self._text.feed(data))

    def close(self) -> Iterator[list[Part]]:
        """Say that the input has ended. Yields and raises as `feed` does."""
        yield from self._parse_all(self._text.close())
        yield from self._handed_out(self._feed.close)
        self._read = _Read(self._target.header, True, self._target.unknown)
        give_back(self._pair)

    def break_off(self, error: DecodeError | SourceError) -> Iterator[list[Part]]:
        """Say why the input goes no further: yields what came of it before, and raises the error."""
        yield from self._handed_out(self._feed.flush)
        error.path = error.path or self._target.path()
        error.blobs_read = self.blobs_read
        if isinstance(error, SourceError):
            error.bytes_read = error.bytes_read or self.bytes_read
        elif error.line is None:
            error.line, error.column = self._parser.end()
        raise error

    def _parse_all(self, pieces: Iterator[bytes]) -> Iterator[list[Part]]:
        while True:
            try:
                piece = next(pieces, None)
            except DecodeError as error:
                yield from self.break_off(error)
                return
            if piece is None:
                return
            self._parser.is_utf_8 = self._text.is_utf_8
            yield from self._handed_out(partial(self._feed.feed, piece))

    def _handed_out(self, step: Callable[[], None]) -> Iterator[list[Part]]:
        """What comes of a step; then the error that it met."""
        error: Ds3CodecError | None = None
        try:
            step()
        except Ds3CodecError as met:
            error = met
        parts = self._target.take()
        self.blobs_read += self._target.chunks.count_blobs(parts)
        yield parts
        if error is not None:
            if isinstance(error, DecodeError):
                error.blobs_read = self.blobs_read
            raise error


def _runs(missing: Missing) -> Runs:
    """Make what reads runs. It is imported here, for documents that are too short to have any."""
    from .runs import Runs  # noqa: PLC0415

    return Runs(missing)


class _Read(NamedTuple):
    """What remains of a target whose document has ended: what was read of it apart from blobs."""

    header: MasterObjectList | None
    header_complete: bool
    unknown: Counter[str]
