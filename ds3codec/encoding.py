"""Writes models as elements: one straight-line loop for each layout of a start tag.

`compose_writer` writes the source of a function for the members of a model that are not None. The function
takes many items at once. It writes the tags of the items at the front that have this layout and the right
types, and stops before the first that has not. A single check then tells whether all texts in the tags can
stay unescaped. Items that fail a check go to a plain loop, one by one; it escapes their texts, or raises the
error that names the member.

Child elements, in a placement or the server's error, are written one by one. Null and an empty list are both
written as an empty element.

Internal: names here may change in any release.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Iterator, Sequence
from functools import cache, lru_cache
from typing import Any

from .errors import EncodeError
from .wire.characters import ATTRIBUTE_ESCAPES, TEXT_ESCAPES, are_plain
from .wire.compiling import MOST_COMPOSED, compiled
from .wire.kinds import Text, format_value, kind_of
from .wire.members import Member, attributes, element_forms, elements

__all__ = ["Tags", "compose_writer", "write_element"]

# Returns the tags of the items at the front, and the texts in them.
Writer = Callable[[Sequence[Any]], "tuple[list[str], list[str]]"]


class Tags:
    """Writes the tags of one model, up to `ending`. An item with child elements is written in full."""

    def __init__(self, model: type, tag: str, ending: str) -> None:
        self._model = model
        self._tag = tag
        self._ending = ending
        self._last = compose_writer(
            model, tag, ending, tuple(member.required for member in attributes(model))
        )

    def write(self, item: Any, path: Callable[[], str]) -> str:
        """Write the start tag of `item`. `path` returns its path, and is called only for an error."""
        return self.write_all([item], lambda number: path())

    def write_all(self, items: Sequence[Any], path: Callable[[int], str]) -> str:
        """Write the start tags of many items. `path` takes an index; it is called only for an error."""
        written: list[str] = []
        while len(written) < len(items):
            start = len(written)
            written += self._alike(items[start:] if start else items, start, path)
            if len(written) == start:
                written.append(self._write_other(items[start], start, path))
        return "".join(written)

    def _alike(self, items: Sequence[Any], start: int, path: Callable[[int], str]) -> list[str]:
        """Write the tags of the next items that have the same layout as the last one."""
        try:
            tags, texts = self._last(items)
            if are_plain(texts):
                return tags
        except (AttributeError, TypeError, ValueError):
            return []
        width = len(texts) // len(tags)
        for number in range(len(tags)):
            if not are_plain(texts[number * width : (number + 1) * width]):
                tags[number] = self._write_by_name(items[number], start + number, path, self._ending)
        return tags

    def _write_other(self, item: Any, number: int, path: Callable[[int], str]) -> str:
        if not isinstance(item, self._model):
            expected, found = self._model.__name__, type(item).__name__
            raise EncodeError(f"expected a {expected}, not {found}", path=path(number))
        children = self._children(item, number, path)
        if children:
            return f"{self._write_by_name(item, number, path, '>')}{children}</{self._tag}>"
        present = tuple(getattr(item, member.field) is not None for member in attributes(self._model))
        self._last = compose_writer(self._model, self._tag, self._ending, present)
        alike = self._alike([item], number, path)
        return alike[0] if alike else self._write_by_name(item, number, path, self._ending)

    def _write_by_name(self, item: Any, number: int, path: Callable[[int], str], ending: str) -> str:
        parts = [f"<{self._tag}"]
        as_elements = _as_elements(item)
        for member in attributes(self._model):
            value = getattr(item, member.field)
            if value is not None and member.field not in as_elements:
                try:
                    text = format_value(member, value).translate(ATTRIBUTE_ESCAPES)
                except ValueError as error:
                    at = f"{path(number)}/@{member.name}"
                    raise EncodeError(f"{member.name}: {error}", path=at) from None
                parts.append(f' {member.name}="{text}"')
        return "".join(parts) + ending

    def _children(self, item: Any, number: int, path: Callable[[int], str]) -> str:
        as_attributes = element_forms(self._model)
        return "".join(
            part
            for member in single_elements(self._model)
            if getattr(item, member.field) is not None
            for value in [getattr(item, as_attributes.get(member.field, member.field))]
            for part in write_element(member, value, f"{path(number)}/{member.name}")
        )


def _as_elements(item: Any) -> list[str]:
    """List the attributes of a model that are written as elements."""
    model: type = type(item)
    forms = element_forms(model).items()
    return [attribute for element, attribute in forms if getattr(item, element) is not None]


@cache
def single_elements(model: type) -> tuple[Member, ...]:
    """List the child elements that occur once; those in lists have writers of their own."""
    return tuple(member for member in elements(model) if not member.repeated)


@lru_cache(maxsize=MOST_COMPOSED)
def compose_writer(model: type, tag: str, ending: str, present: tuple[bool, ...]) -> Writer:
    """Compose the function that writes tags with one set of attributes: `present` says which are not None."""
    members = list(itertools.compress(attributes(model), present))
    absent = itertools.compress(attributes(model), (not there for there in present))
    texts = "".join(f"{member.field}, " for member in members if isinstance(kind_of(member), Text))
    scope: dict[str, Any] = {f"_kind_{member.field}": kind_of(member) for member in members}
    writing = [kind_of(member).writing(member.field, f"_kind_{member.field}") for member in members]
    checks = [f"_item.{member.field} is None" for member in (*absent, *single_elements(model))]
    checks += [check for check, _ in writing]
    written = "".join(f' {member.name}="{{{text}}}"' for member, (_, text) in zip(members, writing))
    name = f"write_{model.__name__}"
    lines = [
        f"def {name}(_items):",
        "    _tags, _texts = [], []",
        "    _add_tag, _add_texts = _tags.append, _texts.extend",
        "    for _item in _items:",
        *(f"        {member.field} = _item.{member.field}" for member in members),
        f"        if not ({' and '.join(checks) or 'True'}):",
        "            break",
        f"        _add_tag(f'''<{tag}{written}{ending}''')",
        *([f"        _add_texts(({texts}))"] if texts else []),
        "    return _tags, _texts",
    ]
    return compiled(name, lines, scope)  # type: ignore[no-any-return]


def write_element(member: Member, value: Any, path: str) -> Iterator[str]:
    """Yield the text of an element with its content, piece by piece. Raises EncodeError for a wrong value."""
    model: type = member.type
    if not dataclasses.is_dataclass(model):
        yield _written_value(member, value, path)
        return
    if not isinstance(value, model):
        raise EncodeError(f"expected a {model.__name__}, not {type(value).__name__}", path=path)
    parts = [part for child in elements(model) for part in _written_child(child, value, path)]
    yield from (f"<{member.name}>", *parts, f"</{member.name}>") if parts else (f"<{member.name}/>",)


def _written_child(child: Member, parent: Any, path: str) -> Iterator[str]:
    value = getattr(parent, child.field)
    name = child.wrapper or child.name
    present = parent.present
    if child.wrapper and (value or present is None or name in present):
        items = [
            part
            for number, item in enumerate(value, 1)
            for part in write_element(child, item, f"{path}/{name}/{child.name}[{number}]")
        ]
        yield from (f"<{name}>", *items, f"</{name}>") if items else (f"<{name}/>",)
    elif child.wrapper:
        return
    elif value is not None or (child.required if present is None else name in present):
        yield from write_element(child, value, f"{path}/{name}")


def _written_value(member: Member, value: Any, path: str) -> str:
    if value is None:
        return f"<{member.name}/>"
    try:
        text = format_value(member, value).translate(TEXT_ESCAPES)
    except ValueError as error:
        raise EncodeError(f"{member.name}: {error}", path=path) from None
    return f"<{member.name}>{text}</{member.name}>" if text else f"<{member.name}/>"
