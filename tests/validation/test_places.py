"""Places."""

from __future__ import annotations

from ds3codec.validation import Place


def test_what_is_inside_stands_at_the_same_tag() -> None:
    place = Place("/MasterObjectList/Objects[1]", 7, None, 3, 5)
    assert place.inside("@NodeId") == Place("/MasterObjectList/Objects[1]/@NodeId", 7, None, 3, 5)


def test_the_number_of_a_tag_is_no_part_of_a_place() -> None:
    assert Place("/a", tag=1) == Place("/a", tag=2)
    assert "tag" not in repr(Place("/a", tag=1))
