"""Runs of plain objects: read from the text itself, column by column, without the parser.

Nearly all of a response is one tag over and over, with the same attributes in the same order. For such a
layout a pattern is composed, and a function for what it finds: a run of text is split by the pattern at once,
each attribute becomes a column of texts, each column is converted as a whole, and the models are filled from
the columns. A parser that calls back tag by tag takes twice as long.

It is exact, for a run is read only if there is no doubt of it: between its tags is white space alone, and in
the tags is nothing that XML reads otherwise than as it stands, save references to characters. Of anything
else, also of any value that is wrong, the answer is None, and the parser has the word.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from functools import lru_cache, partial
from itertools import repeat
from typing import Any, NamedTuple

from .bindings import attributes as members_of
from .composing import compiled
from .layouts import Missing, defaults, is_natural
from .lexical import NO_CHARACTER, WHITE_SPACE, parser
from .models import Blob
from .target import BLOB_TAG

__all__ = ["Layout", "Runs", "alike", "is_plain", "mixed"]

# What no value may have as it is. In a run `<` begins the tags, and nothing else.
_SPECIAL = bytes(range(0x20)) + b"<"
_ENTITIES = {"&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'"}
_REFERENCE = re.compile("&#x([0-9A-Fa-f]{1,6});|&#([0-9]{1,7});|&[a-z]*;?")
_TAG = re.compile(rb'<%b(?: [A-Za-z0-9]+="")+/>' % BLOB_TAG.encode())
_NAMES = re.compile(rb' ([A-Za-z0-9]+)=""')

# More, or longer ones, than any response has are left to the parser: to make a layout takes a millisecond.
_MOST_SHAPES = 64
_LONGEST_SHAPE = 1024
_MOST_LAYOUTS = 256  # kept for later documents

_MEMBERS = {member.name: member for member in members_of(Blob)}

Column = list[Any]
Convert = Callable[[Column], Column]


class Layout(NamedTuple):
    """How the tags of a run look, and what to do with the texts in them.

    Attributes:
        pattern: Splits a run into what is between the tags and the texts of their attributes.
        converts: For each attribute, what makes values of its texts; ValueError where there are none.
        fill: Sets the fields of models, given these and the columns of values.
    """

    pattern: re.Pattern[str]
    converts: tuple[Convert, ...]
    fill: Callable[..., None]


class Runs:
    """Reads runs of objects that look like one that the parser has read.

    Attributes:
        names: The attributes of that one, in its order.
        unknown: Those of them that the schema does not have.
    """

    def __init__(self, missing: Missing) -> None:
        self.names: tuple[str, ...] = ()
        self.unknown: tuple[str, ...] = ()
        self._missing = missing
        self._shapes: dict[bytes, tuple[str, ...]] = {}
        self._are_mixed = False

    def learn(self, tag: bytes) -> bool:
        """Expect objects like this one; whether it is one of those that can be read here."""
        shape = b'""'.join(tag.split(b'"')[::2])
        if shape not in self._shapes:
            if len(self._shapes) >= _MOST_SHAPES or len(shape) > _LONGEST_SHAPE:
                return False
            self._shapes[shape] = _names_in(shape)
        self.names = self._shapes[shape]
        self.unknown = tuple(name for name in self.names if name not in _MEMBERS)
        return len(self.names) > len(self.unknown)

    def read(self, run: bytes) -> list[Blob] | None:
        """The objects in a run of complete tags, or None where it needs the parser."""
        blobs = None if self._are_mixed else _read(run, alike(self.names))
        if blobs is None:
            blobs = _read(run, mixed(self.names, self._missing))
            self._are_mixed = blobs is not None
        return blobs


def _read(run: bytes, layout: Layout) -> list[Blob] | None:
    try:
        text = run.decode()
        parts: Column = layout.pattern.split(text)
        width = len(layout.converts) + 1
        if not is_plain(run, text, len(parts) // width, "".join(parts[::width])):
            return None
        if "&" in text:
            parts = [_unescaped(part) if part and "&" in part else part for part in parts]
        columns = [convert(parts[at::width]) for at, convert in enumerate(layout.converts, 1)]
    except ValueError:  # no UTF-8, another entity, a wrong value
        return None
    blobs: list[Blob] = list(map(object.__new__, repeat(Blob, len(columns[0]))))
    layout.fill(blobs, *columns)
    return blobs


def is_plain(run: bytes, text: str, tags: int, between: str) -> bool:
    """Whether a run is nothing but tags, and nothing in these but what may stand there as it is."""
    if between.strip(WHITE_SPACE):
        return False
    specials = len(run) - len(run.translate(None, _SPECIAL))
    if specials != tags + len(between) - between.count(" "):
        return False
    return "\ufffe" not in text and "\uffff" not in text


def _unescaped(text: str) -> str:
    """A text with what its references stand for; ValueError where one of them is none of XML's own."""
    return _REFERENCE.sub(_character, text)


def _character(reference: re.Match[str]) -> str:
    hexadecimal, decimal = reference.groups()
    if hexadecimal or decimal:
        character = chr(int(hexadecimal, 16) if hexadecimal else int(decimal))
    else:
        character = _ENTITIES.get(reference[0], "")
    if not character or NO_CHARACTER.match(character):
        raise ValueError(f"{reference[0]} is not one of XML's references")
    return character


@lru_cache(maxsize=_MOST_LAYOUTS)
def _names_in(tag: bytes) -> tuple[str, ...]:
    """The names in a tag without its values; none if it is not plain, or declares a name space."""
    names = tuple(name.decode() for name in _NAMES.findall(tag)) if _TAG.fullmatch(tag) else ()
    return () if "xmlns" in names else names


@lru_cache(maxsize=_MOST_LAYOUTS)
def alike(names: tuple[str, ...]) -> Layout:
    """The layout of objects that all have just these attributes, in this order."""
    return _composed(names, optional=())


@lru_cache(maxsize=_MOST_LAYOUTS)
def mixed(names: tuple[str, ...], missing: Missing) -> Layout:
    """The layout of objects some of which lack attributes, or in the wire's own order have others."""
    order = sorted({*names, *_MEMBERS}) if list(names) == sorted(names) else names
    optional = {name for name, member in _MEMBERS.items() if missing == "none" or not member.required}
    return _composed(order, optional)


def _composed(names: Sequence[str], optional: Collection[str]) -> Layout:
    pattern = "".join(_pattern(name, name in optional) for name in names)
    converts = {name: _convert(name) for name in names}
    return Layout(
        re.compile(f"<{BLOB_TAG}{pattern}/>"),
        tuple(
            partial(_where_present, convert) if name in optional else convert
            for name, convert in converts.items()
        ),
        _fill(names),
    )


def _is_natural(name: str) -> bool:
    return name in _MEMBERS and is_natural(_MEMBERS[name])


def _pattern(name: str, optional: bool) -> str:
    """What matches an attribute: `[^"]*` is the quickest, and what no value may have is looked for later."""
    text = f"[0-9]{{1,{len(str(_MEMBERS[name].maximum)) - 1}}}" if _is_natural(name) else '[^"]*'
    return f'(?: {name}="({text})")?' if optional else f' {name}="({text})"'


def _convert(name: str) -> Convert:
    if name not in _MEMBERS or _MEMBERS[name].type is str:
        return _shared
    # Of numbers, the pattern lets only digits through, and fewer than the largest has.
    function = int if _is_natural(name) else parser(_MEMBERS[name])
    return lambda texts: list(map(function, texts))


def _shared(texts: Column) -> Column:
    """The same texts; where they are all alike, one string."""
    if texts[:1] != texts[-1:]:
        return texts
    alike = texts[:1] * len(texts)
    return alike if texts == alike else texts


def _where_present(convert: Convert, texts: Column) -> Column:
    if None not in texts:
        return convert(texts)
    values = iter(convert([text for text in texts if text is not None]))
    return [None if text is None else next(values) for text in texts]


def _fill(names: Sequence[str]) -> Callable[..., None]:
    """The function that sets the fields of models, of which each attribute is a column of values."""
    columns = {name: f"_column_{at}" for at, name in enumerate(names)}
    known = [_MEMBERS[name] for name in names if name in _MEMBERS]
    function = f"fill_{Blob.__name__}"
    lines = [
        f"def {function}(_models, {', '.join(columns.values())}):",
        f"    for _self, {', '.join(f'_self.{member.field}' for member in known)} in zip(",
        f"        _models, {', '.join(columns[member.name] for member in known)}",
        "    ):",
        *(f"        _self.{field} = {default}" for field, default in defaults(Blob, known)),
        "        pass",
    ]
    return compiled(function, lines, {})  # type: ignore[no-any-return]
