"""An XML document with stand-ins for all that it tells of its owners, as long as before in each of its parts.

The text is taken apart where the scanner finds markup, and never built anew, so all that is wrong with it
stays wrong, at its place. The elements around a text or a tag say what its place is, and `table` what may
stay there; where the document is over, nothing may. A tag is looked up by the names in it: nearly all tags of
a document have the same ones.
"""

from __future__ import annotations

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
    markups,
    text_before_markup,
)
from ..decoding.text import Text
from ..errors import DecodeError, NotWellFormedError
from ..limits import LONGEST_STALL
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
from .table import NOWHERE, XSI, Place, Rule, before_root, hidden, name_space, named, xsi_attributes

__all__ = ["Document"]

_REMEMBERED = 1024  # layouts of tags
_LONGEST_REMEMBERED = 4096
_XML, _DECLARES = "xml", "xmlns"
_EDGES = {kind: (opening.decode(), ending.decode()) for kind, (opening, ending) in EDGES.items()}

_Spaces = tuple[tuple[str, str], ...]  # name spaces by their prefixes


class _TagTemplate(NamedTuple):
    """How tags with certain names in them are redacted.

    Attributes:
        names: The parts before values, anew.
        rules: The rules of the values.
        place: The place of the element.
    """

    names: list[str]
    rules: list[Rule]
    place: Place


class _Open(NamedTuple):
    """What was around an element that is open."""

    place: Place
    spaces: _Spaces


class Document:
    """Takes a document piece by piece, as it is stored, and gives it back redacted, in UTF-8.

    A mark of the byte order stays where UTF-8 has one. From the first thing on that cannot be redacted,
    nothing is given back, and `close` says why: whoever decodes the document meanwhile says it better, with
    its place.
    """

    def __init__(self, stand_ins: StandIns) -> None:
        self._stand_ins = stand_ins
        self._text = Text()
        self._scanner = Scanner()
        self._error: DecodeError | None = None
        self._start: bytes | None = b""  # until anything is given back
        self._place = before_root()
        self._spaces: _Spaces = ()
        self._around: list[_Open] = []
        self._is_over = False  # after the end of the root
        self._value: _Value | None = None
        self._waiting = 0  # characters since the value began
        self._done: list[str] = []
        self._layout = lru_cache(_REMEMBERED)(self._new_layout)

    def feed(self, data: bytes) -> bytes:
        """Give what `data` completes."""
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
        """Give what is left at the end.

        Raises:
            NotWellFormedError: Something is no XML, or its encoding is not known here.
            TruncatedError: The document ends within a character, or its compression is not complete.
            LimitExceededError: One markup and the text before it are longer than is allowed.
            CompressionError: The document is compressed, and damaged.
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
        if self._value is not None:  # its first part cannot be judged before the last one is there
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
        """Take text that is complete markup."""
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
            raise self._unknown()
        self._waiting += len(text)

    def _take_other(self, content: str, kind: int) -> None:
        """Take markup that begins no element."""
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
        return NotWellFormedError("a tag, a comment or the like does not end, or is none")

    # Tags.

    def _begin(self, tag: str, *, is_empty: bool) -> None:
        self._end_value()  # what is behind an element belongs to no value
        parts = tag_parts(tag)
        names, values = tuple(parts[::4]), parts[2::4]
        if _DECLARES in tag or len(tag) > _LONGEST_REMEMBERED:
            spaces = self._declared(names, values)
            layout = self._new_layout(self._place, spaces, names)
        else:
            spaces = self._spaces
            layout = self._layout(self._place, spaces, names)
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
        """The name spaces in a tag, those that it declares itself included."""
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
        """Take text; in one that is plain there are no references."""
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
        if target.lower() == _XML:  # also behind the document, where another one may follow
            return declaration(inside)
        return self._name(target) + self._stand_ins.secret(rest)


class _Value:
    """The text of an element that has a value, in pieces: it is judged as a whole."""

    def __init__(self, rule: Rule) -> None:
        self._rule = rule
        self._pieces: list[tuple[int, str, str, bool]] = []

    def add(self, place: int, piece: str, *, is_plain: bool) -> None:
        """Add a piece, which will be written at a place; in one that is plain there are no references."""
        self._pieces.append((place, piece, piece if is_plain else characters(piece), is_plain))

    def write(self, stand_ins: StandIns, done: list[str]) -> None:
        """Write all pieces anew."""
        new = self._rule(stand_ins, "".join(text for _, _, text, _ in self._pieces))
        start = 0
        for place, piece, text, is_plain in self._pieces:
            part = new[start : start + len(text)]
            done[place] = part if is_plain else respelled(piece, text, part)
            start += len(text)


def _rule(place: Place, spaces: Mapping[str, str], name: str) -> Rule:
    """The rule of an attribute."""
    prefix, colon, local = name.rpartition(":")
    if _DECLARES in (prefix, name):
        return name_space
    if not colon:
        return place.attributes.get(name, hidden)
    return xsi_attributes().get(local, hidden) if spaces.get(prefix) == XSI else hidden
