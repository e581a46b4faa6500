"""Runs of plain objects: read from the text itself, column by column, without the parser.

Nearly all of a response is one tag over and over, with the same attributes in the same order. For such a
layout a pattern is composed, and a function for what it finds: a run of text is split by the pattern at once,
each attribute becomes a column of texts, each column is converted as a whole, and the models are filled from
the columns. A parser that calls back tag by tag takes twice as long.

It is exact, for a run is read only if there is no doubt of it: between its tags is white space alone, and in
the tags is nothing that XML reads otherwise than as it stands, save its five entities. Of anything else,
also of any value that is wrong, the answer is None, and the parser has the word.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from functools import lru_cache, partial
from itertools import repeat
from typing import Any, NamedTuple

from .bindings import Member
from .bindings import attributes as members_of
from .composing import compiled
from .layouts import Missing, defaults
from .lexical import WHITE_SPACE, parser
from .models import Blob
from .target import BLOB_TAG

__all__ = ["Layout", "Runs", "alike", "is_plain", "mixed"]

# What no value may have as it is. In a run `<` begins the tags, and nothing else.
_SPECIAL = bytes(range(0x20)) + b"<"
_NO_CHARACTER = re.compile("[\ufffe\uffff]")
_ENTITIES = {"&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'"}
_REFERENCE = re.compile("&[^&;]*;?")
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
    """

    def __init__(self, missing: Missing) -> None:
        self._missing = missing
        self.names: tuple[str, ...] = ()
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
        return bool(self.names)

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
    return text.isascii() or not _NO_CHARACTER.search(text)


def _unescaped(text: str) -> str:
    return _REFERENCE.sub(_character, text)


def _character(reference: re.Match[str]) -> str:
    character = _ENTITIES.get(reference[0])
    if character is None:
        raise ValueError(f"{reference[0]} is not one of XML's entities")
    return character


@lru_cache(maxsize=_MOST_LAYOUTS)
def _names_in(tag: bytes) -> tuple[str, ...]:
    """The names in a tag without its values; none if it is not plain, or has others than the schema."""
    names = [name.decode() for name in _NAMES.findall(tag)] if _TAG.fullmatch(tag) else []
    return tuple(names) if _MEMBERS.keys() >= set(names) else ()


@lru_cache(maxsize=_MOST_LAYOUTS)
def alike(names: tuple[str, ...]) -> Layout:
    """The layout of objects that all have just these attributes, in this order."""
    return _composed([_MEMBERS[name] for name in names], optional=())


@lru_cache(maxsize=_MOST_LAYOUTS)
def mixed(names: tuple[str, ...], missing: Missing) -> Layout:
    """The layout of objects some of which lack attributes, or in the wire's own order have others."""
    members = [_MEMBERS[name] for name in names]
    if members == sorted(members):
        members = list(_MEMBERS.values())
    return _composed(members, [member for member in members if missing == "none" or not member.required])


def _composed(members: Sequence[Member], optional: Collection[Member]) -> Layout:
    pattern = "".join(_pattern(member, member in optional) for member in members)
    converts = (_convert(member) for member in members)
    return Layout(
        re.compile(f"<{BLOB_TAG}{pattern}/>"),
        tuple(
            partial(_where_present, convert) if member in optional else convert
            for member, convert in zip(members, converts)
        ),
        _fill(members),
    )


def _pattern(member: Member, optional: bool) -> str:
    """What matches an attribute: `[^"]*` is the quickest, and what no value may have is looked for later."""
    text = f"[0-9]{{1,{len(str(member.maximum)) - 1}}}" if member.type is int else '[^"]*'
    return f'(?: {member.name}="({text})")?' if optional else f' {member.name}="({text})"'


def _convert(member: Member) -> Convert:
    if member.type is str:
        return _shared
    # Of numbers, the pattern lets only digits through, and fewer than the largest has.
    is_plain = member.type is int and member.minimum is not None and member.minimum <= 0
    function = int if is_plain else parser(member)
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


def _fill(members: Sequence[Member]) -> Callable[..., None]:
    fields = [member.field for member in members]
    function = f"fill_{Blob.__name__}"
    lines = [
        f"def {function}(_models, {', '.join(fields)}):",
        f"    for _self, {', '.join(f'_self.{field}' for field in fields)} in zip(",
        f"        _models, {', '.join(fields)}",
        "    ):",
        *(f"        _self.{field} = {default}" for field, default in defaults(Blob, members)),
        "        pass",
    ]
    return compiled(function, lines, {})  # type: ignore[no-any-return]
