"""Finds where markup begins and ends; no other module searches for it.

`Scanner` takes the text of a document piece by piece, and hands it on up to its last complete markup, so that
no later stage sees half a tag, comment or reference. Most text has only tags: then every `<` begins one, and
the last complete tag is found from the end. Comments, CDATA and instructions are skipped first. The rest is
held, together with the kind of markup that it ends in. When more comes, only the new bytes are examined: the
cost does not depend on how the text is cut.

A tag with a `<` in it counts as broken, because its end is unclear. So do a document type declaration, which
is not allowed, and a NUL, which XML does not have. `sound_part` finds the sound part of a text, and the fault
behind it.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from typing import NamedTuple

from ..errors import DecodeError, ForbiddenConstructError, LimitExceededError, NotWellFormedError
from ..limits import LONGEST_STALL, PIECE

__all__ = [
    "CDATA",
    "COMMENT",
    "EDGES",
    "EMPTY_TAG",
    "END_TAG",
    "INSTRUCTION",
    "START_TAG",
    "Fault",
    "Markup",
    "Place",
    "Scanner",
    "begin_of_last",
    "begins",
    "begins_as_markup",
    "blanked",
    "declared_names",
    "empty_elements",
    "end_of_last",
    "ends_element",
    "exact_kind",
    "first_element",
    "first_end",
    "first_name",
    "has_instructions",
    "has_only_tags",
    "has_prefixes",
    "is_plain",
    "is_simple",
    "line_of_document",
    "markups",
    "name_of",
    "root_name",
    "sound_part",
    "start_tag",
    "stretches",
    "text_before_markup",
]

# The kinds of markup. COMMENT stands for everything but tags: comments, CDATA and instructions.
START_TAG, EMPTY_TAG, END_TAG, COMMENT = range(4)
CDATA, INSTRUCTION = 4, 5  # only `exact_kind` distinguishes these from comments

# The kinds of markup that a text may end in the middle of.
_CONTENT, _TAG, _DOUBLE_QUOTES, _SINGLE_QUOTES, _COMMENT, _CDATA, _INSTRUCTION, _BROKEN = range(8)

_IN_TAG = rb"""[^<>"']*(?:"[^"<]*"[^<>"']*|'[^'<]*'[^<>"']*)*"""
_UNPREFIXED = rb"""[^<>"':]*(?:"[^"<]*"[^<>"':]*|'[^'<]*'[^<>"':]*)*"""
_OTHER = rb"""!--.*?-->|!\[CDATA\[.*?\]\]>|\?.*?\?>"""
_TEXT = rb"""[^<&]*(?:&[^\s;&<>"']*;[^<&]*)*"""
_SOUND = re.compile(rb"(?:%b<(?:(?![!?])%b>|%b))*" % (_TEXT, _IN_TAG, _OTHER), re.DOTALL)
_SIMPLE = re.compile(rb"(?:%b<(?![!?])%b>)*" % (_TEXT, _UNPREFIXED))
_SOUND_TEXT = re.compile(_TEXT)
_MARKUP = re.compile(rb"[^<]*<(?:(?![!?])(?P<tag>%b)>|%b)" % (_IN_TAG, _OTHER), re.DOTALL)
_SPECIAL = re.compile(rb"<(?:%b)" % _OTHER, re.DOTALL)
_SPECIAL_OR_REST = re.compile(rb"<(?:(?P<complete>%b)|[!?].*)" % _OTHER, re.DOTALL)
_INVISIBLE = re.compile(rb"<!(?:--.*?--|\[CDATA\[.*?\]\])>", re.DOTALL)
_OTHER_BEGINS = re.compile(rb"<[!?]")
_OPENINGS = ((b"<!--", _COMMENT), (b"<![CDATA[", _CDATA), (b"<?", _INSTRUCTION))
_BEGINNINGS = (b"<!--", b"<![CDATA[", b"<?", b"<!DOCTYPE")
_LONGEST_OPENING = len(b"<!DOCTYPE")
_ENDINGS = {_COMMENT: b"-->", _CDATA: b"]]>", _INSTRUCTION: b"?>"}

EDGES: dict[int, tuple[bytes, bytes]] = {
    START_TAG: (b"<", b">"),
    EMPTY_TAG: (b"<", b"/>"),
    END_TAG: (b"</", b">"),
    **{
        kind: (opening, _ENDINGS[state])
        for kind, (opening, state) in zip((COMMENT, CDATA, INSTRUCTION), _OPENINGS)
    },
}
"""The opening and the ending of markup of each exact kind."""

# How to move on inside a tag: a pattern up to the next deciding byte, and the state after that byte.
_MOVES: dict[int, tuple[re.Pattern[bytes], dict[bytes, int]]] = {
    _TAG: (re.compile(_IN_TAG), {b">": _CONTENT, b'"': _DOUBLE_QUOTES, b"'": _SINGLE_QUOTES}),
    _DOUBLE_QUOTES: (re.compile(rb'[^"<]*'), {b'"': _TAG}),
    _SINGLE_QUOTES: (re.compile(rb"[^'<]*"), {b"'": _TAG}),
}

# The deciding bytes, and the pattern of their order in plain text: each tag is complete, its quotes are
# balanced, no name has a prefix, and besides tags there is only text without references. All other bytes are
# deleted first. A tag then reduced to its brackets, like most tags in a placement, becomes a single byte.
_DECIDING = b"""<>"':&!?\0"""
_OTHERS = bytes(set(range(256)) - set(_DECIDING))
_BARE_TAG, _SHORT_TAG = b"<>", b"="
_PLAIN = re.compile(rb"""(?:[:=]|<(?:":*"|':*')*>)*""")

# Possible names with a prefix, of an element or of an attribute.
_PREFIXES = (
    re.compile(rb"""<[^\s<>"'=/:&;]*:"""),
    re.compile(rb""":[^\s<>"'=/:&;]*\s*=\s*["']"""),
)
_REFERENCE = re.compile(rb"""&[^\s;&<>"']*""")
_NAME = re.compile(rb"""<([^\s<>"'=/!?]+)""")
_TAG_NAME = re.compile(rb"""</?([^\s<>"'=/!?]+)""")
_PROLOG = re.compile(rb"\s*<(?:\?.*?\?>|!--.*?-->)", re.DOTALL)
_ROOT = re.compile(rb"""\s*<(?:!DOCTYPE\s+)?([^\s<>"'=/!?]+)""", re.IGNORECASE)
_BEGINS_AS_MARKUP = re.compile(rb"(?:%b)?\s*<[?!/A-Za-z]" % BOM_UTF8)
_LINE_OF_DOCUMENT = re.compile(rb"(?:\A|[\r\n])[ \t]*(?=<(?:\?xml|!DOCTYPE|[A-Za-z]))")
_ENDS_ELEMENT = re.compile(rb"(?:/|</[^<>]{1,64})>\Z")
_LONGEST_ENDING = 67  # the longest match of `_ENDS_ELEMENT`
_NAME_SPACE = re.compile(rb"""xmlns(?::([^\s=]+))?\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_TARGET = re.compile(rb"<\?([^\s?]+)")
_NOT_A_FIRST_BYTE = bytes(range(0x80, 0xC0))  # the later bytes of a character in UTF-8

_BROKEN_TAG = "a tag has a '<' in it: its end or a closing quote is missing, or the '<' is not escaped"
_DECLARATION = "a document type declaration is not allowed"
_BROKEN_DECLARATION = "a '<!' begins neither a comment nor CDATA"
_BROKEN_REFERENCE = "an '&' begins no reference: its semicolon is missing, or the '&' is not escaped"
_NULL = "a NUL character, which XML cannot carry"
_TOO_LONG = f"a tag, a comment or a text of more than {LONGEST_STALL} bytes"


class Place(NamedTuple):
    """A place in a document.

    Attributes:
        line: The line, counted from 1.
        column: The column in that line, counted from 1, in characters, as libxml2 counts.
    """

    line: int = 1
    column: int = 1

    def after(self, text: bytes) -> Place:
        """Return the place after a UTF-8 text that begins here."""
        last = text.rfind(b"\n")
        of_line = text[last + 1 :] if last >= 0 else text
        characters = len(of_line if of_line.isascii() else of_line.translate(None, _NOT_A_FIRST_BYTE))
        if last < 0:
            return Place(self.line, self.column + characters)
        return Place(self.line + text.count(b"\n"), 1 + characters)


class Markup(NamedTuple):
    """A complete markup, with the text before it.

    Attributes:
        start: The offset of the text before it.
        begin: The offset of the markup.
        end: The offset of its end.
        kind: START_TAG, EMPTY_TAG, END_TAG or COMMENT.
    """

    start: int
    begin: int
    end: int
    kind: int


class Scanner:
    """Cuts the text of a document after its last complete markup.

    Attributes:
        place: The place of the text handed out last; at first, the start of the document.
    """

    def __init__(self) -> None:
        self.place: Place = Place()
        self._given = b""  # handed out last, and not counted in `place` yet
        self._held: list[bytes] = []
        self._size = 0
        self._inside = _CONTENT  # the kind of markup that the held text ends in
        self._is_opening = False  # True if it ends in an opening that is too short to tell its kind
        self._tail = b""  # its last bytes: the ending of a comment may begin in them

    @property
    def rest(self) -> bytes:
        """The held text: it ends in unfinished markup, or has no markup."""
        return b"".join(self._held)

    @property
    def rest_place(self) -> Place:
        """The place of the held text."""
        return self.place.after(self._given)

    def feed(self, piece: bytes) -> bytes:
        """Take a piece, and return the text up to the last complete markup.

        Broken markup is returned, too, with all text behind it; `sound_part` reports it.

        Raises:
            LimitExceededError: A markup and the text before it are too long.
        """
        self.place, self._given = self.rest_place, b""
        if self._inside == _BROKEN:
            self._given = piece
            return piece
        if self._inside != _CONTENT:
            at = self._end_in(piece)
        else:
            at = 0 if self._is_opening or b"<" in piece else -1
        if at < 0:
            self._held.append(piece)
            self._size += len(piece)
            self._check_length(self._size)
            return b""
        text = self.rest + piece if self._held else piece
        if self._size > LONGEST_STALL - PIECE:
            first = _MARKUP.match(text)
            self._check_length(first.end() if first else 0)
        end = self._last_end(text, at)
        self._given, rest = text[:end], text[end:]
        self._held, self._size = [rest] if rest else [], len(rest)
        self._check_length(self._size)
        return self._given

    def _end_in(self, piece: bytes) -> int:
        """Find the end of the held markup in a piece, counted from the held text; -1 if it is not there."""
        ending = _ENDINGS.get(self._inside)
        if ending is None:
            at, self._inside = _passed(piece, 0, len(piece), self._inside)
            return self._size + at if self._inside in (_CONTENT, _BROKEN) else -1
        last = self._tail + piece
        at = last.find(ending)
        if at >= 0:
            return self._size - len(self._tail) + at + len(ending)
        self._tail = last[1 - len(ending) :]
        return -1

    def _last_end(self, text: bytes, at: int) -> int:
        """Find the end of the last complete markup, if one ends at `at`, and note the state behind it."""
        self._is_opening = False
        if self._inside == _BROKEN:
            return len(text)
        begin = -1
        for special in () if has_only_tags(text, at) else _SPECIAL_OR_REST.finditer(text, at):
            at, begin = (special.end(), -1) if special["complete"] else (at, special.start())
        if begin < 0:
            begin = text.rfind(b"<", at)
        before = text.rfind(b"<", at, begin) if begin >= 0 else -1
        end = at
        if before >= 0:
            end, inside = _passed(text, before + 1, begin, _TAG)
            if inside != _CONTENT:
                return len(text)
        if begin < 0:
            self._inside = _CONTENT
            return end
        passed, self._inside = self._passed_over(text, begin)
        if self._inside == _CONTENT and not self._is_opening:
            return passed
        return len(text) if self._inside == _BROKEN else end

    def _passed_over(self, text: bytes, begin: int) -> tuple[int, int]:
        """Skip the markup that begins at `begin`. Returns its end, and the state at the end of the text."""
        rest = text[begin : begin + _LONGEST_OPENING]
        for opening, inside in _OPENINGS:
            if rest.startswith(opening):
                self._tail = text[max(begin + len(opening), len(text) + 1 - len(_ENDINGS[inside])) :]
                return len(text), inside
        self._is_opening = any(
            len(rest) < len(opening) and opening.startswith(rest) for opening in _BEGINNINGS
        )
        if self._is_opening:
            return begin, _CONTENT
        if rest.startswith(b"<!"):
            return begin, _BROKEN
        return _passed(text, begin + 1, len(text), _TAG)

    def _check_length(self, length: int) -> None:
        """Raise LimitExceededError if the held text, up to `length`, is too long for one markup."""
        if length > LONGEST_STALL:
            text = text_before_markup(self.rest)
            line, column = self.rest_place.after(text if len(text) < len(self.rest) else b"")
            raise LimitExceededError(_TOO_LONG, line=line, column=column)


def _passed(text: bytes, at: int, end: int, inside: int) -> tuple[int, int]:
    """Move on inside a tag, to its end or to `end`. Returns the offset, and the state there."""
    while True:
        pattern, moves = _MOVES[inside]
        passed = pattern.match(text, at, end)
        at = passed.end() if passed else at
        if at == end:
            return at, inside
        inside = moves.get(text[at : at + 1], _BROKEN)
        at += 1
        if inside in (_CONTENT, _BROKEN):
            return at, inside


class Fault(NamedTuple):
    """A fault in a text that libxml2 does not report, or not always.

    Attributes:
        kind: The class of the error.
        message: The fault, in words.
        at: The offset in the text.
    """

    kind: type[DecodeError]
    message: str
    at: int


def is_simple(text: bytes) -> bool:
    """Check quickly that a text is sound, and that no name in it has a prefix."""
    if b"xmlns" in text or b"\0" in text:
        return False
    if not has_only_tags(text):
        text = _INVISIBLE.sub(b"<>", text)
    outline = text.translate(None, _OTHERS).replace(_BARE_TAG, _SHORT_TAG)
    return bool(_PLAIN.fullmatch(outline) or _SIMPLE.fullmatch(text))


def sound_part(text: bytes) -> tuple[int, Fault | None]:
    """Find the end of the sound part of a text from `Scanner` or `markups`, and the fault behind it.

    A reference at the very end may be unfinished; the sound part ends before it.
    """
    null = text.find(b"\0")
    end = null if null >= 0 else len(text)
    sound = _SOUND.match(text, 0, end)
    after = sound.end() if sound else 0
    if after == len(text):
        return after, None
    words = _SOUND_TEXT.match(text, after, end)
    at = words.end() if words else after
    if text[at : at + 1] == b"&":
        unfinished = _REFERENCE.match(text, at)
        if unfinished and unfinished.end() == len(text):
            return at, None
        if not unfinished or unfinished.end() != null:
            return after, Fault(NotWellFormedError, _BROKEN_REFERENCE, at)
    if at == len(text):
        return at, None
    if text.startswith(b"<!DOCTYPE", at):
        return after, Fault(ForbiddenConstructError, _DECLARATION, at)
    if null >= 0 and (at == null or _may_go_on(text[at:null])):
        return after, Fault(NotWellFormedError, _NULL, null)
    message = _BROKEN_DECLARATION if text.startswith(b"<!", at) else _BROKEN_TAG
    return after, Fault(NotWellFormedError, message, at)


def _may_go_on(markup: bytes) -> bool:
    """Tell whether unfinished markup is valid so far."""
    if markup.startswith((b"<!", b"<?", b"&")):
        return any(opening.startswith(markup[: len(opening)]) for opening in (*_BEGINNINGS, b"&"))
    return _passed(markup, 1, len(markup), _TAG)[1] != _BROKEN


def markups(text: bytes, at: int = 0) -> Iterator[Markup]:
    """Yield the markup of a text from `at`, outside of markup, up to broken or unfinished markup."""
    while (found := _MARKUP.match(text, at)) is not None:
        start, at = found.span()
        tag = found["tag"]
        if tag is None:
            yield Markup(start, text.index(b"<", start), at, COMMENT)
            continue
        kind = END_TAG if tag.startswith(b"/") else EMPTY_TAG if tag.endswith(b"/") else START_TAG
        yield Markup(start, found.start("tag") - 1, at, kind)


def exact_kind(text: bytes, markup: Markup) -> int:
    """Tell the kind of a markup, with CDATA and INSTRUCTION apart from COMMENT."""
    if markup.kind != COMMENT:
        return markup.kind
    kinds = (COMMENT, CDATA, INSTRUCTION)
    return next(kind for kind in kinds if text.startswith(EDGES[kind][0], markup.begin))


def name_of(text: bytes, markup: Markup) -> bytes:
    """Return the name in a tag; empty for other markup."""
    found = _TAG_NAME.match(text, markup.begin)
    return found[1] if found else b""


def text_before_markup(text: bytes) -> bytes:
    """Return the text before the first markup, which may be unfinished."""
    return text.partition(b"<")[0]


def has_only_tags(text: bytes, at: int = 0) -> bool:
    """Tell whether every `<` from `at` on begins a tag."""
    # Searching for single bytes is much quicker, and usually there are none.
    if text.find(b"!", at) < 0 and text.find(b"?", at) < 0:
        return True
    return _OTHER_BEGINS.search(text, at) is None


def is_plain(document: bytes) -> bool:
    """Tell whether a document has only tags, apart from an XML declaration at its beginning."""
    return has_only_tags(document, 1 if document.startswith(b"<?") else 0)


def has_instructions(text: bytes, at: int = 0) -> bool:
    """Tell whether an instruction or an XML declaration begins from `at` on."""
    return text.find(b"<?", at) >= 0


def blanked(text: bytes) -> bytes:
    """Replace comments, CDATA and instructions with blanks."""
    return text if has_only_tags(text) else _SPECIAL.sub(lambda found: b" " * len(found[0]), text)


def stretches(text: bytes) -> list[bytes]:
    """Divide a text into parts with only tags and parts without tags, in turn; the first has only tags."""
    if has_only_tags(text):
        return [text]
    parts, done = list[bytes](), 0
    for special in _SPECIAL.finditer(text):
        parts += (text[done : special.start()], special[0])
        done = special.end()
    return [*parts, text[done:]]


def has_prefixes(text: bytes) -> bool:
    """Tell whether a name in a text may have a prefix or declare one."""
    return b"xmlns" in text or (b":" in text and any(pattern.search(text) for pattern in _PREFIXES))


def first_name(text: bytes) -> bytes:
    """Find the name in the first tag of a text."""
    found = _NAME.search(_SPECIAL.sub(b"", text))
    return found[1] if found else b""


def root_name(head: bytes) -> bytes:
    """Find the name of the root in the first bytes of a document; it may be incomplete.

    A byte order mark, white space, instructions and comments may stand before it. A document type declaration
    tells it, too.
    """
    at = len(BOM_UTF8) if head.startswith(BOM_UTF8) else 0
    while (other := _PROLOG.match(head, at)) is not None:
        at = other.end()
    found = _ROOT.match(head, at)
    return found[1] if found else b""


def begins_as_markup(head: bytes) -> bool:
    """Tell whether markup comes first, after a byte order mark and white space."""
    return _BEGINS_AS_MARKUP.match(head) is not None


def line_of_document(text: bytes) -> int:
    """Find a line that may begin a document, and return the offset; -1 if there is none."""
    found = _LINE_OF_DOCUMENT.search(text)
    return found.end() if found else -1


def ends_element(text: bytes, end: int) -> bool:
    """Tell whether a text, up to `end`, ends with an end tag or an empty tag, as a document does."""
    return _ENDS_ELEMENT.search(text, max(0, end - _LONGEST_ENDING), end) is not None


def declared_names(text: bytes) -> list[str]:
    """List the instruction targets, prefixes and name spaces in a text: libxml2 keeps them."""
    names: list[bytes] = _TARGET.findall(text) if has_instructions(text) else []
    for found in _NAME_SPACE.findall(text) if b"xmlns" in text else ():
        names += filter(None, found)
    return [name.decode() for name in names]


def begins(text: bytes, name: str) -> Iterator[int]:
    """Yield the offsets of the start tags of a name, in text that has only tags."""
    pattern = rb"<%b(?=[\s/>])" % re.escape(name.encode())
    return (found.start() for found in re.finditer(pattern, text))


def start_tag(text: bytes, begin: int) -> bytes:
    """Return the start tag that begins at an offset, or as much as there is of it."""
    end, _ = _passed(text, begin + 1, len(text), _TAG)
    return text[begin:end]


def first_end(text: bytes | bytearray, name: str, at: int = 0) -> int:
    """Find the end of the first end tag of a name from `at` on; -1 if there is none.

    The text from `at` on must have only tags. End tags with a space in them do not count.
    """
    closing = b"</%b>" % name.encode()
    begin = text.find(closing, at)
    return begin + len(closing) if begin >= 0 else -1


def first_element(text: bytes, name: str, enough: int) -> tuple[bytes, int]:
    """Find the first complete element of a name, with at least `enough` bytes of text from its start on.

    Returns:
        Its start tag, with the end tag if that follows at once, and the end of the element; if there is none,
        an empty tag and the end of the text.
    """
    closing, done = b"</%b>" % name.encode(), 0
    for number, stretch in enumerate(stretches(text)):
        begin = next(begins(stretch, name), None) if number % 2 == 0 else None
        if begin is not None and done + begin + enough <= len(text):
            end, _ = _passed(stretch, begin + 1, len(stretch), _TAG)
            if stretch.startswith(b"/>", end - 2):
                return stretch[begin:end], done + end
            after = stretch.find(closing, end)
            if after < 0:
                break
            tag = stretch[begin : end if after > end else after + len(closing)]
            return tag, done + after + len(closing)
        done += len(stretch)
    return b"", len(text)


def empty_elements(text: bytes, name: str) -> tuple[int, int, int]:
    """Find possible empty elements in a text that is not checked yet.

    Returns:
        The start and the end of the first one of this name, and the end of the last one of any name; or -1.
    """
    begin = text.find(b"<%b " % name.encode())
    return begin, text.find(b"/>", begin) + 2, text.rfind(b"/>") + 2


def begin_of_last(text: bytes, name: str) -> int:
    """Find the last start tag of a name; -1 if there is none, or if the text has more than tags."""
    opening = b"<%b" % name.encode()
    begin = text.rfind(opening)
    while begin >= 0 and text[begin + len(opening)] not in b" \t\r\n/>":
        begin = text.rfind(opening, 0, begin)
    return begin if begin >= 0 and has_only_tags(text) else -1


def end_of_last(text: bytes, name: str) -> int:
    """Find the end of the last complete element of a name, in text with only tags; 0 if there is none."""
    begin = begin_of_last(text, name)
    if begin < 0:
        return 0
    end, _ = _passed(text, begin + 1, len(text), _TAG)
    if text.startswith(b"/>", end - 2):
        return end
    after = first_end(text, name, end)
    return after if after >= 0 else begin
