"""One straight-line function for each layout of a start tag: the encoder's fast path.

The counterpart of `layouts`. `compose` writes the source of a function for the members of a model that are
not None. It gives the tag, or None where a check fails: another layout, a character to escape, a number
out of range, a wrong type. Then `Tags` tries the function for the layout at hand, and at last the plain
loop, which escapes, or raises the error that names the member.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any

from .bindings import Member, attributes, elements
from .children import write_element
from .composing import MOST_COMPOSED, compiled
from .errors import EncodeError
from .lexical import ATTRIBUTE_ESCAPES, format_value

__all__ = ["Tags", "compose"]

# Printable, as Python has it, leaves out all that XML forbids, and a few characters besides.
_PLAIN = " and ".join(
    ["_text.isprintable()", *(f"{character!r} not in _text" for character in ("&", "<", ">", '"'))]
)

Writer = Callable[[Any], "str | None"]


class Tags:
    """Writes the tags of one model, up to `ending`; where an item has child elements, all of it."""

    def __init__(self, model: type, tag: str, ending: str) -> None:
        self._model = model
        self._tag = tag
        self._ending = ending
        self._last = compose(model, tag, ending, tuple(member.required for member in attributes(model)))

    def write(self, item: Any, path: Callable[[], str]) -> str:
        """The start tag of `item`; `path` is asked where it stands only if it cannot be written."""
        return self._last(item) or self._write_other(item, path)

    def _write_other(self, item: Any, path: Callable[[], str]) -> str:
        if not isinstance(item, self._model):
            raise EncodeError(f"expected a {self._model.__name__}, not {type(item).__name__}", path=path())
        children = self._children(item, path)
        if children:
            return f"{self._write_by_name(item, path, '>')}{children}</{self._tag}>"
        present = tuple(getattr(item, member.field) is not None for member in attributes(self._model))
        self._last = compose(self._model, self._tag, self._ending, present)
        return self._last(item) or self._write_by_name(item, path, self._ending)

    def _write_by_name(self, item: Any, path: Callable[[], str], ending: str) -> str:
        parts = [f"<{self._tag}"]
        for member in attributes(self._model):
            value = getattr(item, member.field)
            if value is not None:
                try:
                    text = format_value(member, value).translate(ATTRIBUTE_ESCAPES)
                except ValueError as error:
                    raise EncodeError(f"{member.name}: {error}", path=f"{path()}/@{member.name}") from None
                parts.append(f' {member.name}="{text}"')
        return "".join(parts) + ending

    def _children(self, item: Any, path: Callable[[], str]) -> str:
        return "".join(
            part
            for member in single_elements(self._model)
            if (value := getattr(item, member.field)) is not None
            for part in write_element(member, value, f"{path()}/{member.name}")
        )


@cache
def single_elements(model: type) -> tuple[Member, ...]:
    """The child elements that are in no list; the others have writers of their own."""
    return tuple(member for member in elements(model) if not member.repeated)


@lru_cache(maxsize=MOST_COMPOSED)
def compose(model: type, tag: str, ending: str, present: tuple[bool, ...]) -> Writer:
    """The function that writes the tag of a `model` of whose attributes these are not None."""
    members = list(itertools.compress(attributes(model), present))
    absent = itertools.compress(attributes(model), (not there for there in present))
    texts = ", ".join(member.field for member in members if member.type is str)
    scope: dict[str, Any] = {"_int": int, "_format": format_value, "_true": "true", "_false": "false"}
    checks = [f"_item.{member.field} is None" for member in (*absent, *single_elements(model))]
    checks += [_check(member, scope) for member in members if member.type is not str]
    written = "".join(f' {member.name}="{{{_expression(member)}}}"' for member in members)
    name = f"write_{model.__name__}"
    lines = [
        f"def {name}(_item):",
        "    try:",
        *(f"        {member.field} = _item.{member.field}" for member in members),
        f"        _text = ''.join([{texts}])",
        f"        if {' and '.join([*checks, _PLAIN])}:",
        f"            return f'<{tag}{written}{ending}'",
        "    except (AttributeError, TypeError, ValueError):",
        "        pass",
        "    return None",
    ]
    return compiled(name, lines, scope)  # type: ignore[no-any-return]


def _check(member: Member, scope: dict[str, Any]) -> str:
    """The condition under which `_expression` is right."""
    field = member.field
    if member.type is bool:
        return f"({field} is True or {field} is False)"
    if member.type is int:
        return f"{field}.__class__ is _int and {member.minimum} <= {field} <= {member.maximum}"
    scope[f"_{field}_member"] = member
    return f"(_{field}_text := _format(_{field}_member, {field}))"


def _expression(member: Member) -> str:
    """The text of a value that has passed its check."""
    if member.type is bool:
        return f"_true if {member.field} else _false"
    return member.field if member.type in (str, int) else f"_{member.field}_text"
