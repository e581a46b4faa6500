"""Which members were present, where None alone cannot say."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from .model import Model

__all__ = ["PresenceModel", "presence"]


@dataclass(slots=True, kw_only=True, repr=False)
class PresenceModel(Model):
    """The base of the models whose members are elements.

    There, null is an empty element, and a member that a version of the API does not have is absent. Both are
    None in the model. Encoding looks up `present` to tell them apart, so that a document comes out as it went
    in.

    Attributes:
        present: The names of the members that the document had, null or not, sorted. None for a model that
            was not decoded: encoding writes all members that the schema requires or that are not None.
    """

    present: tuple[str, ...] | None = field(
        default=None, repr=False, compare=False, metadata={"type": "Ignore"}
    )


@lru_cache(maxsize=256)
def presence(names: tuple[str, ...]) -> tuple[str, ...]:
    """The value of `present`: one for all models of which a document had the same members."""
    return tuple(sorted(set(names)))
