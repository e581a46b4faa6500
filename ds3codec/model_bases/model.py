"""The bases of the models: a repr that stays short, and a note of the members that were present."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from dataclasses import Field

__all__ = ["Model", "PresenceModel", "presence"]

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


@dataclass(slots=True, kw_only=True, repr=False)
class PresenceModel(Model):
    """The base of the models whose members are elements.

    In these, null is an empty element, and a member that a version of the API does not have is absent. Both
    are None in the model. `present` distinguishes them, so that encoding gives the document that was decoded.

    Attributes:
        present: The names of the members that the document had, null or not, sorted. None for a model that
            was not decoded: encoding writes all members that the schema requires or that are not None.
    """

    present: tuple[str, ...] | None = field(
        default=None, repr=False, compare=False, metadata={"type": "Ignore"}
    )


@lru_cache(maxsize=256)
def presence(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the value of `present`: the same tuple for all models with the same members."""
    return tuple(sorted(set(names)))


def _short(value: Any) -> str:
    if isinstance(value, list) and len(value) > _MOST_ITEMS:
        return f"[{', '.join(map(repr, value[:_MOST_ITEMS]))}, ... {len(value) - _MOST_ITEMS} more]"
    if isinstance(value, str) and len(value) > _LONGEST_TEXT:
        return f"{value[:_LONGEST_TEXT]!r}... {len(value) - _LONGEST_TEXT} more"
    return repr(value)
