"""Converts a table of blobs back to a job, or writes it as a response.

Consecutive rows with the same values for their chunk form one chunk. The job comes from the table's metadata
or an argument. So a table that was filtered, sorted or edited with any tool can become a response again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ..errors import Ds3CodecError, TableError, UsageError, shown
from ..models import Blob, JobChunk, MasterObjectList, PhysicalPlacement
from ..options import Missing, check_type
from ..plain_data import from_dict
from ..sinks import Sink
from ..wire.kinds import WholeNumber, kind_of
from ..wire.members import Member, attributes
from ..writers import JobWriter
from .batches import TableReader
from .schema import HiddenChunk, arrow_type, hidden_chunks, job_from_metadata, placement_member

__all__ = ["encode_batches", "encode_table", "from_table"]

_MOST_BLOBS = 65_536  # per part


def from_table(
    table: Any, *, job: MasterObjectList | None = None, missing: Missing = "error"
) -> MasterObjectList:
    """Make a job from a table of blobs: the inverse of `read_table`.

    Args:
        table: A pyarrow Table, or anything that pyarrow converts to one: record batches, or a data frame of
            pandas, polars or DuckDB. Unknown columns are ignored.
        job: The job, for a table without one in its metadata. Its chunks are ignored.
        missing: "none" allows a required column to be missing or to contain nulls.

    Raises:
        TableError: A column is missing, duplicated or of the wrong type; a value is missing or not valid for
            its type; or there is no job.
        UsageError: `table` is not a table, or `job` not a job.
    """
    whole = _as_table(table)
    rows = _TableRows(whole.schema, whole.to_batches(), whole.num_rows, job, missing)
    made = rows.header
    for chunk, blobs, begins in rows.parts():
        if begins:
            chunk.blobs = blobs
            made.chunks.append(chunk)
        else:
            chunk.blobs.extend(blobs)
    return made


def encode_table(
    table: Any,
    sink: Sink,
    *,
    job: MasterObjectList | None = None,
    missing: Missing = "error",
    sync: bool = True,
) -> None:
    """Write a table of blobs as a response, in the appliance's own form.

    Arguments and errors are those of `from_table`; `sink`, `sync` and their errors are those of `JobWriter`.
    After an error, no file is left at the path.
    """
    whole = _as_table(table)
    _write(_TableRows(whole.schema, whole.to_batches(), whole.num_rows, job, missing), sink, sync=sync)


def encode_batches(
    schema: pa.Schema,
    batches: Iterable[pa.RecordBatch],
    sink: Sink,
    *,
    rows: int | None = None,
    job: MasterObjectList | None = None,
    missing: Missing = "error",
) -> None:
    """Encode like `encode_table`, batch by batch in constant memory; `rows` is their total, if known."""
    _write(_TableRows(schema, batches, rows, job, missing), sink)


def _write(rows: _TableRows, sink: Sink, *, sync: bool = True) -> None:
    with JobWriter(sink, rows.header, sync=sync) as writer:
        for chunk, blobs, _ in rows.parts():
            writer.write(chunk, blobs)


class _TableRows:
    """The rows of a table, as blobs with their chunks.

    Attributes:
        header: The job with its nodes, without chunks.
    """

    def __init__(
        self,
        schema: pa.Schema,
        batches: Iterable[pa.RecordBatch],
        rows: int | None,
        job: MasterObjectList | None,
        missing: Missing,
    ) -> None:
        check_type("job", job, MasterObjectList, type(None))
        self._batches = batches
        self._missing: Missing = missing
        self.header: MasterObjectList = replace(job or job_from_metadata(schema), chunks=[])
        self._members = (*attributes(JobChunk), *attributes(Blob))
        for member in self._members:
            _check_column(schema, member, missing)
        self._has_placements = placement_member().field in schema.names
        self._hidden: dict[int, list[HiddenChunk]] = {}
        for hidden in hidden_chunks(schema, rows) if rows is not None else ():
            self._hidden.setdefault(hidden.row, []).append(hidden)
        self._count = 0

    def parts(self) -> Iterator[tuple[JobChunk, list[Blob], bool]]:
        """Yield each chunk with consecutive blobs of it, and whether it begins with them."""
        said: tuple[Any, ...] | None = None
        chunk, blobs, begins = _chunk(()), list[Blob](), True
        for row, (says, blob) in enumerate(self._rows()):
            if says != said or row in self._hidden or len(blobs) == _MOST_BLOBS:
                if blobs:
                    yield chunk, blobs, begins
                blobs, begins = [], says != said or row in self._hidden
                yield from self._empty_chunks(row)
                if begins:
                    said, chunk = says, _chunk(says)
            blobs.append(blob)
        if blobs:
            yield chunk, blobs, begins
        yield from self._empty_chunks(self._count)

    def _rows(self) -> Iterator[tuple[tuple[Any, ...], Blob]]:
        """Yield each row as its chunk's values and its blob."""
        placement = placement_member().field
        for batch in self._batches:
            values = {
                member.field: _column(batch, member, self._missing, self._count).to_pylist()
                for member in self._members
            }
            of_chunk = zip(*(values.pop(member.field) for member in attributes(JobChunk)))
            if self._has_placements:
                values[placement] = list(map(_placement, batch.column(placement).to_pylist()))
            yield from zip(of_chunk, (Blob(**dict(zip(values, row))) for row in zip(*values.values())))
            self._count += batch.num_rows

    def _empty_chunks(self, row: int) -> Iterator[tuple[JobChunk, list[Blob], bool]]:
        for _, values in self._hidden.get(row, ()):
            if values is not None:
                yield from_dict(JobChunk, values, missing="none"), [], True


def _as_table(table: Any) -> pa.Table:
    if isinstance(table, (pa.RecordBatchReader, TableReader)):
        return table.read_all()
    if hasattr(table, "__arrow_c_stream__") or isinstance(table, pa.Table):
        try:
            return pa.table(table)
        except (pa.ArrowException, ValueError, TypeError) as error:
            raise TableError(f"pyarrow makes no table of it: {error}") from error
    for method in ("to_arrow_table", "to_arrow", "arrow"):
        if hasattr(table, method):
            return _as_table(getattr(table, method)())
    raise UsageError(f"expected a table, such as pyarrow's, not {type(table).__name__}")


def _check_column(schema: pa.Schema, member: Member, missing: Missing) -> None:
    """Refuse a table with a duplicate column of a member, or without a required one."""
    found = schema.get_all_field_indices(member.field)
    if len(found) > 1:
        raise TableError(f"the column {member.field} is there twice", column=member.field)
    if not found and member.required and missing == "error":
        raise TableError(f"the column {member.field} is missing", column=member.field)


def _column(batch: pa.RecordBatch, member: Member, missing: Missing, start: int) -> pa.Array:
    """Convert the column of a member to its type; the batch begins with row `start`."""
    if member.field not in batch.schema.names:
        return pa.nulls(batch.num_rows, arrow_type(member))
    column = _cast(batch.column(member.field), member)
    if member.required and missing == "error" and column.null_count:
        row = start + pc.index(pc.is_null(column), True).as_py()
        raise TableError(f"{member.field} is null in row {row}", column=member.field, row=row)
    _check_range(column, member, start)
    return column


def _cast(column: pa.Array, member: Member) -> pa.Array:
    wanted, found = arrow_type(member), column.type
    if column.null_count == len(column):  # of any type: pandas makes a column of nulls floating-point
        return pa.nulls(len(column), wanted)
    plain = found.value_type if pa.types.is_dictionary(found) else found
    is_right = {
        # pandas makes integers floating-point if some are null.
        pa.int64(): pa.types.is_integer(plain) or (pa.types.is_floating(plain) and not member.required),
        pa.bool_(): pa.types.is_boolean(plain),
        pa.string(): pa.types.is_string(plain) or pa.types.is_large_string(plain) or _is_view(plain),
    }
    if not is_right[wanted] and not pa.types.is_null(found):
        message = f"the column {member.field} is of type {found}, not {wanted}"
        raise TableError(message, column=member.field)
    try:
        if pa.types.is_dictionary(found):
            return column.dictionary.cast(wanted).take(column.indices)
        return column.cast(wanted)
    except pa.ArrowInvalid as error:
        raise TableError(f"{member.field} has a wrong value: {error}", column=member.field) from None


def _is_view(kind: pa.DataType) -> bool:
    return bool(kind.equals(pa.string_view()))


def _check_range(column: pa.Array, member: Member, start: int) -> None:
    kind = kind_of(member)
    if not isinstance(kind, WholeNumber) or column.null_count == len(column):
        return
    are_wrong = pc.or_(pc.less(column, member.minimum), pc.greater(column, member.maximum))
    at = pc.index(are_wrong, True).as_py()
    if at >= 0:
        value = shown(column[at].as_py())
        bounds = f"from {member.minimum} to {member.maximum}"
        message = f"{member.field} is {value} in row {start + at}, not {bounds}"
        raise TableError(message, column=member.field, row=start + at)


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
