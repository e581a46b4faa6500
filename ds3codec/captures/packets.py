"""Reads the HTTP of all connections in packet captures of tcpdump, tshark and Wireshark.

A capture is read once, front to back, and mixes the packets of several connections. So the body of an answer
grows while the capture is read on. Only job responses are kept until the caller asks for them: in memory, or
beyond some size in temporary files. Everything else is dropped at once.
"""

from __future__ import annotations

import re
import tempfile
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import IO, Any

from ..errors import SourceError, TruncatedError
from ..limits import PIECE
from ..sources import pieces
from .coding import decoded
from .connections import End, Gap, Passage, passages
from .heads import REQUEST_LINE, Head, head_end, read_head
from .recorded import PROLOG, Capture, Recorded, Response, is_ours, is_redirect, missing
from .segments import Segment, is_packets, segments
from .streams import Stream

__all__ = ["knows", "recorded"]

_IN_MEMORY = 32 * 1024 * 1024  # bytes of all waiting answers
_MOST_FILES = 100
_MOST_HEADS = 64 * 1024 * 1024  # bytes of the heads of waiting answers
_HEAD_COST = 500  # bytes of overhead per head
_LONGEST_HEAD = 64 * 1024
_MOST_REQUESTS = 32  # waiting for an answer, per connection
_LONGEST_URL = 4096
_LOOKED_AT = 4 * PROLOG  # bytes of a body, as sent, within which a job response is recognised
_NO_BODY = (204, 304)
_SWITCHED = 101
_TLS = re.compile(rb"\x16\x03[\x00-\x04]")
_BEGUN = re.compile(rb"H(?:T(?:T(?:P(?:/[^\r\n]{0,64})?)?)?)?\Z|[A-Z]{1,16}(?: [^\r\n]*\r?)?\Z")
_ANSWER = re.compile(rb"HTTP/\d(?:\.\d)? \d{3}[ \r\n]")
_LINE_END = re.compile(rb"[\r\n]")
_HTTP_2 = b"PRI * HTTP/2.0"
_TOO_MANY = "more answers are sent at once than can be kept"
_1970 = datetime(1970, 1, 1, tzinfo=timezone.utc)
_ADVICE_FOR_TLS = (
    "nobody can read them here: record where they are decrypted, with mitmdump or a browser as HAR,"
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


@dataclass(slots=True)
class _Request:
    method: str | None = None
    url: str | None = None


class _Room:
    """Counts the waiting bytes in memory, and the temporary files with the others."""

    def __init__(self) -> None:
        self.size = 0
        self.heads = 0
        self.files = 0


class _Answer:
    """An answer with the unread part of its body so far."""

    def __init__(self, traffic: _Traffic, head: Head, request: _Request, time: int) -> None:
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
        self.h11: Any = h11
        self.ready: deque[_Answer] = deque()
        self.room = _Room()
        self.encrypted = 0
        self.http_2 = 0
        self.name = capture.name
        self._failure: SourceError | None = None
        self._number = 0
        self._segments = 0
        self._is_found = False
        self._talks: dict[int, _Talk] = {}
        self._passages = passages(self._counted(segments(capture.stream, capture.name)))

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
        talk = self._talks.get(passage.connection)
        if talk is None:
            talk = self._talks[passage.connection] = _Talk(self)
        talk.feed(passage)
        if isinstance(passage.piece, End) and talk.has_ended:
            del self._talks[passage.connection]
        return True

    def conclude(self) -> None:
        """Raise SourceError if the capture could not be read, or not completely."""
        if self._failure is not None:
            raise self._failure
        if self._is_found or (self._number and not self.encrypted):
            return
        reason = "there is no HTTP in it"
        if not self._segments:
            reason = "there is no TCP in it"
        elif self.encrypted:
            reason = f"{self.encrypted:,} of its connections are encrypted with TLS; {_ADVICE_FOR_TLS}"
        elif self.http_2:
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


class _Talk:
    """The HTTP of one connection."""

    def __init__(self, traffic: _Traffic) -> None:
        self.traffic = traffic
        self.requests: deque[_Request] = deque(maxlen=_MOST_REQUESTS)  # waiting for an answer
        self.is_foreign = False
        self._ways = (_Way(self), _Way(self))

    @property
    def has_ended(self) -> bool:
        return all(way.has_ended for way in self._ways)

    def feed(self, passage: Passage) -> None:
        way = self._ways[passage.is_back]
        piece = passage.piece
        if isinstance(piece, End):
            way.end(piece)
        elif self.is_foreign:
            return
        elif isinstance(piece, Gap):
            way.break_off(piece)
        elif piece:
            way.feed(piece, passage.time)

    def lose_requests(self) -> None:
        """Keep only the last request: any number of answers may be missing from the capture."""
        while len(self.requests) > 1:
            self.requests.popleft()


class _Way:
    """The messages of one direction."""

    def __init__(self, talk: _Talk) -> None:
        self.has_ended = False
        self._talk = talk
        self._held = b""
        self._is_searching = True  # for the start of a message
        self._answer: _Answer | None = None
        self._body: _Length | _Chunks | _Rest | None = None
        self._time = 0

    def feed(self, piece: bytes, time: int) -> None:
        searched = len(self._held)
        if not self._held:
            self._time = time
        data = self._held + piece if self._held else piece
        self._held = b""
        while data and not self._talk.is_foreign:
            if self._body is not None:
                data = self._take(data)
            elif self._is_searching and not self._begins(data):
                return
            else:
                self._is_searching = False
                rest = self._head(data, searched)
                if rest is None:
                    self._hold(data)
                    return
                data = rest
            searched, self._time = 0, time

    def break_off(self, gap: Gap) -> None:
        """Handle a hole: continue at the next segment that begins with a message."""
        if self._answer is not None:
            advice = ": packets were cut when they were captured; record with -s 0" if gap.is_cut else ""
            begin = self._answer.given
            self._answer.end(
                TruncatedError(
                    f"the capture lacks {gap.length:,} bytes, {begin:,} to {begin + gap.length - 1:,} of what"
                    f" was sent as the body{advice}"
                )
            )
        self._held, self._answer, self._body, self._is_searching = b"", None, None, True
        self._talk.lose_requests()

    def end(self, end: End) -> None:
        self.has_ended = True
        if self._answer is not None:
            is_complete = end.is_orderly and isinstance(self._body, _Rest)
            what = (
                "the connection ends" if end.is_orderly else "the connection is reset, or the capture ends,"
            )
            self._answer.end(
                None
                if is_complete
                else TruncatedError(f"{what} after {self._answer.given:,} bytes of an HTTP body")
            )
        self._held, self._answer = b"", None

    def _hold(self, data: bytes) -> None:
        if len(data) > _LONGEST_HEAD:
            self._is_searching = True
        else:
            self._held = data

    def _begins(self, data: bytes) -> bool:
        """Tell whether data begins with a message; hold an incomplete beginning."""
        if _ANSWER.match(data) or REQUEST_LINE.match(data):
            return True
        if _BEGUN.match(data):
            self._hold(data)
        elif _TLS.match(data):
            self._talk.is_foreign = True
            self._talk.traffic.encrypted += 1
        return False

    def _head(self, data: bytes, searched: int) -> bytes | None:
        """Read a head, and return the bytes after it; None if the head is incomplete."""
        if not _LINE_END.search(data, max(0, searched - 1)):
            return None
        start = max(0, data.rfind(b"\n", 0, searched))
        end = head_end(data[start:])
        if end is None:
            return None
        head, line = read_head(data[: start + end]), REQUEST_LINE.match(data)
        if line is not None:
            self._begin_request(line, head)
        elif _ANSWER.match(data):
            self._begin_answer(head)
        else:
            self._is_searching = True
            return b""
        return data[start + end :]

    def _begin_request(self, line: re.Match[bytes], head: Head) -> None:
        if line[0] == _HTTP_2:
            self._talk.traffic.http_2 += 1
            self._talk.is_foreign = True
            return
        url = line[2][:_LONGEST_URL].decode("latin-1")
        self._talk.requests.append(_Request(line[1].decode(), url))
        self._body = self._framing(head, _Length(0))

    def _begin_answer(self, head: Head) -> None:
        status = head.status or 0
        if status < 200 and status != _SWITCHED:
            return
        request = self._talk.requests.popleft() if self._talk.requests else _Request()
        if status == _SWITCHED or (request.method == "CONNECT" and status < 300):
            self._talk.is_foreign = True
            return
        self._answer = _Answer(self._talk.traffic, head, request, self._time)
        has_none = request.method == "HEAD" or status in _NO_BODY
        self._body = _Length(0) if has_none else self._framing(head, _Rest())
        self._take(b"")

    def _framing(self, head: Head, otherwise: _Length | _Rest) -> _Length | _Chunks | _Rest:
        if "chunked" in head.fields.get("transfer-encoding", "").lower():
            return _Chunks(self._talk.traffic.h11)
        return otherwise if head.length is None else _Length(head.length)

    def _take(self, data: bytes) -> bytes:
        """Take the bytes of the body, and return the rest."""
        if self._body is None:
            return data
        body, rest = self._body.take(data)
        if self._answer is not None:
            for piece in body:
                self._answer.put(piece)
        if self._body.is_complete:
            if self._answer is not None:
                self._answer.end(self._body.failure)
            self._is_searching = self._body.failure is not None
            self._body = self._answer = None
        return rest


class _Length:
    """A body of a declared length."""

    failure: TruncatedError | None = None

    def __init__(self, length: int) -> None:
        self._left = length

    @property
    def is_complete(self) -> bool:
        return self._left == 0

    def take(self, data: bytes) -> tuple[list[bytes], bytes]:
        part = data[: self._left]
        self._left -= len(part)
        return [part] if part else [], data[len(part) :]


class _Rest:
    """A body that ends with the connection."""

    failure: TruncatedError | None = None
    is_complete = False

    def take(self, data: bytes) -> tuple[list[bytes], bytes]:
        return [data] if data else [], b""


class _Chunks:
    """A body in chunks, read by h11."""

    def __init__(self, h11: Any) -> None:
        self.failure: TruncatedError | None = None
        self.is_complete = False
        self._h11 = h11
        self._connection = h11.Connection(h11.CLIENT)
        self._connection.send(h11.Request(method="GET", target="/", headers=[("Host", "captured")]))
        self._connection.send(h11.EndOfMessage())
        self._connection.receive_data(b"HTTP/1.1 200 \r\nTransfer-Encoding: chunked\r\n\r\n")
        self._connection.next_event()

    def take(self, data: bytes) -> tuple[list[bytes], bytes]:
        if data:
            self._connection.receive_data(data)
        found: list[bytes] = []
        try:
            while isinstance(event := self._connection.next_event(), self._h11.Data):
                found.append(bytes(event.data))
        except self._h11.RemoteProtocolError:
            self.failure = TruncatedError("the chunks of the body are damaged")
            self.is_complete = True
            return found, b""
        if isinstance(event, self._h11.EndOfMessage):
            self.is_complete = True
            return found, bytes(self._connection.trailing_data[0])
        return found, b""


def _date(nanoseconds: int) -> datetime | None:
    try:
        return _1970 + timedelta(microseconds=nanoseconds // 1000)
    except OverflowError:
        return None
