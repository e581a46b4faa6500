"""Single elements as trees of their own, for libxml2 to judge, with the places of all elements in them."""

from __future__ import annotations

from copy import deepcopy

from lxml import etree

from ..decoding.window import Mark
from .places import Place
from .schema import paths

__all__ = ["Tree"]


class Tree:
    """A copy of an element and all in it.

    Attributes:
        root: The copy.

    Args:
        element: The element.
        place: Where it stands.
        marks: The marks of the element and of all in it.
    """

    def __init__(self, element: etree._Element, place: Place, marks: list[Mark]) -> None:
        self.root: etree._Element = deepcopy(element)
        self.root.tail = None
        self._place = place
        found = dict(zip(self.root.iter(), marks))
        self._marks = {
            inner: (path.removeprefix(f"/{self.root.tag!s}"), found[inner])
            for path, inner in paths(self.root).items()
        }

    def place(self, element: etree._Element) -> Place:
        """Tell where an element of the copy stands in the document."""
        below, mark = self._marks[element]
        known = self._place
        return Place(f"{known.path}{below}", known.chunk_number, known.object_name, *(mark.place() or ()))
