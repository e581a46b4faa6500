"""What several answers of one job contradict each other in: a client that polls gets one after the other."""

from __future__ import annotations

from functools import partial
from itertools import chain, pairwise, repeat

from ...decoding.columns import Column
from ...models import JobStatus, MasterObjectList
from ..parts import Part
from .base import Check, Context, Rule, Severity

__all__ = ["BlobsTogether", "JobsTogether"]


class JobsTogether(Check):
    """Remembers the id, the completed bytes and the status of the answers before."""

    rules: tuple[Rule, ...] = (
        Rule(
            "job-changed", "together", Severity.ERROR, "The JobId differs from that of an earlier answer.",
            "The answers are of different jobs. They are not compared any further.",
            "two answers with different JobId, with --together",
        ),
        Rule(
            "completed-shrank", "together", Severity.ERROR,
            "CompletedSizeInBytes is smaller than in an earlier answer.",
            "Completed bytes stay completed, unless the answers are out of order.",
            'CompletedSizeInBytes="20", and CompletedSizeInBytes="10" in a later answer',
        ),
        Rule(
            "completed-undone", "together", Severity.ERROR,
            "The job was COMPLETED in an earlier answer, but no longer is.",
            "A completed job has ended, unless the answers are out of order.",
            'Status="COMPLETED", and Status="IN_PROGRESS" in a later answer',
        ),
    )  # fmt: skip

    _CHANGED, _SHRANK, _UNDONE = rules

    def header(self, job: MasterObjectList) -> None:
        answers = self.earlier
        if answers is None:
            return
        identifier = job.job_id and job.job_id.lower()
        if answers.job_id is None:
            answers.job_id = identifier
        answers.is_same_job = identifier == answers.job_id
        if not answers.is_same_job:
            message = f"the job is {job.job_id}, in an answer before {answers.job_id}"
            self.found(message, self.root.inside("@JobId"))
            return
        completed = job.completed_size_in_bytes
        if completed is not None and completed < answers.completed:
            message = f"{completed} bytes are completed, in an answer before {answers.completed}"
            self.found(message, self.root.inside("@CompletedSizeInBytes"), self._SHRANK)
        if answers.was_completed and job.status is not JobStatus.COMPLETED:
            self.found("the job was COMPLETED before", self.root.inside("@Status"), self._UNDONE)
        answers.completed = max(answers.completed, completed or 0)
        answers.was_completed = answers.was_completed or job.status is JobStatus.COMPLETED


class BlobsTogether(Check):
    """Remembers 40 to 48 bytes of each blob of all answers."""

    rules: tuple[Rule, ...] = (
        Rule(
            "blob-changed", "together", Severity.ERROR,
            "A blob has another length or chunk than in an earlier answer.",
            "A job's blobs and chunks are fixed when the job is created.",
            'Name="a" Offset="0" Length="10", and Length="20" in another answer',
        ),
    )  # fmt: skip

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._chunk_id: str | None = None
        self._count = len(context.earlier.blobs) if context.earlier is not None else 0

    def part(self, part: Part) -> None:
        earlier = self.earlier
        if earlier is None or not earlier.is_same_job:
            return
        lengths, chunks = part.blobs("length"), self._chunks_of(part)
        earlier.lengths.extend([-1 if length is None else length for length in lengths])
        earlier.chunks.extend(map(hash, chunks))
        for at, first in earlier.blobs.add(_keys(part)):
            if first < self._count:
                before = earlier.lengths[first], earlier.chunks[first]
                self._compare(part, at, before, (lengths[at], hash(chunks[at])))

    def _compare(self, part: Part, at: int, before: tuple[int, int], now: tuple[int | None, int]) -> None:
        (old_length, old_chunk), (length, chunk) = before, now
        if length is not None and old_length not in (-1, length):
            message = f"the blob has {length} bytes, in an answer before {old_length}"
            self.found(message, partial(part.blob_place, at, "Length"))
        if old_chunk not in (chunk, hash(None)) and chunk != hash(None):
            self.found("the blob is in another chunk than in an answer before", partial(part.blob_place, at))

    def _chunks_of(self, part: Part) -> Column:
        """For each blob the id of its chunk."""
        ids = [self._chunk_id, *(found and found.lower() for found in part.chunks("chunk_id"))]
        bounds = [0, *part.columns.boundaries, part.blob_count]
        self._chunk_id = ids[-1]
        counts = [end - begin for begin, end in pairwise(bounds)]
        return list(chain.from_iterable(map(repeat, ids, counts)))


def _keys(part: Part) -> Column:
    """What a blob is known by; None where that is not there."""
    columns = [part.blobs(field) for field in ("name", "version_id", "version", "offset")]
    return [None if key[0] is None or key[3] is None else key for key in zip(*columns)]
