"""What the appliance keeps: blobs, chunks and what is ready."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ds3codec import JobRequestType
from ds3codec.testing.appliance.store import Store


def store(chunk_objects: int = 2, blob_size: int = 10, nodes: int = 2) -> Store:
    return Store("6.0", chunk_objects, blob_size, 0, nodes)


@given(st.integers(0, 50), st.integers(0, 200), st.integers(1, 30))
def test_the_blobs_of_an_object_follow_each_other(offset: int, length: int, size: int) -> None:
    blobs = store(blob_size=size).blobs("bucket", "name", offset, length)
    assert blobs[0].offset == offset
    assert [blob.end for blob in blobs[:-1]] == [blob.offset for blob in blobs[1:]]
    assert blobs[-1].end == offset + length
    assert all(blob.length <= size for blob in blobs)
    assert len({blob.key for blob in blobs}) == 1


@given(st.lists(st.integers(1, 7), max_size=4), st.integers(1, 3))
def test_chunks_have_no_more_blobs_than_they_may(parts: list[int], size: int) -> None:
    kept = store(chunk_objects=size)
    job = kept.new_job("bucket", JobRequestType.GET)
    for number, count in enumerate(parts):
        job.add(kept.blobs("bucket", str(number), 0, 10 * count))
    assert all(1 <= len(chunk.blobs) <= size for chunk in job.chunks)
    assert [chunk.chunk_number for chunk in job.chunks] == list(range(len(job.chunks)))
    whole = job.whole()
    assert whole.original_size_in_bytes == whole.cached_size_in_bytes == 10 * sum(parts)
    assert {chunk.node_id for chunk in job.chunks} <= {node.id for node in whole.nodes}


def test_what_is_written_changes_nothing_in_the_store() -> None:
    kept = store()
    job = kept.new_job("bucket", JobRequestType.GET)
    job.add(kept.blobs("bucket", "name", 0, 10))
    kept.version = "4.1"
    [body] = job.body(job.whole())
    assert b"VersionId" not in body
    assert job.chunks[0].blobs[0].version_id is not None
