"""How full the dictionary of names is that libxml2 keeps for each thread.

libxml2 keeps every name that the parsers of a thread meet, as long as the thread lives; once there are some
100 MB of them, it parses nothing more in that thread. No response comes near that, but hostile ones add up to
a few megabytes each. So the names that the schema does not have are counted. When a thread has met many, its
documents are parsed in threads of their own, which end with them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

__all__ = ["Call", "call", "count"]

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
