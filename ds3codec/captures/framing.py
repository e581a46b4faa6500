"""Finds the end of a recorded body: as its head declares, unless the bytes contradict that.

People edit recordings: they redact names, convert line ends, indent. Then neither Content-Length nor chunk
sizes fit. So a length is trusted only if a message, or the end of the recording, follows it. Otherwise the
body extends to the end of its root, or to an unmistakable head of the next message, and a remark says that it
is longer or shorter than declared.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..decoding.scanner import begins_as_markup
from ..errors import TruncatedError
from ..formats import recognised
from ..limits import PIECE
from .heads import LINE_END, REQUEST_LINE
from .roots import Root
from .streams import SPACE, Stream

__all__ = ["LINE", "Framing", "is_message", "next_message"]

LINE = 16 * 1024
"""The limit for a line, in bytes, and so the lookahead to recognise the start of a message."""

_LOOK = 256 * 1024  # bytes of lookahead to check a declared length
_SIZE_LINE = re.compile(rb"([0-9A-Fa-f]{1,16})[ \t]*(?:;[^\r\n]*)?%b" % LINE_END)
_NEXT_SIZE_LINE = re.compile(rb"%b(?=%b)" % (LINE_END, _SIZE_LINE.pattern))
_ANY_LINE_END = re.compile(LINE_END)
_TRAILER = re.compile(rb"[\w-]+:[^\r\n]*%b" % LINE_END)
# A first line, then a header field or an empty line: no body contains that by chance.
_REST = rb"%b(?:[\w-]{1,64}[ \t]*:|%b)" % (LINE_END, LINE_END)
_RESPONSE = re.compile(rb"HTTP/\d(?:\.\d)?[ \t]{1,8}\d{3}(?:[ \t][^\r\n<>]{0,200})?" + _REST)
_ODD_RESPONSE = re.compile(rb"HTTP/\d(?:\.\d)?[ \t]{1,8}[^\s<>][^\r\n<>]{0,200}" + _REST)
_REQUEST = re.compile(rb"[A-Z]+ (?:/|https?:)[^\s<>]* HTTP/\d(?:\.\d)?[ \t]{0,8}" + _REST)
_METHODS = (b"GET", b"PUT", b"POST", b"DELETE", b"HEAD")


def is_message(data: bytes) -> bool:
    """Tell whether data begins with the first line of a message."""
    return data[:5].upper() in (b"HTTP/", b"HTTP ") or REQUEST_LINE.match(data) is not None


def next_message(data: bytes, end: int | None = None) -> int | None:
    """Find the start of a message's head in data, before `end`."""
    limit = len(data) if end is None else end + LINE
    at = data.find(b"HTTP/", 0, limit)
    while at >= 0:
        is_first = data[max(0, at - 1) : at] in b">\r\n"
        if _RESPONSE.match(data, at) or (is_first and _ODD_RESPONSE.match(data, at)):
            break
        request = _request(data, at)
        if request is not None:
            at = request
            break
        at = data.find(b"HTTP/", at + 1, limit)
    return at if at >= 0 and (end is None or at < end) else None


def _request(data: bytes, version: int) -> int | None:
    """Find the start of the request whose first line ends with the HTTP version at `version`."""
    space = data.rfind(b" ", max(0, version - LINE), max(0, version - 1))
    for method in _METHODS:
        start = space - len(method)
        if start >= 0 and data.startswith(method, start) and _REQUEST.match(data, start):
            return start
    return None


class Framing:
    """Takes bodies from a stream that is positioned at the start of one."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream

    def follows(self, at: int = 0) -> bool:
        """Tell whether a message or the end of the recording follows after `at` bytes, white space aside."""
        rest = self._stream.peek(at + LINE)[at:].lstrip(SPACE)
        return not rest or is_message(rest)

    def is_chunked(self, *, is_declared: bool) -> bool:
        """Tell whether a chunk size follows; if chunks are not declared, also check for a body after it."""
        held = self._stream.peek(LINE)
        line = _SIZE_LINE.match(held)
        if line is None or is_declared:
            return line is not None
        begin = held[line.end() :]
        return begins_as_markup(begin) or recognised(begin) is not None

    # A body in one piece.

    def whole(self, declared: int | None, remarks: list[str]) -> Iterator[bytes]:
        """Take a body of a declared or unknown length; add a remark if the declared length is wrong.

        Raises:
            TruncatedError: The recording ends before the body does.
        """
        root, given, limit = Root(), 0, declared
        while held := self._stream.peek(PIECE + LINE):
            left = None if limit is None else limit - given
            if left == 0:
                if root.has_ended or self.follows():
                    break
                limit = left = None
            size = min(PIECE, len(held)) if left is None else min(PIECE, len(held), left)
            message = next_message(held, size)
            end = root.feed(held[:size])
            if end is not None and (message is None or end <= message):
                is_end = self._is_end(end, declared, left)
            else:
                end, is_end = message, message is not None and not self._is_sound(left)
            taken = end if is_end and end is not None else size
            given += taken
            yield self._stream.read(taken)
            if is_end:
                break
        else:
            self._stream.take()  # raises the error that ended the stream, if any
            if limit is not None and given < limit and not root.has_ended:
                raise _truncated(given)
        if declared is not None and given != declared:
            remarks.append(
                f"its Content-Length is {declared:,}, but the body has {given:,} bytes:"
                " it was changed or cut after it was recorded"
            )

    def _is_end(self, end: int, declared: int | None, left: int | None) -> bool:
        """Tell whether the body ends with its root, with `left` bytes of the declared length remaining."""
        rest = self._stream.peek(end + _LOOK)[end:]
        behind = rest.lstrip(SPACE)
        is_all = len(rest) < _LOOK
        if left is not None and left - end <= len(rest) - len(behind):
            return left == end  # the rest is white space
        if is_message(behind) or (not behind and is_all):
            return True
        if left is None:
            return declared is not None or next_message(rest) is not None
        if left - end > len(rest):
            return is_all or next_message(rest) is not None
        return next_message(rest, left - end) is not None or not self.follows(left)

    def _is_sound(self, left: int | None) -> bool:
        """Tell whether the declared length may be true, despite an apparent message before its end."""
        if left is None:
            return False
        held = len(self._stream.peek(min(left, _LOOK)))
        return held == _LOOK if left > _LOOK else held == left and self.follows(left)

    # A body in chunks.

    def chunked(self, remarks: list[str]) -> Iterator[bytes]:
        """Take a body in chunks; add a remark if their sizes are wrong.

        Raises:
            TruncatedError: The recording ends before the body does.
        """
        root, given, number, wrong = Root(), 0, 0, 0
        while not self.follows():
            line = _SIZE_LINE.match(self._stream.peek(LINE))
            size = int(line[1], 16) if line else None
            self._stream.read(line.end() if line else 0)
            if size == 0:
                self._pass_trailers()
                break
            number += 1
            is_true = size is not None and self._is_chunk(size)
            length = 0
            for part in self._taken(size or 0) if is_true else self._up_to_size(root):
                root.feed(part)
                length += len(part)
                yield part
            given += length
            is_true = is_true or length == size
            if not is_true and not wrong:
                declared = "no size" if size is None else f"a size of {size:,}"
                remarks.append(
                    f"chunk {number:,} of its body has {declared}, but {length:,} bytes:"
                    " it was changed or cut after it was recorded"
                )
            wrong += not is_true
            if not length:
                break
            self._pass_line_end()
        else:
            if not root.has_ended and not self._stream.peek(1):
                self._stream.take()  # raises the error that ended the stream, if any
                raise _truncated(given)
            remarks.append("the last chunk of its body is missing")
        if wrong > 1:
            remarks.append(f"{wrong - 1:,} more of its chunks have other sizes")

    def _is_chunk(self, size: int) -> bool:
        """Tell whether a chunk size is plausible: a line end and the next size must follow the chunk."""
        if size > _LOOK:
            held = self._stream.peek(_LOOK)
            return len(held) == _LOOK and next_message(held) is None
        held = self._stream.peek(size + LINE)
        line_end = _ANY_LINE_END.match(held, size)
        if line_end is None:
            return len(held) == size
        after = held[line_end.end() :]
        return not after or _SIZE_LINE.match(after) is not None or is_message(after)

    def _taken(self, size: int) -> Iterator[bytes]:
        while size and (piece := self._stream.read(min(size, PIECE))):
            size -= len(piece)
            yield piece

    def _up_to_size(self, root: Root) -> Iterator[bytes]:
        """Take data up to the next chunk size, the next message, or the end."""
        while (held := self._stream.peek(PIECE + LINE)) and not root.has_ended:
            line = _NEXT_SIZE_LINE.search(held)
            end = min(line.start() if line else PIECE, PIECE)
            message = next_message(held, end)
            yield self._stream.read(end if message is None else message)
            if end < PIECE or message is not None:
                return

    def _pass_line_end(self) -> None:
        line_end = _ANY_LINE_END.match(self._stream.peek(LINE))
        self._stream.read(line_end.end() if line_end else 0)

    def _pass_trailers(self) -> None:
        while (held := self._stream.peek(LINE)) and not is_message(held):
            trailer = _TRAILER.match(held)
            if trailer is None:
                break
            self._stream.read(trailer.end())
        self._pass_line_end()


def _truncated(given: int) -> TruncatedError:
    return TruncatedError(f"the recording ends after {given} bytes of an HTTP body")
