"""The forms of contenders' results.

A form counts the objects in a result, which ends the measured work, and gives its rows, which are compared
between contenders. A row is one object as plain data, with the number of its chunk. Both start from the
result of the same reading function.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from ds3codec import Blob, BlobBatch, MasterObjectList

from .fields import BLOB, BLOB_TAG, CHUNK_TAG, JOB_TAG, Fields, plain, typed

CHUNK_NUMBER = "chunk_number"


class Form(NamedTuple):
    count: Callable[[Any], int]
    rows: Callable[[Any], Iterator[Fields]]


def _rows_of_job(job: MasterObjectList) -> Iterator[Fields]:
    for chunk in job.chunks:
        for blob in chunk.blobs:
            yield {CHUNK_NUMBER: chunk.chunk_number, **plain(blob)}


def _rows_of_pydantic(job: Any) -> Iterator[Fields]:
    for chunk in job.chunks:
        for blob in chunk.blobs:
            yield {CHUNK_NUMBER: chunk.chunk_number, **plain(dict(blob))}


def _rows_of_batches(batches: Iterable[BlobBatch]) -> Iterator[Fields]:
    for chunk, blobs in batches:
        for blob in blobs:
            yield {CHUNK_NUMBER: chunk.chunk_number, **plain(blob)}


def _rows_of_blobs(blobs: Iterable[Blob]) -> Iterator[Fields]:
    yield from map(plain, blobs)


def _rows_of_chunks(chunks: Iterable[Fields]) -> Iterator[Fields]:
    for chunk in chunks:
        for blob in chunk.get("blobs", ()):
            yield {CHUNK_NUMBER: chunk[CHUNK_NUMBER], **plain(blob)}


def _rows_of_lists(batches: Iterable[tuple[Fields, list[Fields]]]) -> Iterator[Fields]:
    for chunk, blobs in batches:
        for blob in blobs:
            yield {CHUNK_NUMBER: chunk[CHUNK_NUMBER], **plain(blob)}


def _rows_of_pairs(pairs: Iterable[tuple[Fields, Fields]]) -> Iterator[Fields]:
    for chunk, blob in pairs:
        yield {CHUNK_NUMBER: chunk[CHUNK_NUMBER], **plain(blob)}


def _rows_of_tables(batches: Iterable[Any]) -> Iterator[Fields]:
    """Yield the rows; one without a chunk number takes that of the row before."""
    fields, number = [field for field, _ in BLOB.attributes.values()], None
    for batch in batches:
        for row in batch.to_pylist():
            number = row[CHUNK_NUMBER] if row[CHUNK_NUMBER] is not None else number
            yield {CHUNK_NUMBER: number, **plain({field: row.get(field) for field in fields})}


def _rows_of_texts(job: dict[str, Any]) -> Iterator[Fields]:
    for chunk in job.get(CHUNK_TAG, ()):
        for blob in chunk.get(BLOB_TAG, ()):
            present = [(name, text) for name, text in blob.items() if isinstance(text, str)]
            yield {CHUNK_NUMBER: int(chunk["ChunkNumber"]), **typed(BLOB, present)}


def _rows_of_values(job: dict[str, Any]) -> Iterator[Fields]:
    for chunk in job.get(CHUNK_TAG, ()):
        for blob in chunk.get(BLOB_TAG, ()):
            values = {BLOB.attributes[name[1:]][0]: value for name, value in blob.items() if name[0] == "@"}
            yield {CHUNK_NUMBER: chunk["@ChunkNumber"], **values}


def _listed(value: Any) -> list[Any]:
    """Return a list in any case; xmltodict gives a bare value for a single element."""
    return value if isinstance(value, list) else [value]


def _chunks_of_document(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from _listed(document[JOB_TAG].get(CHUNK_TAG, []))


def _count_in_document(document: dict[str, Any]) -> int:
    return sum(len(_listed(chunk.get(BLOB_TAG, []))) for chunk in _chunks_of_document(document))


def _rows_of_document(document: dict[str, Any]) -> Iterator[Fields]:
    for chunk in _chunks_of_document(document):
        for blob in _listed(chunk.get(BLOB_TAG, [])):
            texts = [(name[1:], text) for name, text in blob.items() if name[0] == "@"]
            yield {CHUNK_NUMBER: int(chunk["@ChunkNumber"]), **typed(BLOB, texts)}


def _rows_of_sdk(result: dict[str, Any]) -> Iterator[Fields]:
    for chunk in result["ObjectsList"]:
        for blob in chunk["ObjectList"]:
            present = [(name, text) for name, text in blob.items() if isinstance(text, str)]
            yield {CHUNK_NUMBER: int(chunk["ChunkNumber"]), **typed(BLOB, present)}


def _count_in_wire_names(job: dict[str, Any]) -> int:
    return sum(len(chunk.get(BLOB_TAG, ())) for chunk in job.get(CHUNK_TAG, ()))


COUNTS = Form(sum, lambda counts: iter(()))
JOB_MODEL = Form(lambda job: sum(len(chunk.blobs) for chunk in job.chunks), _rows_of_job)
JOB_PYDANTIC = Form(JOB_MODEL.count, _rows_of_pydantic)
BATCHES = Form(lambda batches: sum(len(batch.blobs) for batch in batches), _rows_of_batches)
BLOBS = Form(lambda blobs: sum(1 for _ in blobs), _rows_of_blobs)
CHUNK_FIELDS = Form(lambda chunks: sum(len(chunk.get("blobs", ())) for chunk in chunks), _rows_of_chunks)
JOB_FIELDS = Form(
    lambda job: CHUNK_FIELDS.count(job.get("chunks", ())),
    lambda job: CHUNK_FIELDS.rows(job.get("chunks", ())),
)
LISTS = Form(lambda batches: sum(len(blobs) for _, blobs in batches), _rows_of_lists)
PAIRS = Form(lambda pairs: sum(1 for _ in pairs), _rows_of_pairs)
TABLES = Form(lambda batches: sum(batch.num_rows for batch in batches), _rows_of_tables)
JOB_TEXTS = Form(_count_in_wire_names, _rows_of_texts)
JOB_DOCUMENT = Form(_count_in_document, _rows_of_document)
JOB_SDK = Form(lambda result: sum(len(chunk["ObjectList"]) for chunk in result["ObjectsList"]), _rows_of_sdk)
JOB_VALUES = Form(_count_in_wire_names, _rows_of_values)
