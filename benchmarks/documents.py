"""The documents to measure: jobs of any size, reproducible by their seed."""

from __future__ import annotations

from pathlib import Path

from ds3codec import Blob, testing
from ds3codec.wire.members import attributes

__all__ = ["LEAST_ATTRIBUTES", "MOST_ATTRIBUTES", "write_document"]

MOST_ATTRIBUTES = 8
LEAST_ATTRIBUTES = sum(member.required for member in attributes(Blob))


def write_document(
    path: Path,
    objects: int,
    chunk_size: int,
    seed: int,
    *,
    tapes: int = 0,
    attribute_count: int = MOST_ATTRIBUTES,
) -> None:
    """Write a job of `objects` objects, each one blob with 8 attributes, in chunks of `chunk_size`.

    With `tapes`, each object has a placement with that many tapes. A smaller `attribute_count` leaves out
    optional attributes.
    """
    testing.write_document(
        path,
        objects,
        chunk_objects=chunk_size,
        seed=seed,
        tapes=tapes,
        attribute_count=attribute_count,
        blob_size=None,
        sync=False,
    )
