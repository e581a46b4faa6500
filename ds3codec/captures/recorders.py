"""The supported recorders. A new one takes a module, and a line here.

A recorder is a module with two functions. `knows` recognises its captures by their first bytes. `recorded`
reads a capture, and yields each exchange: the response, if any, and whether it is a job response.

The first bytes of a file, or an ending that only captures have, decide whether it is read in a folder or in
an archive. A file that looks like a recording is read even if it cannot be, so that its error is reported.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from typing import Protocol

from ..compression import decompressed
from ..decoding.scanner import root_name
from ..errors import DecodeError
from ..formats import FOREIGN_ENDINGS, without_compression
from ..lookalikes import foreign
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
from .streams import BOM, SPACE, PassedOver, Stream
from .values import is_json

__all__ = [
    "LOOKED_AT",
    "Recorder",
    "is_named_as_capture",
    "reader_of",
    "recorded_in",
    "why_not",
    "within",
]


class Recorder(Protocol):
    """Reads the captures of a recorder."""

    def knows(self, start: bytes) -> bool:
        """Tell by its first 16 KiB whether a capture is one of this recorder."""

    def recorded(self, capture: Capture) -> Iterator[Recorded | PassedOver]:
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
# The first endings are unambiguous; the others count only for an empty file.
_ENDINGS = (".xml", ".http", ".har")
_ENDINGS_OF_TEXTS = (".txt", ".raw", ".dump")
# Keys of HAR, of other recorders' JSON, and of an answer in JSON.
_KEYS = re.compile(
    rb'"(?:log|entries|request|response|method|(?:http_)?interactions|MasterObjectList|Objects)"\s*:'
)
_OTHER_ENCODINGS = (
    (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
    (b"\0\0\0<", "utf-32-be"), (b"<\0\0\0", "utf-32-le"), (b"\0<", "utf-16-be"), (b"<\0", "utf-16-le"),
)  # fmt: skip
_RECORDING = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:HTTP/\d|\{\s*\"log\")")
_ERROR_ROOT = ERROR.name.encode()


def reader_of(capture: Capture) -> Callable[[Capture], Iterator[Recorded | PassedOver]] | None:
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


def recorded_in(capture: Capture) -> Iterator[Recorded | PassedOver]:
    """Read the exchanges of a capture of any recorder; a lone body is one exchange."""
    read = reader_of(capture)
    if read is not None:
        yield from read(capture)
        return
    yield Response(capture.name, capture.stream), True
    if capture.stream.begun:  # an unread body stays readable
        capture.stream.abandon()


def within(capture: Capture) -> Iterator[Recorded | PassedOver] | PassedOver:
    """Read a file of an archive, or give the reason to skip it; the same files are read as in a folder."""
    name = _file_name(capture)
    if not is_named_as_capture(name):
        reason = why_not(name, _plain(capture.stream.peek(LOOKED_AT)))
        if reason:
            return PassedOver(capture.name, reason)
    return recorded_in(capture)


def _plain(start: bytes) -> bytes:
    """Remove a second layer of compression, if there is one."""
    try:
        return next(decompressed([start]), b"")
    except DecodeError:  # reading the file reports that
        return start


def _file_name(capture: Capture) -> str:
    return re.split(r"[/\\]", capture.name)[-1]


def is_named_as_capture(name: str) -> bool:
    """Tell whether a file has an ending that only captures have, perhaps of a compressed one."""
    return _without_compressions(name).endswith(_ENDINGS) or name.lower().endswith(bundles.ENDINGS)


def why_not(name: str, head: bytes) -> str:
    """Return the reason to skip a file; empty if it is to be read, even if only to report an error.

    Args:
        name: Its name.
        head: Its first bytes, without compression.
    """
    if not head:
        return "" if _without_compressions(name).endswith(_ENDINGS_OF_TEXTS) else "an empty file"
    return "" if _is_begun(_in_utf_8(head)) else "it begins neither as a capture nor as a recording"


def _without_compressions(name: str) -> str:
    name = without_compression(name).lower()
    for ending in FOREIGN_ENDINGS:  # of compressions that are not supported: reading reports that
        name = name.removesuffix(ending)
    return name


def _in_utf_8(head: bytes) -> bytes:
    for mark, encoding in _OTHER_ENCODINGS:
        if head.startswith(mark):
            return head.decode(encoding, "ignore").encode("utf-8", "ignore")
    return head


def _is_begun(head: bytes) -> bool:
    """Tell whether a file with this head is a capture or a recording of any recorder."""
    if _begins_as_capture(head):
        return True
    if bundles.is_document(head):
        return False
    if is_json(head.removeprefix(BOM)):
        return _KEYS.search(head) is not None
    other = foreign(head)
    return exchanges.knows(head) if other is None else other.is_recording


def _begins_as_capture(start: bytes) -> bool:
    """Tell whether a file begins like a capture; an office document, though a ZIP, does not."""
    return not bundles.is_document(start) and (
        begins_as_job(start)
        or root_name(start) == _ERROR_ROOT
        or _RECORDING.match(start) is not None
        or any(one.knows(start) for one in RECORDERS if one not in (archives, exchanges))
        or REQUEST_LINE.match(start) is not None
        or any(one.knows(start) for one in transcripts.RECORDERS)
    )
