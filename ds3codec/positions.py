"""Where in the input a start tag stands.

The parser tells a target which element begins, but not where. So the decoder shows each piece of input to
a `Positions`, which counts lines and keeps the text from the last `<` on: that much may belong to a tag
that the next piece completes. Only when an element turns out to be wrong is that text searched for its
tag. The first tag with these attributes is the one, for an equal one before it would have been as wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from lxml import etree

__all__ = ["Positions", "TagPositions"]

_TAG_OR_COMMENT = re.compile(
    rb"""<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|(?P<tag><[^<>"'!?/](?:[^<>"']|"[^"<]*"|'[^'<]*')*>)""",
    re.DOTALL,
)
_MOST_UNSETTLED = 4
_MARKUP = re.compile(_TAG_OR_COMMENT.pattern + rb"|</[^>]*>", re.DOTALL)


class Positions:
    """Follows the input of a parser, to find the place of a start tag in the last piece of it."""

    def __init__(self) -> None:
        self._line = 1
        self._column = 1
        self._kept = b""
        self._unsettled: list[tuple[bytes, bool]] = []  # pieces, and whether the parser got them
        self._skipped = _Skipped(0, 0, 0)

    def advance(self, piece: bytes) -> None:
        """Pass over a piece that was parsed without complaint."""
        self._add(piece, parsed=True)

    def skip(self, passage: bytes) -> None:
        """Pass over a passage that the parser does not get: complete elements, behind complete elements."""
        self._add(passage, parsed=False)

    def _add(self, piece: bytes, parsed: bool) -> None:
        if len(self._unsettled) >= _MOST_UNSETTLED:
            self._settle()
        self._unsettled.append((piece, parsed))

    def _settle(self) -> None:
        """Count the lines of all pieces: not sooner, for many a document has only a few."""
        for piece, parsed in self._unsettled:
            if parsed:
                self._pass_over(piece)
            else:
                self._leave_out(piece)
        self._unsettled.clear()

    def _pass_over(self, piece: bytes) -> None:
        text = self._kept + piece
        end = max(text.rfind(b"<"), 0)
        self._line, self._column = _after(text[:end], self._line, self._column)
        self._kept = text[end:]

    def _leave_out(self, passage: bytes) -> None:
        line, column = _after(self._kept, self._line, self._column)
        self._line, self._column = _after(passage, line, column)
        self._kept = b""
        lines, of_line, columns = self._skipped
        parsed = line - lines
        before = columns if parsed == of_line else 0
        self._skipped = _Skipped(self._line - parsed, parsed, before + self._column - column)

    def actual(self, line: int, column: int) -> tuple[int, int]:
        """A place that the parser has given, in the whole input."""
        self._settle()
        lines, of_line, columns = self._skipped
        return line + lines, column + columns if line == of_line else column

    def find_tag(self, piece: bytes, name: str, attributes: Mapping[str, str]) -> tuple[int, int] | None:
        """Line and column of the first start tag with this name and these attributes, up to `piece`."""
        self._settle()
        text = self._kept + piece
        for match in _TAG_OR_COMMENT.finditer(text):
            if match["tag"] and _is(match["tag"], name, attributes):
                return _after(text[: match.start()], self._line, self._column)
        return None

    def find_text(self, piece: bytes, wanted: bytes) -> tuple[int, int] | None:
        """Line and column of the first `wanted`, up to `piece`."""
        self._settle()
        text = self._kept + piece
        start = text.find(wanted)
        return None if start < 0 else _after(text[:start], self._line, self._column)


class _Skipped(NamedTuple):
    """How far the parser's places are behind: in lines, and in columns on the line of the last passage."""

    lines: int
    of_line: int
    columns: int


class TagPositions(Positions):
    """Also counts start tags, and finds them by their number while they are in the last two pieces."""

    def __init__(self) -> None:
        super().__init__()
        self._segments: list[_Segment] = [_Segment(b"", 1, 1, 0)] * 2
        self._rest = _Segment(b"", 1, 1, 0)  # from where the last tag may be incomplete
        self._is_ascii = True

    def advance(self, piece: bytes) -> None:
        """Pass over a piece that was parsed."""
        super().advance(piece)
        if self._rest.tags == 0 and b"\0" in piece:
            self._is_ascii = False  # UTF-16 or UTF-32
        text, line, column, tags = self._rest
        text += piece
        end, count = _markup(text)
        passed = text[:end]
        self._segments = [self._segments[1], _Segment(passed, line, column, tags)]
        self._rest = _Segment(text[end:], *_after(passed, line, column), tags + count)

    def find_tags(self, numbers: Iterable[int]) -> dict[int, tuple[int, int]]:
        """Line and column of the start tags with these numbers, counted from 1, as far as they are known."""
        wanted = set(numbers)
        places: dict[int, tuple[int, int]] = {}
        for text, line, column, tags in (*self._segments, self._rest) if self._is_ascii and wanted else ():
            number = tags
            for match in _MARKUP.finditer(text) if any(found > tags for found in wanted) else ():
                number += match["tag"] is not None
                if match["tag"] is not None and number in wanted:
                    places[number] = _after(text[: match.start()], line, column)
        return places

    def find_tag_number(self, number: int) -> tuple[int, int] | tuple[None, None]:
        """Line and column of one start tag, as `find_tags` has them."""
        return self.find_tags([number]).get(number, (None, None))


class _Segment(NamedTuple):
    """A part of the input, where it begins, and how many start tags come before it."""

    text: bytes
    line: int
    column: int
    tags: int


def _markup(text: bytes) -> tuple[int, int]:
    """Where an incomplete tag or comment begins, or the text ends, and how many start tags come before."""
    if b"<!" not in text and b"<?" not in text:
        last = text.rfind(b"<")
        match = _MARKUP.match(text, last) if last >= 0 else None
        end = match.end() if match else last if last >= 0 else len(text)
        return end, text.count(b"<", 0, end) - text.count(b"</", 0, end)
    end = count = 0
    for match in _MARKUP.finditer(text):
        end = match.end()
        count += match["tag"] is not None
    begun = text.find(b"<", end)
    return begun if begun >= 0 else len(text), count


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
