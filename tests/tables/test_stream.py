"""Record batches in the engines of others: the same rows, and our errors in our words."""

from __future__ import annotations

import gc
import io
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from ds3codec import Ds3CodecError, InvalidValueError, SourceError, TruncatedError, UsageError, decode
from ds3codec.tables import TableReader, from_table, job_from_metadata, read_table, record_batches, write_csv
from tests.decoding.test_pieces import PLAIN
from tests.examples import SAMPLE, blob, chunk, in_full, job
from tests.tables.test_batches import rows_of

DOCUMENT = job(chunk(*PLAIN * 5), chunk(*PLAIN, ChunkNumber="1"))
NAMES = [row["name"] for row in rows_of(decode(DOCUMENT))]


def by_duckdb(batches: TableReader) -> list[str]:
    duckdb = pytest.importorskip("duckdb")
    return [name for (name,) in duckdb.sql("select name from batches").fetchall()]


def by_polars(read: str) -> Callable[[TableReader], list[str]]:
    def names(batches: TableReader) -> list[str]:
        function = getattr(pytest.importorskip("polars"), read, None)
        if function is None:
            pytest.skip(f"this version has no {read}")
        frame = function(batches)
        if read == "from_arrow":  # for which any stream is a column
            frame = frame.struct.unnest()
        return getattr(frame, "collect", lambda: frame)()["name"].to_list()  # type: ignore[no-any-return]

    return names


def by_pandas(batches: TableReader) -> list[str]:
    pandas: Any = pytest.importorskip("pandas")
    if not hasattr(pandas.DataFrame, "from_arrow"):
        pytest.skip("this version takes no streams")
    return list(pandas.DataFrame.from_arrow(batches)["name"])


def by_datafusion(batches: TableReader) -> list[str]:
    context = pytest.importorskip("datafusion").SessionContext()
    return [
        name for part in context.from_arrow(batches).collect() for name in part.column("name").to_pylist()
    ]


ENGINES: dict[str, Callable[[TableReader], list[str]]] = {
    "duckdb": by_duckdb,
    "polars": by_polars("DataFrame"),
    "polars, from_arrow": by_polars("from_arrow"),
    "polars, lazily": by_polars("LazyFrame"),
    "polars, scanned": by_polars("scan_arrow_c_stream"),
    "pandas": by_pandas,
    "pyarrow, at once": lambda batches: pa.table(batches)["name"].to_pylist(),
    "pyarrow, in batches": lambda batches: [
        name
        for batch in pa.RecordBatchReader.from_stream(batches)
        for name in batch.column("name").to_pylist()
    ],
    "datafusion": by_datafusion,
}


@pytest.mark.parametrize("engine", ENGINES)
def test_an_engine_has_the_rows(engine: str) -> None:
    batches = record_batches(DOCUMENT, batch_size=7)
    assert ENGINES[engine](batches) == NAMES
    assert (batches.error, batches.rows) == (None, len(NAMES))


WRONG: dict[str, tuple[bytes, type[Ds3CodecError]]] = {
    "cut off": (DOCUMENT[:-50], TruncatedError),
    "a wrong value": (job(chunk(*PLAIN * 5, blob(Length="4 KiB"))), InvalidValueError),
    "a wrong value that is no ASCII": (job(chunk(*PLAIN * 5, blob(Length="\u0663"))), InvalidValueError),
}


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("engine", ENGINES)
def test_an_engine_tells_our_error_in_our_words(engine: str, wrong: str) -> None:
    document, kind = WRONG[wrong]
    batches = record_batches(document, batch_size=7)
    with pytest.raises(Exception, match="line 1, column") as caught:
        ENGINES[engine](batches)
    message = str(caught.value)
    assert str(batches.error) in message
    assert not any(word in message for word in ("Traceback", "Unknown error", "Detail", ".py", "\n"))
    assert isinstance(batches.error, kind)
    with pytest.raises(kind) as expected:
        list(record_batches(document, batch_size=7))
    assert vars(batches.error) == vars(expected.value)


@pytest.mark.parametrize("engine", ENGINES)
def test_what_a_source_raises_is_told_too(engine: str) -> None:
    def source() -> Iterator[bytes]:
        yield DOCUMENT[:5000]
        raise OSError("the peer is gone")

    batches = record_batches(source())
    with pytest.raises(Exception, match="the peer is gone"):
        ENGINES[engine](batches)
    assert isinstance(batches.error, SourceError)
    assert isinstance(batches.error.__cause__, OSError)


def test_an_error_comes_again() -> None:
    batches = record_batches(DOCUMENT[:-50])
    for _ in range(2):
        with pytest.raises(TruncatedError):
            list(batches)
    with pytest.raises(TruncatedError):
        batches.read_all()


def test_a_stream_that_nobody_reads_takes_nothing() -> None:
    batches = record_batches(DOCUMENT)
    for _ in range(3):
        batches.__arrow_c_stream__()
    assert pa.schema(pa.RecordBatchReader.from_stream(batches).schema) == batches.schema
    assert pa.table(batches)["name"].to_pylist() == NAMES


def test_what_was_read_is_no_empty_table() -> None:
    batches = record_batches(DOCUMENT, batch_size=7)
    first = next(batches)
    with pytest.raises(UsageError, match="read already"):
        pa.table(batches)
    assert first.num_rows + batches.read_all().num_rows == len(NAMES)


def test_streams_leave_nothing_behind() -> None:
    for read in (pa.table, lambda batches: batches.__arrow_c_stream__(), list):
        batches = record_batches(DOCUMENT)
        left = weakref.ref(batches)
        read(batches)
        del batches
        gc.collect()
        assert left() is None


def test_an_engine_may_ask_for_other_types() -> None:
    wanted = pa.schema(field.with_nullable(True) for field in read_table(SAMPLE).schema)
    wanted = wanted.set(9, pa.field("name", pa.large_string()))
    table = pa.table(record_batches(SAMPLE), schema=wanted)
    assert table.schema.field("name").type == pa.large_string()
    assert table["name"].to_pylist() == read_table(SAMPLE)["name"].to_pylist()


def test_a_reader_has_what_a_job_reader_has(tmp_path: Path) -> None:
    (tmp_path / "response.xml").write_bytes(SAMPLE)
    with record_batches(tmp_path / "response.xml") as batches:
        assert job_from_metadata(batches.schema).job_id == batches.header.job_id
        assert batches.read_all().equals(read_table(SAMPLE), check_metadata=True)
        assert (batches.rows, batches.unknown, batches.error) == (5, {}, None)
        assert list(batches) == []


def test_a_closed_reader_has_closed_its_file(tmp_path: Path) -> None:
    (tmp_path / "response.xml").write_bytes(DOCUMENT)
    with record_batches(tmp_path / "response.xml", batch_size=7) as batches:
        next(batches)
    with pytest.raises(UsageError, match="closed"):
        next(batches)


def test_our_own_ways_raise_our_own_errors() -> None:
    with pytest.raises(TruncatedError):
        from_table(record_batches(DOCUMENT[:-50]))
    with pytest.raises(TruncatedError):
        write_csv(DOCUMENT[:-50], io.BytesIO())
    assert in_full(from_table(record_batches(DOCUMENT))) == in_full(decode(DOCUMENT))
