"""Files of tables, opened again."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from ds3codec import SourceError, TableError, decode
from ds3codec.formats import TABLE_FORMATS
from ds3codec.tables import from_table, read_table, write_csv
from ds3codec.tables.batches import TableReader
from ds3codec.tables.files import open_table, write_table
from tests.compressed import PACK
from tests.decoding.test_pieces import PLAIN
from tests.examples import SAMPLE, blob, chunk, job

LARGE = job(chunk(*PLAIN * 400))
FORMS = [form.name for form in TABLE_FORMATS]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "document", [SAMPLE, pytest.param(LARGE, marks=pytest.mark.full), job()], ids=["sample", "large", "none"]
)
def test_each_format_opens_as_it_was_written(form: str, document: bytes, tmp_path: Path) -> None:
    path = tmp_path / "table"
    write_table(TableReader(document), path, form)
    for source in (path, io.BytesIO(path.read_bytes())):
        opened = open_table(source, form)
        table = pa.Table.from_batches(list(opened), opened.schema)
        assert table.to_pylist() == read_table(document).to_pylist()
        assert opened.rows in (None, table.num_rows)
        assert (b"ds3codec.job" in opened.metadata()) == (form in ("parquet", "arrow"))


@pytest.mark.parametrize("form", ["parquet", "arrow"])
def test_chunks_without_rows_are_kept(form: str) -> None:
    document = job(chunk(), chunk(blob()), chunk(blob()), chunk(ChunkNumber="1"))
    for expected in (document, job(chunk()), job(), SAMPLE):
        sink = io.BytesIO()
        write_table(TableReader(expected), sink, form)
        opened = open_table(io.BytesIO(sink.getvalue()), form)
        assert opened.metadata() == read_table(expected).schema.metadata


def test_an_arrow_file_may_be_a_stream() -> None:
    table = read_table(LARGE).append_column("mine", pa.nulls(len(read_table(LARGE))))
    for write in (pa.ipc.new_stream, pa.ipc.new_file):
        sink = io.BytesIO()
        with write(sink, table.schema) as writer:
            writer.write_table(table)
        opened = open_table(io.BytesIO(sink.getvalue()), "arrow")
        assert pa.Table.from_batches(list(opened), opened.schema).equals(table)
    with pytest.raises(TableError, match="the table is damaged"):
        cut = io.BytesIO()
        with pa.ipc.new_stream(cut, table.schema) as writer:
            writer.write_table(table)
        list(open_table(io.BytesIO(cut.getvalue()[:-5000]), "arrow"))


def test_polars_stream_is_a_job_again(tmp_path: Path) -> None:
    polars: Any = pytest.importorskip("polars")
    polars.from_arrow(read_table(SAMPLE)).write_ipc_stream(tmp_path / "blobs.arrow")
    opened = open_table(tmp_path / "blobs.arrow", "arrow")
    table = pa.Table.from_batches(list(opened), opened.schema)
    assert from_table(table, job=decode(SAMPLE)) == from_table(read_table(SAMPLE))


@pytest.mark.parametrize("compression", PACK)
@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_texts_may_be_compressed(form: str, compression: str) -> None:
    sink = io.BytesIO()
    write_table(TableReader(SAMPLE), sink, form)
    opened = open_table(io.BytesIO(PACK[compression](sink.getvalue())), form)
    assert pa.Table.from_batches(list(opened), opened.schema).num_rows == 5


@pytest.mark.parametrize("form", FORMS)
def test_a_file_that_is_missing_is_a_source_error(form: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot read"):
        list(open_table(tmp_path / "none", form))


@pytest.mark.parametrize(("form", "data"), [("parquet", b"PAR1"), ("arrow", b"x" * 100), ("csv", b"")])
def test_what_is_no_such_file_is_one_error(form: str, data: bytes) -> None:
    with pytest.raises(TableError, match=f"this is not in the format {form}") as caught:
        list(open_table(io.BytesIO(data), form))
    assert "\n" not in str(caught.value)


def test_a_damaged_file_is_one_error_after_what_was_read() -> None:
    sink = io.BytesIO()
    write_csv(LARGE, sink)
    lines = sink.getvalue().splitlines(keepends=True)
    opened: Any = open_table(io.BytesIO(b"".join([*lines, b"a,b\n"])), "csv")
    with pytest.raises(TableError, match="the table is damaged") as caught:
        list(opened)
    assert "\n" not in str(caught.value)
