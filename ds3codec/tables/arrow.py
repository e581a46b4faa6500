"""Arrow's own files, which are called Feather, too."""

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


def write_arrow(
    source: Source, sink: Sink, *, compression: str = "lz4", sync: bool = True, **options: Unpack[ReadOptions]
) -> None:
    """Write a response as an Arrow file, which is Feather's format, too.

    Texts that repeat are written as they are. The job is in the file's metadata.

    Args:
        source: What `decode` takes.
        sink: A path or a binary file object.
        compression: "lz4", "zstd" or "none".
        sync: As in `JobWriter`.
        **options: Those of `record_batches`.

    The errors are those of `write_parquet`.
    """
    write(TableReader(source, **options), sink, compression=compression, sync=sync)


write_feather = write_arrow
"""Another name of `write_arrow`."""


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


def read(source: Any) -> FileBatches:
    """Open an Arrow file."""
    file = pa.ipc.open_file(seekable(source))
    rows = sum(file.get_batch(number).num_rows for number in range(file.num_record_batches))
    return FileBatches(file.schema, lambda: map(file.get_batch, range(file.num_record_batches)), rows)
