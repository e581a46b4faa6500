"""Responses of any size, valid and consistent, the same for the same seed.

The header says how many bytes there are before the objects are written. So the objects are made twice, from
the same seed: first to add them up. Nothing is kept, so memory does not grow with the document.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from xsdata.models.datatype import XmlDateTime

from ..models import (
    Blob,
    ChunkProcessingOrder,
    JobChunk,
    JobNode,
    JobRequestType,
    JobStatus,
    MasterObjectList,
    PhysicalPlacement,
    Priority,
    Tape,
    TapeState,
    TapeType,
)
from ..options import check_number, check_type
from ..sinks import Sink
from ..validation.versions import known_versions, resolved
from ..wire.members import attributes, elements
from ..writers import JobWriter
from .versions import limited

__all__ = ["LATEST", "document_options", "write", "write_document"]

LATEST = known_versions()[-1]

_BUCKET = "production-archive"
_BLOB_SIZE = 64 * 2**30
_ENDINGS = ("mxf", "mov", "wav", "dpx", "xml")
_OPTIONAL = [member.field for member in attributes(Blob) if not member.required]


_Chunks = Iterator[tuple[JobChunk, list[Blob]]]


@dataclass(frozen=True)
class _DocumentOptions:
    objects: int
    chunk_objects: int
    seed: int
    api_version: str
    tapes: int
    blob_size: int | None
    attribute_count: int | None


def write_document(
    sink: Sink,
    objects: int,
    *,
    chunk_objects: int = 1000,
    seed: int = 0,
    api_version: str = LATEST,
    tapes: int = 0,
    blob_size: int | None = _BLOB_SIZE,
    attribute_count: int | None = None,
    sync: bool = True,
) -> None:
    """Write a job of so many objects as a response.

        write_document("response.xml", 500_000)

    Args:
        sink: What `JobWriter` takes.
        objects: How many objects.
        chunk_objects: How many of their blobs are in a chunk.
        seed: The same seed gives the same bytes.
        api_version: The version of the API, whose members the document has.
        tapes: How many tapes each object is on; with any, each has a placement.
        blob_size: The bytes in a blob at most: larger objects are cut. None for objects of at most 8 GiB,
            which are not cut.
        attribute_count: How many attributes a blob has at most; the required ones stay.
        sync: Whether what goes to a path is on the disk before it takes its place there.

    Raises:
        VersionError: There is no such version.
        UsageError: A number is none, or less than it can be.

    The other errors are those of `JobWriter`.
    """
    options = document_options(
        objects,
        chunk_objects=chunk_objects,
        seed=seed,
        api_version=api_version,
        tapes=tapes,
        blob_size=blob_size,
        attribute_count=attribute_count,
    )
    write(options, sink, sync=sync)


def document_options(
    objects: int,
    *,
    chunk_objects: int = 1000,
    seed: int = 0,
    api_version: str = LATEST,
    tapes: int = 0,
    blob_size: int | None = _BLOB_SIZE,
    attribute_count: int | None = None,
) -> _DocumentOptions:
    """Check the options of a document; they, and the errors, are those of `write_document`."""
    version = resolved(api_version)
    for name, number, least in (
        ("objects", objects, 0),
        ("chunk_objects", chunk_objects, 1),
        ("tapes", tapes, 0),
        ("blob_size", blob_size, 1),
        ("attribute_count", attribute_count, 0),
    ):
        if number is not None or name not in ("blob_size", "attribute_count"):
            check_number(name, number, least)
    check_type("seed", seed, int)
    return _DocumentOptions(objects, chunk_objects, seed, version, tapes, blob_size, attribute_count)


def write(
    options: _DocumentOptions,
    sink: Sink,
    *,
    sync: bool = True,
    on_made: Callable[[int], object] | None = None,
) -> None:
    """Write a document, and tell how many objects begin in each chunk, once it is made.

    All chunks are made twice: to know their sums, and to write them.
    """
    with JobWriter(sink, _header(options, on_made), sync=sync) as writer:
        for chunk, blobs in _told(_chunks(options), on_made):
            writer.write(chunk, blobs)


def _told(chunks: _Chunks, on_made: Callable[[int], object] | None) -> _Chunks:
    for chunk, blobs in chunks:
        yield chunk, blobs
        if on_made is not None:
            on_made(sum(blob.offset == 0 for blob in blobs))


def _header(wanted: _DocumentOptions, on_made: Callable[[int], object] | None) -> MasterObjectList:
    source = _source(wanted.seed, "job")
    size = cached = 0
    is_all_cached = True
    for _, blobs in _told(_chunks(wanted), on_made):
        size += sum(blob.length for blob in blobs)
        cached += sum(blob.length for blob in blobs if blob.in_cache)
        is_all_cached = is_all_cached and all(blob.in_cache for blob in blobs)
    job = MasterObjectList(
        aggregating=False,
        bucket_name=_BUCKET,
        cached_size_in_bytes=cached,
        chunk_client_processing_order_guarantee=ChunkProcessingOrder.NONE,
        completed_size_in_bytes=0,
        entirely_in_cache=is_all_cached,
        job_id=_uuid(source),
        naked=False,
        name="Restore of the archive",
        original_size_in_bytes=size,
        priority=Priority.NORMAL,
        request_type=JobRequestType.GET,
        start_date=XmlDateTime(2026, 3, 14, 9, 26, 53, 589_000_000, 0),
        status=JobStatus.IN_PROGRESS,
        user_id=_uuid(source),
        user_name="archivist",
        nodes=_nodes(wanted) if wanted.objects else [],
    )
    return limited(job, wanted.api_version)


def _nodes(wanted: _DocumentOptions) -> list[JobNode]:
    source = _source(wanted.seed, "nodes")
    node = JobNode(end_point="10.20.0.11", http_port=80, https_port=443, id=_uuid(source))
    return [limited(node, wanted.api_version)]


def _chunks(wanted: _DocumentOptions) -> _Chunks:
    """The chunks with their blobs: the same whenever they are asked for."""
    source = _source(wanted.seed, "chunks")
    blobs = _blobs(wanted)
    node = _nodes(wanted)[0].id
    number = 0
    while some := list(islice(blobs, wanted.chunk_objects)):
        yield JobChunk(chunk_id=_uuid(source), chunk_number=number, node_id=node), some
        number += 1


def _blobs(wanted: _DocumentOptions) -> Iterator[Blob]:
    source = _source(wanted.seed, "blobs")
    for number in range(wanted.objects):
        length = _length(source, wanted.blob_size)
        size = wanted.blob_size or length
        version, ending = _uuid(source), _ENDINGS[number % len(_ENDINGS)]
        for offset in range(0, max(length, 1), max(size, 1)):
            identifier = _uuid(source)
            blob = Blob(
                bucket=_BUCKET,
                id=identifier,
                in_cache=source.random() < 0.5,
                latest=True,
                length=min(size, length - offset),
                name=f"projects/2026/reel {number // 100:05}/clip {number:08}.{ending}",
                offset=offset,
                version=1,
                version_id=version,
            )
            if wanted.tapes:
                tapes = [_tape(source) for _ in range(wanted.tapes)]
                blob.physical_placement = PhysicalPlacement(pools=[], tapes=tapes)
            yield _stripped(limited(blob, wanted.api_version), wanted.attribute_count)


def _length(source: random.Random, blob_size: int | None) -> int:
    """Bytes of an object: mostly some megabytes to gigabytes, now and then more than fits into a blob."""
    if blob_size is None:
        return source.randrange(1 << 33)
    return int(source.lognormvariate(20, 2.5))


def _stripped(blob: Blob, count: int | None) -> Blob:
    """A blob without its first optional attributes, if it has more than so many."""
    if count is not None:
        there = [member.field for member in attributes(Blob) if getattr(blob, member.field) is not None]
        for field in [field for field in there if field in _OPTIONAL][: max(len(there) - count, 0)]:
            setattr(blob, field, None)
    return blob


def _tape(source: random.Random) -> Tape:
    number = source.randrange(1_000_000)
    used = XmlDateTime(2026, 3, source.randrange(1, 29), 9, 26, 53, 589_000_000, 0)
    values: dict[str, Any] = {
        "assigned_to_storage_domain": True,
        "available_raw_capacity": source.randrange(2_500_000_000_000),
        "bar_code": f"A{number:06}L6",
        "bucket_id": _uuid(source),
        "full_of_data": False,
        "id": _uuid(source),
        "last_accessed": used,
        "last_modified": used,
        "partition_id": _uuid(source),
        "serial_number": f"{number:012}",
        "state": TapeState.NORMAL,
        "storage_domain_member_id": _uuid(source),
        "take_ownership_pending": False,
        "total_raw_capacity": 2_500_000_000_000,
        "type": TapeType.LTO6,
        "write_protected": False,
    }
    nulls = {member.field: None for member in elements(Tape)}
    return Tape(**nulls | values)


def _source(seed: int, what: str) -> random.Random:
    """Numbers of their own for each kind of thing, so that each is the same whenever it is made."""
    return random.Random(f"{seed} {what}")  # noqa: S311  (repeatable, not secret)


def _uuid(source: random.Random) -> str:
    return str(uuid.UUID(int=source.getrandbits(128), version=4))
