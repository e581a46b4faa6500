"""Layouts that let an element pass where nothing in it can violate the schema; any other is examined."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from ..decoding.layouts import XSI, Builder, Layouts, Policy
from ..wire.members import attributes
from .schema import Violation

__all__ = ["Judge", "ScreenedLayouts"]

_LOCATIONS = (f"{XSI}schemaLocation", f"{XSI}noNamespaceSchemaLocation")


class Judge(Protocol):
    """What examines an element."""

    def is_clean(self, model: type, names: frozenset[str]) -> bool:
        """Whether an element with these attributes has all that it must have, and no more."""

    def examine(self, model: type, attributes: Mapping[str, str]) -> list[Violation]:
        """Judge the attributes of the element that begins here, and report what is wrong with them."""

    def report(self, model: type, attributes: Mapping[str, str], found: list[Violation]) -> None:
        """Report what is wrong with the attributes of the element that begins here."""


class ScreenedLayouts(Layouts):
    """Builds as `Layouts` does, and has whatever may violate the schema examined."""

    def __init__(self, model: type, policy: Policy, judge: Judge) -> None:
        super().__init__(model, policy)
        self._judge = judge

    def _finished(self, names: frozenset[str], builder: Builder, strangers: Any) -> Builder:
        build = super()._finished(names, builder, strangers)
        judge, model = self._judge, self._model
        is_clean, matches = judge.is_clean(model, names), _patterns(model, names)
        if any(name.startswith(XSI) and name not in _LOCATIONS for name in names):
            matches = _matches_nothing
        found: list[list[Violation]] = []  # what all elements of the layout have against them

        def build_and_examine(attributes: Mapping[str, str]) -> Any:
            item = build(attributes)
            if item is None:
                return None
            if not matches(attributes):
                judge.examine(model, attributes)
            elif not is_clean and found:
                judge.report(model, attributes, found[0])
            elif not is_clean:
                found.append(judge.examine(model, attributes))
            return item

        return build_and_examine

    def build_by_name(self, attributes: Mapping[str, str]) -> Any:
        self._judge.examine(self._model, attributes)
        return super().build_by_name(attributes)


def _matches_nothing(attributes: Mapping[str, str]) -> bool:
    """For elements with xsi:nil or xsi:type: what is wrong with them depends on these values."""
    return False


def _patterns(model: type, names: frozenset[str]) -> Callable[[Mapping[str, str]], bool]:
    """Whether the values of an element's attributes match the patterns that the schema gives them."""
    patterns = [
        (member.name, re.compile(member.pattern).fullmatch)
        for member in attributes(model)
        if member.pattern and member.name in names
    ]
    return lambda attributes: all(match(attributes[name]) for name, match in patterns)
