"""Columns and arrays in one sequence of parts."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from ds3codec.decoding.columns import Columns
from ds3codec.tables.arrays import Arrays
from ds3codec.tables.rows import Rows
from tests.decoding.test_feed import NAME


def test_arrays_and_columns_come_in_their_order_with_the_open_chunk() -> None:
    rows = Rows()
    chunks = {"chunk_id": ["a"], "chunk_number": [1]}
    rows.add(Columns(1, {"name": [NAME]}, [0], chunks))
    arrays = Arrays(
        3,
        {"name": pa.array(["x", "y", "z"])},
        np.array([1, 2]),
        {"chunk_id": pa.array(["b", "c"]), "chunk_number": pa.array([2, 3])},
        (),
    )
    rows.add_arrays(arrays)
    assert rows.open is not None
    assert (rows.open.chunk_id, rows.open.chunk_number, rows.open.node_id) == ("c", 3, None)
    assert rows.blob_count == 1
    assert rows.count == 3
    rows.add_arrays(arrays._replace(boundaries=np.array([], np.int64), chunks={}))
    assert rows.blob_count == 4
    assert [part.blob_count for part in rows.take(False)] == [1, 3, 3]
