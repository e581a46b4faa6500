"""Prepares the C library's heap and Python's garbage collector for a large result.

Each function says what it saves of the time that `decode` takes for 500,000 objects.
"""

from __future__ import annotations

import gc
from functools import cache

__all__ = ["keep_heap", "make_old"]


@cache
def keep_heap(size: int = 1024 * 1024) -> None:
    """Let the C library keep the memory that was needed for one piece until the next, once for a process.

    glibc gives free memory at the end of its heap back to the system from 128 KiB on. Above the blobs that
    stay, that would be after each piece, and a tenth of the time. The limit grows to twice the largest block
    that was freed (mallopt(3), M_MMAP_THRESHOLD): here one that is never written to.

    Args:
        size: Bytes of that block: more than the largest that is needed for a piece.
    """
    bytes(size)


def make_old() -> None:
    """Move all new objects to the oldest generation, as two collections would.

    Otherwise the garbage collector goes over ever more blobs, none of which is garbage: a fifth of the time.
    Pausing it would be as quick, but it has one switch for the whole process. Where the application keeps
    objects frozen, they would not stay so, and nothing is moved.
    """
    if gc.isenabled() and hasattr(gc, "freeze") and not gc.get_freeze_count():
        gc.freeze()
        gc.unfreeze()
