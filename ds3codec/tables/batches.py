"""Reads a response as record batches or as a table.

Parts of the response, as columns or as arrays, are gathered until they suffice for a batch. The columns of
the chunks are made last: each chunk's value is repeated once per row of the chunk.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterator, Mapping, Sequence
from itertools import chain
from types import TracebackType
from typing import Any

import numpy as np
import pyarrow as pa

from ..call_guard import CallGuard
from ..decoding.columns import Columns
from ..decoding.memory import keep_heap
from ..decoding.whole import read_whole
from ..errors import Ds3CodecError, UsageError
from ..limits import WIDE
from ..models import Blob, JobChunk, MasterObjectList, PhysicalPlacement
from ..options import Missing, check_number
from ..plain_data import to_dict
from ..readers import ColumnReader
from ..sources import Source
from ..wire.members import attributes, element_forms
from .arrays import ArrayReader, Arrays, threads_of
from .arrow_types import RecordBatch, Schema, Table
from .building import codes, integers, listed
from .schema import (
    END_POINT,
    HiddenChunk,
    arrow_schema,
    arrow_type,
    metadata,
    placement_member,
)
from .stream import arrow_stream
from .whole import table_of

__all__ = ["BATCH_SIZE", "TableReader", "read_table", "record_batches"]

BATCH_SIZE = 32_768

_LARGEST_BLOCK = 4 * WIDE  # the positions of the quotes in a piece

_CHUNK_MEMBERS = attributes(JobChunk)
_ELEMENT_FORMS = {attribute: element for element, attribute in element_forms(Blob).items()}


def record_batches(
    source: Source,
    *,
    batch_size: int = BATCH_SIZE,
    strict: bool = False,
    missing: Missing = "error",
    placements: bool = False,
    credentials: Sequence[str] = (),
    threads: int | None = None,
) -> TableReader:
    """Read a response as record batches, in constant memory.

        for batch in record_batches("response.xml"):
            print(batch.num_rows, batch.column("length").sum())

    The result can be read once. pandas, polars, DuckDB and others accept it directly. An error before the
    first chunk is raised here; a later error is raised after the batches of everything decoded before it.

    Args:
        source: Any source that `decode` accepts.
        batch_size: The maximum number of rows in a batch.
        strict: As in `decode`.
        missing: As in `decode`.
        placements: Add a column `physical_placement`, with everything but credentials.
        credentials: The names of credentials to include there, such as "secret_key".
        threads: The number of threads that read a large response; None for the number of cores, up to four.
            Each uses about 30 MB.

    Raises:
        UsageError: An option is invalid.

    Other errors are those of `decode`.
    """
    return TableReader(
        source,
        batch_size=batch_size,
        strict=strict,
        missing=missing,
        placements=placements,
        credentials=credentials,
        threads=threads,
    )


def read_table(
    source: Source,
    *,
    strict: bool = False,
    missing: Missing = "error",
    placements: bool = False,
    credentials: Sequence[str] = (),
    threads: int | None = None,
) -> Table:
    """Read a whole response as a table. Arguments and errors are those of `record_batches`.

    The metadata of the table's schema contains the job, and the chunks without rows.
    """
    whole = None if placements or credentials else read_whole(source, missing)
    if whole is not None:
        return table_of(whole)
    return TableReader(
        source,
        strict=strict,
        missing=missing,
        placements=placements,
        credentials=credentials,
        threads=threads,
    ).read_all()


class TableReader:
    """Reads a response as record batches: an iterator, a context manager, and a stream for Arrow's readers.

    Arguments and errors are those of `record_batches`. An engine that reads the stream, such as DuckDB or
    polars, raises an error of its own with our message; the original exception is in `error`. After an error
    the reader stops for good: it raises the same error again.

    Attributes:
        schema: The schema of the batches; its metadata contains the job, as read before the first chunk.
        error: The exception that ended the reading; None without one.
    """

    def __init__(
        self,
        source: Source,
        *,
        batch_size: int = BATCH_SIZE,
        strict: bool = False,
        missing: Missing = "error",
        placements: bool = False,
        credentials: Sequence[str] = (),
        threads: int | None = None,
    ) -> None:
        check_number("batch_size", batch_size, 1)
        self._wide = ArrayReader(threads_of(threads))
        keep_heap(_LARGEST_BLOCK)
        columns = arrow_schema(placements=placements, credentials=credentials)
        self._reader = ColumnReader(source, strict=strict, missing=missing, wide=self._wide)
        self._batch_size = batch_size
        self._parts: Generator[Any, None, None] = iter(self._reader)
        first = list(next(([part] for part in self._parts), []))  # after this the header is complete
        self.schema: Schema = columns.with_metadata(metadata(self.header))
        self.error: BaseException | None = None
        self._gathered = _Gathered(self.schema, bool(credentials))
        self._batches = self._read(chain(first, self._parts))
        self._guard = CallGuard("table reader", end=StopIteration)
        self._is_begun = False

    @property
    def header(self) -> MasterObjectList | None:
        """Job with its nodes, without chunks, as far as it has been read; None for a lone chunk."""
        return self._reader.header

    @property
    def unknown(self) -> Counter[str]:
        """Number of occurrences so far of each name that is not in the schema."""
        return self._reader.unknown

    @property
    def rows(self) -> int:
        """Number of rows so far."""
        return self._gathered.rows

    def metadata(self) -> dict[bytes, bytes]:
        """Make the schema's metadata for everything read so far."""
        return metadata(self.header, self._gathered.hidden, self._gathered.rows)

    def read_all(self) -> Table:
        """Read the rest as a table, with the job and the chunks without rows in its metadata."""
        batches = list(self)
        return pa.Table.from_batches(batches, self.schema).replace_schema_metadata(self.metadata())

    def __iter__(self) -> TableReader:
        return self

    def __next__(self) -> RecordBatch:
        self._is_begun = True
        try:
            with self._guard:
                return next(self._batches)
        except StopIteration:
            raise
        except BaseException as error:
            self.error = error
            raise

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Export all batches as an Arrow C stream; raises UsageError if any was read before."""
        if self._is_begun:
            raise UsageError("the record batches were read already: ask for them again")
        return arrow_stream(self.schema, self, requested_schema)

    def __enter__(self) -> TableReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop reading, and close the file if it was opened here; raises UsageError during another call."""
        self._guard.close()
        self._batches.close()
        self._parts.close()
        self._wide.close()

    def _read(self, parts: Iterator[Columns | Arrays]) -> Generator[pa.RecordBatch, None, None]:
        error: Ds3CodecError | None = None
        try:
            for part in parts:
                rows, chunks = self._gathered.waiting + part.blob_count, self._gathered.chunk_count
                if max(rows, chunks) > self._batch_size:
                    yield from self._waiting()
                self._gathered.add(part)
        except Ds3CodecError as met:
            error = met
        else:
            self._gathered.end()
        finally:
            self._wide.close()
        yield from self._waiting()
        if error is not None:
            raise error

    def _waiting(self) -> Iterator[pa.RecordBatch]:
        """Yield the gathered rows, in batches of at most the batch size."""
        if self._gathered.waiting or self._gathered.chunk_count > 1:
            nodes = self.header.nodes if self.header is not None else []
            batch = self._gathered.take({node.id: node.end_point for node in nodes})
            for start in range(0, batch.num_rows, self._batch_size):
                yield batch.slice(start, self._batch_size)


class _Gathered:
    """Gathers parts for the next batch.

    Attributes:
        waiting: The number of their rows.
        chunk_count: The number of their chunks, including the open one.
        rows: The number of rows so far in all batches.
        hidden: The chunks that cannot be told from the rows.
    """

    def __init__(self, schema: pa.Schema, credentials: bool) -> None:
        self.waiting: int = 0
        self.rows: int = 0
        self.hidden: list[HiddenChunk] = []
        self._schema = schema
        self._credentials = credentials
        self._chunks: dict[str, list[pa.Array]] = {member.field: [] for member in _CHUNK_MEMBERS}
        self.chunk_count: int = 0
        self._open_rows = 0  # rows of the last chunk, which is still open
        self._blobs: dict[str, list[pa.Array]] = {field.name: [] for field in self._blob_fields()}
        self._codes: list[np.ndarray[Any, Any]] = []  # per row, the index of its chunk

    def add(self, part: Columns | Arrays) -> None:
        """Add a part."""
        boundaries = np.asarray(part.boundaries, np.int64)
        counts = np.diff(np.concatenate(([0], boundaries, [part.blob_count])))
        if len(boundaries):
            begun = {
                member.field: _array(part.chunks, member.field, arrow_type(member), len(boundaries))
                for member in _CHUNK_MEMBERS
            }
            self._notice_hidden(begun, boundaries, counts)
            for field, array in begun.items():
                self._chunks[field].append(array)
            self._open_rows = 0
        self._open_rows += int(counts[-1])
        last = self.chunk_count - 1
        self._codes.append(np.repeat(np.arange(last, last + len(counts)), counts))
        self.chunk_count += len(boundaries)
        for field in self._blob_fields():
            self._blobs[field.name].append(self._blob_array(part, field))
        self.waiting += part.blob_count
        self.rows += part.blob_count

    def end(self) -> None:
        """Close the last chunk, at the end of the document."""
        if self.chunk_count and not self._open_rows:
            self.hidden.append(HiddenChunk(self.rows, self._last_chunk()))

    def take(self, end_points: Mapping[str, str]) -> pa.RecordBatch:
        """Make a batch of the gathered rows, given the end points of the nodes."""
        codes = np.concatenate(self._codes)
        chunks = {field: pa.concat_arrays(arrays) for field, arrays in self._chunks.items()}
        columns: list[pa.Array] = []
        for field in self._schema:
            if field.name in chunks:
                columns.append(_of_rows(chunks[field.name], codes))
            elif field.name == END_POINT:
                nodes = chunks["node_id"]
                columns.append(_of_rows(_replaced(nodes, end_points), codes))
            else:
                array = pa.concat_arrays(self._blobs[field.name])
                columns.append(array.dictionary_encode() if pa.types.is_dictionary(field.type) else array)
        self._chunks = {field: [array[-1:]] for field, array in chunks.items()}
        self.chunk_count, self.waiting, self._codes = 1, 0, []
        self._blobs = {field: [] for field in self._blobs}
        return pa.RecordBatch.from_arrays(columns, schema=self._schema)

    def _blob_fields(self) -> list[pa.Field]:
        of_chunk = {END_POINT, *(member.field for member in _CHUNK_MEMBERS)}
        return [field for field in self._schema if field.name not in of_chunk]

    def _blob_array(self, part: Columns | Arrays, field: pa.Field) -> pa.Array:
        if field.name == placement_member().field:
            placements = part.blobs.get(field.name)
            if not placements:
                return pa.nulls(part.blob_count, field.type)
            return pa.array(self._plain(placements), field.type)
        kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
        return _array(part.blobs, field.name, kind, part.blob_count)

    def _plain(self, placements: Sequence[PhysicalPlacement | None]) -> list[dict[str, Any] | None]:
        return [None if one is None else to_dict(one, credentials=self._credentials) for one in placements]

    # Chunks that cannot be told from the rows.

    def _notice_hidden(
        self, begun: dict[str, pa.Array], boundaries: np.ndarray[Any, Any], counts: np.ndarray[Any, Any]
    ) -> None:
        if self.chunk_count and not self._open_rows + int(counts[0]):
            self.hidden.append(HiddenChunk(self.rows, self._last_chunk()))
        are_empty = counts[1:] == 0
        are_empty[-1] = False  # the last chunk is still open, and may get rows
        are_alike = self._are_alike(begun)
        for number in np.flatnonzero(are_empty | are_alike).tolist():
            row = self.rows + int(boundaries[number])
            if are_alike[number]:
                self.hidden.append(HiddenChunk(row, None))
            if are_empty[number]:
                self.hidden.append(HiddenChunk(row, _values(begun, number)))

    def _are_alike(self, begun: dict[str, pa.Array]) -> np.ndarray[Any, Any]:
        """Return a mask of the chunks that equal their predecessor."""
        count = len(next(iter(begun.values())))
        alike = np.ones(count, bool)
        for field, array in begun.items():
            before = self._chunks[field][-1][-1:] if self.chunk_count else pa.nulls(1, array.type)
            encoded = codes(pa.concat_arrays([before, array]).dictionary_encode(null_encoding="encode"))
            alike &= encoded[1:] == encoded[:-1]
        if not self.chunk_count:
            alike[0] = False
        return alike

    def _last_chunk(self) -> dict[str, Any]:
        return _values({field: arrays[-1] for field, arrays in self._chunks.items()}, -1)


def _values(arrays: Mapping[str, pa.Array], number: int) -> dict[str, Any]:
    return {field: array[number].as_py() for field, array in arrays.items()}


def _array(columns: Mapping[str, Any], field: str, kind: pa.DataType, count: int) -> pa.Array:
    """Make the array of a member's values; null if the document lacks the member."""
    column = columns.get(field)
    if isinstance(column, pa.Array):
        return column
    as_elements = columns.get(_ELEMENT_FORMS.get(field, ""))
    if as_elements is not None:
        both = zip(column or [None] * count, as_elements)
        column = [element if attribute is None else attribute for attribute, element in both]
    return pa.nulls(count, kind) if column is None else listed(column, kind)


def _of_rows(values: pa.Array, codes: np.ndarray[Any, Any]) -> pa.Array:
    """Repeat chunks' values for each row; texts become a dictionary array."""
    if not pa.types.is_string(values.type):
        return values.take(integers(codes))
    encoded = values.dictionary_encode()
    return pa.DictionaryArray.from_arrays(encoded.indices.take(integers(codes)), encoded.dictionary)


def _replaced(texts: pa.Array, others: Mapping[str, str]) -> pa.Array:
    """Replace texts by a mapping; unmapped ones become null."""
    encoded = texts.dictionary_encode()
    found = listed([others.get(text) for text in encoded.dictionary.to_pylist()], pa.string())
    return found.take(encoded.indices)
