"""The way back: a table of blobs as a job, whole or written as a response.

Rows that follow each other and say the same of their chunk are of one chunk. The job is in the table's
metadata, or given. So what was filtered, sorted or edited with any tool is a response again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ..decoding.layouts import Missing
from ..errors import Ds3CodecError, TableError, UsageError, shown
from ..models import Blob, JobChunk, MasterObjectList, PhysicalPlacement
from ..plain import from_dict
from ..sinks import Sink
from ..wire.kinds import WholeNumber, kind_of
from ..wire.members import Member, attributes
from ..writers import JobWriter
from .schema import HiddenChunk, arrow_type, hidden_chunks, job_from_metadata, placement_member

__all__ = ["encode_table", "from_table"]

_ROWS = 65_536

# What may not be less than nothing, though the wire's type has it.
_SIZES = frozenset({"length", "offset"})


def from_table(
    table: Any, *, header: MasterObjectList | None = None, missing: Missing = "error"
) -> MasterObjectList:
    """The job that a table of blobs stands for: the converse of `read_table`.

    Args:
        table: A pyarrow Table, or what pyarrow makes one of: record batches, or a data frame of pandas,
            polars or DuckDB. Columns that no blob has are passed over.
        header: The job, for a table that has none in its metadata. Its chunks do not count.
        missing: "none" lets a required column be missing or have nulls.

    Raises:
        TableError: A column is missing, is there twice or has another type; a value is missing, or is not
            one of its type; or there is no job.
        UsageError: It is no table.
    """
    rows = _Rows(table, header, missing)
    job = rows.header
    for chunk, blobs, begins in rows.parts():
        if begins:
            chunk.blobs = blobs
            job.chunks.append(chunk)
        else:
            chunk.blobs.extend(blobs)
    return job


def encode_table(
    table: Any, sink: Sink, *, header: MasterObjectList | None = None, missing: Missing = "error"
) -> None:
    """Write a table of blobs as a response, in the appliance's own form.

    Arguments and errors are those of `from_table`; `sink` and its errors are those of `JobWriter`. Under a
    path, nothing appears if there is an error.
    """
    rows = _Rows(table, header, missing)
    with JobWriter(sink, rows.header) as writer:
        for chunk, blobs, _ in rows.parts():
            writer.write(chunk, blobs)


class _Rows:
    """The rows of a table as blobs with their chunks.

    Attributes:
        header: The job with its nodes, and without chunks.
    """

    def __init__(self, table: Any, header: MasterObjectList | None, missing: Missing) -> None:
        self._table = _as_table(table)
        schema = self._table.schema
        self.header: MasterObjectList = replace(header or job_from_metadata(schema), chunks=[])
        members = (*attributes(JobChunk), *attributes(Blob))
        self._columns = {member.field: _column(self._table, member, missing) for member in members}
        placement = placement_member().field
        if placement in schema.names:
            self._columns[placement] = self._table.column(placement)
        self._hidden: dict[int, list[HiddenChunk]] = {}
        for hidden in hidden_chunks(schema, self._table.num_rows):
            self._hidden.setdefault(hidden.row, []).append(hidden)

    def parts(self) -> Iterator[tuple[JobChunk, list[Blob], bool]]:
        """Blobs of one chunk that follow each other, with the chunk, and whether it begins with them."""
        said: tuple[Any, ...] | None = None
        chunk, blobs, begins = _chunk(()), list[Blob](), True
        for row, (says, blob) in enumerate(self._rows()):
            if says != said or row in self._hidden or len(blobs) == _ROWS:
                if blobs:
                    yield chunk, blobs, begins
                blobs, begins = [], says != said or row in self._hidden
                yield from self._empty_chunks(row)
                if begins:
                    said, chunk = says, _chunk(says)
            blobs.append(blob)
        if blobs:
            yield chunk, blobs, begins
        yield from self._empty_chunks(self._table.num_rows)

    def _rows(self) -> Iterator[tuple[tuple[Any, ...], Blob]]:
        """Each row: what it says of its chunk, and its blob."""
        for start in range(0, self._table.num_rows, _ROWS):
            values = {
                field: column.slice(start, _ROWS).to_pylist() for field, column in self._columns.items()
            }
            of_chunk = zip(*(values.pop(member.field) for member in attributes(JobChunk)))
            placements = values.get(placement_member().field)
            if placements is not None:
                values[placement_member().field] = list(map(_placement, placements))
            yield from zip(of_chunk, (Blob(**dict(zip(values, row))) for row in zip(*values.values())))

    def _empty_chunks(self, row: int) -> Iterator[tuple[JobChunk, list[Blob], bool]]:
        for _, values in self._hidden.get(row, ()):
            if values is not None:
                yield from_dict(JobChunk, values, missing="none"), [], True


def _as_table(table: Any) -> pa.Table:
    if isinstance(table, pa.RecordBatchReader):
        return table.read_all()
    if hasattr(table, "__arrow_c_stream__") or isinstance(table, pa.Table):
        return pa.table(table)
    for method in ("to_arrow_table", "to_arrow", "arrow"):
        if hasattr(table, method):
            return _as_table(getattr(table, method)())
    raise UsageError(f"expected a table, such as pyarrow's, not {type(table).__name__}")


def _column(table: pa.Table, member: Member, missing: Missing) -> pa.ChunkedArray:
    """The column of a member, with values of its type."""
    found = table.schema.get_all_field_indices(member.field)
    if len(found) > 1:
        raise TableError(f"the column {member.field} is there twice", column=member.field)
    if not found:
        if member.required and missing == "error":
            raise TableError(f"the column {member.field} is missing", column=member.field)
        return pa.chunked_array([pa.nulls(table.num_rows, arrow_type(member))])
    column = _cast(table.column(found[0]), member)
    if member.required and missing == "error" and column.null_count:
        row = pc.index(pc.is_null(column), True).as_py()
        raise TableError(f"{member.field} is null in row {row}", column=member.field, row=row)
    _check_range(column, member)
    return column


def _cast(column: pa.ChunkedArray, member: Member) -> pa.ChunkedArray:
    wanted, found = arrow_type(member), column.type
    plain = found.value_type if pa.types.is_dictionary(found) else found
    is_right = {
        # pandas makes fractions of numbers where some are null.
        pa.int64(): pa.types.is_integer(plain) or (pa.types.is_floating(plain) and column.null_count > 0),
        pa.bool_(): pa.types.is_boolean(plain),
        pa.string(): pa.types.is_string(plain) or pa.types.is_large_string(plain) or _is_view(plain),
    }
    if not is_right[wanted] and not pa.types.is_null(found):
        message = f"the column {member.field} is of type {found}, not {wanted}"
        raise TableError(message, column=member.field)
    try:
        if pa.types.is_dictionary(found):
            decoded = [chunk.dictionary.cast(wanted).take(chunk.indices) for chunk in column.chunks]
            return pa.chunked_array(decoded, wanted)
        return column.cast(wanted)
    except pa.ArrowInvalid as error:
        raise TableError(f"{member.field} has a wrong value: {error}", column=member.field) from None


def _is_view(kind: pa.DataType) -> bool:
    return bool(kind.equals(pa.string_view()))


def _check_range(column: pa.ChunkedArray, member: Member) -> None:
    kind = kind_of(member)
    if not isinstance(kind, WholeNumber) or column.null_count == len(column):
        return
    least = 0 if member.field in _SIZES else member.minimum
    are_wrong = pc.or_(pc.less(column, least), pc.greater(column, member.maximum))
    row = pc.index(are_wrong, True).as_py()
    if row >= 0:
        value = shown(column[row].as_py())
        message = f"{member.field} is {value} in row {row}, not from {least} to {member.maximum}"
        raise TableError(message, column=member.field, row=row)


def _chunk(says: Sequence[Any]) -> JobChunk:
    model: Any = JobChunk
    fields = dict.fromkeys(member.field for member in attributes(JobChunk))
    made: JobChunk = model(**fields | dict(zip(fields, says)))
    return made


def _placement(data: dict[str, Any] | None) -> PhysicalPlacement | None:
    try:
        return None if data is None else from_dict(PhysicalPlacement, data, missing="none")
    except Ds3CodecError as error:
        column = placement_member().field
        raise TableError(f"a placement is wrong: {error}", column=column) from None
