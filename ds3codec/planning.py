"""What clients compute of a job again and again: what is outstanding, what comes next, what is missing.

All are pure functions of a job, of the batches of a `JobReader`, or of blobs; none remembers more than it
says.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

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


class Progress(NamedTuple):
    """How many blobs, and how many bytes, are in the cache, and how many are not.

    Attributes:
        cached_blobs: Blobs in the cache.
        cached_bytes: Their bytes.
        outstanding_blobs: Blobs that are not in the cache, or of which it is not said.
        outstanding_bytes: Their bytes.
    """

    cached_blobs: int = 0
    cached_bytes: int = 0
    outstanding_blobs: int = 0
    outstanding_bytes: int = 0

    def __add__(self, other: object) -> Progress:
        """Both together."""
        if not isinstance(other, Progress):
            return NotImplemented
        return Progress(*(one + more for one, more in zip(self, other)))


class Range(NamedTuple):
    """Some bytes of an object.

    Attributes:
        offset: Where they begin.
        length: How many they are.
    """

    offset: int
    length: int

    @property
    def end(self) -> int:
        """Where they end: the offset of the first byte after them."""
        return self.offset + self.length


def progress(job: Chunks) -> Progress:
    """Sum up what is in the cache and what is outstanding, in time proportional to the blobs.

        progress(decode("response.xml")).outstanding_bytes

    Args:
        job: A job, chunks, or the batches of a `JobReader`.
    """
    return sum((_progress(blobs) for _, blobs in _parts(job)), Progress())


def progress_by_node(job: Chunks) -> dict[str | None, Progress]:
    """Do as `progress` for each node, by its id; None for the chunks that have none yet.

    with JobReader("response.xml") as reader:
        by_node = progress_by_node(reader)
    """
    found: dict[str | None, Progress] = {}
    for chunk, blobs in _parts(job):
        found[chunk.node_id] = found.get(chunk.node_id, Progress()) + _progress(blobs)
    return found


def progress_by_chunk(job: Chunks) -> dict[str, Progress]:
    """Do as `progress` for each chunk, by its id.

    progress_by_chunk(job)[job.chunks[0].chunk_id].outstanding_blobs
    """
    found: dict[str, Progress] = {}
    for chunk, blobs in _parts(job):
        found[chunk.chunk_id] = found.get(chunk.chunk_id, Progress()) + _progress(blobs)
    return found


def _parts(job: Chunks) -> Iterator[tuple[JobChunk, Sequence[Blob]]]:
    for part in job.chunks if isinstance(job, MasterObjectList) else job:
        yield (part, part.blobs) if isinstance(part, JobChunk) else part


def _progress(blobs: Iterable[Blob]) -> Progress:
    all_blobs = [(blob.length or 0, blob.in_cache) for blob in blobs]
    cached = [length for length, in_cache in all_blobs if in_cache]
    total = sum(length for length, _ in all_blobs)
    return Progress(len(cached), sum(cached), len(all_blobs) - len(cached), total - sum(cached))


def next_chunks(job: MasterObjectList, done: Container[str] = ()) -> list[JobChunk]:
    """The chunks that a client can get now, by their numbers: all of their blobs are in the cache.

        for chunk in next_chunks(job, done):
            fetch(chunk)
            done.add(chunk.chunk_id)

    Where the job says that its chunks have to be processed in order, the first that is not in the cache ends
    the list. The time is that of sorting the chunks, and proportional to the blobs.

    Args:
        job: The job.
        done: The ids of the chunks that the client has processed.
    """
    in_order = job.chunk_client_processing_order_guarantee is ChunkProcessingOrder.IN_ORDER
    found = []
    for chunk in sorted(job.chunks, key=lambda chunk: chunk.chunk_number):
        if chunk.chunk_id in done:
            continue
        if all(blob.in_cache for blob in chunk.blobs):
            found.append(chunk)
        elif in_order:
            break
    return found


def missing_ranges(blobs: Iterable[Blob], there: Iterable[tuple[int, int]] = ()) -> list[Range]:
    """The bytes of an object that are still missing after an interruption, joined and in order.

        missing_ranges(blobs_of_the_object, there=[(0, 4096)])

    The time is that of sorting the blobs and ranges.

    Args:
        blobs: The blobs of one object, in any order.
        there: The offset and the length of what the client has, in any order; they may overlap.

    Raises:
        UsageError: The blobs are of several objects, or what is there is no range of bytes.
    """
    wanted, keys = [], set()
    for blob in blobs:
        keys.add(blob.key)
        wanted.append(Range(blob.offset, blob.length or 0))
    if len(keys) > 1:
        raise UsageError("the blobs are of several objects: their ranges have nothing to do with each other")
    have = iter([*_joined(map(_checked, there)), None])
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


def _checked(one: tuple[int, int]) -> Range:
    offset, length = one
    if not (isinstance(offset, int) and isinstance(length, int) and offset >= 0 and length >= 0):
        raise UsageError(f"{shown(one)} is no range: an offset and a length in bytes")
    return Range(offset, length)


def _joined(ranges: Iterable[Range]) -> list[Range]:
    """Ranges in order, of which those that touch or overlap are one."""
    found: list[Range] = []
    for one in sorted(one for one in ranges if one.length > 0):
        if found and one.offset <= found[-1].end:
            found[-1] = Range(found[-1].offset, max(found[-1].end, one.end) - found[-1].offset)
        else:
            found.append(one)
    return found


def merged(answers: Iterable[MasterObjectList]) -> MasterObjectList:
    """One job of several answers of it, such as those of Get Job Chunks Ready For Client Processing.

        job = merged([first, second])

    The header and the nodes are those of the last answer. Of a chunk that came several times the last is
    taken, with the blobs that only earlier ones had in front. Chunks are ordered by their numbers. The time
    is proportional to the blobs. The answers are not changed.

    Args:
        answers: The answers, oldest first.

    Raises:
        UsageError: There is none, one is no job, or they are of several jobs.
    """
    all_answers = list(answers)
    for answer in all_answers:
        if not isinstance(answer, MasterObjectList):
            raise UsageError(f"expected a MasterObjectList, not {type(answer).__name__}")
    if not all_answers:
        raise UsageError("there is no answer")
    if len({str(answer.job_id).lower() for answer in all_answers}) > 1:
        raise UsageError("the answers are of several jobs")
    chunks: dict[str, JobChunk] = {}
    for answer in all_answers:
        for chunk in answer.chunks:
            before = chunks.get(chunk.chunk_id)
            chunks[chunk.chunk_id] = chunk if before is None else _with_earlier(before, chunk)
    ordered = sorted(chunks.values(), key=lambda chunk: chunk.chunk_number)
    return replace(all_answers[-1], chunks=ordered)


def _with_earlier(before: JobChunk, chunk: JobChunk) -> JobChunk:
    again = {(blob.key, blob.offset) for blob in chunk.blobs}
    earlier = [blob for blob in before.blobs if (blob.key, blob.offset) not in again]
    return replace(chunk, blobs=[*earlier, *chunk.blobs])
