"""Where in the input a start tag stands.

The parser tells a target which element begins, but not where. So the decoder shows each piece of input to
a `Positions`, which counts lines and keeps the text from the last `<` on: that much may belong to a tag
that the next piece completes. Only when an element turns out to be wrong is that text searched for its
tag. The first tag with these attributes is the one, for an equal one before it would have been as wrong.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from lxml import etree

__all__ = ["Positions"]

_TAG_OR_COMMENT = re.compile(
    rb"""<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|(?P<tag><[^<>"'!?/](?:[^<>"']|"[^"<]*"|'[^'<]*')*>)""",
    re.DOTALL,
)


class Positions:
    """Follows the input of a parser, to find the place of a start tag in the last piece of it."""

    def __init__(self) -> None:
        self._line = 1
        self._column = 1
        self._kept: list[bytes] = []

    def advance(self, piece: bytes) -> None:
        """Pass over a piece that was parsed without complaint."""
        last = piece.rfind(b"<")
        if last < 0:
            self._kept.append(piece)
            return
        passed = b"".join((*self._kept, piece[:last]))
        self._line, self._column = _after(passed, self._line, self._column)
        self._kept = [piece[last:]]

    def find_tag(self, piece: bytes, name: str, attributes: Mapping[str, str]) -> tuple[int, int] | None:
        """Line and column of the first start tag with this name and these attributes, up to `piece`."""
        text = b"".join((*self._kept, piece))
        for match in _TAG_OR_COMMENT.finditer(text):
            if match["tag"] and _is(match["tag"], name, attributes):
                return _after(text[: match.start()], self._line, self._column)
        return None

    def find_text(self, piece: bytes, wanted: bytes) -> tuple[int, int] | None:
        """Line and column of the first `wanted`, up to `piece`."""
        text = b"".join((*self._kept, piece))
        start = text.find(wanted)
        return None if start < 0 else _after(text[:start], self._line, self._column)


def _after(text: bytes, line: int, column: int) -> tuple[int, int]:
    """Line and column behind `text`, in characters, as libxml2 counts: a byte order mark is none."""
    last = text.rfind(b"\n")
    characters = len(text[last + 1 :].decode("utf-8", "ignore").lstrip("\ufeff"))
    return (line, column + characters) if last < 0 else (line + text.count(b"\n"), 1 + characters)


def _is(tag: bytes, name: str, attributes: Mapping[str, str]) -> bool:
    alone = tag if tag.endswith(b"/>") else tag[:-1] + b"/>"
    try:
        element = etree.fromstring(alone, etree.XMLParser(resolve_entities=False, recover=True))
    except etree.XMLSyntaxError:
        return False
    return element is not None and element.tag == name and dict(element.attrib) == dict(attributes)
