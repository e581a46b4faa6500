"""Counts the names that the schema does not have, and limits them because libxml2 keeps them.

libxml2 keeps every name that the parsers of a thread meet until the thread ends. After about 100 MB of names,
it parses nothing more in that thread. No single response comes near that, but each hostile one may add a few
megabytes. So once a thread has met many names, each further document gets a thread of its own.
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
        counts: The number of times that each name came up, for the reader.
        length: The number of characters in all names.
        met: The number of times that any name came up.
    """

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.length: int = 0
        self.met: int = 0
        self._names: set[str] = set()

    def pass_over(self, name: str) -> None:
        """Count a skipped name. Raises what `limit` raises."""
        self.counts[name] += 1
        self.limit(name)

    def limit(self, *names: str) -> None:
        """Note names that the parser met. Raises LimitExceededError if they are too many or too long."""
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
    """The state of a thread: the number of characters of unknown names that libxml2 may have kept."""

    characters = 0


_dictionary = _Dictionary()


def count(characters: int) -> None:
    """Note that libxml2 may have kept more characters in this thread."""
    _dictionary.characters += characters


def call() -> Call | None:
    """Return a function that calls lxml in the document's own thread; None to call it directly."""
    if _dictionary.characters < _MOST_CHARACTERS:
        return None
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415  (only hostile documents need it)

    executor = ThreadPoolExecutor(1)
    return lambda function, *arguments: executor.submit(function, *arguments).result()
