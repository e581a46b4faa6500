"""What is wrong with a start tag, told without libxml2: for tags of which the report lists no more."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from ..wire.members import attributes

__all__ = ["plainly_wrong"]


def plainly_wrong(model: type, texts: Mapping[str, str], item: Any) -> list[tuple[str, str]] | None:
    """What is wrong with attributes, as rules and names; None where only libxml2 can tell.

    In the model that was made of them, wrong values are None.
    """
    plan = _plan(model)
    if "{" in "".join(texts):
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
        checks: For each its name, its field, whether it is required, and what tells if a text matches.
    """

    def __init__(self, model: type) -> None:
        members = attributes(model)
        self.known = {member.name for member in members}
        self.checks = [
            (one.name, one.field, one.required, re.compile(one.pattern).fullmatch if one.pattern else None)
            for one in members
        ]


@cache
def _plan(model: type) -> _Plan:
    return _Plan(model)
