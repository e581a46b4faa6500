"""Names that the schema does not have: counted for the reader, and limited: libxml2 keeps them."""

from __future__ import annotations

from collections import Counter

from ..errors import LimitExceededError
from ..limits import LONGEST_NAME, LONGEST_NAMES, MOST_NAMES

__all__ = ["UnknownNames"]


class UnknownNames:
    """The unknown names of a document.

    Attributes:
        counts: How often each came up that the reader is told of.
        length: How many characters there are in all of them.
        met: How many were met, each as often as it came up.
    """

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.length: int = 0
        self.met: int = 0
        self._names: set[str] = set()

    def pass_over(self, name: str) -> None:
        """Count a name that is passed over. Raises what `limit` raises."""
        self.counts[name] += 1
        self.limit(name)

    def limit(self, *names: str) -> None:
        """Note that the parser has met names. Raises LimitExceededError for too many, or too long ones."""
        self.met += len(names)
        for name in names:
            if name in self._names:
                continue
            self._names.add(name)
            self.length += len(name)
            if len(name) > LONGEST_NAME:
                raise LimitExceededError(f"a name of more than {LONGEST_NAME} characters")
            if len(self._names) > MOST_NAMES or self.length > LONGEST_NAMES:
                message = (
                    f"more than {MOST_NAMES} different unknown names, or {LONGEST_NAMES} characters in them"
                )
                raise LimitExceededError(message)
