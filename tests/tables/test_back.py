"""Tables as jobs again, and as responses."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given

from ds3codec import Blob, MasterObjectList, TableError, UsageError, decode, encode
from ds3codec.tables import encode_table, from_table, read_table, record_batches
from ds3codec.testing.strategies import jobs
from tests.decoding.test_pieces import BOUNDARY, PLAIN
from tests.examples import BLOB, SAMPLE, UUID, blob, chunk, element, in_full, job

TABLE = read_table(SAMPLE)
HEADER = decode(job())
CREDENTIALS = ["secret_key", "account_key", "proxy_password", "admin_secret_key"]


def written(table: Any, **options: Any) -> bytes:
    sink = io.BytesIO()
    encode_table(table, sink, **options)
    return sink.getvalue()


@given(jobs())
def test_what_a_table_stands_for_is_what_was_decoded(original: MasterObjectList) -> None:
    document = encode(original)
    table = read_table(
        document,
        placements=True,
        credentials=["secret_key", "account_key", "proxy_password", "admin_secret_key"],
    )
    assert in_full(from_table(table)) == in_full(decode(document))
    assert decode(written(table)) == decode(document)


EMPTY = chunk()
CHUNKS = {
    "no chunks": [],
    "a negative length": [chunk(blob(Length="-3"))],
    "one that is empty": [EMPTY],
    "empty ones": [EMPTY, EMPTY],
    "empty ones between others": [EMPTY, chunk(blob()), EMPTY, EMPTY, chunk(blob(), ChunkNumber="7"), EMPTY],
    "ones that say the same": [chunk(blob()), chunk(blob(), blob()), EMPTY, chunk(blob())],
    "runs that say the same": [
        BOUNDARY[10:] + "".join(f"{plain}{BOUNDARY}" for plain in PLAIN) + "</Objects>"
    ],
    "more than a slice of rows": pytest.param([chunk(*PLAIN * 700)], marks=pytest.mark.full),
}


@pytest.mark.parametrize("chunks", CHUNKS.values(), ids=list(CHUNKS))
def test_chunks_that_no_row_shows_come_back(chunks: list[str]) -> None:
    document = job(*chunks)
    assert in_full(from_table(read_table(document))) == in_full(decode(document))
    assert decode(written(read_table(document))) == decode(document)


def test_a_sample_is_written_as_it_was() -> None:
    assert written(read_table(SAMPLE)) == encode(from_table(TABLE))
    without_placement = decode(SAMPLE)
    without_placement.chunks[2].blobs[0].physical_placement = None
    assert written(TABLE) == encode(without_placement)


def test_a_filtered_table_is_a_job_of_what_is_left() -> None:
    missing = TABLE.filter(pc.invert(TABLE.column("in_cache")))
    read = from_table(missing)
    assert [(chunk.chunk_number, [blob.name for blob in chunk.blobs]) for chunk in read.chunks] == [
        (2, ["reels/0002/master.mxf"])
    ]
    assert read.job_id == decode(SAMPLE).job_id


FRAMES: dict[str, Any] = {
    "pandas": lambda pandas: TABLE.to_pandas(),
    "polars": lambda polars: polars.from_arrow(TABLE),
    "duckdb": lambda duckdb: duckdb.from_arrow(TABLE),
    "pyarrow": lambda pyarrow: record_batches(SAMPLE),
}


@pytest.mark.parametrize("name", FRAMES)
def test_data_frames_of_others_come_back(name: str) -> None:
    assert from_table(FRAMES[name](pytest.importorskip(name)), job=decode(SAMPLE)) == from_table(TABLE)


NULLS = job(chunk(blob(), blob(Name="b")), chunk(blob(Name="c"), ChunkNumber="1"))


@pytest.mark.parametrize("name", ["pandas", "polars", "duckdb"])
def test_columns_of_nulls_alone_come_back_from_data_frames(name: str) -> None:
    module: Any = pytest.importorskip(name)
    table = read_table(NULLS)
    frames = {
        "pandas": lambda: [table.to_pandas(), module.DataFrame(table.to_pylist())],
        "polars": lambda: [module.from_arrow(table), module.DataFrame(table.to_pylist())],
        "duckdb": lambda: [module.from_arrow(table), module.from_arrow(table).df()],
    }
    for frame in frames[name]():
        assert from_table(frame, job=decode(NULLS)) == decode(NULLS)
    assert from_table(table.set_column(0, "chunk_id", pa.nulls(3)), missing="none").chunks[0].chunk_id is None


def test_columns_of_other_widths_and_forms_are_taken() -> None:
    table = TABLE.set_column(9, "name", TABLE.column("name").cast(pa.large_string()))
    table = table.set_column(1, "chunk_number", table.column("chunk_number").cast(pa.int8()))
    table = table.append_column("mine", pa.array(range(5)))
    assert from_table(table, job=decode(SAMPLE)) == from_table(TABLE)


def changed(name: str, values: list[Any], kind: Any = None) -> pa.Table:
    return TABLE.set_column(TABLE.schema.names.index(name), name, pa.array(values, kind))


BIG = 2**31
WRONG: dict[str, tuple[pa.Table, str, str | None, int | None]] = {
    "a missing column": (TABLE.drop_columns("name"), "the column name is missing", "name", None),
    "a column twice": (TABLE.append_column("name", TABLE.column("name")), "is there twice", "name", None),
    "a null": (changed("name", ["a", None, "b", "c", "d"]), "name is null in row 1", "name", 1),
    "fractions": (changed("length", [1.0] * 5), "is of type double, not int64", "length", None),
    "fractions beside a null": (
        changed("version", [None, *[1.5] * 4]),
        "wrong value",
        "version",
        None,
    ),
    "texts": (changed("offset", ["1"] * 5), "is of type string, not int64", "offset", None),
    "numbers": (changed("latest", [1] * 5), "is of type int64, not bool", "latest", None),
    "bytes": (changed("name", [b"a"] * 5), "is of type binary, not string", "name", None),
    "a large number": (changed("chunk_number", [0, 1, 2, 3, BIG]), "2147483648 in row 4", "chunk_number", 4),
    "too large ones": (
        changed("length", [2**63] * 5, pa.uint64()),
        "length has a wrong value",
        "length",
        None,
    ),
    "no job": (TABLE.replace_schema_metadata(None), "no job in its metadata", None, None),
}


@pytest.mark.parametrize(("table", "message", "column", "row"), WRONG.values(), ids=list(WRONG))
def test_a_table_that_is_none_of_blobs_is_one_error(
    table: pa.Table, message: str, column: str | None, row: int | None, tmp_path: Path
) -> None:
    with pytest.raises(TableError, match=message) as caught:
        from_table(table)
    assert (caught.value.column, caught.value.row) == (column, row)
    assert "\n" not in str(caught.value)
    with pytest.raises(TableError, match=message):
        encode_table(table, tmp_path / "response.xml")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "frame",
    [
        lambda pd, frame: pd.concat([frame, frame[["length"]]], axis=1),
        lambda pd, frame: frame.assign(name=[1, "a", None, "b", "c"]),
        lambda pd, frame: frame.assign(name=pd.Series(["\ud800"] * 5, dtype=object)),
    ],
)
def test_a_data_frame_that_is_no_table_is_one_error(frame: Any) -> None:
    pandas = pytest.importorskip("pandas")
    with pytest.raises(TableError):
        from_table(frame(pandas, TABLE.to_pandas()), job=HEADER)


def test_what_is_missing_may_be_let_through() -> None:
    without_length = element("Object", {key: text for key, text in BLOB.items() if key != "Length"})
    old = job(chunk(without_length))
    table = read_table(old, missing="none")
    with pytest.raises(TableError, match="length is null in row 0"):
        from_table(table)
    assert from_table(table, missing="none") == decode(old, missing="none")
    assert written(table.drop_columns("length"), missing="none") == old


def test_a_job_that_is_given_counts_and_is_not_changed() -> None:
    read = from_table(TABLE, job=HEADER)
    assert (read.job_id, len(read.chunks), HEADER.chunks) == (UUID, 3, [])


@pytest.mark.parametrize("table", [None, 7, "table", [Blob]])
def test_what_is_no_table_is_refused(table: Any) -> None:
    with pytest.raises(UsageError, match="expected a table"):
        from_table(table)


def test_a_wrong_placement_is_one_error() -> None:
    column = pa.array([{"tapes": [{"available_raw_capacity": "many"}]}] * 5)
    with pytest.raises(TableError, match="a placement is wrong") as caught:
        from_table(TABLE.append_column("physical_placement", column))
    assert caught.value.column == "physical_placement"
