"""The wire format of the DS3 API's MasterObjectList: decode it, stream it, encode it, validate it.

The main functions and classes:

- `decode(source)` returns the whole job, a `MasterObjectList` with its nodes, chunks and blobs.
- `iter_blobs(source)` yields its blobs one by one, and `JobReader(source)` in batches, in constant memory.
- `aread(source)` reads from an asynchronous source, `IncrementalDecoder` from pieces pushed to it.
- `encode(job)` returns the document; `JobWriter(sink, job)` writes it chunk by chunk.
- `validate(source)` reports each fault of a response with its place.
- `request_for(name, ...)` and `operation_for(method, url)` know the operations whose answer is this document.

A source is a path, bytes, a binary file object or an iterable of bytes, plain or compressed. Every error is a
`Ds3CodecError`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ._version import __version__

if TYPE_CHECKING:
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
    from .operations import operation_for, request_for
    from .options import Missing, Sink, Source
    from .plain_data import from_dict, from_json, to_dict, to_json
    from .readers import (
        AsyncJobReader,
        IncrementalDecoder,
        JobReader,
        aread,
        decode,
        decode_chunk,
        iter_blobs,
    )
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

# The public names of each module. A module is imported when one of its names is first used, so a command or a
# test run that needs none of them does not wait for lxml.
_MODULES = {
    "decoding.chunks": "BlobBatch",
    "errors": "CompressionError DecodeError Ds3CodecError EncodeError ForbiddenConstructError InputError"
    " InvalidValueError LimitExceededError MissingAttributeError NotWellFormedError"
    " OperationError RedactionError RuleError ServerErrorResponse SourceError TableError"
    " TruncatedError UnexpectedDocumentError UnknownNameError UsageError VersionError",
    "model_bases.blob": "BlobKey",
    "model_bases.credential": "Credential",
    "models": "AccessControlReplication AzureTarget Blob ChunkProcessingOrder CloudNamingMode Ds3Target"
    " JobChunk JobNode JobRequestType JobStatus MasterObjectList PhysicalPlacement Pool"
    " PoolHealth PoolState PoolType Priority Quiesced S3Region S3Target ServerError Tape"
    " TapeRole TapeState TapeType TargetReadPreference TargetState",
    "operations": "operation_for request_for",
    "options": "Missing Sink Source",
    "plain_data": "from_dict from_json to_dict to_json",
    "readers": "AsyncJobReader IncrementalDecoder JobReader aread decode decode_chunk iter_blobs",
    "validation": "Finding Report validate",
    "writers": "JobWriter encode",
}
_ORIGINS = {name: module for module, names in _MODULES.items() for name in names.split()}


def __getattr__(name: str) -> Any:
    if name not in _ORIGINS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f".{_ORIGINS[name]}", __name__), name)
    return value


def __dir__() -> list[str]:
    return sorted(set(globals()).union(__all__))
