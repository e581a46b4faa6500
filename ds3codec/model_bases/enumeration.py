"""The base of the enumerations: their members are texts, and newer appliances may have more of them."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeVar

__all__ = ["OpenEnumeration"]

Member = TypeVar("Member", bound="OpenEnumeration")


class OpenEnumeration(str, Enum):
    """An enumeration that may have more values than the schema.

    A member equals its text, and can be used as a `str`. A value that the schema does not have is a member,
    too, made by `of`; iterating yields only the schema's.
    """

    @classmethod
    def of(cls: type[Member], text: str) -> Member:
        """Return the member for a text, even if the schema does not have it."""
        known = cls._value2member_map_.get(text)
        if isinstance(known, cls):
            return known
        member = str.__new__(cls, text)
        member._name_ = member._value_ = str(text)
        return member

    if TYPE_CHECKING:

        @property
        def value(self) -> str:
            """The text."""

    @property
    def is_known(self) -> bool:
        """True if the schema has this value."""
        return self.value in type(self)._value2member_map_

    def __repr__(self) -> str:
        name = f"{type(self).__name__}.{self.name}" if self.is_known else type(self).__name__
        return f"<{name}: {self.value!r}>"

    def __str__(self) -> str:
        return self.value

    def __format__(self, specification: str) -> str:
        return format(self.value, specification)

    def __copy__(self: Member) -> Member:
        return self

    def __deepcopy__(self: Member, memo: Any) -> Member:
        return self

    def __reduce_ex__(self: Member, protocol: Any) -> tuple[Callable[[str], Member], tuple[str]]:
        return type(self).of, (self.value,)
