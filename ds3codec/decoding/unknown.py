"""Names that the schema does not have: counted for the reader, and limited, because libxml2 keeps them.

libxml2 keeps every name that the parsers of a thread meet, as long as the thread lives; once there are some
100 MB of them, it parses nothing more in that thread. No response comes near that, but hostile ones add up to
a few megabytes each. When a thread has met many, its documents are parsed in threads of their own, which end
with them.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

from ..errors import LimitExceededError
from ..limits import LONGEST_NAME, LONGEST_NAMES, MOST_NAMES

__all__ = ["Call", "UnknownNames", "call", "count"]


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


Call = Callable[..., Any]

_MOST_CHARACTERS = 16 * 1024 * 1024  # a sixth of what libxml2 can take


class _Dictionary(threading.local):
    """That of a thread: how many characters of unknown names it may have."""

    characters = 0


_dictionary = _Dictionary()


def count(characters: int) -> None:
    """Note that libxml2 may have kept so many more characters in this thread."""
    _dictionary.characters += characters


def call() -> Call | None:
    """What calls lxml for one document, given a function and its arguments; None to do it here and now."""
    if _dictionary.characters < _MOST_CHARACTERS:
        return None
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415  (not for usual documents)

    executor = ThreadPoolExecutor(1)
    return lambda function, *arguments: executor.submit(function, *arguments).result()
