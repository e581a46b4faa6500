"""One straight-line function for each attribute layout, for the elements that the parser reports.

The elements of one kind in a response share one set of attribute names, or a few: their layouts. For each
that turns up, `compose_builder` writes the source of a function that takes an element's attributes, checks
that they are the layout's, converts them and fills a model, with every decision taken ahead. On average an
element costs one call. An element of another layout than the one before it costs a look-up more. In a
hostile document, where each element has a layout of its own, a plain loop does the same work in constant
memory.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, Literal, NamedTuple

from ..bases.enumeration import OpenEnumeration
from ..errors import DecodeError, InvalidValueError, MissingAttributeError, UnknownNameError, cut
from ..streamed import Streamed, streamed
from ..wire.compiling import MOST_COMPOSED, compiled
from ..wire.kinds import kind_of
from ..wire.members import Member, streamed_lists
from ..wire.members import attributes as members_of

__all__ = [
    "XSI",
    "Builder",
    "Layouts",
    "Missing",
    "Policy",
    "compose_builder",
    "default_values",
    "defaults",
    "is_known",
    "wrong_value",
]

Missing = Literal["error", "none"]
Builder = Callable[[Mapping[str, str]], Any]

XSI = "{http://www.w3.org/2001/XMLSchema-instance}"

# More layouts, or longer ones, than any response has are served by the plain loop.
_MOST_LAYOUTS = 64
_LONGEST_LAYOUT = 4096


class Policy(NamedTuple):
    """What to do with names that the schema does not have, and with those that it misses.

    Attributes:
        strict: Whether an unknown name is an error.
        missing: Whether a required attribute that is missing is an error, or None.
        passed_over: Called with each unknown name that is passed over.
        met: Called with names that are nobody's business.
        wrong: Whether a value that its type does not have is an error, or None.
    """

    strict: bool
    missing: Missing
    passed_over: Callable[[str], None]
    met: Callable[..., None]
    wrong: Missing = "error"


class Layouts:
    """Builds the models of one kind from their elements' attributes.

    Attributes:
        last: The function for the layout seen last. It gives None for any other layout, and raises
            ValueError for a value that its type does not have.
    """

    def __init__(self, model: type, policy: Policy) -> None:
        self.last: Builder = lambda attributes: None
        self._model = model
        self._policy = policy
        self._builders: dict[frozenset[str], Builder] = {}

    def __len__(self) -> int:
        """How many layouts are known."""
        return len(self._builders)

    def build(self, attributes: Mapping[str, str]) -> Any:
        """A model with these attributes: what `last` does, for every layout and value."""
        try:
            return self.last(attributes) or self.build_other(attributes)
        except ValueError:
            return self.build_by_name(attributes)

    def build_other(self, attributes: Mapping[str, str]) -> Any:
        """The same, where the layout is not the last one."""
        names = frozenset(attributes)
        if names not in self._builders:
            self._policy.met(*(name for name in names if name.startswith(XSI)))
            strangers = _check(self._model, names, self._policy.strict, self._policy.missing)
            if len(self._builders) >= _MOST_LAYOUTS or sum(map(len, names)) > _LONGEST_LAYOUT:
                return self.build_by_name(attributes)
            self._builders[names] = self._finished(names, compose_builder(self._model, names), strangers)
        self.last = self._builders[names]
        return self.last(attributes)

    def build_by_name(self, attributes: Mapping[str, str]) -> Any:
        """The same by a plain loop, which knows what to do with a wrong value."""
        names = frozenset(attributes)
        self._count(_check(self._model, names, self._policy.strict, self._policy.missing))
        fields: dict[str, Any] = dict(_streamed(self._model))
        for member, parse in _parsers(self._model):
            text = attributes.get(member.name)
            try:
                fields[member.field] = None if text is None else parse(text)
            except ValueError as error:
                path = f"/@{member.name}"
                fields[member.field] = wrong_value(member, str(text), error, self._policy, path)
        return self._model(**fields)

    def _finished(self, names: frozenset[str], builder: Builder, strangers: Sequence[str]) -> Builder:
        """Add to the function for a layout what else has to be done for each of its elements."""
        if not strangers:
            return builder

        def build_and_count(attributes: Mapping[str, str]) -> Any:
            item = builder(attributes)
            if item is not None:
                self._count(strangers)
            return item

        return build_and_count

    def _count(self, strangers: Sequence[str]) -> None:
        for name in strangers:
            self._policy.passed_over(name)


@cache
def _parsers(model: type) -> list[tuple[Member, Callable[[str], Any]]]:
    """The attributes of a model, each with what parses it."""
    return [(member, kind_of(member).parse) for member in members_of(model)]


@lru_cache(maxsize=MOST_COMPOSED)
def _check(model: type, names: frozenset[str], strict: bool, missing: Missing) -> tuple[str, ...]:
    """The names in a layout that the schema does not have, where the policy lets the layout pass."""
    known = {member.name for member in members_of(model)}
    strangers = [name for name in sorted(names) if name not in known and not name.startswith(XSI)]
    if strangers and strict:
        raise UnknownNameError(f"unknown attribute {strangers[0]}", path=f"/@{strangers[0]}")
    for member in members_of(model):
        if member.required and member.name not in names and missing == "error":
            raise MissingAttributeError(
                f'the required attribute {member.name} is missing (missing="none" lets it be None)',
                path=f"/@{member.name}",
            )
    return tuple(strangers)


def is_known(model: type, names: frozenset[str], missing: Missing) -> bool:
    """Whether an element with these attributes has all that it must have, and no more."""
    try:
        return not _check(model, names, True, missing) and not any(name.startswith(XSI) for name in names)
    except DecodeError:
        return False


def wrong_value(member: Member, text: str, error: ValueError, policy: Policy, path: str) -> Any:
    """What stands for a text that the type of a member does not have.

    An enumeration may have got a value since: that is a member, and counted, unless the policy is strict.
    """
    if policy.wrong == "none":
        return None
    if issubclass(member.type, OpenEnumeration) and not policy.strict:
        policy.passed_over(f"{member.name}={cut(text)}")
        return member.type.of(text)
    raise InvalidValueError(f"{member.name}: {error}", path=path) from None


@lru_cache(maxsize=MOST_COMPOSED)
def compose_builder(model: type, names: frozenset[str]) -> Builder:
    """The function that builds a `model` from attributes with just these names."""
    known = [member for member in members_of(model) if member.name in names]
    filled = [member.field for member in known]
    strangers = sorted(names - {member.name for member in known})
    scope: dict[str, Any] = {"_model": model, "_new": object.__new__} | default_values(model)
    scope |= {f"_read_{member.field}": kind_of(member).reader() for member in known}
    function = f"build_{model.__name__}"
    lines = [
        f"def {function}(_attributes):",
        f"    if len(_attributes) != {len(names)}:",
        "        return None",
        "    try:",
        "        _self = _new(_model)",
        *(f"        _self.{member.field} = {_reading(member)}" for member in known),
        *(f"        _attributes[{name!r}]" for name in strangers),
        "    except KeyError:",
        "        return None",
        *(f"    _self.{field} = {value}" for field, value in defaults(model, filled)),
        "    return _self",
    ]
    return compiled(function, lines, scope)  # type: ignore[no-any-return]


def _reading(member: Member) -> str:
    """Source: the value of an attribute."""
    return kind_of(member).reading(f"_attributes[{member.name!r}]", f"_read_{member.field}")


def defaults(model: type, filled: Collection[str]) -> Iterable[tuple[str, str]]:
    """The fields of a model that are not filled otherwise, with the source of what they are then.

    It takes the values in `default_values`.
    """
    for field in dataclasses.fields(model):
        if field.name in streamed_lists(model):
            yield field.name, f"_streamed_{field.name}"
        elif field.name not in filled:
            yield field.name, "[]" if field.default_factory is list else "None"


def default_values(model: type) -> dict[str, Any]:
    """The values that the source of `defaults` takes, by their names there."""
    return {f"_streamed_{field}": value for field, value in _streamed(model).items()}


@cache
def _streamed(model: type) -> dict[str, Streamed]:
    """What stands for the lists of a model that are streamed."""
    return {field: streamed(field) for field in streamed_lists(model)}
