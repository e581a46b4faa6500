"""Where in the input a start tag stands.

The parser tells a target which element begins, but not where. So `Positions` follows the text that the
parser is given, markup by markup: it knows line and column of each piece's end, and which tag or comment is
unfinished there. When an element turns out to be wrong, the piece that completed its tag is gone over once
more, up to the start tag with its number. Usually most of a piece can be skipped: where it has no comment,
CDATA section or instruction, each `<` begins a tag, and only the last one can be unfinished.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator
from typing import NamedTuple

__all__ = [
    "BROKEN",
    "BROKEN_REFERENCE",
    "CONTENT",
    "DECLARATION",
    "START_TAG",
    "Markup",
    "Piece",
    "Point",
    "Positions",
    "broken",
    "markups",
]

# What text may be inside of. Of broken markup nobody can say where it ends: a tag with a `<` in it, or a
# reference without a semicolon.
(
    CONTENT,
    START_TAG,
    DOUBLE_QUOTES,
    SINGLE_QUOTES,
    END_TAG,
    REFERENCE,
    COMMENT,
    CDATA,
    INSTRUCTION,
    DECLARATION,
    BROKEN_TAG,
    BROKEN_REFERENCE,
) = range(12)
BROKEN = (BROKEN_TAG, BROKEN_REFERENCE)

_IN_START_TAG = (START_TAG, DOUBLE_QUOTES, SINGLE_QUOTES)
_OPENINGS = ((b"<!--", COMMENT), (b"<![CDATA[", CDATA))
_OTHER_OPENINGS = {b"!": DECLARATION, b"?": INSTRUCTION, b"/": END_TAG}

# How markup ends that may hold anything else; and how far other markup can be passed over at once, up to a
# byte that decides what follows. Where that byte is not listed, the markup is broken.
_ENDINGS = {COMMENT: b"-->", CDATA: b"]]>", INSTRUCTION: b"?>", DECLARATION: b">"}
_MOVES: dict[int, tuple[re.Pattern[bytes], dict[bytes, int]]] = {
    START_TAG: (
        re.compile(rb"""[^<>"']*(?:"[^"<]*"[^<>"']*|'[^'<]*'[^<>"']*)*"""),
        {b">": CONTENT, b'"': DOUBLE_QUOTES, b"'": SINGLE_QUOTES},
    ),
    DOUBLE_QUOTES: (re.compile(rb'[^"<]*'), {b'"': START_TAG}),
    SINGLE_QUOTES: (re.compile(rb"[^'<]*"), {b"'": START_TAG}),
    END_TAG: (re.compile(rb"[^<>]*"), {b">": CONTENT}),
    REFERENCE: (re.compile(rb"""[^\s;&<>"']*"""), {b";": CONTENT}),
}
_BEGINNING = re.compile(rb"[<&]")
_COMPLETE = re.compile(
    rb"""(?:[^<&]+
    |<[^<>"'!?]*(?:"[^"<]*"[^<>"']*|'[^'<]*'[^<>"']*)*>
    |&[^\s;&<>"']*;
    |<!--.*?-->
    |<!\[CDATA\[.*?\]\]>
    |<\?.*?\?>
    )*""",
    re.DOTALL | re.VERBOSE,
)

_MOST_UNSETTLED = 8
_LARGE = 1024 * 1024  # bytes of a tag or text, which may soon be more than is allowed

_HEAD = 64  # bytes that are kept of a tag: more than any name has that is looked for

_NOT_A_FIRST_BYTE = bytes(range(0x80, 0xC0))  # of a character in UTF-8


class Point(NamedTuple):
    """A place between two pieces of text.

    Attributes:
        line: The line, counted from 1.
        column: The column in that line, counted from 1, in characters.
        inside: What kind of markup is unfinished here.
        begin: Line and column of its beginning.
        size: How many bytes of it there are so far, or of text after the last tag.
        carried: The last bytes before this place, where it takes more to tell what they are. Line and column
            are then those of their beginning.
        longest: The size of what was unfinished before the last piece, as far as it is known now.
        head: The first bytes of the unfinished markup.
    """

    line: int = 1
    column: int = 1
    inside: int = CONTENT
    begin: tuple[int, int] = (1, 1)
    size: int = 0
    carried: bytes = b""
    longest: int = 0
    head: bytes = b""


class Markup(NamedTuple):
    """A start tag or a document type declaration; or something broken.

    Attributes:
        kind: START_TAG, DECLARATION, BROKEN_TAG or BROKEN_REFERENCE.
        line: The line where it begins.
        column: The column.
        head: Its first bytes, with which it can be told what is named.
    """

    kind: int
    line: int
    column: int
    head: bytes = b""


def markups(point: Point, piece: bytes) -> Iterator[Markup]:
    """The start tags and declarations that end in a piece which stands at `point`."""
    text = point.carried + piece
    line, column, counted = point.line, point.column, 0
    begin, at, inside = -1, 0, point.inside
    while True:
        if inside == CONTENT:
            begin, at, inside = _next(text, at)
            if inside == CONTENT:
                return
        kind = START_TAG if inside in _IN_START_TAG else inside
        at, inside = _ending(text, at, inside)
        if inside != CONTENT:
            return
        if kind in (START_TAG, DECLARATION):
            place = point.begin
            if begin >= 0:
                line, column = _after(text[counted:begin], line, column)
                place, counted = (line, column), begin
            yield Markup(kind, *place, _head(point, text, begin, at))


def broken(point: Point, piece: bytes) -> Markup | None:
    """What is broken in a piece that stands at `point`, if anything is."""
    text = point.carried + piece
    begin, at, inside = -1, 0, point.inside
    while True:
        if inside == CONTENT:
            begin, at, inside = _next(text, _complete(text, at))
            if inside == CONTENT:
                return None
        at, inside = _ending(text, at, inside)
        if inside in BROKEN:
            return Markup(
                inside, *(_after(text[:begin], point.line, point.column) if begin >= 0 else point.begin)
            )
        if inside != CONTENT:
            return None


class Piece:
    """A part of the input.

    Attributes:
        text: Its bytes.
        tags: How many start tags are complete before it.
        point: Where it begins, once that is known.
    """

    __slots__ = ("point", "tags", "text")

    def __init__(self, text: bytes, tags: int) -> None:
        self.text: bytes = text
        self.tags: int = tags
        self.point: Point | None = None

    def markups(self) -> Iterator[Markup]:
        """What `markups` finds in it."""
        return markups(self.point, self.text) if self.point is not None else iter(())

    def broken(self) -> Markup | None:
        """What `broken` finds in it."""
        return broken(self.point, self.text) if self.point is not None else None


class Positions:
    """Follows the input of a parser, and finds start tags by their number in the last pieces of it.

    Args:
        kept: How many bytes these are at least, where there are so many; two pieces in any case.
    """

    def __init__(self, kept: int = 0) -> None:
        self._point = Point()
        self._skipped = _Skipped(0, 0, 0)
        self._recent: deque[Piece] = deque()
        self._recent_size = 0
        self._kept = kept
        self._unsettled: list[Piece | bytes] = []  # pieces, and passages that the parser was not given

    def advance(self, text: bytes, tags: int) -> Piece:
        """Pass over text that the parser is given, after so many complete start tags."""
        piece = Piece(text, tags)
        self._recent.append(piece)
        self._recent_size += len(text)
        while len(self._recent) > 2 and self._recent_size - len(self._recent[0].text) >= self._kept:
            self._recent_size -= len(self._recent.popleft().text)
        self._unsettled.append(piece)
        if len(self._unsettled) >= _MOST_UNSETTLED or self._point.size > _LARGE:
            self.settle()
        return piece

    def skip(self, passage: bytes) -> None:
        """Pass over complete elements that the parser is not given; it stands between two elements."""
        self._unsettled.append(passage)
        if len(self._unsettled) >= _MOST_UNSETTLED:
            self.settle()

    def settle(self) -> Point:
        """Count up to the end of the text: not at each piece, for hardly any place is asked for."""
        for piece in self._unsettled:
            if isinstance(piece, Piece):
                piece.point = self._point
                self._point = _after_piece(self._point, piece.text)
            else:
                self._leave_out(piece)
        self._unsettled.clear()
        return self._point

    def pieces(self) -> list[Piece]:
        """The last pieces."""
        self.settle()
        return list(self._recent)

    def tags(self) -> int:
        """How many start tags are complete in the text that the parser was given."""
        last = self.pieces()[-1]
        return last.tags + sum(markup.kind == START_TAG for markup in last.markups())

    def end(self) -> tuple[int, int]:
        """Line and column of the end of the text so far."""
        point = self.settle()
        return _after(point.carried, point.line, point.column)

    def actual(self, line: int, column: int) -> tuple[int, int]:
        """A place that the parser has given, in the whole input."""
        self.settle()
        lines, of_line, columns = self._skipped
        return line + lines, column + columns if line == of_line else column

    def find_tags(self, numbers: Iterable[int]) -> dict[int, tuple[int, int]]:
        """Line and column of the start tags with these numbers, counted from 1, as far as they are known."""
        wanted = set(numbers)
        places: dict[int, tuple[int, int]] = {}
        for piece in self.pieces() if wanted else ():
            if any(number > piece.tags for number in wanted):
                tags = (markup for markup in piece.markups() if markup.kind == START_TAG)
                places |= {
                    number: (tag.line, tag.column)
                    for number, tag in enumerate(tags, piece.tags + 1)
                    if number in wanted
                }
        return places

    def find_tag_number(self, number: int) -> tuple[int, int] | tuple[None, None]:
        """Line and column of one start tag, as `find_tags` has them."""
        return self.find_tags([number]).get(number, (None, None))

    def tag_before(self, line: int, column: int) -> bytes:
        """The first bytes of the start tag that begins last before a place."""
        tags = [
            (markup.line, markup.column, markup.head)
            for piece in self.pieces()
            for markup in piece.markups()
            if markup.kind == START_TAG
        ]
        if self._point.inside in _IN_START_TAG:
            tags.append((*self._point.begin, self._point.head))
        return next((head for *place, head in reversed(tags) if tuple(place) < (line, column)), b"")

    def _leave_out(self, passage: bytes) -> None:
        line, column = _after(passage, self._point.line, self._point.column)
        lines, of_line, columns = self._skipped
        parsed = self._point.line - lines
        before = columns if parsed == of_line else 0
        self._skipped = _Skipped(line - parsed, parsed, before + column - self._point.column)
        self._point = Point(line, column)


class _Skipped(NamedTuple):
    """How far the parser's places are off: in lines, and in columns on the line of the last passage."""

    lines: int
    of_line: int
    columns: int


def _after_piece(point: Point, piece: bytes) -> Point:
    """Where a piece ends that stands at `point`."""
    text = point.carried + piece
    earlier = point.size - len(point.carried)
    begin, at, inside, searched = -1, 0, point.inside, 0
    if inside != CONTENT:
        at, inside = _ending(text, at, inside)
        longest = earlier + at
    else:
        first = text.find(b"<")
        longest = earlier + (first if first >= 0 else len(text))
    if inside == CONTENT and _has_only_tags(text, at):
        at = max(at, text.rfind(b"<", at))
    while inside == CONTENT:
        begin, at, inside = _next(text, _complete(text, at))
        if inside == CONTENT:
            break
        searched = at
        at, inside = _ending(text, at, inside)
    if inside == CONTENT:
        line, column = _after(text[:at], point.line, point.column)
        last = text.rfind(b">")
        size = len(text) - last - 1 if last >= 0 else earlier + len(text)
        return Point(line, column, inside, point.begin, size, text[at:], longest)
    place = point.begin if begin < 0 else _after(text[:begin], point.line, point.column)
    size = earlier + len(text) if begin < 0 else len(text) - begin
    head = _head(point, text, begin, len(text))
    kept = max(searched, len(text) - len(_ENDINGS[inside]) + 1) if inside in _ENDINGS else len(text)
    line, column = _after(text[:kept], point.line, point.column)
    return Point(line, column, inside, place, size, text[kept:], longest, head)


def _head(point: Point, text: bytes, begin: int, end: int) -> bytes:
    """The first bytes of markup, up to `end`. Those before the text are in the point."""
    if begin >= 0:
        return text[begin : min(end, begin + _HEAD)]
    return (point.head + text[len(point.carried) : end])[:_HEAD]


def _complete(text: bytes, at: int) -> int:
    """Where the text and the complete markup end that begin here."""
    match = _COMPLETE.match(text, at)
    return match.end() if match else at


def _has_only_tags(text: bytes, at: int) -> bool:
    """Whether every `<` from here on begins a tag. Single bytes are much quicker to find than two."""
    return not any(
        text.find(one, at) >= 0 and text.find(two, at) >= 0 for one, two in ((b"!", b"<!"), (b"?", b"<?"))
    )


def _next(text: bytes, at: int) -> tuple[int, int, int]:
    """Where the next markup begins, where it goes on, and its kind; CONTENT where the text tells of none."""
    found = _BEGINNING.search(text, at)
    if found is None:
        return -1, len(text), CONTENT
    begin = found.start()
    if found[0] == b"&":
        return begin, begin + 1, REFERENCE
    second = text[begin + 1 : begin + 2]
    if not second:
        return begin, begin, CONTENT
    for opening, kind in _OPENINGS if second == b"!" else ():
        start = text[begin : begin + len(opening)]
        if start == opening:
            return begin, begin + len(opening), kind
        if opening.startswith(start):
            return begin, begin, CONTENT
    return begin, begin + 2 - (second not in _OTHER_OPENINGS), _OTHER_OPENINGS.get(second, START_TAG)


def _ending(text: bytes, at: int, inside: int) -> tuple[int, int]:
    """Where markup ends, and CONTENT or how it is broken; or the end of the text, and what this is inside."""
    ending = _ENDINGS.get(inside)
    if ending is not None:
        end = text.find(ending, at)
        return (end + len(ending), CONTENT) if end >= 0 else (len(text), inside)
    while inside in _MOVES:
        pattern, moves = _MOVES[inside]
        passed = pattern.match(text, at)
        at = passed.end() if passed else at
        if at == len(text):
            break
        inside = moves.get(text[at : at + 1], BROKEN_REFERENCE if inside == REFERENCE else BROKEN_TAG)
        at += 1
    return at, inside


def _after(text: bytes, line: int, column: int) -> tuple[int, int]:
    """Line and column after `text`, in characters, as libxml2 counts."""
    last = text.rfind(b"\n")
    of_line = text[last + 1 :] if last >= 0 else text
    characters = len(of_line if of_line.isascii() else of_line.translate(None, _NOT_A_FIRST_BYTE))
    return (line, column + characters) if last < 0 else (line + text.count(b"\n"), 1 + characters)
