"""Reads the attributes of elements into models, by the bindings.

The elements of one kind in a response share one sequence of attribute names, or a few. Each sequence has a
layout: the field that each attribute fills, and the function that reads its text. So an element costs two
calls of lxml, a look-up, and a loop over its values.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import fields
from functools import lru_cache
from itertools import compress
from typing import Any, NamedTuple

from ..errors import DecodeError, InvalidValueError, MissingAttributeError, UnknownNameError, cut
from ..model_bases.enumeration import OpenEnumeration
from ..options import Missing
from ..streamed_lists import streamed
from ..wire.kinds import kind_of
from ..wire.members import Member, elements, streamed_lists
from ..wire.members import attributes as members_of
from ..wire.names import XSI
from .columns import Column, models
from .parser import Element

__all__ = ["Attributes", "Policy", "is_known", "keep", "wrong_value"]

# Only hostile documents have more layouts, or longer ones; these are not kept.
_MOST_LAYOUTS = 64
_LONGEST_LAYOUT = 4096

_MOST_KEPT = 256

_new = object.__new__


class Policy(NamedTuple):
    """The treatment of unknown names, missing attributes and wrong values.

    Attributes:
        strict: True if an unknown name is an error.
        missing: "error" if a missing required attribute is an error, "none" if it becomes None.
        passed_over: A function called with each unknown name that is skipped.
        met: A function called with names that the reader is not told of.
        wrong: A function called for each invalid value, which then becomes None; without it, such a value is
            an error.
    """

    strict: bool
    missing: Missing
    passed_over: Callable[[str], None]
    met: Callable[..., None]
    wrong: Callable[[], None] | None = None


class AttributeLayout(NamedTuple):
    """The meaning of a sequence of attribute names.

    Attributes:
        fields: The fields that the attributes fill.
        reads: For each field the function that reads a text.
        columns: For each field the function that reads a column of texts.
        known: For each name True if it fills a field; None if all do.
        absent: The other fields.
        unknown: The names that the schema does not have.
    """

    fields: tuple[str, ...]
    reads: tuple[Callable[[str], Any], ...]
    columns: tuple[Callable[[Column], Column], ...]
    known: tuple[bool, ...] | None
    absent: tuple[str, ...]
    unknown: tuple[str, ...]


class Attributes:
    """Reads the attributes of elements of one kind into models."""

    def __init__(self, model: type, policy: Policy) -> None:
        self._model = model
        self._policy = policy
        self._layouts: dict[tuple[str, ...], AttributeLayout] = {}
        self._streamed = [(field, streamed(field)) for field in streamed_lists(model)]
        self._lists = [member.field for member in elements(model) if member.wrapper]

    def read(self, element: Element) -> Any:
        """Make a model from the attributes of an element.

        Raises:
            DecodeError: An attribute is wrong, missing or unknown; the path has only the attribute's step.
        """
        names = tuple(element.keys())
        layout = self._layouts.get(names) or self._learned(names)
        for name in layout.unknown:
            self._policy.passed_over(name)
        # lxml searches the attributes for each value, so names are checked and limited before.
        texts: Iterable[str] = element.values()
        if layout.known is not None:
            texts = compress(texts, layout.known)
        item: Any = _new(self._model)
        try:
            for field, read, text in zip(layout.fields, layout.reads, texts):
                setattr(item, field, read(text))
        except ValueError:
            self._read_one_by_one(item, element)
        for field in layout.absent:
            setattr(item, field, None)
        for field in self._lists:
            setattr(item, field, [])
        for field, value in self._streamed:
            setattr(item, field, value)
        return item

    def read_alike(self, elements: Sequence[Element]) -> list[Any] | None:
        """Make models from elements, column by column; None if the elements differ, or one is wrong."""
        names = elements[0].keys()
        if any(element.keys() != names for element in elements):
            return None
        try:
            layout = self._layouts.get(tuple(names)) or self._learned(tuple(names))
            if layout.known is not None:
                return None
            texts = zip(*[element.values() for element in elements])
            columns = [column(list(each)) for column, each in zip(layout.columns, texts)]
        except (DecodeError, ValueError):
            return None
        return models(self._model, dict(zip(layout.fields, columns)), len(elements))

    def _learned(self, names: tuple[str, ...]) -> AttributeLayout:
        """Make the layout of some names, and remember it unless there are too many."""
        key = self._model, names, self._policy.missing
        layout = _layouts.get(key)
        if layout is None:
            self._policy.met(*(name for name in names if name.startswith(XSI)))
            unknown = check_names(self._model, names, self._policy.strict, self._policy.missing)
            layout = _layout(self._model, names, unknown)
            if layout.known is None:
                keep(_layouts, key, layout)
        if len(self._layouts) < _MOST_LAYOUTS and sum(map(len, names)) <= _LONGEST_LAYOUT:
            self._layouts[names] = layout
        return layout

    def _read_one_by_one(self, item: Any, element: Element) -> None:
        """Read the attributes of an element that has a wrong value."""
        for member in members_of(self._model):
            text = element.get(member.name)
            if text is not None:
                try:
                    value = kind_of(member).parse(text)
                except ValueError as error:
                    value = wrong_value(member, text, error, self._policy, f"/@{member.name}")
                setattr(item, member.field, value)


def _layout(model: type, names: tuple[str, ...], unknown: tuple[str, ...]) -> AttributeLayout:
    members = {member.name: member for member in members_of(model)}
    known = [members[name] for name in names if name in members]
    filled = {member.field for member in known}
    lists = {member.field for member in elements(model) if member.repeated}
    return AttributeLayout(
        fields=tuple(member.field for member in known),
        reads=tuple(kind_of(member).reader() for member in known),
        columns=tuple(kind_of(member).column for member in known),
        known=None if len(known) == len(names) else tuple(name in members for name in names),
        absent=tuple(field.name for field in fields(model) if field.name not in filled | lists),
        unknown=unknown,
    )


def check_names(model: type, names: Collection[str], strict: bool, missing: Missing) -> tuple[str, ...]:
    """List the unknown names of attributes. Raises an error for one that is missing, or unknown if strict."""
    known = {member.name for member in members_of(model)}
    unknown = [name for name in sorted(names) if name not in known and not name.startswith(XSI)]
    if unknown and strict:
        raise UnknownNameError(f"unknown attribute {unknown[0]}", path=f"/@{unknown[0]}")
    for member in members_of(model):
        if member.required and member.name not in names and missing == "error":
            raise MissingAttributeError(
                f'the required attribute {member.name} is missing (missing="none" lets it be None)',
                path=f"/@{member.name}",
            )
    return tuple(unknown)


@lru_cache(maxsize=_MOST_LAYOUTS)
def is_known(model: type, names: frozenset[str], missing: Missing) -> bool:
    """Tell whether these attributes are all known, and none is missing."""
    try:
        return not check_names(model, names, True, missing) and not any(
            name.startswith(XSI) for name in names
        )
    except DecodeError:
        return False


# Layouts without unknown names, kept for later documents.
_layouts: dict[tuple[type, tuple[str, ...], Missing], AttributeLayout] = {}


def keep(kept: dict[Any, Any], key: Any, value: Any) -> None:
    """Remember an item. If there are too many, all earlier ones are forgotten."""
    if len(kept) >= _MOST_KEPT:
        kept.clear()
    kept[key] = value


def wrong_value(member: Member, text: str, error: ValueError, policy: Policy, path: str) -> Any:
    """Return the value for a text that does not fit the type of a member.

    A newer API may have added a value to an enumeration. That becomes a member, and is counted, unless the
    policy is strict.
    """
    if policy.wrong is not None:
        policy.wrong()
        return None
    if issubclass(member.type, OpenEnumeration) and not policy.strict:
        policy.passed_over(f"{member.name}={cut(text)}")
        return member.type.of(text)
    raise InvalidValueError(f"{member.name}: {error}", path=path) from None
