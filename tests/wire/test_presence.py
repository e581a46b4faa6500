"""Which members were present, where None alone cannot say."""

from __future__ import annotations

from dataclasses import replace

from ds3codec import PhysicalPlacement


def test_what_was_present_is_not_a_value() -> None:
    placement = PhysicalPlacement()
    assert placement.present is None
    decoded = replace(placement, present=frozenset(["Tapes"]))
    assert decoded == placement
    assert "present" not in repr(decoded)
