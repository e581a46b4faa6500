"""Checks the consistency of a document: one small class for each rule, or a few, with their texts.

- `base`: the base of all checks.
- `jobs`: the attributes of a job.
- `chunks`: chunks and nodes.
- `blobs`: the attributes of blobs, one by one and in sum.
- `objects`: the blobs of each object; the rules that remember every object.
- `answers`: several answers about one job.
- `seen`: a compact memory of earlier values.
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
