"""Raw HTTP, as a socket or `curl -i` had it: requests and responses in a row.

h11 parses each message, with a connection of its own. This module adds what h11 cannot know: which request a
response belongs to, and where a body ends if its headers are not true.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..decoding.scanner import ends_element
from ..errors import SourceError, TruncatedError
from ..limits import PIECE
from .coding import decoded, is_coded
from .recorded import Response, is_ours, is_redirect, joined_fields, missing, passed_over
from .streams import Stream, Tally

__all__ = ["REQUEST_LINE", "all_exchanged", "exchanged"]

_LONGEST_HEAD = 256 * 1024
_LONGEST_REQUEST_LINE = 16 * 1024
_VERSION = re.compile(rb"HTTP/\d(?:\.\d)?(?=[ ])")
_STATUS_LINE = re.compile(rb"HTTP/\d(?:\.\d)? \d{3}[ \r\n]")
_INTERIM = re.compile(rb"HTTP/\d(?:\.\d)? 1\d\d")
REQUEST_LINE = re.compile(rb"([A-Z]{3,16} \S+ )HTTP/\d(?:\.\d)?(?=[ \t]*\r?\n)")
_HEAD_END = re.compile(rb"\n\r?\n")
_TRANSFER_CODING = re.compile(rb"^transfer-encoding[ \t]*:([^\r\n]*)\r?\n", re.IGNORECASE | re.MULTILINE)
_CHUNK_LINE = re.compile(rb"[0-9A-Fa-f]{1,16}[ \t]*(;|\r|\n|\Z)")
# Where a message seems to follow a tag. It does if the tag can end a document: no text follows such a tag.
_FOLLOWED = re.compile(
    rb">(?=[\sDGHP])\s{0,64}(?=HTTP/\d(?:\.\d)? \d{3}|(?:GET|PUT|POST|DELETE|HEAD) (?:/|https?:))"
)
_LONGEST_BOUNDARY = 256


@dataclass(slots=True)
class _SentRequest:
    method: str | None = None
    url: str | None = None


def exchanged(stream: Stream, name: str, tally: Tally) -> Iterator[Response]:
    for response, is_wanted in all_exchanged(stream, name):
        if is_wanted:
            yield response
        else:
            tally.pass_over(passed_over(response.origin, response))


def all_exchanged(stream: Stream, name: str) -> Iterator[tuple[Response, bool]]:
    """All final responses, and whether each has to do with jobs."""
    wire = _Wire(stream, name)
    waiting: deque[_SentRequest] = deque()  # for an answer
    request = _SentRequest()
    answering = False
    number = 0
    while wire.has_more():
        if not wire.at_response():
            if answering:
                waiting.clear()  # a new request ends the turn of those that nobody answered
            waiting.append(wire.request())
            answering = False
            continue
        status, headers = wire.response_head()
        if status < 200 or wire.is_answer_to_connect(headers):
            continue
        answering = True
        number += 1
        request = waiting.popleft() if waiting else request
        framed = wire.response_body(request.method, status, headers)
        body = Stream(decoded(framed, headers.get("content-encoding", "")))
        is_wanted = not is_redirect(status) and (
            request.url is None or is_ours(request.method, request.url, body)
        )
        origin = name if number == 1 else f"{name}#{number}"
        yield Response(origin, body, status, headers, request.method, request.url), is_wanted
        _drain(framed)


def _drain(framed: Iterator[bytes]) -> None:
    try:
        deque(framed, maxlen=0)
    except TruncatedError:
        """Nothing follows, and whoever reads the body gets the error."""


class _Wire:
    """Messages in a row on a stream, each of which h11 reads with a connection of its own."""

    def __init__(self, stream: Stream, name: str) -> None:
        self._stream = stream
        self._name = name
        self._messages = 0
        try:
            import h11  # noqa: PLC0415  (only with the extra)
        except ModuleNotFoundError as error:
            raise missing("h11", "recorded HTTP exchanges") from error
        self._h11: Any = h11

    def has_more(self) -> bool:
        """Whether a message follows; raises what ended the stream, if that was too early."""
        if self._stream.told:
            return False
        self._stream.skip_space()
        return bool(self._stream.peek(1)) or bool(self._stream.take())

    def at_response(self) -> bool:
        return self._stream.peek(5) == b"HTTP/"

    def request(self) -> _SentRequest:
        """The next request; its body is passed over, and an interim response between the two."""
        self._messages += 1
        line = REQUEST_LINE.match(self._stream.peek(_LONGEST_REQUEST_LINE))
        if line is None:
            raise self._malformed("there is neither a request nor a response")
        # As HTTP/1.0, for which h11 demands no Host: HTTP/2 has none.
        self._stream.replace(line.end(), line[1] + b"HTTP/1.0")
        event = self._head(self._h11.Connection(self._h11.SERVER, _LONGEST_HEAD))
        while _INTERIM.match(self._stream.peek(16)):
            self.response_head()
        if not self.at_response():  # an answer in place of the body: it was refused, or not recorded
            head = b"PUT / HTTP/1.0\r\n" + self._framing(_fields(event))
            deque(self._framed(self._h11.Connection(self._h11.SERVER), head, self._stream), maxlen=0)
        return _SentRequest(event.method.decode(), event.target.decode("latin-1"))

    def response_head(self) -> tuple[int, dict[str, str]]:
        """Status code and header fields of the next response, interim or final."""
        self._messages += 1
        version = _VERSION.match(self._stream.peek(16))
        if version is not None:  # curl shows HTTP/2 in the form of HTTP/1
            self._stream.replace(version.end(), b"HTTP/1.1")
        self._settle_transfer_coding()
        event = self._head(self._client("GET"))
        return event.status_code, _fields(event)

    def _settle_transfer_coding(self) -> None:
        """Leave one header of the transfer coding, for h11 takes no more, and no other coding than chunks."""
        held = self._stream.peek(_LONGEST_HEAD)
        end = _HEAD_END.search(held)
        head = held[: end.end()] if end else b""
        found = _TRANSFER_CODING.findall(head)
        if not found or [value.strip().lower() for value in found] == [b"chunked"]:
            return
        first, line_end, rest = head.partition(b"\n")
        is_chunked = b"chunked" in found[-1].lower()
        told = b"Transfer-Encoding: chunked\r\n" if is_chunked else b""
        settled = first + line_end + told + _TRANSFER_CODING.sub(b"", rest)
        self._stream.replace(len(head), settled)

    def is_answer_to_connect(self, headers: Mapping[str, str]) -> bool:
        """Whether another head follows at once: this one is that of a proxy, which says nothing of a body."""
        says_nothing = not {"content-length", "transfer-encoding"} & headers.keys()
        return says_nothing and _STATUS_LINE.match(self._stream.peek(16)) is not None

    def response_body(self, method: str | None, status: int, headers: Mapping[str, str]) -> Iterator[bytes]:
        """The body of the response whose head was just read, without its transfer coding."""
        framing = self._framing(headers)
        coding = headers.get("content-encoding", "")
        find_end = _packed_end if coding and is_coded(coding, self._stream.peek(64)) else _document_end
        feed = iter(self._stream) if framing else self._up_to_next(find_end)
        head = f"HTTP/1.1 {status} \r\n".encode() + framing
        return self._framed(self._client("HEAD" if method == "HEAD" else "GET"), head, feed)

    def _client(self, method: str) -> Any:
        h11 = self._h11
        connection = h11.Connection(h11.CLIENT, _LONGEST_HEAD)
        connection.send(h11.Request(method=method, target="/", headers=[("Host", "captured")]))
        connection.send(h11.EndOfMessage())
        return connection

    def _head(self, connection: Any) -> Any:
        try:
            while (event := connection.next_event()) is self._h11.NEED_DATA:
                connection.receive_data(self._stream.take())
        except self._h11.RemoteProtocolError as error:
            raise self._malformed(_said(error)) from None
        self._stream.give_back(connection.trailing_data[0])
        return event

    def _framing(self, headers: Mapping[str, str]) -> bytes:
        """The header that says how long the body is, unless the body shows that it is not true."""
        start = self._stream.peek(64)
        if "transfer-encoding" in headers:
            chunk = _CHUNK_LINE.match(start)
            if chunk is not None and chunk[1] == b"\n":
                raise self._malformed("the line ends of its chunks were changed to bare LF")
            if chunk is not None or not start:
                # Whatever else it names, such as gzip, the body itself shows.
                return b"Transfer-Encoding: chunked\r\n"
        elif (length := headers.get("content-length")) is not None:
            coding = headers.get("content-encoding", "")
            if not start or not coding or is_coded(coding, start):
                return f"Content-Length: {length}\r\n".encode()
        return b""

    def _framed(self, connection: Any, head: bytes, feed: Iterable[bytes]) -> Iterator[bytes]:
        rest = iter(feed)
        connection.receive_data(head + b"\r\n")
        given, ended = 0, False
        try:
            connection.next_event()
            while (event := connection.next_event()) is not None:
                if event is self._h11.NEED_DATA:
                    piece = next(rest, b"")
                    ended = not piece
                    connection.receive_data(piece)
                elif isinstance(event, self._h11.Data):
                    given += len(event.data)
                    yield bytes(event.data)
                else:
                    self._stream.give_back(connection.trailing_data[0])
                    return
        except self._h11.RemoteProtocolError as error:
            if ended:
                raise TruncatedError(f"the recording ends after {given} bytes of an HTTP body") from None
            self._stream.abandon()
            raise self._malformed(f"{_said(error)} after {given} bytes of a body") from None

    def _up_to_next(self, find_end: Callable[[bytes], int | None]) -> Iterator[bytes]:
        """What has no length of its own: up to the next message, or to the end."""
        while held := self._stream.peek(PIECE):
            end = find_end(held)
            if end is not None:
                yield self._stream.read(end)
                return
            kept = _LONGEST_BOUNDARY if len(held) == PIECE else 0
            yield self._stream.read(len(held) - kept)
        self._stream.take()  # raises what ended the stream, if that was too early

    def _malformed(self, reason: str) -> SourceError:
        place = f"in message {self._messages}"
        return SourceError(f"cannot read {self._name!r} as HTTP: {reason} ({place})")


def _document_end(data: bytes) -> int | None:
    for match in _FOLLOWED.finditer(data):
        if ends_element(data, match.start() + 1):
            return match.end()
    return None


def _packed_end(data: bytes) -> int | None:
    match = _STATUS_LINE.search(data)  # by chance it is in no compressed data
    return match.start() if match else None


def _fields(event: Any) -> dict[str, str]:
    return joined_fields((name.decode("latin-1"), value.decode("latin-1")) for name, value in event.headers)


def _said(error: Exception) -> str:
    """What h11 says, without what it quotes, for that may be credentials."""
    match = re.match(r"[\w -]*", str(error))
    return match[0].strip() if match else ""
