"""The forms of start tags: their attributes in order, with blanks and quotes.

The tags of one kind in a response share one form, or a few. A single tag shows its form. A form gives a
pattern that finds all tags like it, and functions that turn the matches into columns of values.

The pattern is exact only for tags without special characters, which XML does not read as they are written.
Instead of searching each value for them, `TagLayout.specials` counts the special bytes that the tags may
have in all.
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

__all__ = ["Form", "TagLayout", "form_of", "layout"]

_VALUE = re.compile(rb""""[^"<]*"|'[^'<]*'""")
_QUOTED = re.compile(rb'"[^"<]*"')
_SHAPE = re.compile(
    rb"""<[A-Za-z]+((?:[ \t\r\n]+[A-Za-z][A-Za-z0-9]*=(?:""|''))+)([ \t\r\n]*(?:/>|></[A-Za-z]+>|>))"""
)
_ATTRIBUTE = re.compile(rb"""([ \t\r\n]+)([A-Za-z0-9]+)=("|')""")
_LONGEST_SHAPE = 1024
_MOST_KEPT = 256


class Form(NamedTuple):
    """The spelling of a start tag.

    Attributes:
        names: The names of its attributes.
        before: The blanks before each attribute.
        quotes: The quote around each value.
        end: The text after the last attribute.
    """

    names: tuple[str, ...]
    before: tuple[str, ...]
    quotes: tuple[str, ...]
    end: str


def form_of(tag: bytes) -> Form | None:
    """Find the form of a start tag; None for one that only trees can read."""
    # `_emptied` is called for each value, so it is used only for tags with single quotes.
    emptied = _VALUE.sub(_emptied, tag) if b"'" in tag else _QUOTED.sub(b'""', tag)
    return _form(emptied) if len(emptied) <= _LONGEST_SHAPE else None


def _emptied(value: re.Match[bytes]) -> bytes:
    return value[0][:1] * 2


@lru_cache(maxsize=_MOST_KEPT)
def _form(shape: bytes) -> Form | None:
    """Find the form of a tag whose values were cut out; None for one with a name space."""
    match = _SHAPE.fullmatch(shape)
    if match is None:
        return None
    before, names, quotes = zip(*_ATTRIBUTE.findall(match[1]))
    if b"xmlns" in names or len(set(names)) < len(names):
        return None
    texts = [tuple(part.decode() for part in parts) for parts in (names, before, quotes)]
    return Form(texts[0], texts[1], texts[2], match[2].decode())


class TagLayout(NamedTuple):
    """The functions that read the tags of a form.

    Attributes:
        pattern: A pattern that splits a text into the parts between the tags, and the texts of their
            attributes.
        width: The number of parts for each tag.
        fields: The model's field of each attribute; None for an unknown attribute.
        converts: For each attribute the function that turns texts into values. Raises ValueError for an
            invalid text.
        lengths: The length of each attribute without its value.
        blanks: The number of special bytes before each attribute.
        fixed: The length of the rest of a tag, and its number of special bytes.
    """

    pattern: re.Pattern[str]
    width: int
    fields: tuple[str | None, ...]
    converts: tuple[Callable[[Column], Column], ...]
    lengths: tuple[int, ...]
    blanks: tuple[int, ...]
    fixed: tuple[int, int]

    def length(self, parts: Column) -> int:
        """Count the characters of some tags and of the text before each, from their parts."""
        texts = [part for part in parts if part is not None]
        literal = self._in_all(parts, self.lengths) + self.fixed[0] * (len(parts) // self.width)
        return sum(map(len, texts)) + literal

    def specials(self, parts: Column) -> int:
        """Count the special bytes of the tags in these parts, provided that their values have none."""
        return self._in_all(parts, self.blanks) + self.fixed[1] * (len(parts) // self.width)

    def columns(self, parts: Column) -> dict[str, Column]:
        """Turn parts into columns. Raises ValueError for an invalid value."""
        return {field: convert(parts[at :: self.width]) for at, field, convert in self._known()}

    def columns_with_wrong(self, parts: Column) -> tuple[dict[str, Column], tuple[tuple[str, int], ...]]:
        """Turn parts into columns, with None for invalid values; list their fields and the tags' numbers."""
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
        """List the known attributes: the number of the part, the field, and the converting function."""
        for at, (field, convert) in enumerate(zip(self.fields, self.converts), 1):
            if field is not None:
                yield at, field, convert

    def _in_all(self, parts: Column, numbers: Sequence[int]) -> int:
        """Sum up a number of each attribute over all tags that have the attribute."""
        total = 0
        for at, number in enumerate(numbers, 1):
            if number:
                column = parts[at :: self.width]
                total += number * (len(column) - column.count(None))
        return total


@lru_cache(maxsize=_MOST_KEPT)
def layout(
    model: type, tag: str, form: Form, optional: frozenset[str] = frozenset(), before: str = ""
) -> TagLayout:
    """Make the layout for the tags of a form; `before` is a pattern for the text directly before a tag.

    The tags may lack optional attributes. If the form is in the wire's own order, they may also have optional
    attributes that the form lacks.
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
    return TagLayout(
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
    """Write the pattern of an attribute: `[^"]*` is quickest; forbidden characters are found later."""
    attribute = f"{blanks}{name}={quote}([^{quote}]*){quote}"
    return f"(?:{attribute})?" if optional else attribute


def _one_by_one(convert: Callable[[Column], Column], texts: Column) -> tuple[Column, list[int]]:
    """Convert texts one by one, with None for invalid ones; list the numbers of these."""
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
    """Keep the texts of an unknown attribute."""
    return texts


def _where_present(convert: Callable[[Column], Column], texts: Column) -> Column:
    if None not in texts:
        return convert(texts)
    values = iter(convert([text for text in texts if text is not None]))
    return [None if text is None else next(values) for text in texts]
