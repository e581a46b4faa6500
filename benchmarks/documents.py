"""The documents that are measured: jobs of any size, the same for the same seed."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from xsdata.models.datatype import XmlDateTime

from ds3codec import (
    Blob,
    ChunkProcessingOrder,
    JobChunk,
    JobNode,
    JobRequestType,
    JobStatus,
    JobWriter,
    MasterObjectList,
    PhysicalPlacement,
    Priority,
    Tape,
    TapeState,
    TapeType,
)
from ds3codec.wire.members import attributes, elements

BUCKET = "production-archive"
MOST_ATTRIBUTES = 8
LEAST_ATTRIBUTES = sum(member.required for member in attributes(Blob))
_OPTIONAL = [member.field for member in attributes(Blob) if not member.required]


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

    With `tapes`, each object has a placement with so many of them. A smaller `attribute_count` leaves out
    optional attributes.
    """
    source = random.Random(seed)  # noqa: S311  (repeatable, not secret)
    node = JobNode(end_point="10.20.0.11", http_port=80, https_port=443, id=_uuid(source))
    with JobWriter(path, _header(source, node)) as writer:
        for number, first in enumerate(range(0, objects, chunk_size)):
            chunk = JobChunk(chunk_id=_uuid(source), chunk_number=number, node_id=node.id)
            blobs = _blobs(source, first, min(chunk_size, objects - first))
            if attribute_count < MOST_ATTRIBUTES:
                blobs = _stripped(blobs, MOST_ATTRIBUTES - attribute_count)
            writer.write(chunk, _placed(source, blobs, tapes) if tapes else blobs)


def _header(source: random.Random, node: JobNode) -> MasterObjectList:
    return MasterObjectList(
        aggregating=False,
        bucket_name=BUCKET,
        cached_size_in_bytes=0,
        chunk_client_processing_order_guarantee=ChunkProcessingOrder.NONE,
        completed_size_in_bytes=0,
        entirely_in_cache=False,
        job_id=_uuid(source),
        naked=False,
        name="Restore of the archive",
        original_size_in_bytes=0,
        priority=Priority.NORMAL,
        request_type=JobRequestType.GET,
        start_date=XmlDateTime(2026, 3, 14, 9, 26, 53, 589_000_000, 0),
        status=JobStatus.IN_PROGRESS,
        user_id=_uuid(source),
        user_name="archivist",
        nodes=[node],
    )


def _blobs(source: random.Random, first: int, count: int) -> Iterator[Blob]:
    for number in range(first, first + count):
        yield Blob(
            bucket=BUCKET,
            id=_uuid(source),
            in_cache=source.random() < 0.5,
            latest=True,
            length=source.randrange(1 << 33),
            name=f"projects/2026/reel {number // 100:05}/clip {number:08}.mxf",
            offset=0,
            version_id=_uuid(source),
        )


def _stripped(blobs: Iterator[Blob], without: int) -> Iterator[Blob]:
    for blob in blobs:
        optional = [field for field in _OPTIONAL if getattr(blob, field) is not None]
        for field in optional[:without]:
            setattr(blob, field, None)
        yield blob


def _placed(source: random.Random, blobs: Iterator[Blob], tapes: int) -> Iterator[Blob]:
    for blob in blobs:
        blob.physical_placement = PhysicalPlacement(pools=[], tapes=[_tape(source) for _ in range(tapes)])
        yield blob


def _tape(source: random.Random) -> Tape:
    number = source.randrange(1_000_000)
    used = XmlDateTime(2026, 3, source.randrange(1, 29), 9, 26, 53, 589_000_000, 0)
    values: dict[str, Any] = {
        "assigned_to_storage_domain": True,
        "available_raw_capacity": source.randrange(1 << 43),
        "bar_code": f"A{number:06}L8",
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
        "total_raw_capacity": 12_000_000_000_000,
        "type": TapeType.LTO8,
        "write_protected": False,
    }
    nulls = {member.field: None for member in elements(Tape)}
    return Tape(**nulls | values)


def _uuid(source: random.Random) -> str:
    return str(uuid.UUID(int=source.getrandbits(128), version=4))
