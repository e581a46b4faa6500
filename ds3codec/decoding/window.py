"""Keeps the text of the elements that are not cleared yet, to find their places.

lxml knows the line of an element but not its column, and after a run, which the parser does not see, not even
the line. But elements come in the order of their start tags. So the place of an element is that of the start
tag with the same number, and the text is searched only on demand.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cached_property
from typing import NamedTuple

from .parser import Element
from .scanner import EMPTY_TAG, END_TAG, START_TAG, Place, begin_of_last, blanked, markups

__all__ = ["Mark", "Tags", "Window"]


class Tags:
    """The start tags of a text at `place`, in the order of their elements."""

    def __init__(self, text: bytes, place: Place, before: int) -> None:
        self._text = text
        self._place = place
        self._before = before  # the number of elements that began before the text

    @cached_property
    def _begins(self) -> list[int]:
        return list(self._found())

    def _found(self) -> Iterator[int]:
        return (tag.begin for tag in markups(self._text) if tag.kind in (START_TAG, EMPTY_TAG))

    def place(self, number: int) -> Place | None:
        """Find the place of an element's tag by its number in the tree; None if it is not in the text."""
        at = number - self._before
        return self._place.after(self._text[: self._begins[at]]) if 0 <= at < len(self._begins) else None

    def is_empty(self) -> bool:
        """Tell whether there is no start tag."""
        return next(self._found(), None) is None

    def last_place(self) -> Place | None:
        """Find the place of the last tag; None if there is none."""
        return self.place(self._before + len(self._begins) - 1)


class Mark(NamedTuple):
    """The place of an element, as its number among some tags."""

    tags: Tags
    number: int

    def place(self) -> Place | None:
        """Find the line and the column; None if they are no longer known."""
        return self.tags.place(self.number)


class Window:
    """The text since the parser was last between two children of the innermost container.

    Attributes:
        place: The place of its start.
        size: Its size in bytes.
        passages: The number of passages that it came in.
    """

    def __init__(self) -> None:
        self.begin(0)

    def begin(self, before: int, place: Place = Place(), text: bytes = b"") -> None:  # noqa: B008  (a constant)
        """Start again, with a text at a place; `before` elements have begun before it."""
        self.place: Place = place
        self.size: int = len(text)
        self.passages: int = 1 if text else 0
        self._texts = [text] if text else []
        self._before = before
        self._tags: Tags | None = None
        self._numbers: dict[Element, int] = {}
        self._next = before  # the number of the next element to read

    def extend(self, text: bytes, place: Place) -> None:
        """Add the text that follows; `place` is its place."""
        if not self._texts:
            self.place = place
        self._texts.append(text)
        self.size += len(text)
        self.passages += 1
        self._tags = None

    def text(self) -> bytes:
        """Return the whole text."""
        if len(self._texts) > 1:
            self._texts = [b"".join(self._texts)]
        return self._texts[0] if self._texts else b""

    def tags(self) -> Tags:
        """Return its start tags."""
        if self._tags is None:
            self._tags = Tags(self.text(), self.place, self._before)
        return self._tags

    def number(self, element: Element, with_all: bool) -> None:
        """Number the element that is read next: alone, or with its descendants."""
        self._numbers[element] = self._next
        self._next += len(list(element.iter())) if with_all and len(element) else 1

    def mark(self, element: Element, containers: Collection[Element]) -> Mark:
        """Mark the place of an element, by its number or that of the nearest numbered element around it."""
        top: Element | None = element
        while top is not None and (top not in self._numbers or (top in containers and top is not element)):
            top = top.getparent()
        first, around = (0, element.getroottree().getroot()) if top is None else (self._numbers[top], top)
        inside = next(at for at, one in enumerate(around.iter()) if one is element)
        return Mark(self.tags(), first + inside)

    def tail(self, child: Element) -> tuple[int, int]:
        """Find the offset of the last child in the text, and the number of elements open from there on."""
        text, wanted = blanked(self.text()), len(list(child.iter()))
        begin = begin_of_last(text, str(child.tag))
        tags = list(markups(text, max(begin, 0)))
        numbers = [number for number, tag in enumerate(tags) if tag.kind != END_TAG]
        if len(numbers) != wanted:
            tags = list(markups(text))
            numbers = [number for number, tag in enumerate(tags) if tag.kind != END_TAG]
        first = numbers[-wanted]
        kinds = [tag.kind for tag in tags[first:]]
        return tags[first].begin, kinds.count(START_TAG) - kinds.count(END_TAG)
