# Generated from schemas/ by schemas/generate.py: change those, not this file.

from .error import ServerError
from .master_object_list import (
    Blob,
    JobChunk,
    JobNode,
    MasterObjectList,
)
from .simple_types import (
    ChunkProcessingOrder,
    JobRequestType,
    JobStatus,
    Priority,
)

__all__ = [
    "ServerError",
    "Blob",
    "JobNode",
    "MasterObjectList",
    "JobChunk",
    "ChunkProcessingOrder",
    "JobRequestType",
    "JobStatus",
    "Priority",
]
