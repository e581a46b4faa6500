"""What is often taken for a response and is none, by its first bytes; and which command makes it readable.

Internal: names here may change in any release.
"""

from __future__ import annotations

import re
from typing import NamedTuple

__all__ = ["ENOUGH", "Foreign", "foreign", "may_be_foreign"]

ENOUGH = 512
"""Bytes from which on all of them are known."""

_TAR = 257  # where its mark is


class Foreign(NamedTuple):
    """What something is.

    Attributes:
        what: In words, with what to do.
        is_text: Whether it is text.
    """

    what: str
    is_text: bool


_READ = "ds3codec validate reads the captures in it, and so does ds3codec.captures.responses"
_TEXTS = (
    (
        rb"\s*(?:<!--.{0,200}?-->\s*)?<(?:!doctype\s+html|html|head|body)\b",
        "HTML, perhaps a proxy's error page",
    ),
    (
        rb"\s*[{\[]\s*[\"{\[\]}]",
        "JSON: ask the appliance for XML, with the header Accept: application/xml",
    ),
)
_OTHERS = (
    (
        rb"PK(?:\x03\x04|\x05\x06)",
        f"a ZIP archive: {_READ}",
    ),
    (rb"%PDF-", "a PDF"),
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
)
_KINDS = [
    (re.compile(pattern, re.IGNORECASE | re.DOTALL), Foreign(what, kinds is _TEXTS))
    for kinds in (_TEXTS, _OTHERS)
    for pattern, what in kinds
]
# An element, or the first bytes of other encodings than UTF-8.
_OURS = re.compile(rb"(?:\xef\xbb\xbf)?\s*<[^!hHbB]|\xff\xfe|\xfe\xff|<\0|\0")


def foreign(head: bytes) -> Foreign | None:
    """What a beginning is that of, if of one of these."""
    return next((what for pattern, what in _KINDS if pattern.match(head)), None)


def may_be_foreign(head: bytes) -> bool:
    """Whether a beginning does not yet tell."""
    return len(head) < ENOUGH and _OURS.match(head) is None
