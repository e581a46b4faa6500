"""Writes and reads JSON Lines: an object per row. Lines are made column by column, and joined in Arrow."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ..errors import TableError, shown
from ..options import ReadOptions, Unpack
from ..sinks import Sink
from ..sources import Source
from .batches import BATCH_SIZE, TableReader
from .building import listed
from .cells import COLUMNS, Style, array_of_cells
from .files import Batches, FileBatches, as_file, plain_pieces, written
from .schema import arrow_schema, placement_member, plain_schema
from .spreadsheets import in_utf_8

__all__ = ["json_lines", "read", "write", "write_jsonl"]

_encode = json.JSONEncoder(ensure_ascii=False).encode

_ROWS = 4096  # few enough that their texts stay far below an array's limit of 2 GiB
_ESCAPED = r'[\x00-\x1f"\\]'
_NULL = "null"


def write_jsonl(
    source: Source,
    sink: Sink,
    *,
    compression: str | None = None,
    sync: bool = True,
    **options: Unpack[ReadOptions],
) -> None:
    """Write a response as JSON Lines: one object per row, with the names of the columns as keys.

    Args:
        source: Any source that `decode` accepts.
        sink: A path or a binary file object.
        compression: "gzip", "bzip2", "xz" or "zstd", or its ending without the dot, such as "bz2". None takes
            it from the ending of a path; plain text without such an ending.
        sync: As in `JobWriter`.
        **options: Options of `record_batches`.

    Raises the errors of `write_parquet`.
    """
    write(TableReader(source, **options), sink, compression=compression, sync=sync)


def write(batches: Batches, sink: Sink, *, compression: str | None = None, sync: bool = True) -> None:
    """Write batches as JSON Lines; see `write_jsonl`."""
    with written(sink, compression, sync=sync) as file:
        for batch in batches:
            for lines in json_lines(batch):
                file.write(lines)


def json_lines(batch: pa.RecordBatch) -> Iterator[bytes]:
    """Yield the JSON Lines of a batch in UTF-8, in pieces: one object per row."""
    for start in range(0, batch.num_rows, _ROWS):
        yield _lines(batch.slice(start, _ROWS))


def _lines(batch: pa.RecordBatch) -> bytes:
    lines = pc.binary_join_element_wise(*_parts(batch), "")
    _, ends, data = lines.buffers()
    return bytes(data)[: pa.Array.from_buffers(pa.int32(), len(lines) + 1, [None, ends])[-1].as_py()]


def _parts(batch: pa.RecordBatch) -> Iterator[Any]:
    """Yield the parts of a line to join: names, the same for all rows, and columns."""
    before = "{"
    for name, column in zip(batch.schema.names, batch.columns):
        yield f"{before}{_encode(name)}: "
        yield _json(column)
        before = ", "
    yield "}\n"


def _json(column: pa.Array) -> pa.Array:
    """Convert the values of a column to JSON."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _json(column.dictionary).take(column.indices).fill_null(_NULL)
    if pa.types.is_string(kind):
        return pc.binary_join_element_wise('"', _escaped(column), '"', "").fill_null(_NULL)
    if pa.types.is_nested(kind):
        return listed([_encode(value) for value in column.to_pylist()], pa.string())
    return column.cast(pa.string()).fill_null(_NULL)


def _escaped(texts: pa.Array) -> pa.Array:
    has_escapes = pc.match_substring_regex(texts, _ESCAPED)
    if not pc.any(has_escapes).as_py():
        return texts
    escaped = [_encode(text)[1:-1] for text in texts.filter(has_escapes).to_pylist()]
    return pc.replace_with_mask(texts, has_escapes, listed(escaped, pa.string()))


# Reading.


def read(source: Any) -> FileBatches:
    """Open a JSON Lines file of any tool, compressed or not."""
    text = io.TextIOWrapper(as_file(in_utf_8(plain_pieces(source))), encoding="utf-8")
    lines = ((number, line) for number, line in enumerate(text, 1) if line.strip())
    first = list(islice(lines, 1))
    has_placements = any(placement_member().field in _row(*line) for line in first)
    schema = plain_schema(arrow_schema(placements=has_placements))

    def batches() -> Iterator[pa.RecordBatch]:
        some = first
        while some:
            rows = [_row(*line) for line in some]
            columns = [_cells(field, some, rows) for field in schema]
            yield pa.RecordBatch.from_arrays(columns, schema=schema)
            some = list(islice(lines, BATCH_SIZE))

    return FileBatches(schema, batches)


def _cells(field: pa.Field, lines: list[tuple[int, str]], rows: list[dict[str, Any]]) -> pa.Array:
    """Make the column of a field from some lines."""
    cells = [row.get(field.name) for row in rows]

    def fail(number: int, reason: str) -> TableError:
        line, _ = lines[number]
        message = f"line {line}: {field.name} is {shown(cells[number])}, which {reason}"
        return TableError(message, column=field.name, row=line - 1)

    member = COLUMNS.get(field.name)
    if member is not None:
        return array_of_cells(cells, member, Style(), fail)
    for number, cell in enumerate(cells):
        try:
            pa.array([cell], field.type)
        except _WRONG_VALUE:
            raise fail(number, f"is not one of {field.type}") from None
    return pa.array(cells, field.type)


_WRONG_VALUE = (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError, UnicodeEncodeError)


def _row(number: int, line: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise TableError(f"line {number} is not JSON: {error}", row=number - 1) from error
    if not isinstance(row, dict):
        raise TableError(f"line {number} is not a JSON object", row=number - 1)
    return row
