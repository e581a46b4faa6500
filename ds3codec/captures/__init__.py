"""Reads responses from recorded HTTP traffic: status, headers, body, and the request if it is known.

A capture is a lone body or the file of a recorder: raw HTTP, a HAR archive, packets, a cassette; plain or
compressed. `recorders` lists all recorders and recognises them by a capture's first bytes. The output of
command line clients is first converted to raw HTTP (`transcripts`).

A capture is read once, front to back, in pieces of bounded size. Each body is a stream that reads on in the
file, and asking for the next response skips the rest of the body. Memory therefore holds a few pieces, or
one entry of a HAR or similar archive.

Recordings lie about their framing: curl shows the headers of a chunked or compressed response above a body
that it has already unpacked, and people edit their recordings. A header is trusted unless the bytes
contradict it; `Response.remarks` lists the contradictions.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

from ..errors import DecodeError, SourceError, public_name
from ..remote import is_url
from ..sources import BinaryFile, Source, opened, pieces
from .paths import expand, is_capture
from .recorded import Beside, Capture, Response, passed_over
from .recorders import recorded_in, within
from .streams import PassedOver, Stream, Tally, stored

__all__ = ["PassedOver", "Response", "Tally", "expand", "is_capture", "responses"]


def responses(source: Source, *, tally: Tally | None = None, name: str | None = None) -> Iterator[Response]:
    """Read the job responses of one capture, in order; count and skip all others.

    A raw response without a request is always yielded; redirects and interim responses never are. Any other
    response is yielded if its request is one of the operations, or its body begins with `MasterObjectList`
    or `Objects`.

    Args:
        source: A path, `"-"` for standard input, or any other source that a decoder accepts.
        tally: Counts bytes and skipped exchanges during reading.
        name: The capture's name in the origins; by default the path.

    Raises:
        SourceError: The capture cannot be opened, is malformed, or breaks off between bodies. All responses
            before that place have been yielded. An error within a body is raised by the body.
    """
    tally = Tally() if tally is None else tally
    with reading(source, tally, name) as capture:
        number = 0
        for found in recorded_in(capture):
            if isinstance(found, PassedOver):
                tally.pass_over(found)
                continue
            response, is_wanted = found
            number += 1
            if response is not None and is_wanted:
                yield response
            else:
                origin = f"{capture.name}#{number}" if response is None else response.origin
                tally.pass_over(passed_over(origin, response))


@contextmanager
def reading(source: Source, tally: Tally, name: str | None) -> Iterator[Capture]:
    """Open a capture for the block; close it if the block raises, or at the end of the block."""
    name = label(source if name is None else name)
    data = stored(opened_capture(source), tally)
    stream = Stream(data)
    try:
        yield Capture(name, stream, _beside(source), 0, within)
    except DecodeError as error:
        data.close()
        raise SourceError(f"cannot read {name!r}: {error}") from error
    except SourceError:
        data.close()
        raise
    if stream.begun:  # an unread body stays readable after the block
        stream.abandon()
        data.close()


def _beside(source: Source) -> Beside:
    """Make a function that opens files beside a capture or below its folder, and no others."""

    def beside(name: str) -> Iterator[bytes] | None:
        parts = re.split(r"[/\\]", name)
        if not isinstance(source, (str, os.PathLike)) or source == "-" or is_url(os.fspath(source)):
            return None
        if not name or "\0" in name or any(part in ("", ".", "..") or ":" in part for part in parts):
            return None
        path = Path(source).parent.joinpath(*parts)
        return pieces(path) if path.is_file() else None

    return beside


def label(source: Source) -> str:
    """Return the name of a capture for messages."""
    return public_name(os.fsdecode(source)) if isinstance(source, (str, os.PathLike)) else "<stream>"


def opened_capture(source: Source) -> AbstractContextManager[Source]:
    """Open a capture; a file that the caller opened is not closed."""
    if source == "-" and sys.stdin is None:
        raise SourceError("cannot read '-': standard input is closed")
    if source == "-":
        stdin: BinaryFile = sys.stdin.buffer
        return nullcontext(stdin)
    if not isinstance(source, (str, os.PathLike)):
        return nullcontext(source)
    file: AbstractContextManager[Source] = opened(source)
    return file
