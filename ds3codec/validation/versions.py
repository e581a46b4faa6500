"""Which versions of the API a response can come from, or what it has against a chosen one.

The members and values of each version are read off the XSDs (see `contract`). Elements of one layout are
judged once: each new layout narrows the versions that remain.
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

_MOST_TAKEN = 4096  # kinds of elements that are not looked at again


class Fault(NamedTuple):
    """What an element has against a version: the rule, the member, and what is wrong, in words."""

    rule: str
    member: str
    message: str


@cache
def known_versions() -> tuple[str, ...]:
    """The versions with which anything came or went, oldest first."""
    spans = [span for group in (*member_spans().values(), *value_spans().values()) for span in group]
    found = {span.first for span in spans} | {span.last for span in spans if span.last}
    return tuple(sorted(found, key=_number))


def resolved(version: str) -> str:
    """A chosen version as a known one: "3.2" is the last 3.2. Raises VersionError."""
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
        raise VersionError(f"{message}; with changes came {', '.join(known)}")
    return version


@lru_cache(maxsize=4096)
def faults(
    model: type, form: str, names: frozenset[str], version: str, values: frozenset[tuple[str, str]]
) -> tuple[Fault, ...]:
    """What an element has against a version.

    Args:
        model: What the element stands for.
        form: "attribute" or "element": which of its members `names` are.
        names: The members that it has.
        version: The version.
        values: The values of members that are enumerations, each with its member's name.
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
    """The members that a model has in a version: its attributes, or its elements."""
    return frozenset(
        name for name, spans in _members(model, form).items() if any(_covers(span, version) for span in spans)
    )


@cache
def value_in_version(enumeration: type, value: str, version: str) -> bool:
    """Whether a version has a value of an enumeration."""
    spans = value_spans().get((enumeration.__name__, value), ())
    return not spans or any(_covers(span, version) for span in spans)


@cache
def _members(model: type, form: str) -> dict[str, tuple[Span, ...]]:
    """The spans of a model's members by the names that they have in an element: a list's is its wrapper's.

    The lists of blobs and of chunks do not count as members here: a document may do without them.
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
    """Those of an element's members that are enumerations, with their texts."""
    return frozenset((name, texts[name]) for name in _enumerations(model) if name in texts)


@cache
def _enumerations(model: type) -> list[str]:
    members = (*attributes(model), *elements(model))
    return [member.name for member in members if issubclass(member.type, Enum)]


class Versions:
    """Narrows the versions as elements come.

    Attributes:
        remaining: The versions that everything so far fits.
    """

    def __init__(self) -> None:
        self.remaining: tuple[str, ...] = known_versions()
        self._taken: set[tuple[Any, ...]] = set()

    def narrow(
        self, model: type, form: str, names: frozenset[str], values: frozenset[tuple[str, str]]
    ) -> str | None:
        """Take an element in. Where this leaves no version, why; None otherwise, and ever after."""
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
        return f"what came before fits {_listed(before)}; here, {reasons[0].message}"


def _listed(versions: tuple[str, ...]) -> str:
    return versions[0] if len(versions) == 1 else f"{versions[0]} to {versions[-1]}"
