"""Reads the HTTP of all connections in packet captures of tcpdump, tshark and Wireshark.

A capture is read once, front to back, and mixes the packets of several connections. So the body of an answer
grows while the capture is read on. Only job responses are kept until the caller asks for them: in memory, or
beyond some size in temporary files. Everything else is dropped at once.
"""

from __future__ import annotations

import tempfile
from collections import Counter, deque
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import IO, Any, Literal

from ..errors import SourceError, TruncatedError
from ..limits import PIECE
from ..sources import pieces
from .coding import decoded
from .connections import End, passages
from .heads import Head
from .messages import Conversation, SentRequest
from .recorded import PROLOG, Capture, Recorded, Response, is_ours, is_redirect, missing
from .segments import Segment, is_packets, segments
from .streams import Stream

__all__ = ["knows", "recorded"]

_IN_MEMORY = 32 * 1024 * 1024  # bytes of all waiting answers
_MOST_FILES = 100
_MOST_HEADS = 64 * 1024 * 1024  # bytes of the heads of waiting answers
_HEAD_COST = 500  # bytes of overhead per head
_LOOKED_AT = 4 * PROLOG  # bytes of a body, as sent, within which a job response is recognised
_TOO_MANY = "more answers are sent at once than can be kept"
_1970 = datetime(1970, 1, 1, tzinfo=timezone.utc)
_ADVICE_FOR_TLS = (
    "they cannot be read: record where they are decrypted, with mitmdump or a browser as HAR,"
    " or turn to the data path without TLS"
)


def knows(start: bytes) -> bool:
    return is_packets(start)


def recorded(capture: Capture) -> Iterator[Recorded]:
    traffic = _Traffic(capture)
    while traffic.goes_on():
        answer = traffic.taken()
        yield answer.response, answer.is_wanted
        answer.abandon()
    traffic.conclude()


class _Room:
    """Counts the waiting bytes in memory, and the temporary files with the others."""

    def __init__(self) -> None:
        self.size = 0
        self.heads = 0
        self.files = 0


class _Answer:
    """An answer with the unread part of its body so far."""

    def __init__(self, traffic: _Traffic, head: Head, request: SentRequest, time: int) -> None:
        self.is_wanted = False
        self.is_decided = False
        self.given = 0
        self._traffic = traffic
        self._room = traffic.room
        self._pieces: deque[bytes] = deque()
        self._file: IO[bytes] | None = None
        self._in_memory = self._read = self._written = 0  # bytes
        self._has_ended = False
        self._failure: TruncatedError | None = None
        self._coding = head.coding
        self.head_size = _HEAD_COST + sum(map(len, head.fields.values()))
        self.response = Response(
            traffic.next_origin(),
            Stream(decoded(self._body(), head.coding)),
            head.status,
            head.fields,
            request.method,
            request.url,
            remarks=head.remarks,
            time=_date(time),
        )
        if is_redirect(head.status) or is_ours(request.method, request.url, Stream(iter(()))):
            self._decide(is_wanted=not is_redirect(head.status))

    def put(self, piece: bytes) -> None:
        """Take a piece of the body."""
        self.given += len(piece)
        if self.is_decided and not self.is_wanted:
            return
        if self._file is None and self._room.size > _IN_MEMORY and self.is_decided:
            self._room.files += 1
            if self._room.files > _MOST_FILES:
                raise SourceError(f"cannot read {self._traffic.name!r} any further: {_TOO_MANY}")
            self._file = tempfile.TemporaryFile()  # noqa: SIM115  (closed by `abandon`)
        if self._file is None:
            self._room.size += len(piece)
            self._in_memory += len(piece)
            self._pieces.append(piece)
        else:
            self._file.seek(self._written)
            self._written += self._file.write(piece)
        if not self.is_decided and (self.given >= _LOOKED_AT or self._room.size > _IN_MEMORY):
            self._look()

    def end(self, failure: TruncatedError | None = None) -> None:
        if not self._has_ended:
            self._has_ended, self._failure = True, failure
            if not self.is_decided:
                self._look()

    def abandon(self) -> None:
        """Drop the rest of the body: it is not needed."""
        self.is_wanted, self.is_decided = False, True
        self._room.size -= self._in_memory
        self._pieces.clear()
        self._in_memory = self._read = self._written = 0
        if self._file is not None:
            self._file.close()
            self._file = None
            self._room.files -= 1

    def _look(self) -> None:
        start = Stream(decoded(iter(list(self._pieces)), self._coding))
        self._decide(is_wanted=is_ours(None, None, start))

    def _decide(self, *, is_wanted: bool) -> None:
        self.is_wanted, self.is_decided = is_wanted, True
        if not is_wanted:
            self.abandon()
        self._traffic.put(self)

    def _body(self) -> Iterator[bytes]:
        while True:
            while not self._has_ended and self._waiting() < PIECE and self._traffic.step():
                """`step` adds to the body."""
            if not self._waiting():
                break
            if self._file is None or self._pieces:
                data = b"".join(self._pieces)
                self._pieces.clear()
                self._room.size -= len(data)
                self._in_memory = 0
            else:
                self._file.seek(self._read)
                data = self._file.read(min(PIECE, self._written - self._read))
                self._read += len(data)
            yield from pieces(data)
        if self._failure is not None:
            raise self._failure

    def _waiting(self) -> int:
        return self._in_memory + self._written - self._read


class _Traffic:
    """The state of reading a capture.

    Attributes:
        ready: The answers that are known to be job responses or not.
        room: The memory that waiting answers take.
        name: The capture's name in messages.
    """

    def __init__(self, capture: Capture) -> None:
        try:
            import h11  # noqa: PLC0415  (optional dependency)
        except ModuleNotFoundError as error:
            raise missing("h11", "packet captures") from error
        self._h11: Any = h11
        self.ready: deque[_Answer] = deque()
        self.room = _Room()
        self._skipped: Counter[str] = Counter()  # connections, by what they carry
        self.name = capture.name
        self._failure: SourceError | None = None
        self._number = 0
        self._segments = 0
        self._is_found = False
        self._conversations: dict[int, Conversation] = {}
        self._passages = passages(self._counted(segments(capture.stream, capture.name)))

    def begin(self, head: Head, request: SentRequest, time: int) -> _Answer:
        return _Answer(self, head, request, time)

    def skips(self, what: Literal["TLS", "HTTP/2"]) -> None:
        self._skipped[what] += 1

    def next_origin(self) -> str:
        self._number += 1
        return f"{self.name}#{self._number}"

    def put(self, answer: _Answer) -> None:
        self._is_found = self._is_found or answer.is_wanted
        self.ready.append(answer)
        self.room.heads += answer.head_size
        if self.room.heads > _MOST_HEADS:
            raise SourceError(f"cannot read {self.name!r} any further: {_TOO_MANY}")

    def goes_on(self) -> bool:
        """Read on until an answer is ready; False at the end of the capture."""
        while not self.ready:
            if not self.step():
                return False
        return True

    def taken(self) -> _Answer:
        answer = self.ready.popleft()
        self.room.heads -= answer.head_size
        return answer

    def step(self) -> bool:
        """Read the next passage; False at the end of the capture."""
        passage = next(self._passages, None)
        if passage is None:
            return False
        conversation = self._conversations.get(passage.connection)
        if conversation is None:
            conversation = self._conversations[passage.connection] = Conversation(self, self._h11)
        conversation.feed(passage)
        if isinstance(passage.piece, End) and conversation.has_ended:
            del self._conversations[passage.connection]
        return True

    def conclude(self) -> None:
        """Raise SourceError if the capture could not be read, or not completely."""
        if self._failure is not None:
            raise self._failure
        encrypted = self._skipped["TLS"]
        if self._is_found or (self._number and not encrypted):
            return
        reason = "it contains no HTTP"
        if not self._segments:
            reason = "it contains no TCP"
        elif encrypted:
            reason = f"{encrypted:,} of its connections are encrypted with TLS; {_ADVICE_FOR_TLS}"
        elif self._skipped["HTTP/2"]:
            reason = "its HTTP is HTTP/2, which is not read from packets; record as HAR, or with curl -i"
        raise SourceError(f"cannot read {self.name!r}: {reason}")

    def _counted(self, found: Iterator[Segment]) -> Iterator[Segment]:
        """Yield the segments up to an error; `conclude` raises that error."""
        try:
            for segment in found:
                self._segments += 1
                yield segment
        except SourceError as error:
            self._failure = error


def _date(nanoseconds: int) -> datetime | None:
    try:
        return _1970 + timedelta(microseconds=nanoseconds // 1000)
    except OverflowError:
        return None
