"""Which members were present, where None alone cannot say."""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["PresenceModel"]


@dataclass(slots=True, kw_only=True)
class PresenceModel:
    """The base of the models whose members are elements.

    There, null is an empty element, and a member that a version of the API does not have is absent. Both are
    None in the model. Encoding looks up `present` to tell them apart, so that a document comes out as it went
    in.

    Attributes:
        present: The names of the members that the document had, null or not. None for a model that was not
            decoded: encoding writes all members that the schema requires or that are not None.
    """

    present: frozenset[str] | None = field(
        default=None, repr=False, compare=False, metadata={"type": "Ignore"}
    )
