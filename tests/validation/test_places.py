"""Places."""

from __future__ import annotations

from ds3codec.validation import Place


def test_what_is_inside_stands_at_the_same_tag() -> None:
    place = Place("/MasterObjectList/Objects[1]", 7, None, 3, 5)
    assert place.inside("@NodeId") == Place("/MasterObjectList/Objects[1]/@NodeId", 7, None, 3, 5)
