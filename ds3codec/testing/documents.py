"""Writes valid and consistent responses of any size, the same for the same seed.

The header contains the sum of the sizes, but comes before the objects. So the sizes are drawn twice from the
same seed, first to add them up. Names, ids and models are made once. Nothing is kept, so memory does not grow
with the document. All blobs have the same members, so the first decides which to leave out.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from math import exp
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

__all__ = ["LATEST", "DocumentOptions", "write", "write_document"]

LATEST = known_versions()[-1]

_BUCKET = "production-archive"
_BLOB_SIZE = 64 * 2**30
_ENDINGS = ("mxf", "mov", "wav", "dpx", "xml")
_UUID = b"xxxxxxxx-xxxx-4xxx-axxx-xxxxxxxxxxxx "
_UUIDS = 256  # made at once
_OPTIONAL = [member.field for member in attributes(Blob) if not member.required]


_Chunks = Iterator[tuple[JobChunk, list[Blob]]]


_TOLD = 10_000  # objects between two reports that sizes are known


@dataclass(frozen=True)
class DocumentOptions:
    """The checked options of a document; they, and the errors, are those of `write_document`."""

    objects: int
    chunk_objects: int = 1000
    seed: int = 0
    api_version: str = LATEST
    tapes: int = 0
    blob_size: int | None = _BLOB_SIZE
    attribute_count: int | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "api_version", resolved(self.api_version))
        for name, least in (("objects", 0), ("chunk_objects", 1), ("tapes", 0)):
            check_number(name, getattr(self, name), least)
        for name, least in (("blob_size", 1), ("attribute_count", 0)):
            if getattr(self, name) is not None:
                check_number(name, getattr(self, name), least)
        check_type("seed", self.seed, int)


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
    """Write a response about a job.

        write_document("response.xml", 500_000)

    Args:
        sink: The destination, as in `JobWriter`.
        objects: The number of objects.
        chunk_objects: The number of blobs in a chunk.
        seed: The same seed gives the same bytes.
        api_version: The version of the API whose members the document has.
        tapes: The number of tapes that each object is on; 0 for no placements.
        blob_size: The maximum size of a blob in bytes; larger objects are cut. None for objects of at most 8
            GiB that are not cut.
        attribute_count: The maximum number of attributes of a blob; the required ones always stay.
        sync: Wait until a file is on the disk before it appears under its path.

    Raises:
        VersionError: The version does not exist.
        UsageError: An argument is not a number, or too small.

    The other errors are those of `JobWriter`.
    """
    options = DocumentOptions(
        objects,
        chunk_objects=chunk_objects,
        seed=seed,
        api_version=api_version,
        tapes=tapes,
        blob_size=blob_size,
        attribute_count=attribute_count,
    )
    write(options, sink, sync=sync)


def write(
    options: DocumentOptions,
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


def _header(wanted: DocumentOptions, on_made: Callable[[int], object] | None) -> MasterObjectList:
    ids = _uuids(_source(wanted.seed, "job"))
    size = cached = 0
    is_all_cached = True
    for number, offset, length, in_cache in _parts(wanted):
        size += length
        if in_cache:
            cached += length
        else:
            is_all_cached = False
        if on_made is not None and offset == 0 and number % _TOLD == 0:
            on_made(min(_TOLD, wanted.objects - number))
    job = MasterObjectList(
        aggregating=False,
        bucket_name=_BUCKET,
        cached_size_in_bytes=cached,
        chunk_client_processing_order_guarantee=ChunkProcessingOrder.NONE,
        completed_size_in_bytes=0,
        entirely_in_cache=is_all_cached,
        job_id=next(ids),
        naked=False,
        name="Restore of the archive",
        original_size_in_bytes=size,
        priority=Priority.NORMAL,
        request_type=JobRequestType.GET,
        start_date=XmlDateTime(2026, 3, 14, 9, 26, 53, 589_000_000, 0),
        status=JobStatus.IN_PROGRESS,
        user_id=next(ids),
        user_name="archivist",
        nodes=_nodes(wanted) if wanted.objects else [],
    )
    return limited(job, wanted.api_version)


def _nodes(wanted: DocumentOptions) -> list[JobNode]:
    ids = _uuids(_source(wanted.seed, "nodes"))
    node = JobNode(end_point="10.20.0.11", http_port=80, https_port=443, id=next(ids))
    return [limited(node, wanted.api_version)]


def _chunks(wanted: DocumentOptions) -> _Chunks:
    """The chunks with their blobs: the same whenever they are asked for."""
    ids = _uuids(_source(wanted.seed, "chunks"))
    blobs = _blobs(wanted)
    node = _nodes(wanted)[0].id
    number = 0
    while some := list(islice(blobs, wanted.chunk_objects)):
        yield JobChunk(chunk_id=next(ids), chunk_number=number, node_id=node), some
        number += 1


def _blobs(wanted: DocumentOptions) -> Iterator[Blob]:
    ids, tapes = _uuids(_source(wanted.seed, "blobs")), _tapes(_source(wanted.seed, "tapes"))
    superfluous: list[str] | None = None
    for number, offset, length, in_cache in _parts(wanted):
        if not offset:
            ending = _ENDINGS[number % len(_ENDINGS)]
            name = f"projects/2026/reel {number // 100:05}/clip {number:08}.{ending}"
            version = next(ids)
        blob = Blob(
            bucket=_BUCKET,
            id=next(ids),
            in_cache=in_cache,
            latest=True,
            length=length,
            name=name,
            offset=offset,
            version=1,
            version_id=version,
        )
        if wanted.tapes:
            blob.physical_placement = PhysicalPlacement(pools=[], tapes=list(islice(tapes, wanted.tapes)))
        limited(blob, wanted.api_version)
        if superfluous is None:
            superfluous = _superfluous(blob, wanted.attribute_count)
        for field in superfluous:
            setattr(blob, field, None)
        yield blob


def _parts(wanted: DocumentOptions) -> Iterator[tuple[int, int, int, bool]]:
    """Yield each blob's object number, offset, length and cache state, the same in every call."""
    source = _source(wanted.seed, "parts")
    for number in range(wanted.objects):
        length = _length(source, wanted.blob_size)
        size = wanted.blob_size or length or 1
        for offset in range(0, length or 1, size):
            yield number, offset, min(size, length - offset), source.random() < 0.5


def _length(source: random.Random, blob_size: int | None) -> int:
    """Draw the size of an object: mostly megabytes to gigabytes, now and then more than a blob."""
    if blob_size is None:
        return source.getrandbits(33)
    return int(exp(source.gauss(20, 2.5)))


def _superfluous(blob: Blob, count: int | None) -> list[str]:
    """List the optional attributes to leave out so that a blob has only `count` attributes."""
    there = [member.field for member in attributes(Blob) if getattr(blob, member.field) is not None]
    optional = [field for field in there if field in _OPTIONAL]
    return [] if count is None else optional[: max(len(there) - count, 0)]


def _tapes(source: random.Random) -> Iterator[Tape]:
    """Yield tapes without end."""
    ids = _uuids(source)
    nulls = {member.field: None for member in elements(Tape)}
    while True:
        number = source.randrange(1_000_000)
        used = XmlDateTime(2026, 3, source.randrange(1, 29), 9, 26, 53, 589_000_000, 0)
        values: dict[str, Any] = {
            "assigned_to_storage_domain": True,
            "available_raw_capacity": source.randrange(2_500_000_000_000),
            "bar_code": f"A{number:06}L6",
            "bucket_id": next(ids),
            "full_of_data": False,
            "id": next(ids),
            "last_accessed": used,
            "last_modified": used,
            "partition_id": next(ids),
            "serial_number": f"{number:012}",
            "state": TapeState.NORMAL,
            "storage_domain_member_id": next(ids),
            "take_ownership_pending": False,
            "total_raw_capacity": 2_500_000_000_000,
            "type": TapeType.LTO6,
            "write_protected": False,
        }
        yield Tape(**nulls | values)


def _source(seed: int, what: str) -> random.Random:
    """Make a separate random source for each purpose, so that each is repeatable by itself."""
    return random.Random(f"{seed} {what}")  # noqa: S311  (repeatable, not secret)


def _uuids(source: random.Random) -> Iterator[str]:
    """Yield UUIDs without end; they are made in batches, digit by digit."""
    places = [place for place, character in enumerate(_UUID) if character == ord("x")]
    while True:
        digits = source.randbytes(len(places) * _UUIDS // 2).hex().encode()
        text = bytearray(_UUID * _UUIDS)
        for number, place in enumerate(places):
            text[place :: len(_UUID)] = digits[number :: len(places)]
        yield from text.decode().split()
