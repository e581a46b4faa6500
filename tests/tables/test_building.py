"""Arrow arrays that are made without pyarrow's own `array`, held against it."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ds3codec.tables.building import booleans, codes, integers, listed, repeating
from tests.examples import SAMPLE

VALUES: dict[pa.DataType, st.SearchStrategy[Any]] = {
    pa.string(): st.text(max_size=20),
    pa.int64(): st.integers(-(2**63), 2**63 - 1),
    pa.bool_(): st.booleans(),
}


@pytest.mark.parametrize("kind", VALUES)
@given(data=st.data())
def test_a_list_becomes_the_array_that_pyarrow_makes(kind: pa.DataType, data: st.DataObject) -> None:
    items = data.draw(st.lists(st.one_of(st.none(), VALUES[kind])))
    array = listed(items, kind)
    array.validate(full=True)
    assert array.equals(pa.array(items, kind))
    assert array.null_count == items.count(None)


@given(st.lists(st.one_of(st.none(), st.sampled_from("abc"))))
def test_texts_that_repeat_are_kept_once(texts: list[str | None]) -> None:
    array = repeating(texts)
    array.validate(full=True)
    assert array.to_pylist() == texts
    assert array.type == pa.dictionary(pa.int32(), pa.string())
    assert len(array.dictionary) == len(set(texts) - {None})


@given(st.lists(st.integers(-(2**63), 2**63 - 1)), st.lists(st.booleans()))
def test_numpy_s_arrays_keep_their_values(numbers: list[int], flags: list[bool]) -> None:
    assert integers(np.array(numbers, np.int64)).to_pylist() == numbers
    assert booleans(np.array(flags, bool)).to_pylist() == flags
    assert integers(np.array(numbers, np.int64)[::2]).to_pylist() == numbers[::2]


@given(st.lists(st.text(max_size=2), min_size=1), st.data())
def test_codes_are_those_of_a_slice_too(texts: list[str], data: st.DataObject) -> None:
    array = pa.array(texts).dictionary_encode()
    start = data.draw(st.integers(0, len(texts)))
    assert codes(array[start:]).tolist() == array.indices.to_pylist()[start:]


def test_a_table_is_read_without_pandas() -> None:
    script = (
        "import sys; from ds3codec.tables import read_table; table = read_table(sys.stdin.buffer);"
        "print(table.num_rows, 'pandas' in sys.modules)"
    )
    result = subprocess.run([sys.executable, "-c", script], input=SAMPLE, capture_output=True, check=True)
    assert result.stdout == b"5 False\n"
