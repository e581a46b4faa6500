"""Streams of bytes that can be looked into, over a capture or a part of it."""

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


_MOST_NAMED = 1000  # of what is passed over; the rest is counted


@dataclass(frozen=True)
class PassedOver:
    """A file or an exchange that is not read, for it has nothing to do with jobs.

    Attributes:
        name: Which it is, as it may be shown.
        reason: Why it is passed over.
        kind: "file", "response" or "redirect".
        count: How many they are, where they are not named one by one.
    """

    name: str
    reason: str
    kind: str = "file"
    count: int = 1


@dataclass(slots=True)
class Tally:
    """What was read so far: give one to all calls of `responses`.

    Attributes:
        bytes_read: Bytes of the captures as they are stored, for a progress bar.
        skipped: Exchanges that have nothing to do with jobs: other operations with other bodies, and
            entries of a HAR without an answer.
        redirects: Redirects, which are followed by what they lead to.
        on_read: Called whenever some 64 KiB were read.
        passed_over: Both of these, one by one; the last of a thousand stands for all that follow. Whoever has
            told of them may clear the list.
    """

    bytes_read: int = 0
    skipped: int = 0
    redirects: int = 0
    on_read: Callable[[], object] | None = field(default=None, repr=False, compare=False)
    passed_over: list[PassedOver] = field(default_factory=list, repr=False, compare=False)

    def pass_over(self, one: PassedOver) -> None:
        """Count an exchange that is not read, and keep which it is."""
        self.redirects += one.kind == "redirect"
        self.skipped += one.kind != "redirect"
        if len(self.passed_over) < _MOST_NAMED:
            self.passed_over.append(one)
        else:
            last = self.passed_over[-1]
            self.passed_over[-1] = PassedOver(last.name, "and others that follow", "response", last.count + 1)


class Stream:
    """An iterator of bytes that can be looked into and given back to.

    What the iterator raises is raised after the bytes before it, also if they were only looked at, and again
    whenever more is asked for.

    Attributes:
        told: Whether an error of this package ended the stream, and was raised.
        begun: Whether anything was read.
        remarks: What cannot be seen in the bytes any more, such as what their recorder leaves out.
    """

    def __init__(self, data: Iterator[bytes]) -> None:
        self._data = data
        self._held = b""
        self._at = 0  # what is before it was read
        self._failure: BaseException | None = None
        self.told: bool = False
        self.begun: bool = False
        self.remarks: list[str] = []

    @property
    def has_failed(self) -> bool:
        """Whether an error was met, which is raised behind what is held."""
        return self._failure is not None

    def peek(self, size: int) -> bytes:
        """The next bytes, which stay; fewer only at the end."""
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
            if not isinstance(error, Exception):  # an interrupt does not wait
                raise
        finally:
            self._held = b"".join(parts)

    def read(self, size: int) -> bytes:
        """The next bytes; fewer only at the end, none after it."""
        data = self.peek(size)
        self.begun = True
        if size and not data and self._failure is not None:
            self.told = isinstance(self._failure, (DecodeError, SourceError))
            raise self._failure
        self._at += len(data)
        return data

    def take(self) -> bytes:
        """What is at hand, or the next piece; nothing at the end."""
        self.peek(1)
        return self.read(len(self._held) - self._at or 1)

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.take, b"")

    def give_back(self, data: bytes) -> None:
        self._held, self._at = data + self._held[self._at :], 0

    def transform(self, change: Callable[[Stream], Iterator[bytes]]) -> None:
        """Go on with what a function makes of the rest."""
        rest = Stream(self._data)
        rest._held, rest._at, rest._failure = self._held, self._at, self._failure
        self._data, self._held, self._at, self._failure = change(rest), b"", 0, None

    def skip_space(self) -> None:
        while (held := self.peek(1)) and held in SPACE:
            self.give_back(self.take().lstrip(SPACE))

    def abandon(self) -> None:
        """End here, for nobody knows what the rest is."""
        if isinstance(self._data, Generator):
            self._data.close()
        self._data = iter(())
        self._held, self._at = b"", 0


def stored(opened: AbstractContextManager[Source], tally: Tally) -> Generator[bytes, None, None]:
    """The bytes of a capture, not compressed; here the file is closed, for a body may outlive `responses`."""
    with opened as source:
        yield from decompressed(_counted(source, tally))


def _counted(source: Source, tally: Tally) -> Iterator[bytes]:
    for piece in pieces(source):
        tally.bytes_read += len(piece)
        if tally.on_read is not None:
            tally.on_read()
        yield from pieces(piece)  # what an iterable gives may be of any size
