"""Whether a document makes sense: the rules of consistency, each a small class with its documentation.

- `base`: what a check is, and what it is told.
- `jobs`: what a job says of itself.
- `chunks`: chunks and nodes.
- `blobs`: what blobs say, each for itself and in sum.
- `objects`: which blob is which; the rules that remember every object.
- `answers`: several answers of one job.
- `seen`: which values came before, in little memory.
"""

from __future__ import annotations

from .answers import BlobsTogether, JobsTogether
from .base import Check
from .blobs import (
    CacheContradicted,
    CacheNotTold,
    LengthsLessThanOriginal,
    LengthsMoreThanOriginal,
    NegativeNumbers,
    ObjectNames,
    OtherBuckets,
    VersionsMixed,
)
from .chunks import (
    ChunkIds,
    ChunkNumbers,
    ChunksWithoutNode,
    EmptyChunks,
    NodeIds,
    NodesUnknown,
    NodesUnused,
)
from .jobs import (
    CachedMoreThanOriginal,
    CompletedMoreThanCached,
    CompletedMoreThanOriginal,
    CompletedWithBytesOutstanding,
    StartInTheFuture,
)
from .objects import Blobs

__all__ = ["CHECKS"]

CHECKS: tuple[type[Check], ...] = (
    ChunkNumbers,
    ChunkIds,
    EmptyChunks,
    ChunksWithoutNode,
    NodesUnknown,
    NodeIds,
    NodesUnused,
    NegativeNumbers,
    Blobs,
    ObjectNames,
    CompletedMoreThanCached,
    CompletedMoreThanOriginal,
    CachedMoreThanOriginal,
    LengthsMoreThanOriginal,
    LengthsLessThanOriginal,
    CacheContradicted,
    CacheNotTold,
    OtherBuckets,
    VersionsMixed,
    CompletedWithBytesOutstanding,
    StartInTheFuture,
    JobsTogether,
    BlobsTogether,
)
