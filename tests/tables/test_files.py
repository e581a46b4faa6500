"""Responses as files of tables, read back by the readers of others."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from pyarrow import feather

from ds3codec import DecodeError, MasterObjectList, UsageError, decode, encode
from ds3codec.tables import (
    from_table,
    read_table,
    write_arrow,
    write_csv,
    write_feather,
    write_jsonl,
    write_parquet,
)
from ds3codec.testing.strategies import documents, jobs
from tests.compressed import unpacked
from tests.decoding.test_pieces import PLAIN
from tests.examples import SAMPLE, blob, chunk, in_full, job
from tests.tables.test_batches import rows_of

WRITERS: dict[str, Callable[..., None]] = {
    "parquet": write_parquet,
    "feather": write_arrow,
    "csv": write_csv,
    "jsonl": write_jsonl,
}
LARGE = job(chunk(*PLAIN * 20), chunk(*PLAIN, ChunkNumber="1"))


@pytest.mark.parametrize(
    "document", [SAMPLE, LARGE, job(), job(chunk())], ids=["sample", "large", "none", "empty"]
)
def test_a_parquet_file_is_the_table(document: bytes, tmp_path: Path) -> None:
    path = tmp_path / "blobs.parquet"
    write_parquet(document, path, row_group_size=500)
    table = pq.read_table(path)
    assert table.to_pylist() == rows_of(decode(document))
    assert in_full(from_table(table)) == in_full(from_table(read_table(document)))
    file = pq.ParquetFile(path)
    assert all(file.metadata.row_group(at).num_rows <= 500 for at in range(file.num_row_groups))
    file.close()


@given(documents())
@settings(max_examples=10)
def test_every_format_has_the_same_rows(document: bytes) -> None:
    expected = rows_of(decode(document))
    assert pq.read_table(io.BytesIO(written(write_parquet, document))).to_pylist() == expected
    assert feather.read_table(io.BytesIO(written(write_arrow, document))).to_pylist() == expected
    assert list(map(json.loads, written(write_jsonl, document).split(b"\n")[:-1])) == expected
    lines = csv.reader(io.StringIO(written(write_csv, document).decode(), newline=""))
    names = next(lines)
    assert [dict(zip(names, line)) for line in lines] == [
        {name: in_csv(value) for name, value in row.items()} for row in expected
    ]


def in_csv(value: object) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def written(write: Callable[..., None], document: bytes, **options: Any) -> bytes:
    sink = io.BytesIO()
    write(document, sink, **options)
    return sink.getvalue()


def test_the_tools_of_others_read_the_files(tmp_path: Path) -> None:
    for name, write in WRITERS.items():
        write(LARGE, tmp_path / f"blobs.{name}")
    count, total = len(PLAIN) * 21, sum(row["length"] for row in rows_of(decode(LARGE)))
    pandas, polars, duckdb = (pytest.importorskip(name) for name in ("pandas", "polars", "duckdb"))
    frames: list[Any] = [
        pandas.read_parquet(tmp_path / "blobs.parquet"),
        pandas.read_feather(tmp_path / "blobs.feather"),
        pandas.read_csv(tmp_path / "blobs.csv"),
        pandas.read_json(tmp_path / "blobs.jsonl", lines=True),
        polars.read_parquet(tmp_path / "blobs.parquet"),
        polars.read_ipc(tmp_path / "blobs.feather"),
        polars.read_csv(tmp_path / "blobs.csv"),
        polars.read_ndjson(tmp_path / "blobs.jsonl"),
        duckdb.read_parquet(str(tmp_path / "blobs.parquet")).df(),
        duckdb.read_csv(str(tmp_path / "blobs.csv")).df(),
        duckdb.read_json(str(tmp_path / "blobs.jsonl")).df(),
    ]
    for frame in frames:
        assert (len(frame), frame["length"].sum()) == (count, total)


def test_nulls_and_empty_texts_differ_in_csv() -> None:
    text = written(write_csv, job(chunk(blob(Name="", Bucket=""), blob(Name='a,"b"\n'))))
    table = pa.csv.read_csv(
        io.BytesIO(text),
        parse_options=pa.csv.ParseOptions(newlines_in_values=True),
        convert_options=pa.csv.ConvertOptions(strings_can_be_null=True, quoted_strings_can_be_null=False),
    )
    assert table.column("name").to_pylist() == ["", 'a,"b"\n']
    assert table.column("bucket").to_pylist() == ["", None]


@pytest.mark.parametrize("write", [write_csv, write_jsonl])
@pytest.mark.parametrize("compression", ["gzip", "gz", "bzip2", "bz2", "xz", "zstd", "zst"])
def test_texts_are_compressed_on_request(write: Callable[..., None], compression: str) -> None:
    assert unpacked(written(write, LARGE, compression=compression)) == written(write, LARGE)


def test_what_is_asked_for_counts_and_not_the_ending(tmp_path: Path) -> None:
    write_csv(SAMPLE, tmp_path / "blobs.csv.gz", compression="bzip2")
    assert (tmp_path / "blobs.csv.gz").read_bytes().startswith(b"BZh")


def test_arrow_files_have_two_names() -> None:
    assert written(write_feather, SAMPLE) == written(write_arrow, SAMPLE)


@pytest.mark.parametrize("compression", ["zstd", "snappy", "gzip", "none"])
def test_parquet_has_the_compression_that_is_asked_for(compression: str) -> None:
    file = pq.ParquetFile(io.BytesIO(written(write_parquet, LARGE, compression=compression)))
    found = file.metadata.row_group(0).column(0).compression
    assert found == {"none": "UNCOMPRESSED"}.get(compression, compression.upper())


@pytest.mark.parametrize("write", WRITERS.values(), ids=list(WRITERS))
def test_an_error_leaves_nothing_and_what_was_there(write: Callable[..., None], tmp_path: Path) -> None:
    wrong = job(chunk(*PLAIN * 20, blob(Length="x")))
    path = tmp_path / "blobs"
    for before in (None, b"before"):
        if before:
            path.write_bytes(before)
        with pytest.raises(DecodeError, match="Length"):
            write(wrong, path)
        assert [item.read_bytes() for item in tmp_path.iterdir()] == ([before] if before else [])


@pytest.mark.parametrize("write", WRITERS.values(), ids=list(WRITERS))
def test_a_full_disk_and_a_missing_folder_are_the_system_s_errors(
    write: Callable[..., None], tmp_path: Path
) -> None:
    with pytest.raises(OSError, match="No space left"):
        write(LARGE, "/dev/full")
    with pytest.raises(FileNotFoundError):
        write(SAMPLE, tmp_path / "no" / "blobs")


@pytest.mark.parametrize("write", WRITERS.values(), ids=list(WRITERS))
def test_a_compression_that_does_not_exist_is_refused(write: Callable[..., None], tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="compression"):
        write(SAMPLE, tmp_path / "blobs", compression="rar")
    assert list(tmp_path.iterdir()) == []


def test_placements_are_in_every_format_but_csv() -> None:
    expected = read_table(SAMPLE, placements=True).column("physical_placement").to_pylist()
    for write, read in ((write_parquet, pq.read_table), (write_arrow, feather.read_table)):
        table = read(io.BytesIO(written(write, SAMPLE, placements=True)))
        assert table.column("physical_placement").to_pylist() == expected
        assert in_full(from_table(table)) == in_full(decode(SAMPLE))
    lines = written(write_jsonl, SAMPLE, placements=True).splitlines()
    assert [json.loads(line)["physical_placement"] for line in lines] == expected
    with pytest.raises(UsageError, match="CSV cannot hold placements"):
        written(write_csv, SAMPLE, placements=True)


@given(jobs())
@settings(max_examples=10)
def test_a_job_comes_back_from_parquet(original: MasterObjectList) -> None:
    document = encode(original)
    table = pq.read_table(io.BytesIO(written(write_parquet, document)))
    assert table.schema.metadata == read_table(document).schema.metadata
