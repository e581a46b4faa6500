"""What is often taken for a response and is none, by its first bytes; and which command makes it readable.

Internal: names here may change in any release.
"""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

from .decoding.scanner import root_name

__all__ = ["ENOUGH", "Foreign", "foreign", "may_be_foreign"]

ENOUGH = 512
"""Bytes from which on all of them are known."""

_TAR = 257  # where its mark is


class Foreign(NamedTuple):
    """What something is.

    Attributes:
        what: In words, with what to do.
        is_text: Whether it is text.
        is_recording: Whether it may be a recording, or have one in it.
    """

    what: str
    is_text: bool
    is_recording: bool = True


_READ = "ds3codec validate reads the captures in it, and so does ds3codec.captures.responses"
_HTML = Foreign("HTML, perhaps a proxy's error page", is_text=True)
_HTML_ROOTS = (b"html", b"head", b"body")
_JSON = Foreign("JSON: ask the appliance for XML, with the header Accept: application/xml", True, False)
_OTHERS = (
    (
        rb"PK(?:\x03\x04|\x05\x06)",
        f"a ZIP archive: {_READ}",
    ),
    (rb"7z\xbc\xaf\x27\x1c", "a 7-Zip archive: unpack it first (7z x FILE)"),
    (rb"Rar!\x1a\x07", "a RAR archive: unpack it first (unrar x FILE)"),
    (
        rb"\xd4\xc3\xb2\xa1|\xa1\xb2\xc3\xd4|\x4d\x3c\xb2\xa1|\xa1\xb2\x3c\x4d|\x0a\x0d\x0d\x0a",
        f"a packet capture: {_READ}",
    ),
    (
        rb"\d{1,9}:\d{1,9}:[a-z_]+[;:]",
        f"a recording of mitmproxy: {_READ}",
    ),
    (rb".{%d}ustar" % _TAR, f"a tar archive: {_READ}"),
    (rb"WARC/\d", f"a WARC archive: {_READ}"),
)
_KINDS = [
    (re.compile(rb"\s*[{\[]\s*[\"{\[\]}]"), _JSON),
    (re.compile(rb"%PDF-"), Foreign("a PDF", is_text=False, is_recording=False)),
    *((re.compile(pattern, re.DOTALL), Foreign(what, is_text=False)) for pattern, what in _OTHERS),
]
# What other encodings than UTF-8 begin with.
_OTHER_ENCODINGS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, b"\0")


def foreign(head: bytes) -> Foreign | None:
    """What a beginning is that of, if of one of these."""
    head = head[:ENOUGH]
    if root_name(head).lower() in _HTML_ROOTS:
        return _HTML
    return next((what for pattern, what in _KINDS if pattern.match(head)), None)


def may_be_foreign(head: bytes) -> bool:
    """Whether a beginning does not yet tell."""
    if len(head) >= ENOUGH or head.startswith(_OTHER_ENCODINGS):
        return False
    root = root_name(head).lower()
    return any(name.startswith(root) for name in _HTML_ROOTS)
