"""Keeps the buckets and jobs of an appliance for tests, and makes chunks ready in time."""

from __future__ import annotations

import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from xsdata.models.datatype import XmlDateTime

from ...decoding.scanner import begins, start_tag
from ...errors import UsageError, shown
from ...models import (
    Blob,
    ChunkProcessingOrder,
    JobChunk,
    JobNode,
    JobRequestType,
    JobStatus,
    MasterObjectList,
    Priority,
)
from ...options import check_number, check_type
from ...readers import JobReader
from ...wire.names import JOB_TAG
from ...writers import encode
from ..documents import write_document
from ..versions import limited
from .requests import is_name

__all__ = ["Job", "LargeJob", "Store"]

_PIECE = 1024 * 1024


class Job:
    """A job that is kept in memory.

    Attributes:
        header: The job without its chunks.
        chunks: Its chunks with all their blobs.
    """

    def __init__(self, store: Store, header: MasterObjectList) -> None:
        self.header: MasterObjectList = header
        self.chunks: list[JobChunk] = []
        self._store = store
        self._ready_at: dict[str, float] = {}
        self._places: dict[tuple[str, int], tuple[JobChunk, Blob]] = {}
        self._ends: dict[str, int] = {}
        self._completed: set[tuple[str, int]] = set()

    def add(self, blobs: Iterable[Blob]) -> None:
        """Add blobs in new chunks, which become ready one after the other."""
        rest = list(blobs)
        size = self._store.chunk_objects
        for start in range(0, len(rest), size):
            number = len(self.chunks)
            chunk = JobChunk(
                blobs=rest[start : start + size],
                chunk_id=str(uuid.uuid4()),
                chunk_number=number,
                node_id=None,
            )
            last = max(self._ready_at.values(), default=time.monotonic())
            self._ready_at[chunk.chunk_id] = max(last, time.monotonic()) + self._store.chunk_seconds
            self.chunks.append(chunk)
            for blob in chunk.blobs:
                self._places.setdefault((blob.name, blob.offset), (chunk, blob))
                self._ends[blob.name] = max(blob.end, self._ends.get(blob.name, 0))

    def is_ready(self, chunk: JobChunk) -> bool:
        """Tell whether a chunk is ready. If so, allocate it, and cache its blobs unless it is a PUT's."""
        is_ready = self._ready_at[chunk.chunk_id] <= time.monotonic()
        if is_ready:
            self._allocate(chunk)
        return is_ready

    def _allocate(self, chunk: JobChunk) -> None:
        """Allocate a chunk to a node."""
        nodes = self.header.nodes
        if chunk.node_id is None:
            chunk.node_id = nodes[(chunk.chunk_number or 0) % len(nodes)].id
            if self.header.request_type is not JobRequestType.PUT:
                for blob in chunk.blobs:
                    blob.in_cache = True

    def find(self, name: str, offset: int) -> tuple[JobChunk, Blob] | None:
        """Find the blob of an object at an offset, and its chunk."""
        return self._places.get((name, offset))

    def end_of(self, name: str) -> int | None:
        """Find the end of the last blob of an object; None if there is no such object."""
        return self._ends.get(name)

    def receive(self, blob: Blob) -> None:
        """Note that a client has put a blob."""
        blob.in_cache = True

    def complete(self, blob: Blob) -> None:
        """Note that a client has got a blob."""
        self._completed.add((blob.name, blob.offset))

    def whole(self) -> MasterObjectList:
        """Return the job in its current state, with all its chunks."""
        for chunk in self.chunks:
            self.is_ready(chunk)
        self._sum_up()
        return replace(self.header, chunks=self.chunks)

    def outstanding(self) -> MasterObjectList:
        """Return the job with the blobs that are not completely processed."""
        return self._with(lambda chunk: True)

    def ready(self) -> MasterObjectList:
        """Return the job with the ready chunks that are not completely processed."""
        return self._with(self.is_ready)

    def _with(self, is_wanted: Callable[[JobChunk], bool]) -> MasterObjectList:
        whole = self.whole()
        rest = [
            replace(chunk, blobs=[blob for blob in chunk.blobs if not self._is_done(blob)])
            for chunk in self.chunks
            if is_wanted(chunk)
        ]
        return replace(whole, chunks=[chunk for chunk in rest if chunk.blobs])

    def _is_done(self, blob: Blob) -> bool:
        return self.header.status is JobStatus.COMPLETED or (blob.name, blob.offset) in self._completed

    def _sum_up(self) -> None:
        header, blobs = self.header, [blob for chunk in self.chunks for blob in chunk.blobs]
        cached = [blob for blob in blobs if blob.in_cache]
        header.original_size_in_bytes = sum(blob.length for blob in blobs)
        header.cached_size_in_bytes = sum(blob.length for blob in cached)
        header.entirely_in_cache = len(cached) == len(blobs)
        is_put = header.request_type is JobRequestType.PUT
        is_over = header.entirely_in_cache if is_put else len(self._completed) == len(blobs)
        if is_over and not header.aggregating and header.status is JobStatus.IN_PROGRESS:
            header.status = JobStatus.COMPLETED
        done = (blob.length for blob in blobs if self._is_done(blob))
        header.completed_size_in_bytes = sum(done)

    def body(self, answer: MasterObjectList) -> Iterable[bytes]:
        """Encode an answer in the form of the appliance's version."""
        return [encode(self._store.in_its_version(answer))]


class LargeJob(Job):
    """A job whose nodes and chunks are kept in a file; answers contain all of them."""

    def __init__(self, store: Store, header: MasterObjectList, path: Path, start: int) -> None:
        super().__init__(store, header)
        self._path = path
        self._start = start

    def whole(self) -> MasterObjectList:
        """Return the job without its chunks."""
        return replace(self.header, chunks=[])

    def outstanding(self) -> MasterObjectList:
        """Return the job without its chunks, which `body` adds."""
        return self.whole()

    def ready(self) -> MasterObjectList:
        """Return the job without its chunks, which `body` adds."""
        return self.whole()

    def body(self, answer: MasterObjectList) -> Iterator[bytes]:
        """Yield the job in its current state: the header, and the rest from the file."""
        header = encode(replace(answer, nodes=[]))
        if self._path.stat().st_size == self._start:  # there are neither nodes nor chunks
            yield header
            return
        yield header.removesuffix(b"/>") + b">"
        with self._path.open("rb") as file:
            file.seek(self._start)
            while piece := file.read(_PIECE):
                yield piece


class Store:
    """The buckets and jobs of an appliance.

    Attributes:
        lock: A lock to hold while using anything else.
        version: The version of the API in the answers.
        chunk_objects: The maximum number of blobs in a chunk.
        blob_size: The maximum size of a blob in bytes.
        chunk_seconds: The time until the next chunk of a job is ready, in seconds.
        address: The host and the port of its nodes.
        buckets: The lengths of objects, by the names of their buckets and their own names.
        jobs: The jobs, by their ids.
    """

    def __init__(
        self, version: str, chunk_objects: int, blob_size: int, chunk_seconds: float, nodes: int
    ) -> None:
        self.lock: threading.RLock = threading.RLock()
        self.version: str = version
        self.chunk_objects: int = chunk_objects
        self.blob_size: int = blob_size
        self.chunk_seconds: float = chunk_seconds
        self.address: tuple[str, int] = ("127.0.0.1", 80)
        self.buckets: dict[str, dict[str, int]] = {}
        self.jobs: dict[str, Job] = {}
        self._node_ids = [str(uuid.uuid4()) for _ in range(nodes)]
        self._user_id = str(uuid.uuid4())
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def close(self) -> None:
        """Delete the files of large jobs."""
        if self._folder is not None:
            self._folder.cleanup()

    def add_bucket(self, name: str, objects: Mapping[str, int]) -> None:
        """Make a bucket, or add objects to it."""
        if not is_name(name) or "/" in name:
            raise UsageError(f"a bucket cannot be called {shown(name)}")
        _check_sizes(objects)
        with self.lock:
            self.buckets.setdefault(name, {}).update(objects)

    def find(self, job_id: str) -> Job:
        """Find a job by its id. Raises UsageError if there is none."""
        found = self.jobs.get(job_id.lower()) if isinstance(job_id, str) else None
        if found is None:
            raise UsageError(f"there is no job {shown(job_id)}")
        return found

    def forget(self, job_id: str) -> None:
        """Delete a job. Raises UsageError if there is none."""
        with self.lock:
            del self.jobs[str(self.find(job_id).header.job_id)]

    def new_job(self, bucket: str, request_type: JobRequestType, **fields: Any) -> Job:
        """Make a job without chunks; `fields` replace the usual fields of its header."""
        job = Job(self, self._header(bucket, request_type, **fields))
        self.jobs[str(job.header.job_id)] = job
        return job

    def _header(self, bucket: str, request_type: JobRequestType, **fields: Any) -> MasterObjectList:
        now = datetime.now(timezone.utc)
        day, clock = (now.year, now.month, now.day), (now.hour, now.minute, now.second)
        usual: dict[str, Any] = {
            "aggregating": False,
            "chunk_client_processing_order_guarantee": ChunkProcessingOrder.NONE,
            "naked": False,
            "name": f"{request_type.value} by {bucket}",
            "priority": Priority.HIGH if request_type is not JobRequestType.PUT else Priority.NORMAL,
        }
        host, port = self.address
        return MasterObjectList(
            bucket_name=bucket,
            cached_size_in_bytes=0,
            completed_size_in_bytes=0,
            entirely_in_cache=False,
            job_id=str(uuid.uuid4()),
            nodes=[JobNode(end_point=host, http_port=port, https_port=None, id=id) for id in self._node_ids],
            original_size_in_bytes=0,
            request_type=request_type,
            start_date=XmlDateTime(*day, *clock, now.microsecond // 1000 * 1_000_000, 0),
            status=JobStatus.IN_PROGRESS,
            user_id=self._user_id,
            user_name="tester",
            **usual | fields,
        )

    def blobs(self, bucket: str, name: str, offset: int, length: int) -> list[Blob]:
        """Cut an object, or a part of it, into blobs."""
        version = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{bucket}/{name}"))
        return [
            Blob(
                bucket=bucket,
                id=str(uuid.uuid4()),
                in_cache=False,
                latest=True,
                length=min(self.blob_size, offset + length - start),
                name=name,
                offset=start,
                version=1,
                version_id=version,
            )
            for start in range(offset, offset + max(length, 1), self.blob_size)
        ]

    def in_its_version(self, model: Any) -> Any:
        """Copy a job or chunk in the form of the appliance's version."""
        copied = replace(model)
        if isinstance(copied, MasterObjectList):
            copied.nodes = [replace(node) for node in copied.nodes]
            copied.chunks = [_copied(chunk) for chunk in copied.chunks]
        else:
            copied = _copied(copied)
        return limited(copied, self.version)

    def add_put_job(
        self, bucket: str, objects: Mapping[str, int], aggregating: bool, name: str | None
    ) -> str:
        """Make a job that puts objects, given their sizes in bytes. Returns its id."""
        with self.lock:
            self.add_bucket(bucket, {})
            _check_sizes(objects)
            check_type("name", name, str, type(None))
            fields = {} if name is None else {"name": name}
            job = self.new_job(bucket, JobRequestType.PUT, aggregating=aggregating, **fields)
            for key, size in objects.items():
                job.add(self.blobs(bucket, key, 0, size))
        return str(job.header.job_id)

    def add_large_job(self, objects: int, options: Mapping[str, Any]) -> str:
        """Make a job that is kept in a file. Returns its id."""
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="ds3codec-")
        path = Path(self._folder.name) / f"{len(self.jobs)}.xml"
        write_document(path, objects, **{"api_version": self.version, "sync": False, **options})
        with JobReader(path, missing="none") as reader:
            next(iter(reader), None)
            header = reader.header
        assert header is not None  # noqa: S101  (a job has just been written)
        header.job_id = str(uuid.uuid4())
        with path.open("rb") as file:
            head = file.read(_PIECE)
        begin = next(begins(head, JOB_TAG))
        start = begin + len(start_tag(head, begin))
        with self.lock:
            self.add_bucket(str(header.bucket_name), {})
            self.jobs[header.job_id] = LargeJob(self, replace(header, chunks=[]), path, start)
        return header.job_id


def _copied(chunk: JobChunk) -> JobChunk:
    return replace(chunk, blobs=[replace(blob) for blob in chunk.blobs])


def _check_sizes(objects: Mapping[str, int]) -> None:
    """Raise UsageError unless these are sizes of objects by their names."""
    check_type("objects", objects, Mapping)
    for name, size in objects.items():
        if not is_name(name):
            raise UsageError(f"an object cannot be called {shown(name)}")
        check_number(f"the size of {shown(name)}", size, 0)
