"""The HTTP of one connection in a packet capture: requests, and answers whose bodies grow passage by passage.

A capture may begin or have holes anywhere, so each direction searches for the start of a message whenever it
lost its place.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from ..errors import TruncatedError
from .connections import End, Gap, Passage
from .heads import REQUEST_LINE, Head, head_end, read_head

__all__ = ["Answer", "Conversation", "Listener", "SentRequest"]

_LONGEST_HEAD = 64 * 1024
_MOST_REQUESTS = 32  # waiting for an answer, per connection
_LONGEST_URL = 4096
_NO_BODY = (204, 304)
_SWITCHED = 101
_TLS = re.compile(rb"\x16\x03[\x00-\x04]")
_BEGUN = re.compile(rb"H(?:T(?:T(?:P(?:/[^\r\n]{0,64})?)?)?)?\Z|[A-Z]{1,16}(?: [^\r\n]*\r?)?\Z")
_ANSWER = re.compile(rb"HTTP/\d(?:\.\d)? \d{3}[ \r\n]")
_LINE_END = re.compile(rb"[\r\n]")
_HTTP_2 = b"PRI * HTTP/2.0"


@dataclass(slots=True)
class SentRequest:
    """The method and the URL of a request, as far as they are known."""

    method: str | None = None
    url: str | None = None


class Answer(Protocol):
    """The body of an answer, while it grows.

    Attributes:
        given: The number of bytes of the body so far, as sent.
    """

    given: int

    def put(self, piece: bytes) -> None:
        """Take a piece of the body."""

    def end(self, failure: TruncatedError | None = None) -> None:
        """Take note of the end of the body, or of the reason why it is incomplete."""


class Listener(Protocol):
    """The receiver of the answers of all connections."""

    def begin(self, head: Head, request: SentRequest, time: int) -> Answer:
        """Begin an answer, whose head was sent at a time in nanoseconds since 1970."""

    def skips(self, what: Literal["TLS", "HTTP/2"]) -> None:
        """Take note of a connection that cannot be read."""


class Conversation:
    """The HTTP of one connection, fed passage by passage.

    Args:
        listener: The receiver of the answers.
        h11: The library that reads chunks.
    """

    def __init__(self, listener: Listener, h11: Any) -> None:
        self.listener = listener
        self.h11 = h11
        self.requests: deque[SentRequest] = deque(maxlen=_MOST_REQUESTS)  # waiting for an answer
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

    def __init__(self, conversation: Conversation) -> None:
        self.has_ended = False
        self._conversation = conversation
        self._held = b""
        self._is_searching = True  # for the start of a message
        self._answer: Answer | None = None
        self._body: _Length | _Chunks | _Rest | None = None
        self._time = 0

    def feed(self, piece: bytes, time: int) -> None:
        searched = len(self._held)
        if not self._held:
            self._time = time
        data = self._held + piece if self._held else piece
        self._held = b""
        while data and not self._conversation.is_foreign:
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
        self._conversation.lose_requests()

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
            self._conversation.is_foreign = True
            self._conversation.listener.skips("TLS")
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
            self._conversation.listener.skips("HTTP/2")
            self._conversation.is_foreign = True
            return
        url = line[2][:_LONGEST_URL].decode("latin-1")
        self._conversation.requests.append(SentRequest(line[1].decode(), url))
        self._body = self._framing(head, _Length(0))

    def _begin_answer(self, head: Head) -> None:
        status = head.status or 0
        if status < 200 and status != _SWITCHED:
            return
        request = self._conversation.requests.popleft() if self._conversation.requests else SentRequest()
        if status == _SWITCHED or (request.method == "CONNECT" and status < 300):
            self._conversation.is_foreign = True
            return
        self._answer = self._conversation.listener.begin(head, request, self._time)
        has_none = request.method == "HEAD" or status in _NO_BODY
        self._body = _Length(0) if has_none else self._framing(head, _Rest())
        self._take(b"")

    def _framing(self, head: Head, otherwise: _Length | _Rest) -> _Length | _Chunks | _Rest:
        if "chunked" in head.fields.get("transfer-encoding", "").lower():
            return _Chunks(self._conversation.h11)
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
