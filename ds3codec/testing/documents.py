"""Responses of any size, valid and consistent, the same for the same seed.

The header says how many bytes there are before the objects are written. So their sizes are drawn twice, from
the same seed: first to add them up. Names, ids and models are made once. Nothing is kept, so memory does not
grow with the document. All blobs have the same members, so the first says which of them to leave out.
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

__all__ = ["LATEST", "document_options", "write", "write_document"]

LATEST = known_versions()[-1]

_BUCKET = "production-archive"
_BLOB_SIZE = 64 * 2**30
_ENDINGS = ("mxf", "mov", "wav", "dpx", "xml")
_UUID = b"xxxxxxxx-xxxx-4xxx-axxx-xxxxxxxxxxxx "
_UUIDS = 256  # made at once
_OPTIONAL = [member.field for member in attributes(Blob) if not member.required]


_Chunks = Iterator[tuple[JobChunk, list[Blob]]]


_TOLD = 10_000  # objects of which is told at once that their sizes are known


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


def _nodes(wanted: _DocumentOptions) -> list[JobNode]:
    ids = _uuids(_source(wanted.seed, "nodes"))
    node = JobNode(end_point="10.20.0.11", http_port=80, https_port=443, id=next(ids))
    return [limited(node, wanted.api_version)]


def _chunks(wanted: _DocumentOptions) -> _Chunks:
    """The chunks with their blobs: the same whenever they are asked for."""
    ids = _uuids(_source(wanted.seed, "chunks"))
    blobs = _blobs(wanted)
    node = _nodes(wanted)[0].id
    number = 0
    while some := list(islice(blobs, wanted.chunk_objects)):
        yield JobChunk(chunk_id=next(ids), chunk_number=number, node_id=node), some
        number += 1


def _blobs(wanted: _DocumentOptions) -> Iterator[Blob]:
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


def _parts(wanted: _DocumentOptions) -> Iterator[tuple[int, int, int, bool]]:
    """Yield the parts that blobs hold, the same whenever asked: object's number, offset, length, in cache."""
    source = _source(wanted.seed, "parts")
    for number in range(wanted.objects):
        length = _length(source, wanted.blob_size)
        size = wanted.blob_size or length or 1
        for offset in range(0, length or 1, size):
            yield number, offset, min(size, length - offset), source.random() < 0.5


def _length(source: random.Random, blob_size: int | None) -> int:
    """Bytes of an object: mostly some megabytes to gigabytes, now and then more than fits into a blob."""
    if blob_size is None:
        return source.getrandbits(33)
    return int(exp(source.gauss(20, 2.5)))


def _superfluous(blob: Blob, count: int | None) -> list[str]:
    """Name the first optional attributes of a blob, as many as it has more than so many."""
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
    """Numbers of their own for each kind of thing, so that each is the same whenever it is made."""
    return random.Random(f"{seed} {what}")  # noqa: S311  (repeatable, not secret)


def _uuids(source: random.Random) -> Iterator[str]:
    """Yield UUIDs without end; many are made at once, each of their digits in one step."""
    places = [place for place, character in enumerate(_UUID) if character == ord("x")]
    while True:
        digits = source.randbytes(len(places) * _UUIDS // 2).hex().encode()
        text = bytearray(_UUID * _UUIDS)
        for number, place in enumerate(places):
            text[place :: len(_UUID)] = digits[number :: len(places)]
        yield from text.decode().split()
