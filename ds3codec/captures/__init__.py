"""Recorded HTTP traffic in, responses out: status, headers, body, and the request where it is known.

A capture is a body alone, raw HTTP or a HAR archive, plain or compressed; its first bytes say which. Each is
read once, front to back, in pieces of bounded size: h11 parses HTTP, ijson parses a HAR entry by entry. A
body is a stream of its own that reads on in the file. Asking for the next response skips what the caller
left of it. So memory holds a few pieces, and one entry of a HAR.

Recordings lie about their framing: curl shows the headers of a chunked or compressed response above a
body that it has already unpacked. The first bytes of the body decide whether such a header is believed.
"""

from __future__ import annotations

import codecs
import os
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import Literal

from ..errors import DecodeError, SourceError, public_name
from ..sources import BinaryFile, Source, opened
from .archives import archived
from .exchanges import REQUEST_LINE, exchanged
from .paths import expand, is_capture, survey
from .recorded import Response
from .streams import BOM, SPACE, PassedOver, Stream, Tally, stored
from .transcripts import as_http, is_transcript

__all__ = ["PassedOver", "Response", "Tally", "expand", "is_capture", "responses", "survey"]

_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_LONGEST_REQUEST_LINE = 16 * 1024


def responses(source: Source, *, tally: Tally | None = None, name: str | None = None) -> Iterator[Response]:
    """Read the responses of one capture, in order; count and skip those that have nothing to do with jobs.

    A raw response without a request is always given; redirects and interim responses never are. All others
    are given if their request is one of the operations, or their body begins with `MasterObjectList` or
    `Objects`.

    Args:
        source: A path, `"-"` for standard input, or whatever else a decoder reads.
        tally: Counts what is read and skipped, while it is.
        name: What the origins say; by default the path.

    Raises:
        SourceError: The capture cannot be read any further: it cannot be opened, is malformed, or breaks off
            between bodies. The responses before that place were given. Within a body, the body raises.
    """
    name = label(source if name is None else name)
    tally = Tally() if tally is None else tally
    data = stored(opened_capture(source), tally)
    try:
        yield from _recognised(Stream(data), name, tally)
    except DecodeError as error:
        data.close()
        raise SourceError(f"cannot read {name!r}: {error}") from error
    except SourceError:
        data.close()
        raise


def label(source: Source) -> str:
    """What messages call a capture."""
    return public_name(os.fsdecode(source)) if isinstance(source, (str, os.PathLike)) else "<stream>"


def opened_capture(source: Source) -> AbstractContextManager[Source]:
    """A capture, open; what the caller has opened stays open."""
    if source == "-" and sys.stdin is None:
        raise SourceError("cannot read '-': standard input is closed")
    if source == "-":
        stdin: BinaryFile = sys.stdin.buffer
        return nullcontext(stdin)
    if not isinstance(source, (str, os.PathLike)):
        return nullcontext(source)
    file: AbstractContextManager[Source] = opened(source)
    return file


def _recognised(stream: Stream, name: str, tally: Tally) -> Iterator[Response]:
    form = form_of(stream)
    if form == "archive":
        yield from archived(stream, name, tally)
    elif form == "exchanges":
        yield from exchanged(stream, name, tally)
    else:
        yield Response(name, stream)
        if stream.begun:  # whoever goes on has read enough: the file is closed
            stream.abandon()


def form_of(stream: Stream) -> Literal["body", "exchanges", "archive"]:
    """What a capture is, by its first bytes; space before HTTP and HAR is skipped."""
    start = stream.peek(_LONGEST_REQUEST_LINE)
    if start.startswith(_UTF_16) and _is_recording(start.decode("utf-16", "replace").encode()):
        stream.transform(_from_utf_16)
        start = stream.peek(_LONGEST_REQUEST_LINE)
    start = start.removeprefix(BOM)
    if is_transcript(start):
        stream.transform(as_http)
        start = stream.peek(_LONGEST_REQUEST_LINE)
    start = start.lstrip(SPACE)
    if not _is_recording(start):
        return "body"
    if stream.peek(len(BOM)) == BOM:
        stream.read(len(BOM))
    stream.skip_space()
    return "archive" if start.startswith(b"{") else "exchanges"


def _is_recording(start: bytes) -> bool:
    """Whether it is raw HTTP or JSON."""
    return start.startswith((b"HTTP/", b"{")) or REQUEST_LINE.match(start) is not None


def _from_utf_16(stream: Stream) -> Iterator[bytes]:
    """A recording in UTF-8 that a shell has written in UTF-16."""
    decoder = codecs.getincrementaldecoder("utf-16")(errors="replace")
    for piece in stream:
        yield decoder.decode(piece).encode()
