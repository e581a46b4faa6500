"""Layouts that let an element pass where nothing in it can violate the schema; any other is examined."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from xsdata.models.datatype import XmlDateTime

from ..decoding.layouts import XSI, Builder, Layouts, Policy
from ..wire.members import attributes
from .columns import Judge
from .schema import Violation

__all__ = ["ScreenedLayouts", "plainly_wrong"]

_LOCATIONS = (f"{XSI}schemaLocation", f"{XSI}noNamespaceSchemaLocation")


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
                judge.examine_values(model, attributes, item)
            elif not is_clean and found:
                judge.report(model, attributes, found[0])
            elif not is_clean:
                found.append(judge.examine(model, attributes))
            return item

        return build_and_examine

    def build_by_name(self, attributes: Mapping[str, str]) -> Any:
        item = super().build_by_name(attributes)
        self._judge.examine_values(self._model, attributes, item)
        return item


def plainly_wrong(model: type, texts: Mapping[str, str], item: Any) -> list[tuple[str, str]] | None:
    """What is wrong with attributes, as rules and names; None where only libxml2 can tell.

    In the model that was made of them, wrong values are None.
    """
    plan = _plan(model)
    if plan.has_dates or "{" in "".join(texts):
        return None
    found = [("unknown-attribute", name) for name in texts.keys() - plan.known]
    for name, field, is_required, matches in plan.checks:
        if name not in texts:
            if is_required:
                found.append(("missing-attribute", name))
        elif getattr(item, field) is None or not (matches is None or matches(texts[name])):
            found.append(("invalid-value", name))
    return found


class _Plan:
    """What is asked of the attributes of a model.

    Attributes:
        known: Their names.
        has_dates: Whether any is a date and time, which libxml2 reads otherwise.
        checks: For each its name, its field, whether it is required, and what tells if a text matches.
    """

    def __init__(self, model: type) -> None:
        members = attributes(model)
        self.known = {member.name for member in members}
        self.has_dates = any(member.type is XmlDateTime for member in members)
        self.checks = [
            (one.name, one.field, one.required, re.compile(one.pattern).fullmatch if one.pattern else None)
            for one in members
        ]


@cache
def _plan(model: type) -> _Plan:
    return _Plan(model)


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
