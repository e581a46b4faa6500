"""Recognises objects with children that need no check, because similar ones were valid.

The decoder has converted the values. So of two objects with the same members and values of enumerations, both
are valid or neither is, unless an id does not match its pattern, or text stands between elements.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import is_dataclass
from enum import Enum
from functools import cache
from operator import attrgetter
from typing import Any

from lxml import etree

from ..models import Blob
from ..wire.members import Member, elements

__all__ = ["Key", "keys_of"]

Key = tuple[Any, ...]

_has_stray_text = etree.XPath("boolean(descendant::text()[../*][normalize-space()])")


def keys_of(element: etree._Element, blob: Blob) -> set[Key] | None:
    """Return an object's keys, or None. The object is valid if all its keys occur in valid objects."""
    if _has_stray_text(element):
        return None
    tags = tuple(child.tag for child in element)
    if len(set(tags)) < len(tags):
        return None
    keys: set[Key] = {(Blob, *tags)}
    for member in elements(Blob):
        value = getattr(blob, member.field)
        if value is not None and not _is_usual(member, value, keys):
            return None
    return keys


class _ContentChecks:
    """The checks of a model whose element has children.

    Attributes:
        key: A function that returns its members and enumeration values.
        patterns: The fields with a pattern, each with its test.
        below: The fields that hold models or lists of models.
    """

    def __init__(self, model: type) -> None:
        members = elements(model)
        simple = [member for member in members if not is_dataclass(member.type)]
        self.key = attrgetter("present", *(m.field for m in simple if issubclass(m.type, Enum)))
        self.patterns = [(m.field, _known(m.pattern)) for m in simple if m.pattern]
        self.below = [m.field for m in members if is_dataclass(m.type)]


@cache
def _content_checks(model: type) -> _ContentChecks:
    return _ContentChecks(model)


def _is_usual(member: Member, value: Any, keys: set[Key]) -> bool:
    """Tell whether all values in a member match their patterns, and add its keys to `keys`."""
    if not is_dataclass(member.type):
        return not member.pattern or _known(member.pattern)(value)
    waiting = [value]
    for item in waiting:  # grows during the loop
        plan = _content_checks(item.__class__)
        keys.add((type(item), plan.key(item)))
        for field, matches in plan.patterns:
            text = getattr(item, field)
            if text is not None and not matches(text):
                return False
        for field in plan.below:
            below = getattr(item, field)
            waiting += below if isinstance(below, list) else [below]
    return True


@cache
def _known(pattern: str) -> Callable[[str], bool]:
    """Make a test of a pattern that remembers matches, because the ids of tapes and pools recur."""
    matches, right = re.compile(pattern).fullmatch, set[str]()

    def is_right(text: str) -> bool:
        if text in right:
            return True
        if not matches(text):
            return False
        if len(right) < 4096:
            right.add(text)
        return True

    return is_right
