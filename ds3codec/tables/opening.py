"""Files of tables as record batches: Parquet, Feather, CSV and JSON Lines, of `files` or of other tools."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

import pyarrow as pa

from ..compression import Decompressor
from ..errors import TableError, shown
from ..remote import is_url
from ..sources import BinaryFile, opened, pieces
from .batches import BATCH_SIZE
from .cells import COLUMNS, Style, array_of_cells
from .files import plain_schema
from .schema import arrow_schema, placement_member
from .spreadsheets import Sheet, in_utf_8

__all__ = ["TABLE_FORMATS", "FileBatches", "open_table"]


_ARROW = b"ARROW1"


class FileBatches:
    """The record batches of a file.

    Attributes:
        schema: Their schema.
        rows: How many rows there are; None where that shows at the end only.
    """

    def __init__(
        self, schema: pa.Schema, batches: Callable[[], Iterable[pa.RecordBatch]], rows: int | None = None
    ) -> None:
        self.schema: pa.Schema = schema
        self.rows: int | None = rows
        self._batches = batches

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        try:
            yield from self._batches()
        except (pa.ArrowException, OSError) as error:
            raise TableError(f"the table is damaged: {_first_line(error)}") from error

    def metadata(self) -> dict[bytes, bytes]:
        """The metadata of the schema."""
        return dict(self.schema.metadata or {})


def open_table(source: str | os.PathLike[str] | BinaryFile, form: str) -> FileBatches:
    """Open a file of a table.

    Args:
        source: A path or a binary file object. CSV and JSON Lines may be compressed.
        form: "parquet", "arrow", "csv" or "jsonl".

    Raises:
        SourceError: It cannot be read.
        TableError: It is no such file.
    """
    try:
        return TABLE_FORMATS[form](source)
    except pa.ArrowException as error:
        raise TableError(f"this is no {form} file: {_first_line(error)}") from error


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__


def _seekable(source: Any) -> pa.NativeFile | pa.PythonFile:
    """A file in which one can go back; of what is no such file, all its bytes."""
    if not isinstance(source, (str, os.PathLike)) or is_url(source):
        return pa.BufferReader(b"".join(pieces(source)))
    opened(source).close()  # which says better why it cannot be
    return pa.OSFile(os.fspath(source))


def _parquet(source: Any) -> FileBatches:
    import pyarrow.parquet as pq  # noqa: PLC0415

    file = pq.ParquetFile(_seekable(source))
    return FileBatches(file.schema_arrow, lambda: file.iter_batches(BATCH_SIZE), file.metadata.num_rows)


def _arrow(source: Any) -> FileBatches:
    seekable = _seekable(source)
    is_file = seekable.read(len(_ARROW)) == _ARROW
    seekable.seek(0)
    if not is_file:
        stream = pa.ipc.open_stream(seekable)  # which some tools write under the same ending
        return FileBatches(stream.schema, lambda: stream)
    file = pa.ipc.open_file(seekable)
    numbers = range(file.num_record_batches)
    rows = sum(file.get_batch(number).num_rows for number in numbers)
    said = file.get_batch_with_custom_metadata(numbers[-1]).custom_metadata if numbers else None
    schema = file.schema.with_metadata({**(file.schema.metadata or {}), **(said or {})} or None)
    return FileBatches(schema, lambda: map(file.get_batch, numbers), rows)


def _csv(source: Any) -> FileBatches:
    sheet = Sheet(
        in_utf_8(_decompressed(source)),
        lambda text: pa.PythonFile(io.BufferedReader(_Plain(_with_all_quotes(text))), "r"),
    )
    return FileBatches(sheet.schema, lambda: sheet)


def _jsonl(source: Any) -> FileBatches:
    text = io.TextIOWrapper(io.BufferedReader(_Plain(in_utf_8(_decompressed(source)))), encoding="utf-8")
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
    """Make the column of a field of what some lines say."""
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
        raise TableError(f"line {number} is no JSON: {error}", row=number - 1) from error
    if not isinstance(row, dict):
        raise TableError(f"line {number} is no JSON object", row=number - 1)
    return row


class _Plain(io.RawIOBase):
    """Pieces as a file object."""

    def __init__(self, plain: Iterator[bytes]) -> None:
        self._plain = plain
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            piece = next(self._plain, None)
            if piece is None:
                return 0
            self._rest = memoryview(piece)
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size


def _with_all_quotes(plain: Iterator[bytes]) -> Iterator[bytes]:
    """The pieces of a CSV; TableError if it ends inside a text in quotes, which pyarrow lets pass."""
    count = 0
    for piece in plain:
        count += piece.count(b'"')
        yield piece
    if count % 2:
        raise TableError("the CSV ends inside a text in quotes: it was cut off")


def _decompressed(source: Any) -> Iterator[bytes]:
    decompressor = Decompressor()
    for piece in pieces(source):
        yield from decompressor.feed(piece)
    yield from decompressor.close()


TABLE_FORMATS: dict[str, Callable[[Any], FileBatches]] = {
    "parquet": _parquet,
    "arrow": _arrow,
    "csv": _csv,
    "jsonl": _jsonl,
}
