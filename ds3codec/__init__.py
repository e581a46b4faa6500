"""The wire format of the DS3 API's MasterObjectList: decode it, stream it, encode it, validate it.

The calls that matter:

- `decode(source)` gives the whole job, a `MasterObjectList` with its nodes, chunks and blobs.
- `iter_blobs(source)` gives its blobs one by one, and `JobReader(source)` in batches, in constant memory.
- `aread(source)` does from an asynchronous source, `IncrementalDecoder` from pieces that are pushed to it.
- `encode(job)` gives the document; `JobWriter(sink, job)` writes it chunk by chunk.
- `validate(source)` says what is wrong with a response, and where.
- `request_for(name, ...)` and `operation_for(method, url)` know the operations that this document answers.

A source is a path, bytes, a binary file object or an iterable of bytes, plain or compressed. Every error is a
`Ds3CodecError`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ._version import __version__
from .decoding.chunks import BlobBatch
from .errors import (
    CompressionError,
    DecodeError,
    Ds3CodecError,
    EncodeError,
    ForbiddenConstructError,
    InputError,
    InvalidValueError,
    LimitExceededError,
    MissingAttributeError,
    NotWellFormedError,
    OperationError,
    RedactionError,
    RuleError,
    ServerErrorResponse,
    SourceError,
    TableError,
    TruncatedError,
    UnexpectedDocumentError,
    UnknownNameError,
    UsageError,
    VersionError,
)
from .model_bases.blob import BlobKey
from .model_bases.credential import Credential
from .models import (
    AccessControlReplication,
    AzureTarget,
    Blob,
    ChunkProcessingOrder,
    CloudNamingMode,
    Ds3Target,
    JobChunk,
    JobNode,
    JobRequestType,
    JobStatus,
    MasterObjectList,
    PhysicalPlacement,
    Pool,
    PoolHealth,
    PoolState,
    PoolType,
    Priority,
    Quiesced,
    S3Region,
    S3Target,
    ServerError,
    Tape,
    TapeRole,
    TapeState,
    TapeType,
    TargetReadPreference,
    TargetState,
)
from .options import Missing, Sink, Source
from .readers import (
    AsyncJobReader,
    IncrementalDecoder,
    JobReader,
    aread,
    decode,
    decode_chunk,
    iter_blobs,
)

if TYPE_CHECKING:
    from .operations import operation_for, request_for
    from .plain_data import from_dict, from_json, to_dict, to_json
    from .validation import Finding, Report, validate
    from .writers import JobWriter, encode

__all__ = [
    "AccessControlReplication",
    "AsyncJobReader",
    "AzureTarget",
    "Blob",
    "BlobBatch",
    "BlobKey",
    "ChunkProcessingOrder",
    "CloudNamingMode",
    "CompressionError",
    "Credential",
    "DecodeError",
    "Ds3CodecError",
    "Ds3Target",
    "EncodeError",
    "Finding",
    "ForbiddenConstructError",
    "IncrementalDecoder",
    "InputError",
    "InvalidValueError",
    "JobChunk",
    "JobNode",
    "JobReader",
    "JobRequestType",
    "JobStatus",
    "JobWriter",
    "LimitExceededError",
    "MasterObjectList",
    "Missing",
    "MissingAttributeError",
    "NotWellFormedError",
    "OperationError",
    "PhysicalPlacement",
    "Pool",
    "PoolHealth",
    "PoolState",
    "PoolType",
    "Priority",
    "Quiesced",
    "RedactionError",
    "Report",
    "RuleError",
    "S3Region",
    "S3Target",
    "ServerError",
    "ServerErrorResponse",
    "Sink",
    "Source",
    "SourceError",
    "TableError",
    "Tape",
    "TapeRole",
    "TapeState",
    "TapeType",
    "TargetReadPreference",
    "TargetState",
    "TruncatedError",
    "UnexpectedDocumentError",
    "UnknownNameError",
    "UsageError",
    "VersionError",
    "__version__",
    "aread",
    "decode",
    "decode_chunk",
    "encode",
    "from_dict",
    "from_json",
    "iter_blobs",
    "operation_for",
    "request_for",
    "to_dict",
    "to_json",
    "validate",
]

# What a decode does not use, by the module that is imported when it is first asked for.
_LATER = {
    "Finding": "validation",
    "JobWriter": "writers",
    "Report": "validation",
    "encode": "writers",
    "from_dict": "plain_data",
    "from_json": "plain_data",
    "operation_for": "operations",
    "request_for": "operations",
    "to_dict": "plain_data",
    "to_json": "plain_data",
    "validate": "validation",
}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_LATER[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted(set(globals()).union(__all__))
