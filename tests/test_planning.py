"""What clients plan: held against plain sums and sets of bytes."""

from __future__ import annotations

import copy
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ds3codec import Blob, ChunkProcessingOrder, JobReader, MasterObjectList, UsageError, decode, encode
from ds3codec.planning import (
    Progress,
    Range,
    merged,
    missing_ranges,
    next_chunks,
    progress,
    progress_by_chunk,
    progress_by_node,
)
from ds3codec.testing.strategies import consistent_jobs
from tests.examples import SAMPLE

JOB = decode(SAMPLE)


@given(consistent_jobs())
def test_progress_is_what_the_header_says(job: MasterObjectList) -> None:
    whole = progress(job)
    assert whole.cached_bytes == job.cached_size_in_bytes
    assert whole.cached_bytes + whole.outstanding_bytes == job.original_size_in_bytes
    assert whole.cached_blobs + whole.outstanding_blobs == sum(len(chunk.blobs) for chunk in job.chunks)
    for parts in (progress_by_node(job), progress_by_chunk(job)):
        assert sum(parts.values(), Progress()) == whole
    assert set(progress_by_chunk(job)) == {chunk.chunk_id for chunk in job.chunks}
    assert progress(job.chunks) == whole
    with JobReader(encode(job)) as reader:
        assert progress_by_node(reader) == progress_by_node(job)


@given(consistent_jobs(), st.data())
def test_the_next_chunks_are_ready_not_done_and_in_order(job: MasterObjectList, data: st.DataObject) -> None:
    done = data.draw(st.sets(st.sampled_from([chunk.chunk_id for chunk in job.chunks])))
    numbers = [chunk.chunk_number for chunk in next_chunks(job, done)]
    ready = [
        chunk.chunk_number
        for chunk in job.chunks
        if chunk.chunk_id not in done and all(blob.in_cache for blob in chunk.blobs)
    ]
    assert numbers == sorted(numbers)
    if job.chunk_client_processing_order_guarantee is ChunkProcessingOrder.NONE:
        assert numbers == sorted(ready)
    else:
        left = [chunk.chunk_number for chunk in job.chunks if chunk.chunk_id not in done]
        assert numbers == left[: len(numbers)]
        assert len(numbers) == len(left) or left[len(numbers)] not in ready


def blob(offset: int, length: int, name: str = "a") -> Blob:
    return Blob(latest=True, length=length, name=name, offset=offset)


EXTENTS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 12)), max_size=8)


@given(EXTENTS, EXTENTS)
def test_missing_ranges_are_the_bytes_that_are_not_there(wanted: Any, there: Any) -> None:
    ranges = missing_ranges((blob(*one) for one in wanted), there)
    assert [byte for one in ranges for byte in range(one.offset, one.end)] == sorted(
        {byte for offset, length in wanted for byte in range(offset, offset + length)}
        - {byte for offset, length in there for byte in range(offset, offset + length)}
    )
    assert all(one.end < other.offset for one, other in pairwise(ranges))


def test_ranges_are_those_of_one_object() -> None:
    assert missing_ranges([blob(0, 10), blob(10, 10)], [(4, 12)]) == [Range(0, 4), Range(16, 4)]
    for wrong in ((5, -10), (-1, 2), (0.5, 1)):
        with pytest.raises(UsageError, match="not a range"):
            missing_ranges([blob(0, 10)], [wrong])  # type: ignore[list-item]
    with pytest.raises(UsageError, match="several objects"):
        missing_ranges([blob(0, 1), blob(0, 1, "b")])


@given(consistent_jobs(), st.data())
def test_answers_with_some_chunks_together_are_the_job(job: MasterObjectList, data: st.DataObject) -> None:
    answers = []
    for chunk in data.draw(st.permutations(job.chunks * 2)):
        answer = copy.copy(job)
        answer.chunks = [chunk]
        answers.append(answer)
    before = copy.deepcopy(answers)
    assert merged(answers) == job
    assert answers == before


def test_blobs_that_came_earlier_stay_and_the_last_header_counts() -> None:
    early, late = copy.deepcopy(JOB), copy.deepcopy(JOB)
    late.name = "late"
    late.chunks[0].blobs = late.chunks[0].blobs[1:]
    late.chunks[0].blobs[0].in_cache = None
    both = merged([early, late])
    assert both.name == "late"
    assert [one.name for one in both.chunks[0].blobs] == [one.name for one in JOB.chunks[0].blobs]
    assert both.chunks[0].blobs[1].in_cache is None
    late.job_id = "another"
    with pytest.raises(UsageError, match="several jobs"):
        merged([early, late])
    with pytest.raises(UsageError, match="expected a MasterObjectList, not str"):
        merged(["x"])  # type: ignore[list-item]
    with pytest.raises(UsageError, match="no answer"):
        merged([])


OLD = decode(
    b"""<MasterObjectList BucketName="b" JobId="1"><Objects ChunkId="c"><Object Name="a"/></Objects>
    <Objects ChunkNumber="0"><Object Name="a" Offset="5"/></Objects></MasterObjectList>""",
    missing="none",
)


def test_a_response_that_lacks_required_attributes_can_be_planned_with() -> None:
    first, second = OLD.chunks
    assert (first.blobs[0].end, second.blobs[0].end) == (None, None)
    assert progress(OLD) == Progress(outstanding_blobs=2)
    assert progress_by_chunk(OLD) == {"c": Progress(outstanding_blobs=1), None: Progress(outstanding_blobs=1)}
    for blob in (first.blobs[0], second.blobs[0]):
        with pytest.raises(UsageError, match="no Offset or no Length"):
            missing_ranges([blob])
        blob.in_cache = True
    assert next_chunks(OLD) == [second, first]
    assert next_chunks(OLD, ["C"]) == [second]
    with pytest.raises(UsageError, match="no ChunkId"):
        merged([OLD])
    OLD.chunks = [first]
    assert merged([OLD, OLD]) == OLD


def test_ids_are_the_same_in_any_case() -> None:
    upper = copy.deepcopy(JOB)
    for each in upper.chunks:
        each.chunk_id = each.chunk_id.upper()
        each.node_id = each.node_id and each.node_id.upper()
        for one in each.blobs:
            one.version_id = one.version_id and one.version_id.upper()
    assert merged([JOB, upper]) == upper
    assert next_chunks(JOB, [each.chunk_id for each in upper.chunks]) == []
    both = [*JOB.chunks, *upper.chunks]
    for of_both, of_one in (
        (progress_by_node(both), progress_by_node(JOB)),
        (progress_by_chunk(both), progress_by_chunk(JOB)),
    ):
        assert of_both == {known: each + each for known, each in of_one.items()}
    last = JOB.chunks[-1].blobs[-1], upper.chunks[-1].blobs[-1]
    assert missing_ranges(last) == [Range(last[0].offset, last[0].length)]


@pytest.mark.parametrize("wrong", [None, 5, "x", [5], [(0,)], [("a", 1)], [None], ["ab"], [(None, None)]])
def test_what_is_no_job_no_blob_and_no_range_is_refused(wrong: Any) -> None:
    for use in (
        progress,
        progress_by_node,
        progress_by_chunk,
        next_chunks,
        missing_ranges,
        merged,
        lambda ranges: missing_ranges([blob(0, 10)], ranges),
    ):
        with pytest.raises(UsageError):
            use(wrong)
    for done in (None, 5, "x"):
        with pytest.raises(UsageError):
            next_chunks(JOB, done)  # type: ignore[arg-type]
