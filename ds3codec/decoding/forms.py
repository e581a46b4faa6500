"""How start tags are written: which attributes, in which order, with which blanks and quotes.

The tags of one kind in a response share one form, or a few. One tag is enough to know its form. From a form
come a pattern that finds all tags like it, and the functions that turn what it finds into columns of values.

The pattern is exact only for tags without characters that XML reads otherwise than as written. Instead of
looking for them in each value, `Layout.specials` says how many such bytes the tags may have in all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache, partial
from typing import NamedTuple

from ..wire.characters import special_bytes
from ..wire.kinds import kind_of
from ..wire.members import attributes as members_of
from .columns import Column

__all__ = ["Form", "Layout", "form_of", "layout"]

_VALUE = re.compile(rb""""[^"<]*"|'[^'<]*'""")
_QUOTED = re.compile(rb'"[^"<]*"')
_SHAPE = re.compile(
    rb"""<[A-Za-z]+((?:[ \t\r\n]+[A-Za-z][A-Za-z0-9]*=(?:""|''))+)([ \t\r\n]*(?:/>|></[A-Za-z]+>|>))"""
)
_ATTRIBUTE = re.compile(rb"""([ \t\r\n]+)([A-Za-z0-9]+)=("|')""")
_LONGEST_SHAPE = 1024
_MOST_KEPT = 256


class Form(NamedTuple):
    """How a start tag is written.

    Attributes:
        names: Its attributes.
        before: For each of them the blanks before it.
        quotes: For each of them the quote around its value.
        end: What stands after the last attribute.
    """

    names: tuple[str, ...]
    before: tuple[str, ...]
    quotes: tuple[str, ...]
    end: str


def form_of(tag: bytes) -> Form | None:
    """Tell the form of a start tag; None for one that only trees can read."""
    # A function is called for each value: not where one text will do.
    emptied = _VALUE.sub(_emptied, tag) if b"'" in tag else _QUOTED.sub(b'""', tag)
    return _form(emptied) if len(emptied) <= _LONGEST_SHAPE else None


def _emptied(value: re.Match[bytes]) -> bytes:
    return value[0][:1] * 2


@lru_cache(maxsize=_MOST_KEPT)
def _form(shape: bytes) -> Form | None:
    """Tell the form of a tag whose values were cut out; None for one with a name space."""
    match = _SHAPE.fullmatch(shape)
    if match is None:
        return None
    before, names, quotes = zip(*_ATTRIBUTE.findall(match[1]))
    if b"xmlns" in names or len(set(names)) < len(names):
        return None
    texts = [tuple(part.decode() for part in parts) for parts in (names, before, quotes)]
    return Form(texts[0], texts[1], texts[2], match[2].decode())


class Layout(NamedTuple):
    """How the tags of a form are read.

    Attributes:
        pattern: Splits a text into what is between the tags, and the texts of their attributes.
        width: How many parts that makes of each tag.
        fields: For each attribute the model's name for it; None where the schema has no such attribute.
        converts: For each attribute what makes values of its texts; ValueError where there are none.
        lengths: For each attribute how long it is without its value.
        blanks: For each attribute the special bytes before it.
        fixed: The length, and the special bytes, of the rest of a tag.
    """

    pattern: re.Pattern[str]
    width: int
    fields: tuple[str | None, ...]
    converts: tuple[Callable[[Column], Column], ...]
    lengths: tuple[int, ...]
    blanks: tuple[int, ...]
    fixed: tuple[int, int]

    def length(self, parts: Column) -> int:
        """How many characters of the text these parts are, all of some tags and of what is before each."""
        texts = [part for part in parts if part is not None]
        literal = self._in_all(parts, self.lengths) + self.fixed[0] * (len(parts) // self.width)
        return sum(map(len, texts)) + literal

    def specials(self, parts: Column) -> int:
        """How many special bytes the tags in these parts have, if their values have none."""
        return self._in_all(parts, self.blanks) + self.fixed[1] * (len(parts) // self.width)

    def columns(self, parts: Column) -> dict[str, Column]:
        """The columns that these parts make; ValueError where a value is wrong."""
        return {field: convert(parts[at :: self.width]) for at, field, convert in self._known()}

    def columns_with_wrong(self, parts: Column) -> tuple[dict[str, Column], tuple[tuple[str, int], ...]]:
        """The same, with None for wrong values; and of each of these the field and the number of the tag."""
        columns: dict[str, Column] = {}
        wrong: list[tuple[str, int]] = []
        for at, field, convert in self._known():
            texts = parts[at :: self.width]
            try:
                columns[field] = convert(texts)
            except ValueError:
                columns[field], found = _one_by_one(convert, texts)
                wrong += [(field, number) for number in found]
        return columns, tuple(wrong)

    def _known(self) -> Iterator[tuple[int, str, Callable[[Column], Column]]]:
        """The attributes that the schema has: which part of a tag each is, its field, what converts it."""
        for at, (field, convert) in enumerate(zip(self.fields, self.converts), 1):
            if field is not None:
                yield at, field, convert

    def _in_all(self, parts: Column, numbers: Sequence[int]) -> int:
        """The sum of a number of each attribute over all tags that have it."""
        total = 0
        for at, number in enumerate(numbers, 1):
            if number:
                column = parts[at :: self.width]
                total += number * (len(column) - column.count(None))
        return total


@lru_cache(maxsize=_MOST_KEPT)
def layout(
    model: type, tag: str, form: Form, optional: frozenset[str] = frozenset(), before: str = ""
) -> Layout:
    """How tags of a form are read, after a pattern for what is directly before them.

    They may lack the optional attributes, and have those of them that the form has not, where it is in the
    wire's own order.
    """
    members = {member.name: member for member in members_of(model)}
    parts = dict(zip(form.names, zip(form.before, form.quotes)))
    names: Sequence[str] = form.names
    if list(names) == sorted(names):
        names = sorted({*names, *optional})
    usual = (form.before[-1], form.quotes[-1])
    pieces = [(name, *parts.get(name, usual)) for name in names]
    pattern = "".join(_pattern(name, blanks, quote, name in optional) for name, blanks, quote in pieces)
    known = [members.get(name) for name in names]
    columns = [kind_of(member).column if member else _as_they_are for member in known]
    return Layout(
        pattern=re.compile(f"{before}<{tag}{pattern}{re.escape(form.end)}"),
        width=len(names) + 1,
        fields=tuple(member and member.field for member in known),
        converts=tuple(
            partial(_where_present, column) if name in optional else column
            for name, column in zip(names, columns)
        ),
        lengths=tuple(len(blanks) + len(name) + len('=""') for name, blanks, _ in pieces),
        blanks=tuple(special_bytes(blanks.encode()) for _, blanks, _ in pieces),
        fixed=(len(tag) + 1 + len(form.end), special_bytes(f"<{form.end}".encode())),
    )


def _pattern(name: str, blanks: str, quote: str, optional: bool) -> str:
    """What matches an attribute: `[^"]*` is the quickest, and what no value may have is looked for later."""
    attribute = f"{blanks}{name}={quote}([^{quote}]*){quote}"
    return f"(?:{attribute})?" if optional else attribute


def _one_by_one(convert: Callable[[Column], Column], texts: Column) -> tuple[Column, list[int]]:
    """The values of texts, with None for those that have none; and which these are."""
    values: Column = []
    wrong: list[int] = []
    for at, text in enumerate(texts):
        try:
            values += convert([text])
        except ValueError:
            values.append(None)
            wrong.append(at)
    return values, wrong


def _as_they_are(texts: Column) -> Column:
    """The column of an attribute that the schema does not have."""
    return texts


def _where_present(convert: Callable[[Column], Column], texts: Column) -> Column:
    if None not in texts:
        return convert(texts)
    values = iter(convert([text for text in texts if text is not None]))
    return [None if text is None else next(values) for text in texts]
