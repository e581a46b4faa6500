"""Blobs come in batches of one chunk each, of a limited size."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ds3codec import JobChunk
from ds3codec.decoding.chunks import Batches
from ds3codec.decoding.columns import Columns
from ds3codec.limits import MOST_BLOBS


def columns(sizes: list[int]) -> Columns:
    """So many blobs for the open chunk, and for each chunk that begins after it."""
    boundaries = [sum(sizes[: number + 1]) for number in range(len(sizes) - 1)]
    numbers = list(range(1, len(sizes)))
    offsets = list(range(sum(sizes)))
    chunks = {"chunk_id": list(map(str, numbers)), "chunk_number": numbers}
    return Columns(len(offsets), {"offset": offsets}, boundaries, chunks)


@given(st.lists(st.sampled_from([1, 2, 3, MOST_BLOBS, MOST_BLOBS + 1, 1300]), min_size=1, max_size=6))
def test_columns_become_batches_of_each_chunk(sizes: list[int]) -> None:
    chunks = Batches()
    chunks.begin(JobChunk(chunk_id="0", chunk_number=0))
    chunks.add(columns(sizes))
    assert chunks.blob_count == sizes[-1]
    chunks.end()
    batches = chunks.take()
    assert [blob.offset for batch in batches for blob in batch.blobs] == list(range(sum(sizes)))
    counts = [0] * len(sizes)
    for chunk, blobs in batches:
        assert chunk.chunk_id == str(chunk.chunk_number)
        assert 0 < len(blobs) <= MOST_BLOBS
        counts[chunk.chunk_number] += len(blobs)
    assert counts == sizes
    assert chunks.count == len(sizes)


def test_a_chunk_without_blobs_has_one_batch_without_blobs() -> None:
    chunks = Batches()
    chunks.begin(JobChunk(chunk_id="a", chunk_number=7))
    assert chunks.take() == []
    chunks.end()
    [batch] = chunks.take()
    assert (batch.chunk.chunk_number, batch.blobs) == (7, [])
