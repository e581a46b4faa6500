"""Redacts an XML document; each part of it keeps its length.

The text is cut where the scanner finds markup, and never serialised from a tree, so its faults stay, at their
places. The elements around a text or a tag are its place, and `table` decides what may stay there; after the
end of the document nothing may. Tags are looked up by the names in them, because nearly all tags of a
document have the same names. An empty element does not change the place, so empty elements whose tags differ
only in their values are redacted together, by column.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from ..decoding.scanner import (
    CDATA,
    COMMENT,
    EDGES,
    EMPTY_TAG,
    END_TAG,
    INSTRUCTION,
    Scanner,
    exact_kind,
    has_only_tags,
    markups,
    text_before_markup,
)
from ..decoding.text import TextStream
from ..errors import DecodeError, NotWellFormedError
from ..limits import LONGEST_STALL
from ..wire.characters import WHITE_SPACE
from .markup import (
    characters,
    check_names,
    declaration,
    instruction_parts,
    is_referring,
    names_in,
    renamed,
    respelled,
    tag_parts,
)
from .stand_ins import StandIns
from .table import (
    NOWHERE,
    WORD_BY_WORD,
    XSI,
    Place,
    Rule,
    before_root,
    hidden,
    name_space,
    named,
    xsi_attributes,
)

__all__ = ["Document"]

_REMEMBERED = 1024  # layouts of tags
_LONGEST_REMEMBERED = 4096
_MOST_PATTERNS = 64
_SEPARATOR = "\0"  # no document contains it
_XML, _DECLARES = "xml", "xmlns"
_EDGES = {kind: (opening.decode(), ending.decode()) for kind, (opening, ending) in EDGES.items()}

_Spaces = tuple[tuple[str, str], ...]  # name spaces by their prefixes


class _TagTemplate(NamedTuple):
    """The redaction of tags with the same names.

    Attributes:
        names: The redacted parts around the values.
        rules: The rules of the values.
        place: The place of the element.
    """

    names: list[str]
    rules: list[Rule]
    place: Place


class _Alike(NamedTuple):
    """The redaction of empty elements whose tags differ only in their values.

    Attributes:
        pattern: A pattern that splits a text at such tags, into the texts between them and their values.
        literals: The texts around the values of a tag.
        new: The same texts, redacted.
        rules: The rules of the values.
    """

    pattern: re.Pattern[str]
    literals: list[str]
    new: list[str]
    rules: list[Rule]

    def written(self, parts: list[str], literals: list[str]) -> str:
        """Join the parts that `pattern` has split with literals."""
        width = len(literals)
        texts = [""] * (2 * len(parts))
        for number, literal in enumerate(literals):
            texts[2 * number :: 2 * width] = parts[number::width]
            texts[2 * number + 1 :: 2 * width] = [literal] * (len(parts) // width)
        return "".join(texts)


class _Open(NamedTuple):
    """The place and the name spaces around an open element."""

    place: Place
    spaces: _Spaces


class Document:
    """Takes a stored document piece by piece, and returns it redacted, in UTF-8.

    A UTF-8 byte order mark stays. After the first part that cannot be redacted, nothing more is returned, and
    `close` raises the error. The decoder that validates the same document reports it better, with its place.
    """

    def __init__(self, stand_ins: StandIns) -> None:
        self._stand_ins = stand_ins
        self._text = TextStream()
        self._scanner = Scanner()
        self._error: DecodeError | None = None
        self._start: bytes | None = b""  # the first bytes, until anything is returned
        self._place = before_root()
        self._spaces: _Spaces = ()
        self._around: list[_Open] = []
        self._is_over = False  # True after the end of the root
        self._value: _Value | None = None
        self._waiting = 0  # the length of the text since the value began
        self._done: list[str] = []
        self._empty: tuple[str, Place, _Spaces, _TagTemplate] | None = (
            None  # the last tag of an empty element
        )
        self._layout = lru_cache(_REMEMBERED)(self._new_layout)

    def feed(self, data: bytes) -> bytes:
        """Redact more data, and return the completed text."""
        if self._error is not None:
            return b""
        if self._start is not None:
            self._start += data[: len(BOM_UTF8)]
        try:
            return self._taken(self._text.feed(data))
        except DecodeError as error:
            self._error = error
            return b""

    def close(self) -> bytes:
        """Return the remaining text at the end.

        Raises:
            NotWellFormedError: The document is not XML, or its encoding is unknown.
            TruncatedError: The document ends in the middle of a character or of compressed data.
            LimitExceededError: A markup and the text before it are too long.
            CompressionError: The compressed data is damaged.
        """
        if self._error is not None:
            raise self._error
        done = self._taken(self._text.close())
        rest = self._scanner.rest
        if len(text_before_markup(rest)) < len(rest) or self._value is not None:
            raise self._unknown()
        return done + self._anew(hidden, rest.decode()).encode()

    def _taken(self, pieces: Iterator[bytes]) -> bytes:
        for piece in pieces:
            self._take(self._scanner.feed(piece))
        if self._value is not None:  # its first part cannot be redacted before its last part is there
            if self._waiting > LONGEST_STALL:
                raise self._unknown()
            return b""
        self._waiting = 0
        done = "".join(self._done)
        self._done.clear()
        if done and self._start is not None:
            done, self._start = "\ufeff" * self._start.startswith(BOM_UTF8) + done, None
        return done.encode()

    def _take(self, text: bytes) -> None:
        """Redact text with complete markup."""
        if self._empty is not None and has_only_tags(text):
            tag, place, spaces, layout = self._empty
            self._take_alike(text.decode(), _alike(tag, layout), place, spaces)
        else:
            self._take_all(text)
        self._waiting += len(text)

    def _take_alike(self, text: str, alike: _Alike, place: Place, spaces: _Spaces) -> None:
        """Redact text with only tags: similar ones by column, the text between them as usual."""
        parts = alike.pattern.split(text)
        width = len(alike.literals)
        others = [at for at, between in enumerate(parts[::width]) if between and between.strip(WHITE_SPACE)]
        begin = 0
        for at in (*(width * other for other in others), len(parts) - 1):
            if at > begin:
                self._take_run(parts[begin:at], alike, place, spaces)
            between, parts[at] = parts[at], ""
            self._take_all(between.encode(), is_followed=at < len(parts) - 1)
            begin = at

    def _take_run(self, parts: list[str], alike: _Alike, place: Place, spaces: _Spaces) -> None:
        """Redact similar tags, with white space before each, by column if they are in this place."""
        if self._value is not None or self._place is not place or self._spaces != spaces:
            self._take_all(alike.written(parts, alike.literals).encode())
            return
        width = len(alike.literals)
        for column, rule in enumerate(alike.rules, 1):
            parts[column::width] = self._column(rule, parts[column::width])
        self._done.append(alike.written(parts, alike.new))

    def _column(self, rule: Rule, values: list[str]) -> list[str]:
        """Redact values with the same rule and without references."""
        different = {*values}
        if rule in WORD_BY_WORD and 2 * len(different) > len(values):
            return rule(self._stand_ins, _SEPARATOR.join(values)).split(_SEPARATOR)
        new = {value: rule(self._stand_ins, value) for value in different}
        return [new[value] for value in values]

    def _take_all(self, text: bytes, *, is_followed: bool = False) -> None:
        """Redact text markup by markup. Text may stand behind the last one if other markup follows."""
        stop = 0
        for markup in markups(text):
            start, begin, stop, kind = markup
            if start < begin:
                self._take_text(text[start:begin].decode(), is_plain=False)
            if kind == COMMENT:
                kind = exact_kind(text, markup)
            opening, ending = _EDGES[kind]
            self._done.append(opening)
            content = text[begin + len(opening) : stop - len(ending)].decode()
            if kind < END_TAG:
                self._begin(content, is_empty=kind == EMPTY_TAG)
            else:
                self._take_other(content, kind)
            self._done.append(ending)
        if stop < len(text):
            rest = text[stop:]
            if not is_followed or len(text_before_markup(rest)) < len(rest):
                raise self._unknown()
            self._take_text(rest.decode(), is_plain=False)

    def _take_other(self, content: str, kind: int) -> None:
        """Redact markup that does not begin an element."""
        if kind == END_TAG:
            self._end()
            check_names([content])
            self._done.append(renamed(content, self._name))
        elif kind == CDATA:
            self._take_text(content, is_plain=True)
        elif kind == INSTRUCTION:
            self._done.append(self._instruction(content))
        else:
            self._done.append(self._stand_ins.secret(content))

    def _unknown(self) -> NotWellFormedError:
        return NotWellFormedError("a tag, a comment or other markup is unfinished or invalid")

    # Tags.

    def _begin(self, tag: str, *, is_empty: bool) -> None:
        self._end_value()  # text after a child element belongs to no value
        parts = tag_parts(tag)
        names, values = tuple(parts[::4]), parts[2::4]
        if _DECLARES in tag or len(tag) > _LONGEST_REMEMBERED:
            spaces = self._declared(names, values)
            layout = self._new_layout(self._place, spaces, names)
        else:
            spaces = self._spaces
            layout = self._layout(self._place, spaces, names)
            if is_empty:
                self._empty = tag, self._place, spaces, layout
        parts[::4] = layout.names
        parts[2::4] = map(self._anew, layout.rules, values)
        self._done.append("".join(parts))
        if is_empty:
            self._is_over = not self._around
        elif not self._is_over:
            self._around.append(_Open(self._place, self._spaces))
            self._place, self._spaces = layout.place, spaces
            if layout.place.value is not None:
                self._value = _Value(layout.place.value)
        if self._is_over:
            self._place = NOWHERE

    def _end(self) -> None:
        self._end_value()
        if self._around:
            self._place, self._spaces = self._around.pop()
        self._is_over = not self._around
        if self._is_over:
            self._place = NOWHERE

    def _end_value(self) -> None:
        if self._value is not None:
            self._value.write(self._stand_ins, self._done)
            self._value = None

    def _declared(self, names: Sequence[str], values: Iterable[str]) -> _Spaces:
        """Collect the name spaces in a tag, including those that it declares."""
        check_names(names)
        found = dict(self._spaces)
        for part, value in zip(names, values):
            prefix, _, name = f":{names_in(part)[-1]}".rpartition(":")
            if name == _DECLARES:
                found[""] = characters(value)
            elif prefix == f":{_DECLARES}":
                found[name] = characters(value)
        return tuple(sorted(found.items()))

    def _new_layout(self, place: Place, spaces: _Spaces, parts: Sequence[str]) -> _TagTemplate:
        check_names(parts)
        known = dict(spaces)
        names = [names_in(part) for part in parts]
        element = names[0][0]
        is_known = ":" not in element and not known.get("")
        below = place.elements.get(element, NOWHERE) if is_known else NOWHERE
        rules = [_rule(below, known, found[-1]) for found in names[:-1]]
        return _TagTemplate([renamed(part, self._name) for part in parts], rules, below)

    def _name(self, name: str) -> str:
        return named(self._stand_ins, name)

    # Texts.

    def _take_text(self, text: str, *, is_plain: bool) -> None:
        """Redact text; plain text has no references."""
        if self._value is not None:
            self._value.add(len(self._done), text, is_plain=is_plain)
            self._done.append("")
        elif is_plain:
            self._done.append(self._stand_ins.secret(text))
        else:
            self._done.append(self._anew(hidden, text))

    def _anew(self, rule: Rule, text: str) -> str:
        if not is_referring(text):
            return rule(self._stand_ins, text)
        plain = characters(text)
        return respelled(text, plain, rule(self._stand_ins, plain))

    def _instruction(self, inside: str) -> str:
        target, rest = instruction_parts(inside)
        if target.lower() == _XML:  # even after the document, where another one may follow
            return declaration(inside)
        return self._name(target) + self._stand_ins.secret(rest)


class _Value:
    """The text of a simple element, in pieces; it is redacted as a whole."""

    def __init__(self, rule: Rule) -> None:
        self._rule = rule
        self._pieces: list[tuple[int, str, str, bool]] = []

    def add(self, place: int, piece: str, *, is_plain: bool) -> None:
        """Add a piece, which will be written at an index of `done`; a plain one has no references."""
        self._pieces.append((place, piece, piece if is_plain else characters(piece), is_plain))

    def write(self, stand_ins: StandIns, done: list[str]) -> None:
        """Redact all pieces."""
        new = self._rule(stand_ins, "".join(text for _, _, text, _ in self._pieces))
        start = 0
        for place, piece, text, is_plain in self._pieces:
            part = new[start : start + len(text)]
            done[place] = part if is_plain else respelled(piece, text, part)
            start += len(text)


def _alike(tag: str, layout: _TagTemplate) -> _Alike:
    """Prepare the redaction of empty elements with tags like this one."""
    parts = tag_parts(tag)
    parts[2::4] = [_SEPARATOR] * len(layout.rules)
    literals = _literals(parts)
    parts[::4] = layout.names
    return _Alike(_pattern(tuple(literals)), literals, _literals(parts), layout.rules)


def _literals(parts: list[str]) -> list[str]:
    """Return the texts around the values of a tag; in its parts, separators stand for the values."""
    opening, ending = _EDGES[EMPTY_TAG]
    return f"{opening}{''.join(parts)}{ending}".split(_SEPARATOR)


@lru_cache(_MOST_PATTERNS)
def _pattern(literals: tuple[str, ...]) -> re.Pattern[str]:
    """Make the pattern of tags with values between these texts. Values with references do not match."""
    *before, last = literals
    values = [f"{re.escape(literal)}([^<&{literal[-1]}{_SEPARATOR}]*)" for literal in before]
    return re.compile("".join([*values, re.escape(last)]))


def _rule(place: Place, spaces: Mapping[str, str], name: str) -> Rule:
    """Find the rule of an attribute."""
    prefix, colon, local = name.rpartition(":")
    if _DECLARES in (prefix, name):
        return name_space
    if not colon:
        return place.attributes.get(name, hidden)
    return xsi_attributes().get(local, hidden) if spaces.get(prefix) == XSI else hidden
