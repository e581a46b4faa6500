"""Tables: ours, and the alternatives: frames and tables of blobs, and the reader of pandas."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ds3codec
from ds3codec.tables import read_table, record_batches
from ds3codec.tables.batches import TableReader
from ds3codec.tables.files import write_table

from .fields import BLOB, BLOB_TAG
from .sources import Source, whole


def batches(source: Source) -> Iterator[Any]:
    yield from record_batches(source, missing="none")


def table(source: Source) -> list[Any]:
    batches: list[Any] = read_table(source, missing="none").to_batches()
    return batches


def parquet(source: Source) -> Iterator[int]:
    reader = TableReader(source, missing="none")
    write_table(reader, os.devnull, "parquet")
    yield reader.rows


def json_lines(source: Source) -> Iterator[int]:
    reader = TableReader(source, missing="none")
    write_table(reader, os.devnull, "jsonl")
    yield reader.rows


def pandas_of_blobs(source: Source) -> Iterator[int]:
    import pandas as pd  # noqa: PLC0415

    yield len(pd.DataFrame(ds3codec.iter_blobs(source, missing="none")))


def arrow_of_dicts(source: Source) -> list[Any]:
    """Build an Arrow table as users do, from a dict for each blob."""
    import pyarrow as pa  # noqa: PLC0415

    fields = [field for field, _ in BLOB.attributes.values()]
    rows = [
        {"chunk_number": chunk.chunk_number} | {field: getattr(blob, field) for field in fields}
        for chunk, blobs in ds3codec.JobReader(source, missing="none")
        for blob in blobs
    ]
    batches: list[Any] = pa.Table.from_pylist(rows).to_batches()
    return batches


def pandas_read_xml(source: Source) -> Iterator[int]:
    """Read with pandas and its iterparse option, which takes only a path."""
    import pandas as pd  # noqa: PLC0415

    columns = {BLOB_TAG: list(BLOB.attributes)}
    if isinstance(source, Path):
        yield len(pd.read_xml(str(source), iterparse=columns, parser="lxml"))
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "response.xml"
        path.write_bytes(whole(source))
        yield len(pd.read_xml(str(path), iterparse=columns, parser="lxml"))
