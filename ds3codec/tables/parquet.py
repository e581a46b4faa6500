"""Writes and reads Parquet files."""

from __future__ import annotations

import base64
from typing import Any

import pyarrow as pa

from ..options import ReadOptions, Unpack
from ..sinks import Sink
from ..sources import Source
from .batches import BATCH_SIZE, TableReader
from .files import Batches, FileBatches, check_compression, seekable, written_as_is

__all__ = ["read", "write", "write_parquet"]

ROW_GROUP = 131_072


def write_parquet(
    source: Source,
    sink: Sink,
    *,
    compression: str = "zstd",
    row_group_size: int = ROW_GROUP,
    sync: bool = True,
    **options: Unpack[ReadOptions],
) -> None:
    """Write a response as a Parquet file.

    The file's metadata contains the job, and the chunks without rows, as for `read_table`.

    Args:
        source: Any source that `decode` accepts.
        sink: A path or a binary file object.
        compression: One of Parquet's: "zstd", "snappy", "gzip", "brotli", "lz4" or "none".
        row_group_size: The number of rows in a row group.
        sync: As in `JobWriter`.
        **options: Options of `record_batches`.

    Raises:
        UsageError: The compression is unknown.
        OSError: The sink cannot be written to.

    Other errors are those of `decode`.
    """
    check_compression(compression)  # fail before reading the source
    reader = TableReader(source, batch_size=row_group_size, **options)
    write(reader, sink, compression=compression, row_group_size=row_group_size, sync=sync)


def write(
    batches: Batches,
    sink: Sink,
    *,
    compression: str = "zstd",
    row_group_size: int = ROW_GROUP,
    sync: bool = True,
) -> None:
    """Write batches as a Parquet file; see `write_parquet`."""
    import pyarrow.parquet as pq  # noqa: PLC0415  (takes as long to import as everything else here)

    check_compression(compression)
    schema = batches.schema.remove_metadata()
    with (
        written_as_is(sink, "parquet", sync=sync) as file,
        pq.ParquetWriter(file, schema, compression=compression, store_schema=False) as writer,
    ):
        for batch in batches:
            writer.write_batch(batch, row_group_size)
        writer.add_key_value_metadata(_in_parquet(batches.schema.with_metadata(batches.metadata())))


def _in_parquet(schema: pa.Schema) -> dict[bytes, bytes]:
    """Make the metadata of a Parquet file: the schema's own, and the schema, from which readers take it."""
    return {**(schema.metadata or {}), b"ARROW:schema": base64.b64encode(schema.serialize())}


def read(source: Any) -> FileBatches:
    """Open a Parquet file."""
    import pyarrow.parquet as pq  # noqa: PLC0415

    file = pq.ParquetFile(seekable(source))
    return FileBatches(file.schema_arrow, lambda: file.iter_batches(BATCH_SIZE), file.metadata.num_rows)
