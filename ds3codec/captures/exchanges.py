"""Reads raw HTTP, as from a socket or `curl -i`: a sequence of requests and responses.

This module matches responses to requests, and finds the next message if there is anything else in between.
`heads` reads the heads, and `framing` the bodies.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from ..decoding.scanner import line_of_document
from ..errors import SourceError, TruncatedError
from ..limits import PIECE
from .coding import decoded, is_coded
from .framing import LINE, Framing, is_message, next_message
from .heads import LONGEST_HEAD, REQUEST_LINE, Head, head_end, read_head
from .recorded import Capture, Recorded, Response, is_ours, is_redirect, judged, not_recorded
from .streams import SPACE, Stream

__all__ = ["exchange", "knows", "recorded"]

_RESPONSE = re.compile(rb"HTTP[/ ]", re.IGNORECASE)
_INTERIM = re.compile(rb"HTTP/\d(?:\.\d)? 1\d\d")
_LAST = 256 * 1024  # bytes of text after the last message
_TEXT = bytes({*range(0x20, 0x100), *b"\t\r\n\x1b"} - {0x7F})
_NO_BODY = (204, 304)
_NO_HEAD = "it has no HTTP head"


def _is_text(data: bytes) -> bool:
    return not data.translate(None, _TEXT)


@dataclass(slots=True)
class _SentRequest:
    method: str | None = None
    url: str | None = None


def knows(start: bytes) -> bool:
    return is_message(start) or _begins_later(start)


def recorded(capture: Capture) -> Iterator[Recorded]:
    return _all_exchanged(capture.stream, capture.name)


def exchange(
    data: Iterable[bytes], origin: str, *, url: str | None = None, time: datetime | None = None
) -> Recorded:
    """Read one exchange, with details that the recorder gives beside the messages."""
    response, _ = next(_all_exchanged(Stream(iter(data)), origin), (None, False))
    if response is None:
        return None, False
    response.url, response.time = url or response.url, time
    return judged(response)


def _begins_later(start: bytes) -> bool:
    """Tell whether the messages of a capture begin after other lines, such as those of a log."""
    at = next_message(start)
    return at is not None and (at == 0 or start[at - 1 : at] in b"\r\n") and line_of_document(start[:at]) < 0


def _all_exchanged(stream: Stream, name: str) -> Iterator[Recorded]:
    """Read all final responses, each with whether it is a job response."""
    wire = _Wire(stream, name)
    waiting: deque[_SentRequest] = deque()  # requests without an answer so far
    request = _SentRequest()
    answering = False
    number = 0
    while wire.has_more():
        if wire.at_request():
            if answering:
                waiting.clear()  # with a new request, earlier ones no longer expect an answer
            waiting.append(wire.request())
            answering = False
            continue
        if wire.at_response():
            head = wire.head()
            if (head.status or 200) < 200 or wire.is_answer_to_connect(head):
                continue
            answering = True
            request = waiting.popleft() if waiting else request
        elif wire.at_body():
            head = Head(None, {}, [_NO_HEAD])
            request = _SentRequest()
        else:
            wire.pass_over()
            continue
        number += 1
        origin = name if number == 1 else f"{name}#{number}"
        framed, remarks = wire.body(request.method, head)
        body = Stream(not_recorded() if framed is None else decoded(framed, head.coding))
        is_wanted = not is_redirect(head.status) and (
            request.url is None or is_ours(request.method, request.url, body)
        )
        yield (
            Response(
                origin,
                body,
                head.status,
                head.fields,
                request.method,
                request.url,
                is_recorded=framed is not None,
                remarks=remarks,
            ),
            is_wanted,
        )
        with suppress(TruncatedError):  # nothing follows, and the reader of the body gets the error
            deque(framed or (), maxlen=0)
    if wire.failure is not None:
        raise wire.failure


class _Wire:
    """A sequence of messages on a stream."""

    def __init__(self, stream: Stream, name: str) -> None:
        self._stream = stream
        self._name = name
        self._framing = Framing(stream)
        self._messages = 0
        self._remarks = list(stream.remarks)  # on anything before the next response
        self.failure: SourceError | None = None  # of unreadable bytes before a readable message

    def has_more(self) -> bool:
        """Tell whether a message follows; raise the error that ended the stream, if any."""
        if self._stream.told:
            return False
        self._stream.skip_space()
        return bool(self._stream.peek(1)) or bool(self._stream.take())

    def at_request(self) -> bool:
        return REQUEST_LINE.match(self._stream.peek(LINE)) is not None

    def at_response(self) -> bool:
        return _RESPONSE.match(self._stream.peek(16)) is not None

    def at_body(self) -> bool:
        return line_of_document(self._stream.peek(16).lstrip(b" \t")) == 0

    def request(self) -> _SentRequest:
        """Read the next request; skip its body, and any interim response between head and body."""
        line = REQUEST_LINE.match(self._stream.peek(LINE))
        head = self.head()
        while _INTERIM.match(self._stream.peek(16)):
            self.head()
        self._remarks += [f"of its request: {remark}" for remark in head.remarks]
        if not self.at_response():  # an answer instead of the body: the body was refused, or not recorded
            remarks: list[str] = []
            if self._is_chunked(head, remarks):
                deque(self._framing.chunked(remarks), maxlen=0)
            elif head.length:
                deque(self._framing.whole(head.length, remarks), maxlen=0)
            self._remarks += [f"of its request: {remark}" for remark in remarks]
        method, url = (line[1], line[2]) if line else (b"", b"")
        return _SentRequest(method.decode(), url.decode("latin-1"))

    def head(self) -> Head:
        """Read the head of the next message."""
        self._messages += 1
        end = head_end(self._stream.peek(LINE)) or head_end(self._stream.peek(LONGEST_HEAD))
        held = self._stream.peek(LINE if end is not None and end <= LINE else LONGEST_HEAD)
        another = next_message(held[1:], end)  # if the empty line was lost
        if another is not None and held[another : another + 1] in b"\r\n":
            end = another + 1
        if end is None and len(held) == LONGEST_HEAD:
            raise self._malformed(f"a head of more than {LONGEST_HEAD:,} bytes, which is too long")
        if end is None:
            self._stream.read(len(held))
            raise self._malformed("the recording ends in a head")
        return read_head(self._stream.read(end))

    def is_answer_to_connect(self, head: Head) -> bool:
        """Tell whether another head follows at once: then this is a proxy's, and has no body."""
        says_nothing = not {"content-length", "transfer-encoding"} & head.fields.keys()
        return (
            says_nothing and not head.remarks and self.at_response() and is_message(self._stream.peek(LINE))
        )

    def body(self, method: str | None, head: Head) -> tuple[Iterator[bytes] | None, list[str]]:
        """Read the body after a head: its bytes, or None if they were not recorded; and remarks."""
        remarks = self._remarks + head.remarks
        self._remarks = []
        if method == "HEAD" or head.status in _NO_BODY:
            return iter(()), remarks
        return None if self._is_missing(head) else self._with_last_lines(head, remarks), remarks

    def _is_missing(self, head: Head) -> bool:
        """Tell whether an expected body is missing altogether."""
        if not self._framing.follows() or self._stream.has_failed:
            return False
        is_declared = bool(head.length) or "transfer-encoding" in head.fields
        return is_declared or (not head.is_framed and head.status == 200 and head.length is None)

    def _is_chunked(self, head: Head, remarks: list[str]) -> bool:
        # Other codings, such as gzip, are recognised in the body; curl has already joined the chunks.
        is_declared = "transfer-encoding" in head.fields
        may_be = is_declared or head.length is None
        if not may_be or not self._framing.is_chunked(is_declared=is_declared):
            return False
        if not is_declared:
            remarks.append("its body comes in chunks, which no header says")
        return True

    def _with_last_lines(self, head: Head, remarks: list[str]) -> Iterator[bytes]:
        """Yield the body; turn a client's own lines after the last body into remarks."""
        yield from self._framed(head, remarks)
        if self._stream.peek(1) not in (b"\r", b"\n"):
            return
        lines = self._stream.peek(_LAST)
        is_last = len(lines) < _LAST and next_message(lines) is None and not is_message(lines.lstrip(SPACE))
        if is_last and lines.strip(SPACE) and _is_text(lines) and line_of_document(lines) < 0:
            self._stream.read(len(lines))
            remarks.append(f"{len(lines):,} bytes of text after it are not HTTP, and were skipped")

    def _framed(self, head: Head, remarks: list[str]) -> Iterator[bytes]:
        if self._is_chunked(head, remarks):
            return self._framing.chunked(remarks)
        is_unpacked = bool(head.coding) and not is_coded(head.coding, self._stream.peek(64))
        length = None if is_unpacked or "transfer-encoding" in head.fields else head.length
        return self._framing.whole(length, remarks)

    def pass_over(self) -> None:
        """Skip to the next message.

        Skipped lines of text become a remark on the next response. Anything else may be an unreadable
        message, and is an error in the end.
        """
        passed, is_text = 0, True
        while held := self._stream.peek(PIECE + LINE):
            message, markup = next_message(held), line_of_document(held)
            ends = [] if message is None else [message]
            end = min([*ends, markup] if markup >= 0 else ends, default=PIECE)
            noise = self._stream.read(min(end, PIECE))
            passed += len(noise)
            is_text = is_text and _is_text(noise)
            if end < PIECE:
                break
        if not is_text or not held:
            reason = f"{passed:,} bytes are neither a request nor a response"
            self.failure = self.failure or self._malformed(reason)
            return
        self._remarks.append(f"{passed:,} bytes of text before it are not HTTP, and were skipped")

    def _malformed(self, reason: str) -> SourceError:
        place = f"behind message {self._messages}" if self._messages else "at the beginning"
        return SourceError(f"cannot read {self._name!r} as HTTP: {reason} ({place})")
