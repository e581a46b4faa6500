"""An XML document with stand-ins for all that it tells of its owners, as long as before in each of its parts.

The text is taken apart into tags, texts and the rest, and never built anew, so all that is wrong with it
stays wrong, at its place. Names of elements and attributes stay. Of their values stays what the schema gives
a type that tells nothing: numbers, truth values, dates, and the values of its enumerations. All else is
replaced, also in comments, in attributes that the schema does not have, and where a value is wrong.
"""

from __future__ import annotations

import dataclasses
import re
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from enum import Enum
from functools import cache
from typing import Any, NamedTuple

from ..decoding.text import Text
from ..errors import NotWellFormedError
from ..limits import LONGEST_STALL
from ..models import MasterObjectList, ServerError
from ..wire.members import Member, attributes, elements
from .stand_ins import StandIns

__all__ = ["Document"]

_TOKEN = re.compile(
    r"""(?P<text>[^<]+)(?=<)
    | (?P<declaration><\?xml\s[^<>]*\?>)
    | <\?(?P<instruction>.*?)\?>
    | <!--(?P<comment>.*?)-->
    | <!\[CDATA\[(?P<characters>.*?)\]\]>
    | </(?P<end>[^\s<>/"'=]+)\s*>
    | <(?P<start>[^\s<>/"'=!?]+ (?:\s+[^\s<>/"'=]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*) \s*/?>
    """,
    re.VERBOSE | re.DOTALL,
)
_ATTRIBUTE = re.compile(r"""(?<=\s)([^\s<>/"'=]+)(\s*=\s*)(?:"([^"]*)"|'([^']*)')""")
_ENCODING = re.compile(r"""\sencoding\s*=\s*["'](?!utf-8["'])[\w.-]+["']""", re.IGNORECASE)

_SPELLED = re.compile(r"&#?\w+;|.", re.DOTALL)
_REFERENCE = re.compile(r"&#(?:(x)([0-9A-Fa-f]{1,8})|([0-9]{1,9}));", re.ASCII)
_NO_LETTER = "&"  # what a reference that spells no letter stands for

_NUMBERS_AND_DATES = re.compile(r"[-+.:TZ\d\s]*|\s*(?:true|false)\s*", re.ASCII | re.IGNORECASE)
_ERROR_CODE = re.compile("[A-Za-z]*")
_MOST_DIGITS = 18  # of a number that fits into 64 bits, whatever its digits


class Document:
    """Takes a document piece by piece, as it is stored, and gives it back redacted, in UTF-8.

    A mark of the byte order stays where UTF-8 has one.
    """

    def __init__(self, stand_ins: StandIns) -> None:
        self._stand_ins = stand_ins
        self._text = Text()
        self._held = ""
        self._element = ""
        self._start: bytes | None = b""  # until anything is given back

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
        if "<" in self._held:
            raise self._unknown()
        return done + self._value("", self._held).encode()

    def _taken(self, text: str) -> bytes:
        self._held += text
        done, position = [], 0
        while (token := _TOKEN.match(self._held, position)) is not None:
            done.append(self._redacted(token))
            position = token.end()
        self._held = self._held[position:]
        if len(self._held) > LONGEST_STALL:
            raise self._unknown()
        if done and self._start is not None:
            done, self._start = ["\ufeff" * self._start.startswith(BOM_UTF8), *done], None
        return "".join(done).encode()

    def _decoded(self, pieces: Iterator[bytes]) -> str:
        text = b"".join(pieces)
        if text and not self._text.is_utf_8:
            raise NotWellFormedError("the encoding is none that can be redacted")
        return text.decode()

    def _unknown(self) -> NotWellFormedError:
        return NotWellFormedError("a tag, a comment or the like does not end, or is none")

    def _redacted(self, token: re.Match[str]) -> str:
        kind = str(token.lastgroup)
        inside = token[kind]
        if kind in ("text", "characters"):
            new = self._value(self._element, inside)
        elif kind == "declaration":
            new = _ENCODING.sub(_blank, inside)  # without it, it is UTF-8
        elif kind == "start":
            self._element = inside.split(maxsplit=1)[0]
            new = _ATTRIBUTE.sub(self._attribute, inside)
        elif kind == "end":
            self._element, new = "", inside
        else:
            new = self._stand_ins.text(inside)
        before, after = token.start(kind) - token.start(), token.end(kind) - token.start()
        return token[0][:before] + new + token[0][after:]

    def _attribute(self, match: re.Match[str]) -> str:
        name, equals, double, single = match.groups()
        if double is None:
            return f"{name}{equals}'{self._value(name, single)}'"
        return f'{name}{equals}"{self._value(name, double)}"'

    def _value(self, name: str, text: str) -> str:
        """What an element or attribute has in the place of a value."""
        prefix, _, local = name.rpartition(":")
        if "xmlns" in (prefix, name):  # a part of the names
            return text
        vocabulary = _vocabularies().get(local, _Vocabulary())
        replaced = self._stand_ins.secret if vocabulary.is_secret else self._stand_ins.text
        if "&" not in text:
            return text if vocabulary.keeps(text) else replaced(text)
        spellings = _SPELLED.findall(text)
        letters = "".join(map(_letter, spellings))
        return text if vocabulary.keeps(letters) else _respelled(spellings, letters, replaced(letters))


class _Vocabulary(NamedTuple):
    """What the values of an element or attribute may be.

    Attributes:
        is_secret: Whether they are credentials.
        form: What all of them that tell nothing match.
        words: Others that tell nothing.
        is_id: Whether they are numbers that tell which, and not how many.
    """

    is_secret: bool = False
    form: re.Pattern[str] | None = None
    words: frozenset[str] = frozenset()
    is_id: bool = False

    def keeps(self, text: str) -> bool:
        """Whether a text tells nothing."""
        if self.is_id and len(text) <= _MOST_DIGITS:
            return False
        return text.strip() in self.words or (self.form is not None and self.form.fullmatch(text) is not None)


@cache
def _vocabularies() -> dict[str, _Vocabulary]:
    """By the names of elements and attributes; where one name has several types, what each allows."""
    found = {"nil": _Vocabulary(form=_NUMBERS_AND_DATES)}  # of xsi
    for member in (*_members(MasterObjectList), *_members(ServerError)):
        is_text = issubclass(member.type, str) and not issubclass(member.type, Enum)
        form = None if is_text or issubclass(member.type, Enum) else _NUMBERS_AND_DATES
        if (member.type, member.name) == (str, "Code"):
            form = _ERROR_CODE  # a word of the protocol, though the schema has no list of them
        words = {str(one.value) for one in member.type} if issubclass(member.type, Enum) else set()
        known = found.get(member.name, _Vocabulary())
        found[member.name] = _Vocabulary(
            member.credential,
            form,
            known.words | words,
            member.type is int and member.name.endswith("Id"),
        )
    return found


def _members(model: Any) -> Iterator[Member]:
    yield from attributes(model)
    for member in elements(model):
        if dataclasses.is_dataclass(member.type):
            yield from _members(member.type)
        else:
            yield member


def _respelled(spellings: Iterable[str], before: str, after: str) -> str:
    """A text with references in which some letters became others, which are spelled alike."""
    return "".join(
        spelling if old == new else _reference(spelling, new)
        for spelling, old, new in zip(spellings, before, after)
    )


def _letter(spelling: str) -> str:
    reference = _REFERENCE.fullmatch(spelling)
    if reference is None:
        return spelling if len(spelling) == 1 else _NO_LETTER
    code = int(reference[2], 16) if reference[1] else int(reference[3])
    return chr(code) if code <= 0x10FFFF else _NO_LETTER


def _reference(old: str, new: str) -> str:
    """A reference to another character, as long as the old one, where it can be."""
    if len(old) == 1:
        return new
    if not old.startswith("&#"):
        return old
    if old[2] == "x":
        return f"&#x{ord(new):0{len(old) - len('&#x;')}x};"
    return f"&#{ord(new):0{len(old) - len('&#;')}};"


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])
