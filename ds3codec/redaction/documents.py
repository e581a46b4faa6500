"""An XML document with stand-ins for all that it tells of its owners, as long as before in each of its parts.

The text is taken apart into tokens, and never built anew, so all that is wrong with it stays wrong, at its
place. The elements around a token say what its place is, and `table` what may stay there; where the document
is over, nothing may. A tag is looked up by the names in it: nearly all tags of a document have the same ones.
"""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from ..decoding.text import Text
from ..errors import NotWellFormedError
from ..limits import LONGEST_STALL
from .markup import (
    Token,
    characters,
    declaration,
    instruction_parts,
    is_referring,
    names_in,
    renamed,
    respelled,
    tag_parts,
    tokens,
)
from .stand_ins import StandIns
from .table import NOWHERE, XSI, Place, Rule, before_root, hidden, name_space, named, xsi_attributes

__all__ = ["Document"]

_REMEMBERED = 1024  # layouts of tags
_LONGEST_REMEMBERED = 4096
_XML, _DECLARES = "xml", "xmlns"

_Spaces = tuple[tuple[str, str], ...]  # name spaces by their prefixes


class _Layout(NamedTuple):
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

    A mark of the byte order stays where UTF-8 has one.
    """

    def __init__(self, stand_ins: StandIns) -> None:
        self._stand_ins = stand_ins
        self._text = Text()
        self._held = ""
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
        """What `data` completes.

        Raises:
            NotWellFormedError: Something in it is no XML, or its encoding is not known here.
            CompressionError: It is compressed, and damaged.
        """
        if self._start is not None:
            self._start += data[: len(BOM_UTF8)]
        return self._taken(self._decoded(self._text.feed(data)))

    def close(self) -> bytes:
        """What is left at the end; raises as `feed` does, and TruncatedError."""
        done = self._taken(self._decoded(self._text.close()))
        if "<" in self._held or self._value is not None:
            raise self._unknown()
        return done + self._anew(hidden, self._held).encode()

    def _decoded(self, pieces: Iterator[bytes]) -> str:
        text = b"".join(pieces)
        return text.decode()

    def _taken(self, text: str) -> bytes:
        self._held += text
        stop = 0
        for token in tokens(self._held):
            self._done.append(token.opening)
            self._take(token)
            self._done.append(token.closing)
            stop = token.stop
        self._held = self._held[stop:]
        if len(self._held) > LONGEST_STALL:
            raise self._unknown()
        if self._value is not None:  # its first part cannot be judged before the last one is there
            self._waiting += stop
            if self._waiting > LONGEST_STALL:
                raise self._unknown()
            return b""
        self._waiting = 0
        done = "".join(self._done)
        self._done.clear()
        if done and self._start is not None:
            done, self._start = "\ufeff" * self._start.startswith(BOM_UTF8) + done, None
        return done.encode()

    def _unknown(self) -> NotWellFormedError:
        return NotWellFormedError("a tag, a comment or the like does not end, or is none")

    def _take(self, token: Token) -> None:
        if token.kind == "start":
            self._begin(token)
        elif token.kind == "end":
            self._end()
            self._done.append(self._name(token.inside))
        elif token.kind in ("text", "characters"):
            self._take_text(token)
        elif token.kind == "comment":
            self._done.append(self._stand_ins.secret(token.inside))
        else:
            self._done.append(self._instruction(token.inside))

    # Tags.

    def _begin(self, token: Token) -> None:
        self._end_value()  # what is behind an element belongs to no value
        parts = tag_parts(token.inside)
        names, values = tuple(parts[::4]), parts[2::4]
        if _DECLARES in token.inside or len(token.inside) > _LONGEST_REMEMBERED:
            spaces = self._declared(names, values)
            layout = self._new_layout(self._place, spaces, names)
        else:
            spaces = self._spaces
            layout = self._layout(self._place, spaces, names)
        parts[::4] = layout.names
        parts[2::4] = map(self._anew, layout.rules, values)
        self._done.append("".join(parts))
        if token.closing.endswith("/>"):
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

    def _declared(self, names: Iterable[str], values: Iterable[str]) -> _Spaces:
        """The name spaces in a tag, those that it declares itself included."""
        found = dict(self._spaces)
        for part, value in zip(names, values):
            prefix, _, name = f":{names_in(part)[-1]}".rpartition(":")
            if name == _DECLARES:
                found[""] = characters(value)
            elif prefix == f":{_DECLARES}":
                found[name] = characters(value)
        return tuple(sorted(found.items()))

    def _new_layout(self, place: Place, spaces: _Spaces, parts: Sequence[str]) -> _Layout:
        known = dict(spaces)
        names = [names_in(part) for part in parts]
        element = names[0][0]
        is_known = ":" not in element and not known.get("")
        below = place.elements.get(element, NOWHERE) if is_known else NOWHERE
        rules = [_rule(below, known, found[-1]) for found in names[:-1]]
        return _Layout([renamed(part, self._name) for part in parts], rules, below)

    def _name(self, name: str) -> str:
        return named(self._stand_ins, name)

    # Texts.

    def _take_text(self, token: Token) -> None:
        is_plain = token.kind == "characters"
        if self._value is not None:
            self._value.add(len(self._done), token.inside, is_plain=is_plain)
            self._done.append("")
        elif is_plain:
            self._done.append(self._stand_ins.secret(token.inside))
        else:
            self._done.append(self._anew(hidden, token.inside))

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
