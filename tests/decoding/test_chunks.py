"""Chunks, and what is handed out of them while they are read."""

from __future__ import annotations

from ds3codec import Blob, JobChunk
from ds3codec.decoding.chunks import Batches


def blob(offset: int) -> Blob:
    return Blob(latest=True, length=1, name="object", offset=offset)


def offsets(chunks: Batches) -> list[list[int | None]]:
    return [[blob.offset for blob in batch.blobs] for batch in chunks.take()]


def test_only_a_chunk_without_blobs_has_a_part_without_them() -> None:
    chunks = Batches()
    chunks.begin(JobChunk(chunk_id="0", chunk_number=0))
    chunks.blobs.append(blob(0))
    assert offsets(chunks) == [[0]]
    chunks.end()
    assert offsets(chunks) == []
    chunks.begin(JobChunk(chunk_id="1", chunk_number=1))
    chunks.end()
    assert offsets(chunks) == [[]]
    assert chunks.count == 2
