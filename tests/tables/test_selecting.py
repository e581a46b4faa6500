"""Comparisons that choose rows, and names that choose columns."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from ds3codec import UsageError
from ds3codec.tables.batches import TableReader
from ds3codec.tables.selecting import Comparison, Selected, compared
from tests.examples import SAMPLE, blob, chunk, job

DOCUMENT = job(
    chunk(blob(Length="1"), blob(Length="20", Bucket="b"), blob(Length="300", Name="größe", InCache="true"))
)


def selected(*texts: str, columns: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    chosen = Selected(TableReader(DOCUMENT), [compared(text) for text in texts], columns)
    return pa.Table.from_batches(list(chosen), chosen.schema).to_pylist()


@pytest.mark.parametrize(
    ("text", "lengths"),
    [
        ("length=20", [20]),
        ("length == 20", [20]),
        ("length != 20", [1, 300]),
        ("length<20", [1]),
        ("length <= 20", [1, 20]),
        ("length > +20", [300]),
        ("length>=20", [20, 300]),
        ("length > -1", [1, 20, 300]),
        ("name = größe", [300]),
        ("name < größe", []),
        ("bucket = b", [20]),
        ("bucket = null", [1, 300]),
        ("bucket != null", [20]),
        ("bucket != b", []),
        ("in_cache = true", [300]),
        ("in_cache=null", [1, 20]),
        ("latest = false", []),
        ("chunk_number = 0", [1, 20, 300]),
    ],
)
def test_a_comparison_chooses_rows(text: str, lengths: list[int]) -> None:
    assert [row["length"] for row in selected(text)] == lengths


def test_all_comparisons_hold_and_columns_come_in_their_order() -> None:
    assert selected("length > 1", "length < 300", columns=("name", "length")) == [
        {"name": "object", "length": 20}
    ]
    assert [list(row) for row in selected("length = 1", columns=("offset", "chunk_id"))] == [
        ["offset", "chunk_id"]
    ]


def test_a_text_may_have_blanks_and_operators() -> None:
    assert compared(" name =  a = b ") == Comparison("name", "=", "a = b")
    assert compared("name!=<x>") == Comparison("name", "!=", "<x>")
    assert compared("name=") == Comparison("name", "=", "")


@pytest.mark.parametrize("text", ["", "length", "= 3", "length ~ 3", "a b = c"])
def test_what_is_no_comparison_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="is not a comparison"):
        compared(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("size = 3", "there is no column 'size'; there are chunk_id, "),
        ("length = many", "length is of type int64"),
        ("length = 1.5", "length is of type int64"),
        ("length = 9999999999999999999", "length is of type int64"),
        ("latest = yes", "latest is of type bool"),
        ("latest < true", "latest is of type bool"),
        ("length > null", "null is neither less nor greater"),
    ],
)
def test_a_comparison_that_makes_no_sense_is_refused(text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        selected(text)


def test_a_column_that_does_not_exist_is_refused() -> None:
    with pytest.raises(UsageError, match="there is no column 'size'"):
        Selected(TableReader(SAMPLE), (), ["name", "size"])
