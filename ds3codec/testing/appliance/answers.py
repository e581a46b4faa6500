"""Carries out the requests to an appliance for tests: one method for each operation."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from ...errors import Ds3CodecError, EncodeError
from ...models import (
    Blob,
    ChunkProcessingOrder,
    JobChunk,
    JobRequestType,
    JobStatus,
    Priority,
    ServerError,
)
from ...operations import Operation, operation_for
from ...writers import encode
from .requests import Listed, ReceivedRequest, Refusal, byte_count, is_name, listed_objects
from .signatures import Credentials
from .store import Job, LargeJob, Store

__all__ = ["Answer", "Responder"]

_ZEROS = bytes(1024 * 1024)
_MOST_BYTES = 2**63 - 1
_MOST_BLOBS = 1_000_000  # of one object
_NOT_FOR_CLIENTS = (Priority.CRITICAL, Priority.BACKGROUND)  # only the appliance uses these


class Answer(NamedTuple):
    """An answer.

    Attributes:
        status: The status.
        body: The pieces of the body.
        headers: Additional headers.
        size: The number of bytes of an object in the body; None for a document.
    """

    status: int
    body: Iterable[bytes] = ()
    headers: tuple[tuple[str, str], ...] = ()
    size: int | None = None


def refused(refusal: Refusal, path: str) -> Answer:
    """Make the answer that is the server's error."""
    error = ServerError(
        code=refusal.code,
        http_error_code=refusal.status,
        message=refusal.message,
        request_id=str(uuid.uuid4()),
        resource=path,
        resource_id=0,
    )
    try:
        body = encode(error)
    except EncodeError:  # the path has characters that XML cannot carry
        error.resource = "/"
        body = encode(error)
    return Answer(refusal.status, [body], tuple(refusal.headers.items()))


class Responder:
    """Answers requests.

    Args:
        store: The buckets and jobs.
        credentials: The checker of signatures.
        retry_after: The seconds that a client should wait for a chunk that is not ready.
    """

    def __init__(self, store: Store, credentials: Credentials, retry_after: int) -> None:
        self._store = store
        self._credentials = credentials
        self._retry_after = {"Retry-After": str(retry_after)}

    def answer(self, request: ReceivedRequest) -> Answer:
        """Answer a request. Any failure becomes an answer, too."""
        path = "/"
        try:
            path = request.path
            self._credentials.check(request)
            request.check_texts()
            operation = operation_for(request.method, request.target)
            received = request.received(keep=operation is not None)
            with self._store.lock:
                return self._answered(received, operation)
        except Refusal as refusal:
            return refused(refusal, path)
        except Ds3CodecError as error:  # a value that cannot be stored or encoded
            return refused(Refusal(400, "BadRequest", str(error)), path)
        except ValueError:  # urllib raises it for an invalid target
            return refused(Refusal(400, "BadRequest", "the target of the request is not a URL"), path)

    def _answered(self, request: ReceivedRequest, operation: Operation | None) -> Answer:
        if operation is None:
            return self._native(request)
        ids = operation.ids_in(request.target) or {}
        asked = [name for name, _ in operation.query]
        return _OPERATIONS[operation.name](self, request, asked, **ids)

    # The operations that make jobs.

    def _bulk_get(self, request: ReceivedRequest, asked: list[str], bucket: str) -> Answer:
        return self._read(request, asked, bucket, JobRequestType.GET)

    def _bulk_verify(self, request: ReceivedRequest, asked: list[str], bucket: str) -> Answer:
        return self._read(request, asked, bucket, JobRequestType.VERIFY)

    def _read(self, request: ReceivedRequest, asked: list[str], bucket: str, kind: JobRequestType) -> Answer:
        request.check_query([*asked, *_OF_JOBS, "chunk_client_processing_order_guarantee"])
        there = self._bucket(bucket)
        extents = [(item.name, *_extent(item, there)) for item in listed_objects(request.body, "Length")]
        _check_apart(extents)
        blobs = [blob for extent in extents for blob in self._blobs(bucket, *extent)]
        return self._aggregated(request, bucket, kind, blobs)

    def _bulk_put(self, request: ReceivedRequest, asked: list[str], bucket: str) -> Answer:
        request.check_query([*asked, *_OF_JOBS, *_OF_PUTS])
        there = self._bucket(bucket)
        blobs: list[Blob] = []
        for item in listed_objects(request.body, "Size"):
            if item.length is None:
                raise Refusal(400, "MalformedXML", "an Object has no Size")
            if item.name in there and "ignore_naming_conflicts" not in request.query:
                raise Refusal(409, "ObjectAlreadyExists", f"there is an object {item.name!r} already")
            blobs += self._blobs(bucket, item.name, 0, item.length)
        return self._aggregated(request, bucket, JobRequestType.PUT, blobs)

    def _aggregated(
        self, request: ReceivedRequest, bucket: str, kind: JobRequestType, blobs: list[Blob]
    ) -> Answer:
        """Make a job of some blobs, or append them to an aggregating job."""
        fields = _job_fields(request)
        job = self._aggregating(bucket, kind, fields) if fields.get("aggregating") else None
        before = 0 if job is None else job.whole().original_size_in_bytes or 0
        if before + sum(blob.length for blob in blobs) > _MOST_BYTES:
            raise Refusal(400, "BadRequest", "the job would have more bytes than a 64-bit number can hold")
        if job is not None:
            _check_new(job, blobs)
        else:
            job = self._store.new_job(bucket, kind, **fields)
        job.add(blobs)
        return Answer(200, job.body(job.whole()))

    def _blobs(self, bucket: str, name: str, offset: int, length: int) -> list[Blob]:
        if length // self._store.blob_size > _MOST_BLOBS:
            raise Refusal(
                400, "BadRequest", f"the object {name!r} would have more than {_MOST_BLOBS:,} blobs"
            )
        return self._store.blobs(bucket, name, offset, length)

    def _aggregating(self, bucket: str, kind: JobRequestType, fields: dict[str, Any]) -> Job | None:
        """Find the aggregating job with the same attributes, to append to."""
        wanted = {"bucket_name": bucket, "request_type": kind, **fields}
        for job in self._store.jobs.values():
            if all(getattr(job.header, name) == value for name, value in wanted.items()):
                return job
        return None

    # The operations on jobs.

    def _get_job(self, request: ReceivedRequest, asked: list[str], job: str) -> Answer:
        request.check_query(asked)
        return self._outstanding(self._job(job))

    def _close(self, request: ReceivedRequest, asked: list[str], job: str) -> Answer:
        request.check_query(asked)
        found = self._job(job)
        if not found.header.aggregating:
            raise Refusal(409, "Conflict", "the job does not aggregate: there is nothing to close")
        found.header.aggregating = False
        return self._outstanding(found)

    def _modify(self, request: ReceivedRequest, asked: list[str], job: str) -> Answer:
        request.check_query([*asked, "name", "priority"])
        found = self._job(job)
        for field, value in _job_fields(request).items():
            setattr(found.header, field, value)
        return self._outstanding(found)

    def _modify_active(self, request: ReceivedRequest, asked: list[str], job: str) -> Answer:
        found = self._job(job)
        found.whole()
        if found.header.status is not JobStatus.IN_PROGRESS:
            raise Refusal(404, "NotFound", "the job is not active any more")
        return self._modify(request, asked, job)

    def _outstanding(self, job: Job) -> Answer:
        return Answer(200, job.body(job.outstanding()))

    # The operations on chunks.

    def _ready_chunks(self, request: ReceivedRequest, asked: list[str], job: str) -> Answer:
        request.check_query([*asked, "job_chunk", "preferred_number_of_chunks"])
        _check_uuid("job", job)
        found = self._store.jobs.get(job.lower())
        if found is None:
            return Answer(410)
        ready = found.ready()
        most = request.query.get("preferred_number_of_chunks", "1000000000")
        if not most.isdigit() or not int(most):
            raise Refusal(400, "BadRequest", "preferred_number_of_chunks must be a number from 1 on")
        wanted = request.query.get("job_chunk", "").lower()
        ready.chunks = [chunk for chunk in ready.chunks if wanted in ("", chunk.chunk_id)][: int(most)]
        is_empty = not ready.chunks and not isinstance(found, LargeJob)
        return Answer(200, found.body(ready), tuple(self._retry_after.items()) if is_empty else ())

    def _get_chunk(self, request: ReceivedRequest, asked: list[str], chunk: str) -> Answer:
        request.check_query(asked)
        _, found = self._chunk(chunk)
        return Answer(200, [encode(self._store.in_its_version(found))])

    def _allocate(self, request: ReceivedRequest, asked: list[str], chunk: str) -> Answer:
        request.check_query(asked)
        job, found = self._chunk(chunk)
        if not job.is_ready(found):
            return Answer(503, headers=tuple(self._retry_after.items()))
        return Answer(200, [encode(self._store.in_its_version(found))])

    def _chunk(self, identifier: str) -> tuple[Job, JobChunk]:
        _check_uuid("chunk", identifier)
        for job in self._store.jobs.values():
            for chunk in job.chunks:
                if chunk.chunk_id == identifier.lower():
                    job.is_ready(chunk)
                    return job, chunk
        if any(isinstance(job, LargeJob) for job in self._store.jobs.values()):
            raise Refusal(501, "NotImplemented", "this appliance does not keep single chunks of a large job")
        raise Refusal(404, "NotFound", "there is no such chunk")

    # Native requests.

    def _native(self, request: ReceivedRequest) -> Answer:
        _, bucket, name = (*request.path.split("/", 2), "", "")[:3]
        if bucket == "_rest_":
            return self._rest(request)
        if not bucket or request.method not in ("GET", "PUT"):
            raise _unknown(request)
        if not name and request.method == "PUT":
            request.check_query(())
            self._store.add_bucket(bucket, {})
            return Answer(200)
        if not name:
            raise _unknown(request)
        return (self._put if request.method == "PUT" else self._get)(request, bucket, name)

    def _rest(self, request: ReceivedRequest) -> Answer:
        parts = request.path.strip("/").split("/")
        if request.method != "DELETE" or parts[:2] != ["_rest_", "job"] or len(parts) != 3:
            raise _unknown(request)
        request.check_query(["force"])
        self._job(parts[2])
        self._store.forget(parts[2].lower())
        return Answer(204)

    def _put(self, request: ReceivedRequest, bucket: str, name: str) -> Answer:
        """Take a blob of a job, or an object to append to an aggregating job."""
        request.check_query(["job", "offset"])
        there = self._bucket(bucket)
        job, offset = self._job_of(request), _offset(request)
        if job.header.request_type is not JobRequestType.PUT or job.header.bucket_name != bucket:
            raise Refusal(409, "Conflict", "the job does not put objects into this bucket")
        chunk, blob = job.find(name, offset) or self._appended(job, name, offset, request.size)
        if blob.length != request.size:
            raise Refusal(400, "BadRequest", f"the blob has {blob.length} bytes, not {request.size}")
        if not job.is_ready(chunk):
            raise Refusal(503, "ServiceUnavailable", "the chunk is not ready yet", self._retry_after)
        job.receive(blob)
        there[name] = max(there.get(name, 0), blob.end)
        return Answer(200)

    def _appended(self, job: Job, name: str, offset: int, length: int) -> tuple[JobChunk, Blob]:
        """Append to an aggregating job: the first blob of a new object, or the next one of an object."""
        bucket = str(job.header.bucket_name)
        if not job.header.aggregating:
            message = "the job has no such blob, and does not aggregate: nothing can be appended to it"
            raise Refusal(409, "Conflict", message)
        end = job.end_of(name)
        if end is None and name in self._bucket(bucket):
            raise Refusal(409, "ObjectAlreadyExists", f"there is an object {name!r} already")
        if offset != (end or 0):
            raise Refusal(409, "Conflict", f"the next blob of the object {name!r} begins at {end or 0}")
        if not is_name(name):
            raise Refusal(400, "BadRequest", "the name of the object is invalid")
        if length > self._store.blob_size:
            raise Refusal(400, "EntityTooLarge", f"a blob has at most {self._store.blob_size} bytes")
        [blob] = self._store.blobs(bucket, name, offset, length)
        job.add([blob])
        return job.chunks[-1], blob

    def _get(self, request: ReceivedRequest, bucket: str, name: str) -> Answer:
        """Answer with a blob of a job."""
        request.check_query(["job", "offset"])
        self._bucket(bucket)
        job = self._job_of(request)
        found = job.find(name, _offset(request))
        if found is None:
            raise Refusal(404, "NotFound", "the job has no such blob")
        chunk, blob = found
        job.is_ready(chunk)  # brings it into the cache
        if not blob.in_cache:
            raise Refusal(503, "ServiceUnavailable", "the blob is not in the cache yet", self._retry_after)
        job.complete(blob)
        return Answer(200, _zeros(blob.length), size=blob.length)

    def _job_of(self, request: ReceivedRequest) -> Job:
        if "job" not in request.query:
            raise Refusal(501, "NotImplemented", "this appliance puts and gets objects only within a job")
        job = self._job(request.query["job"])
        if isinstance(job, LargeJob):
            raise Refusal(501, "NotImplemented", "this appliance does not put or get objects of a large job")
        return job

    def _job(self, identifier: str) -> Job:
        _check_uuid("job", identifier)
        found = self._store.jobs.get(identifier.lower())
        if found is None:
            raise Refusal(404, "NotFound", "there is no such job")
        return found

    def _bucket(self, name: str) -> dict[str, int]:
        found = self._store.buckets.get(name)
        if found is None:
            raise Refusal(404, "NotFound", f"there is no bucket {name!r}")
        return found


def _unknown(request: ReceivedRequest) -> Refusal:
    place = urlsplit(request.target).path
    return Refusal(501, "NotImplemented", f"this appliance does not know {request.method} {place}")


def _check_uuid(kind: str, text: str) -> None:
    try:
        uuid.UUID(text)
    except ValueError:
        raise Refusal(400, "BadRequest", f"the {kind} is not a UUID") from None


def _zeros(length: int) -> Iterator[bytes]:
    for start in range(0, length, len(_ZEROS)):
        yield _ZEROS[: length - start]


def _offset(request: ReceivedRequest) -> int:
    offset = byte_count(request.query.get("offset", "0"))
    if offset is None:
        raise Refusal(400, "BadRequest", "offset is not a number of bytes")
    return offset


def _check_new(job: Job, blobs: list[Blob]) -> None:
    """Raise Refusal if a job already has one of the blobs to append."""
    for blob in blobs:
        if job.find(blob.name, blob.offset) is not None:
            raise Refusal(409, "ObjectAlreadyExists", f"the job has the object {blob.name!r} already")


def _check_apart(extents: list[tuple[str, int, int]]) -> None:
    """Raise Refusal if two parts of an object overlap."""
    for (name, offset, length), (other, begin, _) in pairwise(sorted(extents)):
        if name == other and offset + length > begin:
            raise Refusal(400, "BadRequest", f"the parts of the object {name!r} overlap")


def _extent(item: Listed, there: dict[str, int]) -> tuple[int, int]:
    """Find the offset and the length of the requested part of an object."""
    size = there.get(item.name)
    if size is None:
        raise Refusal(404, "NotFound", f"there is no object {item.name!r}")
    offset = item.offset or 0
    length = size - offset if item.length is None else item.length
    if length < 0 or offset + length > size:
        raise Refusal(416, "InvalidRange", f"the object {item.name!r} has {size} bytes")
    return offset, length


# The options in a query that makes a job.
_OF_JOBS = (
    "aggregating",
    "name",
    "priority",
    "dead_job_cleanup_allowed",
    "implicit_job_id_resolution",
    "protected",
)
_OF_PUTS = (
    *("force", "ignore_naming_conflicts", "max_upload_size", "minimize_spanning_across_media"),
    *("pre_allocate_job_space", "verify_after_write"),
)


def _job_fields(request: ReceivedRequest) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    query = request.query
    if "aggregating" in query:
        fields["aggregating"] = _boolean("aggregating", query["aggregating"])
    if "name" in query:
        fields["name"] = query["name"]
    if "priority" in query:
        fields["priority"] = _one_of(Priority, "priority", query["priority"])
        if fields["priority"] in _NOT_FOR_CLIENTS:
            raise Refusal(400, "BadRequest", f"{query['priority']} is only for the appliance's own jobs")
    name = "chunk_client_processing_order_guarantee"
    if name in query:
        fields[name] = _one_of(ChunkProcessingOrder, name, query[name])
    return fields


def _boolean(name: str, text: str) -> bool:
    if text.lower() not in ("", "true", "false"):
        raise Refusal(400, "BadRequest", f"{name} is neither true nor false")
    return text.lower() != "false"


def _one_of(kind: Any, name: str, text: str) -> Any:
    for item in kind:
        if item.value == text.upper():
            return item
    raise Refusal(400, "BadRequest", f"{name} is not one of {', '.join(item.value for item in kind)}")


_OPERATIONS: dict[str, Callable[..., Answer]] = {
    "Close Aggregating Job": Responder._close,
    "Create Bulk GET": Responder._bulk_get,
    "Create Bulk PUT": Responder._bulk_put,
    "Replicate PUT Job": Responder._bulk_put,
    "Create Bulk VERIFY": Responder._bulk_verify,
    "Stage Objects": Responder._bulk_get,
    "Get Job": Responder._get_job,
    "Modify Job": Responder._modify,
    "Modify Active Job": Responder._modify_active,
    "Get Job Chunks Ready For Client Processing": Responder._ready_chunks,
    "Get Job Chunk": Responder._get_chunk,
    "Allocate Job Chunk": Responder._allocate,
}
