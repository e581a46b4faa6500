"""Validation as it was before columns: each element from a tree, each blob asked by each rule.

Slow and simple, it is what the quick way is held against. It has the rules of that time.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from datetime import datetime, timedelta, timezone
from typing import Any, NamedTuple
from unittest.mock import patch

from xsdata.models.datatype import XmlDateTime

from ds3codec import limits
from ds3codec.decoding.columns import models
from ds3codec.models import (
    Blob,
    ChunkProcessingOrder,
    JobChunk,
    JobNode,
    JobRequestType,
    JobStatus,
    MasterObjectList,
)
from ds3codec.validation import Report, Validation
from ds3codec.validation.checks.base import Check, Context
from ds3codec.validation.parts import Part
from ds3codec.validation.places import Place
from ds3codec.wire.members import attributes

_CLOCKS_DIFFER = timedelta(minutes=5)


class Batch(NamedTuple):
    """Blobs of one chunk that were read together.

    Attributes:
        chunk: The chunk.
        blobs: The blobs.
        at: Where the chunk stands.
        first: Which object of its chunk the first blob is, counted from 1.
        part: The part that they are read from.
    """

    chunk: JobChunk
    blobs: list[Blob]
    at: Place
    first: int
    part: Part

    def place(self, number: int, attribute: str = "") -> Place:
        """Where a blob of the batch stands, or one of its attributes; `number` counts from 0."""
        return self.part.blob_place(number, attribute)


class SlowCheck:
    """The base of all checks. A check finds what the rules in `rules` are about."""

    rules: tuple[str, ...] = ()

    def __init__(self, context: Context) -> None:
        self.add = context.add
        self.operation = context.operation
        self.job: MasterObjectList | None = None
        self.root = Place()

    def header(self, job: MasterObjectList, root: Place) -> None:
        """The header is complete: a chunk begins, or the document ends."""
        self.job, self.root = job, root

    def node(self, node: JobNode, place: Place) -> None:
        """A node begins."""

    def chunk(self, chunk: JobChunk, place: Place) -> None:
        """A chunk begins."""

    def blobs(self, batch: Batch) -> None:
        """Blobs of the chunk were read; none for an empty chunk."""

    def end(self) -> None:
        """The document is complete."""


class ChunkNumbers(SlowCheck):
    """Remembers the number of each chunk."""

    rules = ("chunk-number-repeated", "chunk-out-of-order")

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._seen: set[int] = set()
        self._largest: int | None = None

    def chunk(self, chunk: JobChunk, place: Place) -> None:
        number = chunk.chunk_number
        if number is None:
            return
        if number in self._seen:
            self.add("chunk-number-repeated", f"an earlier chunk has the number {number}, too", place)
        elif self._in_order() and self._largest is not None and number < self._largest:
            message = f"chunk {number} comes after chunk {self._largest}, although the job is IN_ORDER"
            self.add("chunk-out-of-order", message, place)
        self._seen.add(number)
        self._largest = max(number, number if self._largest is None else self._largest)

    def _in_order(self) -> bool:
        order = self.job and self.job.chunk_client_processing_order_guarantee
        return order is ChunkProcessingOrder.IN_ORDER


class ChunkIds(SlowCheck):
    """Remembers the id of each chunk."""

    rules = ("chunk-id-repeated",)

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._seen: set[str] = set()

    def chunk(self, chunk: JobChunk, place: Place) -> None:
        identifier = chunk.chunk_id and chunk.chunk_id.lower()
        if identifier in self._seen:
            self.add("chunk-id-repeated", f"an earlier chunk has the id {chunk.chunk_id}, too", place)
        if identifier:
            self._seen.add(identifier)


class EmptyChunks(SlowCheck):
    """Remembers nothing."""

    rules = ("chunk-without-objects",)

    def blobs(self, batch: Batch) -> None:
        if not batch.blobs:
            self.add("chunk-without-objects", "the chunk has no objects", batch.at)


class Nodes(SlowCheck):
    """Remembers the ids of the nodes."""

    rules = ("node-repeated", "node-unknown")

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._ids: set[str] = set()

    def node(self, node: JobNode, place: Place) -> None:
        if node.id is None:
            return
        if node.id.lower() in self._ids:
            self.add("node-repeated", f"an earlier node has the id {node.id}, too", place)
        self._ids.add(node.id.lower())

    def chunk(self, chunk: JobChunk, place: Place) -> None:
        if self.job is not None and chunk.node_id is not None and chunk.node_id.lower() not in self._ids:
            at = place.inside("@NodeId")
            self.add("node-unknown", f"no node has the id {chunk.node_id}", at)


class NegativeNumbers(SlowCheck):
    """Remembers nothing."""

    rules = ("negative-number",)

    def header(self, job: MasterObjectList, root: Place) -> None:
        super().header(job, root)
        for member in attributes(MasterObjectList):
            value = getattr(job, member.field)
            if member.type is int and value is not None and value < 0:
                self.add("negative-number", f"{member.name} is {value}", self.root.inside(f"@{member.name}"))

    def chunk(self, chunk: JobChunk, place: Place) -> None:
        if chunk.chunk_number is not None and chunk.chunk_number < 0:
            at = place.inside("@ChunkNumber")
            self.add("negative-number", f"ChunkNumber is {chunk.chunk_number}", at)

    def blobs(self, batch: Batch) -> None:
        for number, blob in enumerate(batch.blobs):
            for name, value in (("Length", blob.length), ("Offset", blob.offset)):
                if value is not None and value < 0:
                    self.add("negative-number", f"{name} is {value}", batch.place(number, name))


class Sizes(SlowCheck):
    """Remembers the sum of the lengths, and whether one is missing or wrong.

    An original size of 0 is not judged: it is not known yet.
    """

    rules = (
        "completed-more-than-cached",
        "completed-more-than-original",
        "cached-more-than-original",
        "lengths-more-than-original",
        "lengths-less-than-original",
        "completed-with-bytes-outstanding",
    )

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._total = 0
        self._exceeded = self._has_unknown = False

    def header(self, job: MasterObjectList, root: Place) -> None:
        super().header(job, root)
        original, cached, completed = _sizes(job)
        for rule, name, value, other, limit in (
            ("completed-more-than-cached", "CompletedSizeInBytes", completed, "CachedSizeInBytes", cached),
            ("completed-more-than-original", "CompletedSizeInBytes", completed, _ORIGINAL, original),
            ("cached-more-than-original", "CachedSizeInBytes", cached, _ORIGINAL, original),
        ):
            judged = value is not None and limit is not None and (limit != 0 or other != _ORIGINAL)
            if judged and value is not None and limit is not None and value > limit:
                message = f"{name} is {value} bytes, but {other} is {limit}"
                self.add(rule, message, self.root.inside(f"@{name}"))
        self._judge_outstanding(job)

    def _judge_outstanding(self, job: MasterObjectList) -> None:
        original, cached, completed = _sizes(job)
        if job.status is not JobStatus.COMPLETED or original is None or completed is None:
            return
        is_put = job.request_type is JobRequestType.PUT
        outstanding = original - (max(completed, cached or 0) if is_put else completed)
        if outstanding > 0:
            message = f"the job is COMPLETED, but of {original} bytes {outstanding} are outstanding"
            self.add("completed-with-bytes-outstanding", message, self.root.inside("@Status"))

    def blobs(self, batch: Batch) -> None:
        for number, blob in enumerate(batch.blobs):
            self._total += max(blob.length or 0, 0)
            self._has_unknown = self._has_unknown or blob.length is None
            if not self._exceeded and self._original and self._total > self._original:
                self._exceeded = True
                message = (
                    f"up to here the lengths add up to {self._total} bytes, {_ORIGINAL} is {self._original}"
                )
                self.add("lengths-more-than-original", message, batch.place(number, "Length"))

    @property
    def _original(self) -> int:
        return (self.job and self.job.original_size_in_bytes) or 0

    def end(self) -> None:
        if self.job is None or self.operation is None or self.job.status is not JobStatus.IN_PROGRESS:
            return
        if self._has_unknown:
            return
        done = self.job.completed_size_in_bytes or 0 if self.operation.lists == "outstanding" else 0
        listed = self.operation.lists != "some" and self._total + done < self._original
        if listed:
            message = (
                f"the lengths add up to {self._total} bytes, and {done} are completed, "
                f"but {_ORIGINAL} is {self._original}"
            )
            self.add("lengths-less-than-original", message, self.root.inside(f"@{_ORIGINAL}"))


_ORIGINAL = "OriginalSizeInBytes"


def _sizes(job: MasterObjectList) -> tuple[int | None, int | None, int | None]:
    return job.original_size_in_bytes, job.cached_size_in_bytes, job.completed_size_in_bytes


class Cache(SlowCheck):
    """Remembers the sum of the lengths, and whether a blob is not in cache."""

    rules = ("cache-contradicts-blobs", "cache-not-told")

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._total = 0
        self._all_cached = True

    def blobs(self, batch: Batch) -> None:
        self._total += sum([max(blob.length or 0, 0) for blob in batch.blobs])
        states = [blob.in_cache for blob in batch.blobs]
        self._all_cached = self._all_cached and states.count(True) == len(states)
        if self.job is not None and self.job.entirely_in_cache and False in states:
            for number, state in enumerate(states):
                if state is False:
                    message = "the blob is not in the cache, although EntirelyInCache is true"
                    self.add("cache-contradicts-blobs", message, batch.place(number, "InCache"))

    def end(self) -> None:
        job = self.job
        if job is None or job.entirely_in_cache is not False or not self._all_cached:
            return
        if self._total and self._total == job.original_size_in_bytes:
            message = "every blob of the job is in the cache, but EntirelyInCache is false"
            self.add("cache-not-told", message, self.root.inside("@EntirelyInCache"))


class Buckets(SlowCheck):
    """Remembers nothing."""

    rules = ("other-bucket",)

    def blobs(self, batch: Batch) -> None:
        name = self.job.bucket_name if self.job is not None else None
        if name is None or not {blob.bucket for blob in batch.blobs} - {None, name}:
            return
        for number, blob in enumerate(batch.blobs):
            if blob.bucket not in (None, name):
                message = f"the object is in bucket {blob.bucket!r}, the job is about {name!r}"
                self.add("other-bucket", message, batch.place(number, "Bucket"))


class MixedVersions(SlowCheck):
    """Remembers which of the two there was first."""

    rules = ("versions-mixed",)

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._first: str | None = None

    def blobs(self, batch: Batch) -> None:
        kinds = {(blob.version is not None, blob.version_id is not None) for blob in batch.blobs}
        usual = {(self._first == "Version", self._first == "VersionId"), (False, False)}
        if kinds <= usual:
            return
        for number, blob in enumerate(batch.blobs):
            both = (("Version", blob.version), ("VersionId", blob.version_id))
            has = [name for name, value in both if value is not None]
            self._first = self._first or (has[0] if has else None)
            if [name for name in has if name != self._first]:
                other = "VersionId" if self._first == "Version" else "Version"
                message = f"the object has {other}, but {self._first} came before"
                self.add("versions-mixed", message, batch.place(number, other))


class StartDate(SlowCheck):
    """Remembers nothing."""

    rules = ("start-in-the-future",)

    def header(self, job: MasterObjectList, root: Place) -> None:
        super().header(job, root)
        start = job.start_date
        if start is None:
            return
        now = datetime.now(timezone.utc) + _CLOCKS_DIFFER
        limit = (now.year, now.month, now.day, now.hour, now.minute, now.second)
        if start.year > now.year + 1 or (start.year >= now.year - 1 and _in_utc(start) > limit):
            self.add("start-in-the-future", f"the job starts at {start}", self.root.inside("@StartDate"))


def _in_utc(moment: XmlDateTime) -> tuple[int, ...]:
    """Year to second in UTC, of a year that `datetime` has; 24:00:00 is the next day's first second."""
    day = datetime(moment.year, moment.month, moment.day)
    minutes = moment.minute - (moment.offset or 0)
    shifted = day + timedelta(hours=moment.hour, minutes=minutes, seconds=moment.second)
    return shifted.timetuple()[:6]


class _Object:
    """An object of several blobs: where they begin, and the bytes that they cover, as separate stretches."""

    __slots__ = ("ends", "name", "offsets", "path", "starts")

    def __init__(self, name: str | None, path: str) -> None:
        self.name = name
        self.path = path
        self.offsets: set[int] = set()
        self.starts: list[int] = []
        self.ends: list[int] = []

    def add(self, offset: int, length: int) -> int | None:
        """Take a blob in. The first byte that an earlier one covers already, or None."""
        self.offsets.add(offset)
        if length == 0:
            return None
        end = offset + length
        first, last = bisect_right(self.ends, offset), bisect_left(self.starts, end)
        shared = max(offset, self.starts[first]) if first < last else None
        # Stretches that touch become one.
        first, last = bisect_left(self.ends, offset), bisect_right(self.starts, end)
        if first < last:
            offset, end = min(offset, self.starts[first]), max(end, self.ends[last - 1])
        self.starts[first:last], self.ends[first:last] = [offset], [end]
        return shared

    def gap(self) -> tuple[int, int] | None:
        """The first bytes between two blobs that are in none."""
        return (self.ends[0], self.starts[1]) if len(self.starts) > 1 else None


class Blobs(SlowCheck):
    """Remembers every object: of the first blob hash, offset and length, of several blobs their extent."""

    rules = ("blob-repeated", "blobs-overlap", "blobs-with-a-gap")

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._first: dict[int, int] = {}  # the hash of an object: the number of its first blob
        self._offsets = array("q")
        self._lengths = array("q")
        self._chunks = array("q")  # the number of the first blob of each chunk
        self._paths: list[str] = []  # of each chunk
        self._objects: dict[int, _Object] = {}

    def blobs(self, batch: Batch) -> None:
        if batch.first == 1:
            self._paths.append(batch.at.path or "")
            self._chunks.append(len(self._offsets))
        for number, blob in enumerate(batch.blobs):
            offset, length = blob.offset, blob.length
            if offset is None or length is None or blob.name is None or offset < 0 or length < 0:
                offset = length = -1
            else:
                key = hash((blob.bucket, blob.name, blob.version_id or blob.version))
                if self._first.setdefault(key, len(self._offsets)) != len(self._offsets):
                    self._add(self._several(key, blob), offset, length, batch.place(number))
            self._offsets.append(offset)
            self._lengths.append(length)

    def _several(self, key: int, blob: Blob) -> _Object:
        """The entry of an object of several blobs."""
        if key not in self._objects:
            first = self._first[key]
            self._objects[key] = _Object(blob.name, self._path(first))
            self._objects[key].add(self._offsets[first], self._lengths[first])
        return self._objects[key]

    def _add(self, item: _Object, offset: int, length: int, place: Place) -> None:
        """Another blob of an object."""
        if offset in item.offsets:
            message = f"an earlier blob of this object begins at byte {offset}, too"
            self.add("blob-repeated", message, place)
            return
        shared = item.add(offset, length)
        if shared is not None:
            self.add("blobs-overlap", f"another blob of this object has byte {shared}, too", place)

    def _path(self, number: int) -> str:
        """The path of a blob."""
        chunk = bisect_right(self._chunks, number) - 1
        return f"{self._paths[chunk]}/Object[{number - self._chunks[chunk] + 1}]"

    def end(self) -> None:
        for item in self._objects.values():
            gap = item.gap()
            if gap is not None:
                message = f"no blob of this object has the bytes from {gap[0]} to {gap[1] - 1}"
                self.add("blobs-with-a-gap", message, Place(item.path, object_name=item.name))


SLOW_CHECKS = (
    ChunkNumbers,
    ChunkIds,
    EmptyChunks,
    Nodes,
    NegativeNumbers,
    Sizes,
    Cache,
    Buckets,
    MixedVersions,
    StartDate,
    Blobs,
)
SLOW_RULES = [
    *(name for check in SLOW_CHECKS for name in check.rules),
    *("form", "schema", "version", "exchange"),
]


class _Told(Check):
    """Tells a slow check what the quick ones are told, chunk by chunk and batch by batch."""

    def __init__(self, context: Context, slow: type[SlowCheck]) -> None:
        super().__init__(context)
        self._slow = slow(context)
        self._chunk: JobChunk = JobChunk(chunk_id="", chunk_number=0)
        self._at = Place()
        self._count = 0

    def header(self, job: MasterObjectList) -> None:
        self._slow.header(job, self.root)

    def node(self, node: JobNode, place: Place) -> None:
        self._slow.node(node, place)

    def part(self, part: Part) -> None:
        assert part.passage is None
        if part.chunk_count:
            [self._chunk] = part.columns.chunk_models()
            self._at, self._count = part.chunk_place(0), 0
            self._slow.chunk(self._chunk, self._at)
        if part.blob_count or part.ended_empty:
            blobs = models(Blob, part.columns.blobs, part.blob_count)
            self._slow.blobs(Batch(self._chunk, blobs, self._at, self._count + 1, part))
        self._count += part.blob_count

    def end(self) -> None:
        self._slow.end()


class SlowValidation(Validation):
    """A validation by the slow checks."""

    def __init__(self, source: Any, **options: Any) -> None:
        super().__init__(source, **options)
        context = Context(self._findings.add, self._exchange.operation)
        self._checks = [_Told(context, slow) for slow in SLOW_CHECKS]


def slowly(source: Any, **options: Any) -> Report:
    """The report of the slow way."""
    validation = SlowValidation(source, select=SLOW_RULES, **options)
    with patch.object(limits, "SHORTEST_RUN", 10**9):  # so there are none
        for _ in validation.steps():
            pass
    return validation.report
