"""ds3codec's own contenders.

Missing attributes become None, so that a response from before API 3.0 can be measured, too; for any other
response, the work is the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO

import ds3codec
from ds3codec import Blob, BlobBatch, MasterObjectList
from ds3codec.readers import ColumnReader
from ds3codec.summaries import Summary
from ds3codec.validation import validate

from .sources import Source, pieces


def streaming(source: Source) -> Iterator[BlobBatch]:
    with ds3codec.JobReader(source, missing="none") as reader:
        yield from reader


def blob_by_blob(source: Source) -> Iterator[Blob]:
    return ds3codec.iter_blobs(source, missing="none")


def incremental(source: Source) -> Iterator[BlobBatch]:
    decoder = ds3codec.IncrementalDecoder(missing="none")
    for piece in pieces(source):
        yield from decoder.feed(piece)
    yield from decoder.close()


def whole(source: Source) -> MasterObjectList:
    return ds3codec.decode(source, missing="none")


def validated(source: Source) -> Iterator[int]:
    report = validate(source)
    yield report.blobs


def validated_in_constant_memory(source: Source) -> Iterator[int]:
    remembering = ["blob-repeated", "blobs-overlap", "blobs-with-a-gap", "blobs-disagree"]
    report = validate(source, ignore=remembering)
    yield report.blobs


def summarised(source: Source) -> Iterator[int]:
    summary = Summary("response")
    for columns in ColumnReader(source, missing="none"):
        summary.add(columns, top=10)
    yield summary.blobs


def encode(job: MasterObjectList, sink: BinaryIO) -> None:
    sink.write(ds3codec.encode(job))


def writer(job: MasterObjectList, sink: BinaryIO) -> None:
    with ds3codec.JobWriter(sink, replace(job, chunks=[])) as output:
        for chunk in job.chunks:
            output.write(chunk)
