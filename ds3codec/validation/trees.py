"""Single elements as trees, for libxml2 to judge, with the places of all elements in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from lxml import etree

from ..errors import LimitExceededError
from ..limits import LONGEST_TEXT, MOST_ELEMENTS
from ..wire.names import BLOB_TAG
from .places import Mark, Place
from .schema import paths

__all__ = ["GrowingTree", "Tree"]


class Tree:
    """An element and all in it.

    Attributes:
        root: The element.

    Args:
        root: The element.
        marks: Where each element in it stands, in the document's order, itself the first.
        place: Its own place.
    """

    def __init__(self, root: etree._Element, marks: list[Mark], place: Place) -> None:
        self.root = root
        self._marks = marks
        self._place = place
        self._places: dict[etree._Element, Place] = {}

    def place(self, element: etree._Element) -> Place:
        """Where an element stands."""
        return self.places()[element]

    def places(self) -> dict[etree._Element, Place]:
        """Where each element stands, as long as the tree is whole."""
        if not self._places:
            marks = dict(zip(self.root.iter(), self._marks))
            for path, element in paths(self.root).items():
                below = path.removeprefix(f"/{self.root.tag!s}")
                known, mark = self._place, marks[element]
                self._places[element] = Place(
                    f"{known.path}{below}", known.chunk_number, known.object_name, *mark
                )
        return self._places


class GrowingTree:
    """Builds the tree of an element from the parser's events."""

    def __init__(self, tag: str, attributes: Mapping[str, str], place: Place) -> None:
        self._builder = etree.TreeBuilder()
        self._marks: list[Mark] = []
        self._length = 0
        self._tag = tag
        self._place = place
        self.start(tag, attributes, place.tag)

    def start(self, tag: str, attributes: Mapping[str, str], number: int | None) -> None:
        if len(self._marks) >= MOST_ELEMENTS:
            raise LimitExceededError(f"more than {MOST_ELEMENTS} elements in one object")
        self._builder.start(tag, dict(attributes) if attributes else {})
        self._marks.append(Mark(tag=number))

    def end(self, tag: str) -> None:
        self._builder.end(tag)

    def data(self, text: str) -> None:
        self._length += len(text)
        if self._length > LONGEST_TEXT:
            raise LimitExceededError(f"texts of more than {LONGEST_TEXT} characters in one object")
        self._builder.data(text)

    def finish(self, path: str) -> Tree:
        """The tree, whose root stands at `path`; the end of a blob need not have been told."""
        if self._tag == BLOB_TAG:
            self._builder.end(self._tag)
        return Tree(self._builder.close(), self._marks, replace(self._place, path=path))
