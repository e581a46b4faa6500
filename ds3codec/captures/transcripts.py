"""What clients print of an exchange, as raw HTTP: `curl -v` with its marks, `wget -S` with its indents.

Both print to standard error what they say themselves, and the body to standard output; here both are in one
file. What they say is dropped; heads lose their marks. A body is what stands between, as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..decoding.scanner import begins_as_markup
from .streams import Stream

__all__ = ["as_http", "is_transcript"]

_LONGEST_HEAD = 64 * 1024
_CURL = re.compile(rb"(?:[*<>{}] |[<>]\r?\n)")
_CURL_HEAD = re.compile(rb"^[<>] (?:[A-Z]+ \S+ )?HTTP/\d", re.MULTILINE)
_WGET = re.compile(rb"--\d{4}-\d\d-\d\d \d\d:\d\d:\d\d--  |  HTTP/\d")
_WGET_HEAD = re.compile(rb"^  HTTP/\d", re.MULTILINE)
# What curl says behind a body, which may end without a line feed.
_SAID_BEHIND = re.compile(rb"\* (?:Connection #\d|Closing connection|Curl_|shutting down|Re-using|Found )")
_COMPRESSED = (b"\x1f", b"\x28")


def is_transcript(start: bytes) -> bool:
    """Whether a capture with this beginning is what one of these clients printed."""
    if _CURL.match(start):
        return _CURL_HEAD.search(start) is not None
    return _WGET.match(start) is not None and _WGET_HEAD.search(start) is not None


def as_http(stream: Stream) -> Iterator[bytes]:
    """What a client printed, as the exchange was."""
    if _WGET.match(stream.peek(64)):
        yield from _of_wget(stream)
    else:
        yield from _of_curl(stream)


def _of_curl(stream: Stream) -> Iterator[bytes]:
    while stream.peek(1):
        yield from _heads_of_curl(stream)
        while held := stream.peek(_LONGEST_HEAD):
            said = _SAID_BEHIND.search(held)
            if said is not None:
                yield stream.read(said.start())
                stream.skip_space()
                break
            is_end = len(held) < _LONGEST_HEAD
            yield stream.read(len(held) if is_end else len(held) - 64)


def _heads_of_curl(stream: Stream) -> Iterator[bytes]:
    """The heads up to the next body, without marks."""
    while (line := _line(stream)) is not None:
        if not _CURL.match(line):
            stream.give_back(line)
            return
        if line[:1] in b"<>":
            yield line[2:] if line[1:2] == b" " else line[1:]


def _of_wget(stream: Stream) -> Iterator[bytes]:
    is_head = False
    while (line := _line(stream)) is not None:
        if is_head and not line.startswith(b"  "):
            stream.give_back(line)
            break
        if line.startswith(b"  HTTP/"):
            is_head = True
        # The body comes without transfer coding, and is as long as it is.
        if is_head and not re.match(rb"\s*(?:content-length|transfer-encoding):", line, re.IGNORECASE):
            yield line.lstrip(b" ")
    yield b"\r\n"
    while (line := _line(stream)) is not None and not (
        begins_as_markup(line) or line.startswith(_COMPRESSED)
    ):
        """What wget says between head and body."""
    if line is not None:
        stream.give_back(line)
    yield from stream


def _line(stream: Stream) -> bytes | None:
    """The next line with its end; a part of it where it is very long, None at the end."""
    held = stream.peek(_LONGEST_HEAD)
    if not held:
        return None
    end = held.find(b"\n") + 1
    return stream.read(end or len(held))
