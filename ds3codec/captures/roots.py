"""Finds the end of a document's root in a recording that goes on after it."""

from __future__ import annotations

from ..decoding.scanner import (
    END_TAG,
    START_TAG,
    Scanner,
    first_name,
    markups,
    name_of,
    text_before_markup,
)
from ..errors import DecodeError
from .streams import BOM, SPACE

__all__ = ["Root"]


class Root:
    """Follows a document piece by piece up to the end of its root.

    The scanner finds the markup. Only elements with the name of the root are counted, so a piece without that
    name costs no more than a search for it.

    Attributes:
        has_ended: True once the end of the root was found.
    """

    def __init__(self) -> None:
        self.has_ended: bool = False
        self._scanner = Scanner()
        self._name = b""
        self._depth = 0
        self._fed = 0
        self._scanned = 0
        self._is_markup: bool | None = None  # unknown before the first byte other than white space

    def feed(self, piece: bytes) -> int | None:
        """Take a piece; return the position of the root's end in it, if any."""
        before = self._fed
        if self.has_ended or not self._may_be_markup(piece):
            return None
        self._fed += len(piece)
        try:
            passage = self._scanner.feed(piece)
        except DecodeError:  # an element is too long, so its end is unknown
            self._is_markup = False
            return None
        end = self._end_in(passage)
        if end is not None:
            self.has_ended = True
            return self._scanned + end - before
        self._scanned += len(passage)
        return None

    def _may_be_markup(self, piece: bytes) -> bool:
        if self._is_markup is None:
            text = piece.removeprefix(BOM).lstrip(SPACE)
            self._is_markup = not text_before_markup(text) if text else None
        return self._is_markup is not False

    def _end_in(self, passage: bytes) -> int | None:
        if not self._name:
            name = first_name(passage)
            if not name:
                return None
            self._name = name
        if self._name not in passage:
            return None
        for markup in markups(passage):
            if name_of(passage, markup) == self._name:
                self._depth += {START_TAG: 1, END_TAG: -1}.get(markup.kind, 0)
                if self._depth <= 0:
                    return markup.end
        return None
