"""Which members were present, where None alone cannot say."""

from __future__ import annotations

from dataclasses import replace

from ds3codec import PhysicalPlacement
from ds3codec.bases.presence import presence


def test_what_was_present_is_not_a_value() -> None:
    placement = PhysicalPlacement()
    assert placement.present is None
    decoded = replace(placement, present=("Tapes",))
    assert decoded == placement
    assert "present" not in repr(decoded)


def test_models_with_the_same_members_share_what_says_so() -> None:
    assert presence(("b", "a")) == presence(("a", "b", "a")) == ("a", "b")
    assert presence(("b", "a")) is presence(("b", "a"))
