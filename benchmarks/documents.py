"""The documents that are measured: jobs of any size, the same for the same seed."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator
from pathlib import Path

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
    Priority,
)

BUCKET = "production-archive"


def write_document(path: Path, objects: int, chunk_size: int, seed: int) -> None:
    """Write a job of `objects` objects, each one blob with 8 attributes, in chunks of `chunk_size`."""
    source = random.Random(seed)  # noqa: S311  (repeatable, not secret)
    node = JobNode(end_point="10.20.0.11", http_port=80, https_port=443, id=_uuid(source))
    with JobWriter(path, _header(source, node)) as writer:
        for number, first in enumerate(range(0, objects, chunk_size)):
            chunk = JobChunk(chunk_id=_uuid(source), chunk_number=number, node_id=node.id)
            writer.write(chunk, _blobs(source, first, min(chunk_size, objects - first)))


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


def _uuid(source: random.Random) -> str:
    return str(uuid.UUID(int=source.getrandbits(128), version=4))
