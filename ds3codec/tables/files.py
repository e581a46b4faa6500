"""Responses as files of tables: Parquet, Feather, CSV and JSON Lines, batch by batch.

Under a path, nothing appears before all is written. Where the response is wrong, nothing appears at all.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypedDict, get_args

import pyarrow as pa

from ..errors import UsageError
from ..options import Missing
from ..sinks import Output, Sink
from ..sources import Source
from .batches import TableReader
from .lines import json_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from typing_extensions import Unpack

__all__ = [
    "Batches",
    "Compression",
    "ReadOptions",
    "opened",
    "plain_schema",
    "to_csv",
    "to_feather",
    "to_jsonl",
    "to_parquet",
    "write_csv",
    "write_feather",
    "write_jsonl",
    "write_parquet",
]

Compression = Literal["gzip", "bz2", "zstd"]

ROW_GROUP = 131_072


class ReadOptions(TypedDict, total=False):
    """How a response is read; see `record_batches`."""

    strict: bool
    missing: Missing
    placements: bool
    credentials: Sequence[str]


def write_parquet(
    source: Source,
    sink: Sink,
    *,
    compression: str = "zstd",
    row_group_size: int = ROW_GROUP,
    **options: Unpack[ReadOptions],
) -> None:
    """Write a response as a Parquet file.

    The job, and the chunks without rows, are in the file's metadata: what `read_table` gives comes back.

    Args:
        source: What `decode` takes.
        sink: A path or a binary file object.
        compression: What Parquet has: "zstd", "snappy", "gzip", "brotli", "lz4" or "none".
        row_group_size: Rows in a row group.
        **options: Those of `record_batches`.

    Raises:
        UsageError: There is no such compression.
        OSError: The sink cannot be written to.

    The other errors are those of `decode`.
    """
    _check_compression(compression)  # before the source is read
    reader = TableReader(source, batch_size=row_group_size, **options)
    to_parquet(reader, sink, compression=compression, row_group_size=row_group_size)


def write_feather(
    source: Source, sink: Sink, *, compression: str = "lz4", **options: Unpack[ReadOptions]
) -> None:
    """Write a response as a Feather file, which is Arrow's own format.

    Texts that repeat are written as they are. The job is in the file's metadata; the chunks without rows are
    in that of the last batch.

    Args:
        source: What `decode` takes.
        sink: A path or a binary file object.
        compression: "lz4", "zstd" or "none".
        **options: Those of `record_batches`.

    The errors are those of `write_parquet`.
    """
    to_feather(TableReader(source, **options), sink, compression=compression)


def write_csv(
    source: Source, sink: Sink, *, compression: Compression | None = None, **options: Unpack[ReadOptions]
) -> None:
    """Write a response as CSV with a header line. A null is nothing, and an empty text is `""`.

    Args:
        source: What `decode` takes.
        sink: A path or a binary file object.
        compression: "gzip", "bz2" or "zstd"; None for plain text.
        **options: Those of `record_batches`, but for placements, which CSV cannot have.

    The errors are those of `write_parquet`.
    """
    to_csv(TableReader(source, **options), sink, compression=compression)


def write_jsonl(
    source: Source, sink: Sink, *, compression: Compression | None = None, **options: Unpack[ReadOptions]
) -> None:
    """Write a response as JSON Lines: an object with the names of the columns for each row.

    Args:
        source: What `decode` takes.
        sink: A path or a binary file object.
        compression: "gzip", "bz2" or "zstd"; None for plain text.
        **options: Those of `record_batches`.

    The errors are those of `write_parquet`.
    """
    to_jsonl(TableReader(source, **options), sink, compression=compression)


class Batches(Protocol):
    """What can be written: record batches of one schema, and the metadata that is known after the last."""

    schema: pa.Schema

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        """The batches, in order."""

    def metadata(self) -> dict[bytes, bytes]:
        """The metadata of the schema for all that was read."""


def to_parquet(
    batches: Batches, sink: Sink, *, compression: str = "zstd", row_group_size: int = ROW_GROUP
) -> None:
    """Write batches as a Parquet file; see `write_parquet`."""
    import pyarrow.parquet as pq  # noqa: PLC0415  (it takes as long as all else that is imported here)

    _check_compression(compression)
    schema = batches.schema.remove_metadata()
    with (
        opened(sink) as file,
        pq.ParquetWriter(file, schema, compression=compression, store_schema=False) as writer,
    ):
        for batch in batches:
            writer.write_batch(batch, row_group_size)
        writer.add_key_value_metadata(_in_parquet(batches.schema.with_metadata(batches.metadata())))


def _in_parquet(schema: pa.Schema) -> dict[bytes, bytes]:
    """The metadata of a Parquet file for a schema: its own, and the schema, which readers take it from."""
    return {**(schema.metadata or {}), b"ARROW:schema": base64.b64encode(schema.serialize())}


def to_feather(batches: Batches, sink: Sink, *, compression: str = "lz4") -> None:
    """Write batches as a Feather file; see `write_feather`."""
    _check_compression(compression)
    schema = plain_schema(batches.schema)
    how = pa.ipc.IpcWriteOptions(compression=None if compression == "none" else compression)
    with opened(sink) as file, pa.ipc.new_file(file, schema, options=how) as writer:
        for batch in batches:
            writer.write_batch(batch.cast(schema))
        # A batch without rows has what is known at the end, for the schema is written at the beginning.
        none = pa.RecordBatch.from_arrays([pa.nulls(0, kind) for kind in schema.types], schema=schema)
        writer.write_batch(none, batches.metadata())


def to_csv(batches: Batches, sink: Sink, *, compression: Compression | None = None) -> None:
    """Write batches as CSV; see `write_csv`."""
    from pyarrow import csv  # noqa: PLC0415

    schema = plain_schema(batches.schema)
    if any(map(pa.types.is_nested, schema.types)):
        raise UsageError("CSV has no placements, for it has no nested columns")
    with opened(sink, compression) as file, csv.CSVWriter(file, schema) as writer:
        for batch in batches:
            writer.write_batch(batch.cast(schema))


def to_jsonl(batches: Batches, sink: Sink, *, compression: Compression | None = None) -> None:
    """Write batches as JSON Lines; see `write_jsonl`."""
    with opened(sink, compression) as file:
        for batch in batches:
            for lines in json_lines(batch):
                file.write(lines)


def plain_schema(schema: pa.Schema) -> pa.Schema:
    """A schema with texts for dictionaries of texts."""
    fields = [
        field.with_type(field.type.value_type) if pa.types.is_dictionary(field.type) else field
        for field in schema
    ]
    return pa.schema(fields, schema.metadata)


class _Writable(io.RawIOBase):
    """An output as a file object."""

    def __init__(self, output: Output) -> None:
        self._output = output

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        piece = bytes(data)
        self._output.write(piece)
        return len(piece)


@contextmanager
def opened(sink: Sink, compression: str | None = None) -> Iterator[Any]:
    """A file object for a sink; under a path, the file appears if the block ends without an error."""
    if compression is not None and compression not in get_args(Compression):
        raise UsageError(f"compression must be gzip, bz2, zstd or None, not {compression!r}")
    output = Output(sink)
    output.open()
    try:
        file = _Writable(output)
        if compression is None:
            yield file
        else:
            with pa.CompressedOutputStream(pa.PythonFile(file, "w"), compression) as compressed:
                yield compressed
    except BaseException:
        output.discard()
        raise
    output.close()


def _check_compression(name: str) -> None:
    try:
        is_known = name == "none" or pa.Codec.is_available(name)
    except (TypeError, ValueError):
        is_known = False
    if not is_known:
        raise UsageError(f"there is no compression {name!r}")
