"""Byte streams with lookahead, over a capture or a part of it."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from ..compression import decompressed
from ..errors import DecodeError, SourceError
from ..sources import Source, pieces

__all__ = ["BOM", "SPACE", "PassedOver", "Stream", "Tally", "stored"]

SPACE = b" \t\r\n"
BOM = b"\xef\xbb\xbf"


_MOST_NAMED = 1000  # skipped exchanges; the rest is only counted


@dataclass(frozen=True)
class PassedOver:
    """A skipped file or exchange, unrelated to jobs.

    Attributes:
        name: Its name, safe to show.
        reason: The reason for skipping it.
        kind: "file", "response" or "redirect".
        count: The number of exchanges that this stands for; 1 if they are named one by one.
    """

    name: str
    reason: str
    kind: str = "file"
    count: int = 1


@dataclass(slots=True)
class Tally:
    """The progress of reading; pass one to all calls of `responses`.

    Attributes:
        bytes_read: Bytes read of the captures as stored, for a progress bar.
        skipped: The number of exchanges unrelated to jobs: other operations with other bodies, and entries
            of a HAR without an answer.
        redirects: The number of redirects; the exchanges they lead to follow them.
        on_read: A callback, called about every 64 KiB.
        passed_over: The skipped exchanges and redirects, one by one; the last of a thousand stands for all
            that follow. A caller that has reported them may clear the list.
    """

    bytes_read: int = 0
    skipped: int = 0
    redirects: int = 0
    on_read: Callable[[], object] | None = field(default=None, repr=False, compare=False)
    passed_over: list[PassedOver] = field(default_factory=list, repr=False, compare=False)

    def pass_over(self, one: PassedOver) -> None:
        """Count a skipped exchange, and list it; a file of an archive is only listed."""
        self.redirects += one.kind == "redirect"
        self.skipped += one.kind == "response"
        if len(self.passed_over) < _MOST_NAMED:
            self.passed_over.append(one)
        else:
            last = self.passed_over[-1]
            self.passed_over[-1] = PassedOver(last.name, "and others that follow", "response", last.count + 1)


class Stream:
    """An iterator of bytes with lookahead, and room to put bytes back.

    An exception of the iterator is raised once all bytes before it are read, not when they are peeked at; and
    again on every further read.

    Attributes:
        told: True once the stream has raised an error of this package, which ended it.
        begun: True once anything was read.
        remarks: Facts no longer visible in the bytes, such as omissions of their recorder.
    """

    def __init__(self, data: Iterator[bytes]) -> None:
        self._data = data
        self._held = b""
        self._at = 0  # position in `_held` of the first unread byte
        self._failure: BaseException | None = None
        self.told: bool = False
        self.begun: bool = False
        self.remarks: list[str] = []

    @property
    def has_failed(self) -> bool:
        """True if an error is pending, to be raised after the held bytes."""
        return self._failure is not None

    def peek(self, size: int) -> bytes:
        """Return the next bytes without taking them; fewer only at the end."""
        if len(self._held) - self._at < size and self._failure is None:
            self._hold(size)
        return self._held[self._at : self._at + size]

    def _hold(self, size: int) -> None:
        parts, length = [self._held[self._at :]], len(self._held) - self._at
        self._at = 0
        try:
            while length < size and (piece := next(self._data, None)) is not None:
                parts.append(piece)
                length += len(piece)
        except BaseException as error:
            self._failure = error
            if not isinstance(error, Exception):  # such as an interrupt, which must not be delayed
                raise
        finally:
            self._held = b"".join(parts)

    def read(self, size: int) -> bytes:
        """Take the next bytes; fewer only at the end, none after it."""
        data = self.peek(size)
        self.begun = True
        if size and not data and self._failure is not None:
            self.told = isinstance(self._failure, (DecodeError, SourceError))
            raise self._failure
        self._at += len(data)
        return data

    def take(self) -> bytes:
        """Take the held bytes, or else the next piece; nothing at the end."""
        self.peek(1)
        return self.read(len(self._held) - self._at or 1)

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.take, b"")

    def give_back(self, data: bytes) -> None:
        self._held, self._at = data + self._held[self._at :], 0

    def transform(self, change: Callable[[Stream], Iterator[bytes]]) -> None:
        """Replace the rest of the stream with a function's output for it."""
        rest = Stream(self._data)
        rest._held, rest._at, rest._failure = self._held, self._at, self._failure
        self._data, self._held, self._at, self._failure = change(rest), b"", 0, None

    def skip_space(self) -> None:
        while (held := self.peek(1)) and held in SPACE:
            self.give_back(self.take().lstrip(SPACE))

    def abandon(self) -> None:
        """End the stream here, and close its iterator."""
        if isinstance(self._data, Generator):
            self._data.close()
        self._data = iter(())
        self._held, self._at = b"", 0


def stored(opened: AbstractContextManager[Source], tally: Tally) -> Generator[bytes, None, None]:
    """Yield a capture's decompressed bytes; closes the file here, since a body may outlive `responses`."""
    with opened as source:
        yield from decompressed(_counted(source, tally))


def _counted(source: Source, tally: Tally) -> Iterator[bytes]:
    for piece in pieces(source):
        tally.bytes_read += len(piece)
        if tally.on_read is not None:
            tally.on_read()
        yield from pieces(piece)  # the pieces of an iterable may be of any size
