"""The base of all models: a repr that stays short where there is much."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from dataclasses import Field

__all__ = ["Model"]

_MOST_ITEMS = 3
_LONGEST_TEXT = 1024  # the longest name of an object


class Model:
    """A model: an element of the wire format as a dataclass.

    Its repr shows the first few items of a list, and how many more there are; `dataclasses.asdict` has all.
    """

    __slots__ = ()

    if TYPE_CHECKING:
        __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    def __repr__(self) -> str:
        shown = (f"{item.name}={_short(getattr(self, item.name))}" for item in fields(self) if item.repr)
        return f"{type(self).__name__}({', '.join(shown)})"


def _short(value: Any) -> str:
    if isinstance(value, list) and len(value) > _MOST_ITEMS:
        return f"[{', '.join(map(repr, value[:_MOST_ITEMS]))}, ... {len(value) - _MOST_ITEMS} more]"
    if isinstance(value, str) and len(value) > _LONGEST_TEXT:
        return f"{value[:_LONGEST_TEXT]!r}... {len(value) - _LONGEST_TEXT} more"
    return repr(value)
