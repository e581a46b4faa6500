"""Recorded HTTP traffic in, responses out: status, headers, body, and the request where it is known.

A capture is a body alone, or what a recorder has written: raw HTTP, a HAR archive, packets, a cassette; plain
or compressed. `recorders` lists them all; its first bytes say who has recorded a capture. What clients print
of an exchange is made raw HTTP first (`transcripts`). Each is read once, front to back, in pieces of bounded
size. A body is a stream of its own that reads on in the file. Asking for the next response skips what the
caller left of it. So memory holds a few pieces, or one entry of a HAR and its like.

Recordings lie about their framing: curl shows the headers of a chunked or compressed response above a body
that it has already unpacked, and people edit what they recorded. A header is believed where the bytes do not
deny it; what they deny is remarked (`Response.remarks`).
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
    tally = Tally() if tally is None else tally
    with reading(source, tally, name) as capture:
        for number, (response, is_wanted) in enumerate(recorded_in(capture), 1):
            if response is not None and is_wanted:
                yield response
            else:
                origin = f"{capture.name}#{number}" if response is None else response.origin
                tally.pass_over(passed_over(origin, response))


@contextmanager
def reading(source: Source, tally: Tally, name: str | None) -> Iterator[Capture]:
    """Open a capture, to read its exchanges in the block; it is closed where that raises, or at its end."""
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
    if stream.begun:  # whoever goes on has read enough of what is read last
        stream.abandon()
        data.close()


def _beside(source: Source) -> Beside:
    """What opens the files beside a capture, or below its folder: all else is none of its business."""

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
