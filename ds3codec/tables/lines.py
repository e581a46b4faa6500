"""Rows as JSON Lines, made column by column: the texts of a row are joined in Arrow, not in Python."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from .building import listed

__all__ = ["json_lines"]

_encode = json.JSONEncoder(ensure_ascii=False).encode

_ROWS = 4096  # whose texts together are far from the 2 GiB that an array can have
_ESCAPED = r'[\x00-\x1f"\\]'
_NULL = "null"


def json_lines(batch: pa.RecordBatch) -> Iterator[bytes]:
    """An object with the names of the columns for each row, each on a line of its own; UTF-8, in pieces."""
    for start in range(0, batch.num_rows, _ROWS):
        yield _lines(batch.slice(start, _ROWS))


def _lines(batch: pa.RecordBatch) -> bytes:
    lines = pc.binary_join_element_wise(*_parts(batch), "")
    _, ends, data = lines.buffers()
    return bytes(data)[: pa.Array.from_buffers(pa.int32(), len(lines) + 1, [None, ends])[-1].as_py()]


def _parts(batch: pa.RecordBatch) -> Iterator[Any]:
    """The texts whose join is a line: names, which are the same for all rows, and columns."""
    before = "{"
    for name, column in zip(batch.schema.names, batch.columns):
        yield f"{before}{_encode(name)}: "
        yield _json(column)
        before = ", "
    yield "}\n"


def _json(column: pa.Array) -> pa.Array:
    """The values of a column as JSON."""
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
