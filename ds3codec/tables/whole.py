"""Makes tables of small responses, from the models that `decoding.whole` reads."""

from __future__ import annotations

from functools import cache
from itertools import chain, repeat
from operator import attrgetter
from typing import Any

import pyarrow as pa

from ..models import JobChunk, MasterObjectList
from ..wire.members import attributes
from .building import listed, repeating
from .schema import END_POINT, HiddenChunk, arrow_schema, metadata

__all__ = ["table_of"]

_CHUNK_FIELDS = tuple(member.field for member in attributes(JobChunk))


def table_of(read: MasterObjectList | JobChunk) -> pa.Table:
    """Make the table of a job or of a lone chunk, without placements."""
    header = read if isinstance(read, MasterObjectList) else None
    chunks = [read] if isinstance(read, JobChunk) else read.chunks
    blobs = [blob for chunk in chunks for blob in chunk.blobs]
    counts = [len(chunk.blobs) for chunk in chunks]
    end_points = {node.id: node.end_point for node in header.nodes} if header is not None else {}
    of_chunks: dict[str, list[Any]] = {field: list(map(attrgetter(field), chunks)) for field in _CHUNK_FIELDS}
    hidden = _hidden_chunks(list(zip(*of_chunks.values())), counts)
    of_chunks[END_POINT] = [end_points.get(chunk.node_id) for chunk in chunks]  # type: ignore[arg-type]
    columns = []
    for name, kind, is_repeating in _columns():
        if name in of_chunks:
            values = list(chain.from_iterable(map(repeat, of_chunks[name], counts)))
        else:
            values = list(map(attrgetter(name), blobs))
        columns.append(repeating(values) if is_repeating else listed(values, kind))
    schema = arrow_schema().with_metadata(metadata(header, hidden, len(blobs)))
    return pa.Table.from_arrays(columns, schema=schema)


@cache
def _columns() -> list[tuple[str, pa.DataType, bool]]:
    """List the columns' names and types, and whether each is a dictionary of texts."""
    return [(field.name, field.type, pa.types.is_dictionary(field.type)) for field in arrow_schema()]


def _hidden_chunks(chunks: list[tuple[Any, ...]], counts: list[int]) -> list[HiddenChunk]:
    """Find the chunks that cannot be told from the rows, given the values and row counts of all."""
    hidden: list[HiddenChunk] = []
    row = 0
    for chunk, before, count in zip(chunks, [None, *chunks], counts):
        if chunk == before:
            hidden.append(HiddenChunk(row, None))
        if not count:
            hidden.append(HiddenChunk(row, dict(zip(_CHUNK_FIELDS, chunk))))
        row += count
    return hidden
