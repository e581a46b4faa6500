"""Rows as JSON Lines, held against the standard library's encoder."""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from ds3codec.tables.jsonl import json_lines

VALUES: dict[str, tuple[pa.DataType, st.SearchStrategy[Any]]] = {
    "text": (pa.string(), st.text(max_size=5) | st.sampled_from(['"', "\\", "\0", "\n", "\x7f", "\u2028"])),
    "code": (pa.dictionary(pa.int32(), pa.string()), st.sampled_from(["a", '"b"', ""])),
    "number": (pa.int64(), st.integers(-(2**63), 2**63 - 1)),
    'a "flag"': (pa.bool_(), st.booleans()),
    "nested": (pa.list_(pa.struct({"a": pa.string()})), st.lists(st.fixed_dictionaries({"a": st.text()}))),
}
ROWS = st.lists(st.fixed_dictionaries({name: st.none() | values for name, (_, values) in VALUES.items()}))
SCHEMA = pa.schema([(name, kind) for name, (kind, _) in VALUES.items()])


def batch_of(rows: list[dict[str, Any]]) -> pa.RecordBatch:
    arrays = [pa.array([row[field.name] for row in rows], field.type) for field in SCHEMA]
    return pa.RecordBatch.from_arrays(arrays, schema=SCHEMA)


@given(ROWS, st.integers(0, 2))
def test_each_row_is_as_the_standard_library_writes_it(rows: list[dict[str, Any]], start: int) -> None:
    lines = b"".join(json_lines(batch_of(rows).slice(start)))
    ordered = [{name: row[name] for name in SCHEMA.names} for row in rows[start:]]
    assert lines.decode() == "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ordered)


def test_many_rows_come_in_pieces() -> None:
    row = {"text": "a", "code": "b", "number": 1, 'a "flag"': True, "nested": None}
    pieces = list(json_lines(batch_of([row] * 10_000)))
    assert len(pieces) == 3
    assert b"".join(pieces) == (json.dumps(row) + "\n").encode() * 10_000
