"""Members that are elements: those of a placement, and of the server's error.

Null is written as an empty element, and so is an empty list.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

from ..errors import EncodeError
from ..wire.characters import TEXT_ESCAPES
from ..wire.kinds import format_value
from ..wire.members import Member, elements

__all__ = ["write_element"]


def write_element(member: Member, value: Any, path: str) -> Iterator[str]:
    """The text of an element and all in it, piece by piece; EncodeError for what cannot be written."""
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
