"""Finds the versions of the API that a response can come from, or its faults in a chosen version.

The members and values of each version come from the XSDs (see `contracts`). Elements of one layout are
checked once: each new layout narrows the remaining versions.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from enum import Enum
from functools import cache, lru_cache
from typing import Any, NamedTuple

from ..errors import VersionError, shown
from ..wire.contracts import Span, member_spans, value_spans
from ..wire.members import attributes, elements, wire_name

__all__ = [
    "Fault",
    "VersionError",
    "Versions",
    "enumerated",
    "faults",
    "in_version",
    "known_versions",
    "resolved",
    "value_in_version",
]

Number = tuple[int, ...]

_MOST_TAKEN = 4096  # kinds of elements that are not checked again


class Fault(NamedTuple):
    """A fault of an element in a version: the rule, the member, and the message."""

    rule: str
    member: str
    message: str


@cache
def known_versions() -> tuple[str, ...]:
    """List the versions that added or removed anything, oldest first."""
    spans = [span for group in (*member_spans().values(), *value_spans().values()) for span in group]
    found = {span.first for span in spans} | {span.last for span in spans if span.last}
    return tuple(sorted(found, key=_number))


def resolved(version: str) -> str:
    """Find the known version for a chosen one: "3.2" is the last 3.2. Raises VersionError."""
    known = known_versions()
    try:
        number = _number(version) if isinstance(version, str) else ()
    except ValueError:
        number = ()
    same = [one for one in known if _number(one)[: len(number)] == number]
    if number and same:
        return same[-1]
    if not number or not _number(known[0]) <= number <= _number(known[-1]):
        message = f"{shown(version)} is not an API version from {known[0]} to {known[-1]}"
        raise VersionError(f"{message}; those with changes are {', '.join(known)}")
    return version


@lru_cache(maxsize=4096)
def faults(
    model: type, form: str, names: frozenset[str], version: str, values: frozenset[tuple[str, str]]
) -> tuple[Fault, ...]:
    """List the faults of an element in a version.

    Args:
        model: The model of the element.
        form: "attribute" or "element": the form of the members in `names`.
        names: The names of its members in that form.
        version: The version.
        values: The values of enumerations, each with its member's name.
    """
    return tuple(_faults(model, form, names, version, values))


def _faults(
    model: type, form: str, names: Collection[str], version: str, values: Collection[tuple[str, str]]
) -> Iterator[Fault]:
    for name, spans in _members(model, form).items():
        covering = [span for span in spans if _covers(span, version)]
        if name in names and not covering:
            yield Fault("not-in-version", name, f"{name} is {_since(spans)}, not in {version}")
        if name not in names and covering and not any(span.omitted for span in covering):
            yield Fault("required-in-version", name, f"{name} is missing, which {version} always writes")
    for name, value in values:
        value_span = value_spans().get((_enumeration(model, name), value))
        if value_span and not any(_covers(span, version) for span in value_span):
            yield Fault("not-in-version", name, f"{name}={value} is {_since(value_span)}, not in {version}")


@cache
def in_version(model: type, form: str, version: str) -> frozenset[str]:
    """List the attributes or the elements that a model has in a version."""
    return frozenset(
        name for name, spans in _members(model, form).items() if any(_covers(span, version) for span in spans)
    )


@cache
def value_in_version(enumeration: type, value: str, version: str) -> bool:
    """Tell whether a version has a value of an enumeration."""
    spans = value_spans().get((enumeration.__name__, value), ())
    return not spans or any(_covers(span, version) for span in spans)


@cache
def _members(model: type, form: str) -> dict[str, tuple[Span, ...]]:
    """Map the names of a model's members to their spans; a list has the name of its wrapper.

    The lists of blobs and chunks are left out: a document need not have any.
    """
    repeated = {member.name for member in elements(model) if member.repeated and not member.wrapper}
    return {
        name.split("/")[0]: spans
        for (owner, kind, name), spans in member_spans().items()
        if owner == wire_name(model) and kind == form and name not in repeated
    }


@cache
def _enumeration(model: type, name: str) -> str:
    member = next(item for item in (*attributes(model), *elements(model)) if item.name == name)
    return str(member.type.__name__)


def _since(spans: tuple[Span, ...]) -> str:
    return "and ".join(f"from {span.first}" + (f" to {span.last}" if span.last else "") for span in spans)


def _covers(span: Span, version: str) -> bool:
    return _number(span.first) <= _number(version) <= (_number(span.last) if span.last else (99,))


@lru_cache
def _number(version: str) -> Number:
    return tuple(map(int, version.split(".")))


def enumerated(model: type, texts: Mapping[str, str]) -> frozenset[tuple[str, str]]:
    """Collect an element's enumerations: the names of the members, with their texts."""
    return frozenset((name, texts[name]) for name in _enumerations(model) if name in texts)


@cache
def _enumerations(model: type) -> list[str]:
    members = (*attributes(model), *elements(model))
    return [member.name for member in members if issubclass(member.type, Enum)]


class Versions:
    """Narrows the possible versions, element by element.

    Attributes:
        remaining: The versions that fit everything so far.
    """

    def __init__(self) -> None:
        self.remaining: tuple[str, ...] = known_versions()
        self._taken: set[tuple[Any, ...]] = set()

    def narrow(
        self, model: type, form: str, names: frozenset[str], values: frozenset[tuple[str, str]]
    ) -> str | None:
        """Take in an element. Returns the reason when no version is left, but only once; otherwise None."""
        key = model, form, names, values
        if not self.remaining or key in self._taken:
            return None
        if len(self._taken) < _MOST_TAKEN:
            self._taken.add(key)
        before = self.remaining
        self.remaining = tuple(
            version for version in before if not faults(model, form, names, version, values)
        )
        if self.remaining:
            return None
        reasons = faults(model, form, names, before[-1], values)
        return f"everything before fits {_listed(before)}, but here {reasons[0].message}"


def _listed(versions: tuple[str, ...]) -> str:
    return versions[0] if len(versions) == 1 else f"{versions[0]} to {versions[-1]}"
