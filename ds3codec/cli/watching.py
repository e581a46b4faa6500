"""The captures that appear in a folder, one after the other, until the user interrupts."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from watchfiles import Change, watch

from ..captures import is_capture

__all__ = ["appearing"]

_SETTLED = 0.3  # seconds in which a file that is written completely does not grow


def appearing(folder: str) -> Iterator[str]:
    """The path of each capture that is made in a folder, or below it, once it no longer grows."""
    for changes in watch(folder, raise_interrupt=True):
        for change, name in sorted(changes, key=lambda item: item[1]):
            path = Path(name)
            if change != Change.deleted and path.is_file() and _is_settled(path) and is_capture(path):
                yield name


def _is_settled(path: Path) -> bool:
    """Whether a file stays as it is; if not, another change follows."""
    try:
        before = path.stat()
        time.sleep(_SETTLED)
        after = path.stat()
    except FileNotFoundError:
        return False
    return (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)
