"""Prepares the C library's heap and Python's garbage collector for a large result.

The docstring of each function has its share of the time that `decode` takes for 500,000 objects.
"""

from __future__ import annotations

import gc
from functools import cache

__all__ = ["keep_heap", "make_old"]


@cache
def keep_heap(size: int = 1024 * 1024) -> None:
    """Make the C library keep the memory of one piece for the next; done once for each process and size.

    glibc returns free memory at the end of its heap to the system once there are 128 KiB. While blobs pile up
    below, that would happen after each piece and take a tenth of the time. The limit grows to twice the
    largest freed block (mallopt(3), M_MMAP_THRESHOLD), so this frees a large block that was never written to.

    Args:
        size: The bytes of that block: more than any block that a piece needs.
    """
    bytes(size)


def make_old() -> None:
    """Move all new objects to the oldest generation, as two collections would.

    Otherwise the garbage collector visits ever more blobs, none of which is garbage: a fifth of the time.
    Pausing it would be as quick, but its switch is for the whole process. If the application has frozen
    objects, nothing is moved, because that would unfreeze them.
    """
    if gc.isenabled() and hasattr(gc, "freeze") and not gc.get_freeze_count():
        gc.freeze()
        gc.unfreeze()
