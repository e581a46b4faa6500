"""Reads sessions of Fiddler from its archives (SAZ), packed or not: files of requests and responses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from .exchanges import exchange
from .recorded import Beside, Capture, Recorded, date
from .streams import Stream

__all__ = ["is_part", "is_session", "recorded"]

_RESPONSE = re.compile(r"(\d+)_s\.txt", re.IGNORECASE)
_PART = re.compile(r"(\d+)_([cmw])\.(?:txt|xml)", re.IGNORECASE)
_AROUND = ("[Content_Types].xml", "_index.htm")  # other files of such an archive
_BEGUN = re.compile(rb'ServerBeginResponse="([^"]{10,40})"')
_LONGEST_METADATA = 64 * 1024


def is_session(name: str, beside: Beside) -> bool:
    """Tell whether a file is the response of a session, by its name and the files beside it."""
    found = _RESPONSE.fullmatch(name)
    return found is not None and beside(f"{found[1]}_c.txt") is not None


def is_part(name: str, beside: Beside) -> bool:
    """Tell whether a file is the request of a session, or describes sessions."""
    found = _PART.fullmatch(name)
    return name in _AROUND or (found is not None and beside(f"{found[1]}_s.txt") is not None)


def recorded(capture: Capture) -> Iterator[Recorded]:
    """Read a session, given its response; its request and metadata are in files beside it."""
    number = re.split(r"[/\\]", capture.name)[-1].partition("_")[0]
    request, metadata = capture.beside(f"{number}_c.txt"), capture.beside(f"{number}_m.xml")
    begun = _BEGUN.search(Stream(metadata).peek(_LONGEST_METADATA)) if metadata else None
    yield exchange(
        chain(request or (), [b"\r\n"], capture.stream),
        capture.name,
        time=date(begun[1].decode("latin-1")) if begun else None,
    )
