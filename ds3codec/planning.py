"""Calculations that most clients need: the outstanding blobs, the next chunks, the missing bytes.

All are pure functions of a job, of the batches of a `JobReader`, or of blobs.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import replace
from math import inf
from typing import Any, NamedTuple, TypeVar

from .errors import UsageError, shown
from .models import Blob, ChunkProcessingOrder, JobChunk, MasterObjectList

__all__ = [
    "Progress",
    "Range",
    "merged",
    "missing_ranges",
    "next_chunks",
    "progress",
    "progress_by_chunk",
    "progress_by_node",
]

Chunks = MasterObjectList | Iterable[tuple[JobChunk, Sequence[Blob]] | JobChunk]

Item = TypeVar("Item")


class Progress(NamedTuple):
    """The numbers of blobs and bytes in the cache, and of those outstanding.

    Attributes:
        cached_blobs: The number of blobs in the cache.
        cached_bytes: The number of bytes in them.
        outstanding_blobs: The number of blobs that are not in the cache, or whose `in_cache` is None.
        outstanding_bytes: The number of bytes in them.
    """

    cached_blobs: int = 0
    cached_bytes: int = 0
    outstanding_blobs: int = 0
    outstanding_bytes: int = 0

    def __add__(self, other: object) -> Progress:
        """Add two sums."""
        if not isinstance(other, Progress):
            return NotImplemented
        return Progress(*(one + more for one, more in zip(self, other)))


class Range(NamedTuple):
    """A range of bytes of an object.

    Attributes:
        offset: The offset of the first byte.
        length: The number of bytes.
    """

    offset: int
    length: int

    @property
    def end(self) -> int:
        """The end of the range: the offset of the first byte after it."""
        return self.offset + self.length


def progress(job: Chunks) -> Progress:
    """Sum up the cached and the outstanding blobs, in time linear in their number.

        progress(decode("response.xml")).outstanding_bytes

    A blob whose length is None, as in a response that was read with `missing="none"`, adds no bytes.

    Args:
        job: A job, chunks, or the batches of a `JobReader`.

    Raises:
        UsageError: `job` is none of these.
    """
    return sum((_progress(blobs) for _, blobs in _parts(job)), Progress())


def progress_by_node(job: Chunks) -> dict[str | None, Progress]:
    """Sum up the progress of each node, by its id; chunks without a node yet are under None.

    with JobReader("response.xml") as reader:
        by_node = progress_by_node(reader)
    """
    return _progress_by_id((chunk.node_id, blobs) for chunk, blobs in _parts(job))


def progress_by_chunk(job: Chunks) -> dict[str, Progress]:
    """Sum up the progress of each chunk, by its id.

    progress_by_chunk(job)[job.chunks[0].chunk_id].outstanding_blobs
    """
    return _progress_by_id((chunk.chunk_id, blobs) for chunk, blobs in _parts(job))


def _parts(job: Chunks) -> Iterator[tuple[JobChunk, Sequence[Blob]]]:
    for part in _items(job.chunks if isinstance(job, MasterObjectList) else job, "a job, chunks or batches"):
        chunk, blobs = (part, None) if isinstance(part, JobChunk) else _pair(part, "a chunk or a batch")
        if not isinstance(chunk, JobChunk):
            raise UsageError(f"expected a chunk or a batch, not {shown(part)}")
        yield chunk, chunk.blobs if blobs is None else blobs


def _progress(blobs: Iterable[Blob]) -> Progress:
    all_blobs = [(blob.length or 0, blob.in_cache) for blob in _blobs(blobs)]
    cached = [length for length, in_cache in all_blobs if in_cache]
    total = sum(length for length, _ in all_blobs)
    return Progress(len(cached), sum(cached), len(all_blobs) - len(cached), total - sum(cached))


def _progress_by_id(parts: Iterable[tuple[Item, Iterable[Blob]]]) -> dict[Item, Progress]:
    """Sum up by id. Ids may differ in case; the first spelling becomes the key."""
    spelled: dict[Hashable, Item] = {}
    found: dict[Item, Progress] = {}
    for identifier, blobs in parts:
        spelling = spelled.setdefault(_caseless(identifier), identifier)
        found[spelling] = found.get(spelling, Progress()) + _progress(blobs)
    return found


def next_chunks(job: MasterObjectList, done: Iterable[str] = ()) -> list[JobChunk]:
    """List the chunks that a client can get now, with all blobs in the cache, by their numbers.

        for chunk in next_chunks(job, done):
            fetch(chunk)
            done.add(chunk.chunk_id)

    If the job demands that its chunks are processed in order, the list ends before the first chunk that is
    not in the cache. Chunks without a number come last. The time is linear in the blobs, plus sorting the
    chunks.

    Args:
        job: The job.
        done: The ids of the chunks that the client has processed, in any case.

    Raises:
        UsageError: `job` is not a job, or `done` does not consist of ids.
    """
    _check_job(job)
    in_order = job.chunk_client_processing_order_guarantee is ChunkProcessingOrder.IN_ORDER
    processed = {_caseless(one) for one in _items(done, "the ids of chunks")}
    found = []
    for chunk in sorted(job.chunks, key=_number):
        if _caseless(chunk.chunk_id) in processed:
            continue
        if all(blob.in_cache for blob in chunk.blobs):
            found.append(chunk)
        elif in_order:
            break
    return found


def _number(chunk: JobChunk) -> float:
    return inf if chunk.chunk_number is None else chunk.chunk_number


def missing_ranges(blobs: Iterable[Blob], there: Iterable[tuple[int, int]] = ()) -> list[Range]:
    """List the ranges of an object that are still missing after an interruption, joined and in order.

        missing_ranges(blobs_of_the_object, there=[(0, 4096)])

    The time is that of sorting the blobs and the ranges.

    Args:
        blobs: The blobs of one object, in any order.
        there: The ranges that the client has, each an offset and a length, in any order; they may overlap.

    Raises:
        UsageError: `blobs` are not blobs, belong to several objects, or lack an offset or a length; or an
            item of `there` is not a range.
    """
    wanted, keys = [], set()
    for blob in _blobs(blobs):
        if blob.offset is None or blob.length is None:
            raise UsageError(
                f"the missing bytes of {shown(blob.name)} are unknown: a blob has no Offset or no Length"
            )
        keys.add(_key(blob))
        wanted.append(Range(blob.offset, blob.length))
    if len(keys) > 1:
        raise UsageError("the blobs belong to several objects: call this for one object at a time")
    have = iter([*_joined(map(_checked, _items(there, "ranges"))), None])
    missing: list[Range] = []
    present = next(have)
    for one in _joined(wanted):
        start = one.offset
        while present is not None and present.end <= start:
            present = next(have)
        while present is not None and present.offset < one.end:
            if present.offset > start:
                missing.append(Range(start, present.offset - start))
            start = max(start, present.end)
            if present.end > one.end:
                break
            present = next(have)
        if start < one.end:
            missing.append(Range(start, one.end - start))
    return missing


def _checked(one: object) -> Range:
    offset, length = _pair(one, "an offset and a length in bytes")
    if not (isinstance(offset, int) and isinstance(length, int) and offset >= 0 and length >= 0):
        raise UsageError(f"{shown(one)} is not a range: expected an offset and a length in bytes")
    return Range(offset, length)


def _joined(ranges: Iterable[Range]) -> list[Range]:
    """Sort ranges, and join those that touch or overlap."""
    found: list[Range] = []
    for one in sorted(one for one in ranges if one.length > 0):
        if found and one.offset <= found[-1].end:
            found[-1] = Range(found[-1].offset, max(found[-1].end, one.end) - found[-1].offset)
        else:
            found.append(one)
    return found


def merged(answers: Iterable[MasterObjectList]) -> MasterObjectList:
    """Merge several answers about one job, such as those of Get Job Chunks Ready For Client Processing.

        job = merged([first, second])

    The header and the nodes come from the last answer. If a chunk is in several answers, the last one counts;
    blobs that only earlier ones have are put in front of its own. Chunks are sorted by number, those without
    a number last. The time is linear in the blobs. The answers are not changed.

    Args:
        answers: The answers, oldest first.

    Raises:
        UsageError: There are no answers, one is not a job, a chunk has no id, or the jobs differ.
    """
    all_answers = list(_items(answers, "answers"))
    for answer in all_answers:
        _check_job(answer)
    if not all_answers:
        raise UsageError("there are no answers")
    if len({_caseless(answer.job_id) for answer in all_answers}) > 1:
        raise UsageError("the answers belong to several jobs")
    chunks: dict[Hashable, JobChunk] = {}
    for answer in all_answers:
        for chunk in answer.chunks:
            if chunk.chunk_id is None:
                raise UsageError("a chunk has no ChunkId: it cannot be matched with other answers' chunks")
            known = _caseless(chunk.chunk_id)
            before = chunks.get(known)
            chunks[known] = chunk if before is None else _with_earlier(before, chunk)
    return replace(all_answers[-1], chunks=sorted(chunks.values(), key=_number))


def _with_earlier(before: JobChunk, chunk: JobChunk) -> JobChunk:
    again = {(_key(blob), blob.offset) for blob in chunk.blobs}
    earlier = [blob for blob in before.blobs if (_key(blob), blob.offset) not in again]
    return replace(chunk, blobs=[*earlier, *chunk.blobs])


# Checks of arguments, and ids without regard to case.


def _items(given: Iterable[Item], expected: str) -> Iterable[Item]:
    if isinstance(given, (str, bytes)) or not isinstance(given, Iterable):
        raise UsageError(f"expected {expected}, not {shown(given)}")
    return given


def _pair(given: object, expected: str) -> tuple[object, Any]:
    if not isinstance(given, (tuple, list)) or len(given) != 2:
        raise UsageError(f"expected {expected}, not {shown(given)}")
    return given[0], given[1]


def _blobs(given: Iterable[Blob]) -> Iterator[Blob]:
    for blob in _items(given, "blobs"):
        if not isinstance(blob, Blob):
            raise UsageError(f"expected a Blob, not {shown(blob)}")
        yield blob


def _check_job(given: object) -> None:
    if not isinstance(given, MasterObjectList):
        raise UsageError(f"expected a MasterObjectList, not {type(given).__name__}")


def _caseless(identifier: object) -> Hashable:
    return identifier.lower() if isinstance(identifier, str) else None


def _key(blob: Blob) -> tuple[Hashable, ...]:
    bucket, name, version = blob.key
    return bucket, name, version.lower() if isinstance(version, str) else version
