"""Recorded HTTP traffic in, responses out: status, headers, body, and the request where it is known.

A capture is a body alone, raw HTTP or a HAR archive, plain or compressed; its first bytes say which. What
clients print of an exchange is made raw HTTP first (`transcripts`). Each is read once, front to back, in
pieces of bounded size. A body is a stream of its own that reads on in the file. Asking for the next response
skips what the caller left of it. So memory holds a few pieces, and one entry of a HAR.

Recordings lie about their framing: curl shows the headers of a chunked or compressed response above a body
that it has already unpacked, and people edit what they recorded. A header is believed where the bytes do not
deny it; what they deny is remarked (`Response.remarks`).
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
from .exchanges import begins_later, exchanged
from .framing import LINE, is_message
from .paths import expand, is_capture
from .recorded import Response
from .streams import BOM, SPACE, PassedOver, Stream, Tally, stored
from .transcripts import RECORDERS
from .values import is_json

__all__ = ["PassedOver", "Response", "Tally", "expand", "is_capture", "responses"]

_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


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
    stream = Stream(data)
    try:
        yield from _recognised(stream, name, tally)
    except DecodeError as error:
        data.close()
        raise SourceError(f"cannot read {name!r}: {error}") from error
    except SourceError:
        data.close()
        raise
    if stream.begun:  # whoever goes on has read enough of what is read last
        stream.abandon()
        data.close()


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


def form_of(stream: Stream) -> Literal["body", "exchanges", "archive"]:
    """What a capture is, by its first bytes; space before HTTP and HAR is skipped."""
    start = stream.peek(LINE)
    if start.startswith(_UTF_16) and not _is_body(start.decode("utf-16", "replace").encode()):
        stream.transform(_from_utf_16)
        start = stream.peek(LINE)
    for recorder in RECORDERS:
        if recorder.knows(start.removeprefix(BOM)):
            stream.transform(recorder.as_http)
            stream.remarks += filter(None, [recorder.remark])
            start = stream.peek(LINE) or stream.take()  # which raises why it cannot be read
    form = _form(start)
    if form != "body":
        if start.startswith(BOM):
            stream.read(len(BOM))
        stream.skip_space()
    return form


def _form(start: bytes) -> Literal["body", "exchanges", "archive"]:
    start = start.removeprefix(BOM).lstrip(SPACE)
    if is_json(start):
        return "archive"
    return "exchanges" if is_message(start) or begins_later(start) else "body"


def _is_body(start: bytes) -> bool:
    """Whether it is nothing that a recorder writes."""
    return _form(start) == "body" and not any(one.knows(start.removeprefix(BOM)) for one in RECORDERS)


def _from_utf_16(stream: Stream) -> Iterator[bytes]:
    """A recording in UTF-8 that a shell has written in UTF-16."""
    decoder = codecs.getincrementaldecoder("utf-16")(errors="replace")
    for piece in stream:
        yield decoder.decode(piece).encode()
