"""The tree of one element, for libxml2 to judge, with the places of all elements in it."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from ..errors import LimitExceededError
from ..limits import LONGEST_TEXT, MOST_ELEMENTS
from ..wire.names import BLOB_TAG
from .findings import Place
from .schema import paths

__all__ = ["Tree"]


class Tree:
    """The tree of one element, with the numbers of its start tags."""

    def __init__(self, tag: str, attributes: Mapping[str, str], place: Place) -> None:
        self._builder = etree.TreeBuilder()
        self._numbers: list[int | None] = []
        self._length = 0
        self._root = tag
        self._place = place
        self._places: dict[etree._Element, Place] = {}
        self.start(tag, attributes, place.tag)

    def start(self, tag: str, attributes: Mapping[str, str], number: int | None) -> None:
        if len(self._numbers) >= MOST_ELEMENTS:
            raise LimitExceededError(f"more than {MOST_ELEMENTS} elements in one object")
        self._builder.start(tag, dict(attributes) if attributes else {})
        self._numbers.append(number)

    def end(self, tag: str) -> None:
        self._builder.end(tag)

    def data(self, text: str) -> None:
        self._length += len(text)
        if self._length > LONGEST_TEXT:
            raise LimitExceededError(f"texts of more than {LONGEST_TEXT} characters in one object")
        self._builder.data(text)

    def finish(self, path: str) -> etree._Element:
        """The root, which stands at `path`; the end of a blob need not have been told."""
        if self._root == BLOB_TAG:
            self._builder.end(self._root)
        self._path = path
        self._element = self._builder.close()
        return self._element

    def place(self, element: etree._Element) -> Place:
        """Where an element stands."""
        return self.places()[element]

    def places(self) -> dict[etree._Element, Place]:
        """Where each element stands, as long as the tree is whole."""
        if not self._places:
            known, numbers = self._place, dict(zip(self._element.iter(), self._numbers))
            for path, element in paths(self._element).items():
                below = path.removeprefix(f"/{self._root}")
                self._places[element] = Place(
                    self._path + below, numbers[element], known.chunk_number, known.object_name
                )
        return self._places
