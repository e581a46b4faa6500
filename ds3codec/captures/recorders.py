"""The supported recorders. A new one takes a module, and a line here.

A recorder is a module with two functions. `knows` recognises its captures by their first bytes. `recorded`
reads a capture, and yields each exchange: the response, if any, and whether it is a job response.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from typing import Protocol

from ..decoding.scanner import root_name
from ..formats import without_compression
from ..wire.names import ERROR
from . import (
    archives,
    bundles,
    burp,
    cassettes,
    charles,
    exchanges,
    fiddler,
    flows,
    packets,
    transcripts,
    warc,
)
from .framing import LINE
from .heads import REQUEST_LINE
from .recorded import Capture, Recorded, Response, begins_as_job
from .streams import BOM, SPACE, Stream

__all__ = ["LOOKED_AT", "Recorder", "begins_as_capture", "is_capture", "reader_of", "recorded_in", "within"]


class Recorder(Protocol):
    """Reads the captures of a recorder."""

    def knows(self, start: bytes) -> bool:
        """Tell by its first 16 KiB whether a capture is one of this recorder."""

    def recorded(self, capture: Capture) -> Iterator[Recorded]:
        """Read the exchanges of a capture.

        Raises:
            SourceError: The rest cannot be read; all exchanges before it have been yielded.
        """


# The first that knows a capture reads it. `archives` is the fallback for JSON, and names what it refuses.
RECORDERS: tuple[Recorder, ...] = (
    packets,
    warc,
    bundles,
    flows,
    burp,
    cassettes,
    charles,
    archives,
    exchanges,
)

LOOKED_AT = 4096
"""Bytes to examine to recognise a capture in a folder."""

_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_ENDINGS = (".xml", ".http", ".txt", ".raw", ".dump", ".har")
_RECORDING = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:HTTP/\d|\{\s*\"log\")")
_ERROR_ROOT = ERROR.name.encode()


def reader_of(capture: Capture) -> Callable[[Capture], Iterator[Recorded]] | None:
    """Find the reader of a capture; None for a lone body. Skips white space before text.

    The output of a client is converted to raw HTTP first.
    """
    if fiddler.is_session(_file_name(capture), capture.beside):
        return fiddler.recorded
    stream = capture.stream
    start = stream.peek(LINE)
    if start.startswith(_UTF_16) and not _is_body(start.decode("utf-16", "replace").encode()):
        stream.transform(_from_utf_16)
        start = stream.peek(LINE)
    found = _known(start)
    if found is None or found is exchanges:
        for printed in transcripts.RECORDERS:
            if printed.knows(start.removeprefix(BOM)):
                stream.transform(printed.as_http)
                stream.remarks += filter(None, [printed.remark])
                start = stream.peek(LINE) or stream.take()  # raises the reason if it is unreadable
                found = _known(start)
    if found is None:
        return None
    if not found.knows(start):
        stream.read(len(BOM) if start.startswith(BOM) else 0)
        stream.skip_space()
    return found.recorded


def _known(start: bytes) -> Recorder | None:
    text = start.removeprefix(BOM).lstrip(SPACE)
    return next((one for one in RECORDERS if one.knows(start) or one.knows(text)), None)


def _is_body(start: bytes) -> bool:
    """Tell whether data is not from a recorder, and so a lone body."""
    return _known(start) is None and not any(
        one.knows(start.removeprefix(BOM)) for one in transcripts.RECORDERS
    )


def _from_utf_16(stream: Stream) -> Iterator[bytes]:
    """Convert a recording from UTF-16, which some shells write, to UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-16")(errors="replace")
    for piece in stream:
        yield decoder.decode(piece).encode()


def recorded_in(capture: Capture) -> Iterator[Recorded]:
    """Read the exchanges of a capture of any recorder; a lone body is one exchange."""
    read = reader_of(capture)
    if read is not None:
        yield from read(capture)
        return
    yield Response(capture.name, capture.stream), True
    if capture.stream.begun:  # an unread body stays readable
        capture.stream.abandon()


def within(capture: Capture) -> Iterator[Recorded] | None:
    """Read a file of an archive; None if it is not a capture."""
    start = capture.stream.peek(LOOKED_AT)
    return recorded_in(capture) if is_capture(_file_name(capture), start) else None


def _file_name(capture: Capture) -> str:
    return re.split(r"[/\\]", capture.name)[-1]


def is_capture(name: str, start: bytes) -> bool:
    """Tell whether a file is named like a capture, or begins like one."""
    if without_compression(name).lower().endswith(_ENDINGS) or name.lower().endswith(bundles.ENDINGS):
        return True
    return begins_as_capture(start)


def begins_as_capture(start: bytes) -> bool:
    """Tell whether a file begins like a capture; an office document, though a ZIP, does not."""
    return not bundles.is_document(start) and (
        begins_as_job(start)
        or root_name(start) == _ERROR_ROOT
        or _RECORDING.match(start) is not None
        or any(one.knows(start) for one in RECORDERS if one not in (archives, exchanges))
        or REQUEST_LINE.match(start) is not None
        or any(one.knows(start) for one in transcripts.RECORDERS)
    )
