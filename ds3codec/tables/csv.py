"""Writes and reads CSV with a header line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from ..errors import TableError, UsageError
from ..options import ReadOptions, Unpack
from ..sinks import Sink
from ..sources import Source
from .batches import TableReader
from .files import Batches, FileBatches, as_file, plain_pieces, written
from .schema import plain_schema
from .spreadsheets import Sheet, in_utf_8

__all__ = ["read", "write", "write_csv"]


def write_csv(
    source: Source,
    sink: Sink,
    *,
    compression: str | None = None,
    sync: bool = True,
    **options: Unpack[ReadOptions],
) -> None:
    """Write a response as CSV with a header line. A null is an empty cell, and an empty text is `""`.

    Args:
        source: Any source that `decode` accepts.
        sink: A path or a binary file object.
        compression: "gzip", "bzip2", "xz" or "zstd", or its ending without the dot, such as "bz2". None takes
            it from the ending of a path; plain text without such an ending.
        sync: As in `JobWriter`.
        **options: Options of `record_batches`, except for placements, which CSV cannot represent.

    Raises the errors of `write_parquet`.
    """
    write(TableReader(source, **options), sink, compression=compression, sync=sync)


def write(batches: Batches, sink: Sink, *, compression: str | None = None, sync: bool = True) -> None:
    """Write batches as CSV; see `write_csv`."""
    from pyarrow import csv  # noqa: PLC0415

    schema = plain_schema(batches.schema)
    if any(map(pa.types.is_nested, schema.types)):
        raise UsageError("CSV cannot hold placements, because it has no nested columns")
    with written(sink, compression, sync=sync) as file, csv.CSVWriter(file, schema) as writer:
        for batch in batches:
            writer.write_batch(batch.cast(schema))


def read(source: Any) -> FileBatches:
    """Open a CSV file of any tool, compressed or not."""
    sheet = Sheet(in_utf_8(plain_pieces(source)), lambda text: as_file(_with_all_quotes(text)))
    return FileBatches(sheet.schema, lambda: sheet)


def _with_all_quotes(plain: Iterator[bytes]) -> Iterator[bytes]:
    """Pass on a CSV; raise TableError if it ends inside quotes, which pyarrow would accept."""
    count = 0
    for piece in plain:
        count += piece.count(b'"')
        yield piece
    if count % 2:
        raise TableError("the CSV ends inside a text in quotes: it was cut off")
