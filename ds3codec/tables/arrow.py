"""Writes and reads Arrow's own files, also called Feather."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from ..options import ReadOptions, Unpack
from ..sinks import Sink
from ..sources import Source
from .batches import TableReader
from .files import Batches, FileBatches, check_compression, seekable, written_as_is
from .schema import plain_schema

__all__ = ["read", "write", "write_arrow", "write_feather"]

_MAGIC = b"ARROW1"


def write_arrow(
    source: Source, sink: Sink, *, compression: str = "lz4", sync: bool = True, **options: Unpack[ReadOptions]
) -> None:
    """Write a response as an Arrow file, also known as Feather.

    Repeated texts are written in full. The file's metadata contains the job; that of the last batch contains
    the chunks without rows.

    Args:
        source: Any source that `decode` accepts.
        sink: A path or a binary file object.
        compression: "lz4", "zstd" or "none".
        sync: As in `JobWriter`.
        **options: Options of `record_batches`.

    Raises the errors of `write_parquet`.
    """
    write(TableReader(source, **options), sink, compression=compression, sync=sync)


write_feather = write_arrow
"""Another name for `write_arrow`."""


def write(batches: Batches, sink: Sink, *, compression: str = "lz4", sync: bool = True) -> None:
    """Write batches as an Arrow file; see `write_arrow`."""
    check_compression(compression)
    schema = plain_schema(batches.schema)
    how = pa.ipc.IpcWriteOptions(compression=None if compression == "none" else compression)
    with (
        written_as_is(sink, "arrow", sync=sync) as file,
        pa.ipc.new_file(file, schema, options=how) as writer,
    ):
        for batch in batches:
            writer.write_batch(batch.cast(schema))
        # The schema is written first, so an empty batch carries the metadata that is known only at the end.
        none = pa.RecordBatch.from_arrays([pa.nulls(0, kind) for kind in schema.types], schema=schema)
        writer.write_batch(none, batches.metadata())


def read(source: Any) -> FileBatches:
    """Open an Arrow file, or an Arrow stream, which some tools write with the same ending."""
    opened = seekable(source)
    is_file = opened.read(len(_MAGIC)) == _MAGIC
    opened.seek(0)
    if not is_file:
        stream = pa.ipc.open_stream(opened)
        return FileBatches(stream.schema, lambda: stream)
    file = pa.ipc.open_file(opened)
    numbers = range(file.num_record_batches)
    rows = sum(file.get_batch(number).num_rows for number in numbers)
    said = file.get_batch_with_custom_metadata(numbers[-1]).custom_metadata if numbers else None
    schema = file.schema.with_metadata({**(file.schema.metadata or {}), **(said or {})} or None)
    return FileBatches(schema, lambda: map(file.get_batch, numbers), rows)
