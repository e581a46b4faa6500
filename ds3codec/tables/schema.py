"""The columns of a table of blobs, derived from the models; and the job in the schema's metadata.

There is one row per blob. The columns are named after the models' fields: those of the chunk, the end point
of the chunk's node, then those of the blob. Each column's metadata contains its name on the wire, its meaning
and its unit. The schema's metadata contains, as JSON:

- `ds3codec.job`: the job with its nodes, without chunks, as from `to_dict`.
- `ds3codec.chunks`: the chunks that cannot be told from the rows, each with the number of the next row. An
  empty chunk is given by its attributes, a chunk with the same attributes as its predecessor by null.
- `ds3codec.rows`: the number of rows. In a table with another number, hidden chunks are ignored.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import is_dataclass, replace
from functools import cache
from typing import Any, NamedTuple, TypeVar

import pyarrow as pa

from ..errors import Ds3CodecError, TableError, UsageError, shown
from ..models import Blob, JobChunk, JobNode, MasterObjectList
from ..options import check_type, several
from ..plain_data import from_dict, to_dict
from ..wire.contracts import meaning
from ..wire.kinds import Boolean, WholeNumber, kind_of
from ..wire.members import Member, attributes, credentials, element_forms, elements, wire_name
from .arrow_types import Schema

__all__ = [
    "END_POINT",
    "HiddenChunk",
    "arrow_schema",
    "arrow_type",
    "credential_names",
    "end_point_member",
    "hidden_chunks",
    "job_from_metadata",
    "labelled",
    "labelled_schema",
    "metadata",
    "placement_member",
    "plain_schema",
]

# The end point of the node that serves the chunk.
END_POINT = "node_end_point"

# Columns of repetitive texts, in addition to those of the chunk.
_REPEATING = frozenset({"bucket"})

_JOB, _CHUNKS, _ROWS = b"ds3codec.job", b"ds3codec.chunks", b"ds3codec.rows"
_in_json = json.JSONEncoder(ensure_ascii=False).encode
_REPEATED = pa.dictionary(pa.int32(), pa.string())

Rows = TypeVar("Rows", pa.RecordBatch, pa.Table)


class HiddenChunk(NamedTuple):
    """A chunk that cannot be told from the rows.

    Attributes:
        row: The number of the row after it.
        chunk: Its attributes if it is empty; None if it has rows, and the attributes of its predecessor.
    """

    row: int
    chunk: dict[str, Any] | None


def arrow_schema(*, placements: bool = False, credentials: Sequence[str] = ()) -> Schema:
    """Make the schema of a table of blobs, without the metadata of a job.

    Args:
        placements: Add a column `physical_placement`, with everything but credentials.
        credentials: The names of credentials to include in that column, such as "secret_key".

    Raises:
        UsageError: A credential is unknown.
    """
    fields = [*_columns()]
    if placements or credentials:
        member = placement_member()
        fields.append(pa.field(member.field, _nested(member, _checked(credentials)), metadata=_named(member)))
    return pa.schema(fields)


def plain_schema(schema: pa.Schema) -> pa.Schema:
    """Replace dictionaries of texts in a schema by plain texts."""
    fields = [
        field.with_type(field.type.value_type) if pa.types.is_dictionary(field.type) else field
        for field in schema
    ]
    return pa.schema(fields, schema.metadata)


def labelled_schema(schema: pa.Schema, *labels: str) -> pa.Schema:
    """Make the schema for several responses; its first columns name the response of a row."""
    return pa.schema([*(pa.field(label, pa.string()) for label in labels), *plain_schema(schema)])


def labelled(rows: Rows, schema: pa.Schema, **labels: str | None) -> Rows:
    """Convert rows of one response to the schema for several; missing columns become null."""
    count = rows.num_rows
    columns = []
    for field in schema:
        if field.name in labels:
            columns.append(pa.repeat(pa.scalar(labels[field.name], field.type), count))
        elif field.name in rows.schema.names:
            columns.append(rows.column(field.name).cast(field.type))
        else:
            columns.append(pa.nulls(count, field.type))
    made: Rows = type(rows).from_arrays(columns, schema=schema)
    return made


@cache
def _columns() -> tuple[pa.Field, ...]:
    return (
        *(_column(JobChunk, member, member.field, is_repeating=True) for member in attributes(JobChunk)),
        _column(JobNode, end_point_member(), END_POINT, is_repeating=True),
        *(
            _column(Blob, member, member.field, is_repeating=member.field in _REPEATING)
            for member in attributes(Blob)
        ),
    )


def end_point_member() -> Member:
    """Return the member of a node for its end point."""
    return next(member for member in attributes(JobNode) if END_POINT.endswith(member.field))


def _column(model: type, member: Member, name: str, *, is_repeating: bool) -> pa.Field:
    said = meaning(model, member)
    about = {"wire_name": f"{wire_name(model)}/@{member.name}", "meaning": said.text, "unit": said.unit}
    plain = arrow_type(member)
    kind = _REPEATED if is_repeating and plain == pa.string() else plain
    return pa.field(name, kind, metadata={key: text for key, text in about.items() if text})


def _named(member: Member) -> dict[str, str]:
    return {"wire_name": f"{wire_name(Blob)}/{member.name}"}


def arrow_type(member: Member) -> pa.DataType:
    """Return the column type of a simple member: a number, a boolean or a text."""
    kind = kind_of(member)
    if isinstance(kind, WholeNumber):
        return pa.int64()
    return pa.bool_() if isinstance(kind, Boolean) else pa.string()


def _nested(member: Member, wanted: frozenset[str]) -> pa.DataType:
    """Return the column type of a member that may have members itself."""
    if not is_dataclass(member.type):
        return arrow_type(member)
    inner = [
        pa.field(each.field, _nested(each, wanted))
        for each in elements(member.type)  # type: ignore[arg-type]
        if not each.credential or each.field in wanted
    ]
    return pa.list_(pa.struct(inner)) if member.repeated else pa.struct(inner)


@cache
def placement_member() -> Member:
    """Return the member of a blob for its placement."""
    forms = element_forms(Blob)
    return next(member for member in elements(Blob) if member.field not in forms)


def credential_names() -> list[str]:
    """List the field names of all credentials."""
    return sorted(set(_credential_fields(Blob)))


def _checked(names: Sequence[str]) -> frozenset[str]:
    known = credential_names()
    for name in several("credentials", names):
        if isinstance(names, str) or name not in known:
            raise UsageError(f"credentials must be some of {', '.join(known)}, not {shown(names)}")
    return frozenset(names)


def _credential_fields(model: type) -> Iterator[str]:
    for member in elements(model):
        inner: type = member.type
        if member.credential:
            yield member.field
        elif is_dataclass(inner) and credentials(inner):
            yield from _credential_fields(inner)


def metadata(
    header: MasterObjectList | None, hidden: Sequence[HiddenChunk] | None = None, rows: int | None = None
) -> dict[bytes, bytes]:
    """Make the schema's metadata for a job; empty for a lone chunk.

    Args:
        header: The job; None for a lone chunk.
        hidden: The chunks that cannot be told from the rows, if known.
        rows: The number of rows, if known.
    """
    data: dict[bytes, Any] = {}
    if header is not None:
        data[_JOB] = to_dict(replace(header, chunks=[]))
    if hidden:
        data[_CHUNKS] = hidden
    if rows is not None:
        data[_ROWS] = rows
    return {key: _in_json(value).encode() for key, value in data.items()}


def job_from_metadata(schema: Schema) -> MasterObjectList:
    """Read the job from a schema's metadata, with its nodes, without chunks.

    Raises:
        TableError: The metadata has no job, as for a lone chunk, or an invalid one.
        UsageError: `schema` is not a schema.
    """
    check_type("schema", schema, pa.Schema)
    data = _read(schema, _JOB)
    if data is None:
        raise TableError("the table has no job in its metadata: give one")
    try:
        return from_dict(MasterObjectList, data, missing="none")
    except Ds3CodecError as error:
        raise TableError(f"the job in the table's metadata is wrong: {error}") from None


def hidden_chunks(schema: pa.Schema, rows: int) -> list[HiddenChunk]:
    """Read the hidden chunks from a schema's metadata; none unless `rows` is the number stored there."""
    if _read(schema, _ROWS) != rows:
        return []
    try:
        return [HiddenChunk(int(row), chunk and dict(chunk)) for row, chunk in _read(schema, _CHUNKS) or ()]
    except (TypeError, ValueError):
        raise TableError("the chunks in the table's metadata are wrong") from None


def _read(schema: pa.Schema, key: bytes) -> Any:
    text = (schema.metadata or {}).get(key)
    try:
        return None if text is None else json.loads(text)
    except ValueError:
        raise TableError(f"{key.decode()} in the table's metadata is not JSON") from None
