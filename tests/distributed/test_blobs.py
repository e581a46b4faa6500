"""The blobs of many captures as one frame, on a real cluster, also when a worker dies."""

from __future__ import annotations

import gzip
import os
import signal
import time
from pathlib import Path
from typing import Any

import dask
import pytest
from distributed import Client, wait

from ds3codec import InputError, SourceError, UsageError
from ds3codec.distributed import read_blobs
from ds3codec.tables import arrow_schema, read_table
from ds3codec.testing import write_document
from tests.captures.examples import entry, har
from tests.examples import SAMPLE, UUID, error

pytestmark = pytest.mark.full

VERSIONS = ["3.0.1", "3.5.2", "4.1", "5.4", "6.0"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number, version in enumerate(VERSIONS):
        path = tmp_path / f"{number}.xml"
        write_document(path, 300 + number, chunk_objects=50, seed=number, api_version=version, sync=False)
    return tmp_path


def names(frame: Any) -> list[str]:
    found: list[str] = frame["name"].tolist()
    return found


def test_responses_of_all_versions_are_one_frame(folder: Path, client: Client) -> None:
    frame = read_blobs(str(folder), blocksize="20 KiB")
    assert frame.npartitions > 2 * len(VERSIONS)
    assert list(frame.columns) == ["input", "job_id", *arrow_schema().names]
    rows = frame.compute()
    assert list(rows.columns) == list(frame.columns) and list(rows.dtypes) == list(frame.dtypes)
    assert names(rows) == [
        name
        for number in range(len(VERSIONS))
        for name in read_table(folder / f"{number}.xml")["name"].to_pylist()
    ]
    by_input = rows.groupby("input").job_id.nunique()
    assert by_input.tolist() == [1] * len(VERSIONS) and rows.job_id.nunique() == len(VERSIONS)
    assert int(frame.length.sum().compute()) == sum(rows.length)


def test_a_worker_that_dies_costs_no_row_and_gives_none_twice(tmp_path: Path, client: Client) -> None:
    path = tmp_path / "large.xml"
    write_document(path, 40_000, chunk_objects=100, sync=False)
    frame = client.persist(read_blobs(str(path), blocksize="256 KiB"))
    while not any(client.who_has().values()):
        time.sleep(0.01)
    process = next(iter(client.run(os.getpid).values()))
    os.kill(process, signal.SIGKILL)
    wait(frame)
    assert names(frame.compute()) == read_table(path)["name"].to_pylist()


def test_captures_of_all_kinds_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.xml.gz").write_bytes(gzip.compress(SAMPLE))
    (tmp_path / "b.har").write_bytes(har(entry(f"/_rest_/job/{UUID}", SAMPLE.decode())))
    rows = read_blobs([str(tmp_path / "a.xml.gz"), str(tmp_path / "b.har")]).compute(scheduler="sync")
    count = read_table(SAMPLE).num_rows
    assert (
        rows["input"].tolist() == [str(tmp_path / "a.xml.gz")] * count + [f"{tmp_path / 'b.har'}#1"] * count
    )


@pytest.mark.parametrize(
    ("end", "message"),
    [
        (b"", "the document ends before it is complete"),
        (b"</Objects></Folder>", "mismatch"),
        (b'<Object Name="', "complete"),
    ],
)
def test_a_damaged_capture_is_named(end: bytes, message: str, folder: Path, client: Client) -> None:
    broken = folder / "2.xml"
    broken.write_bytes(broken.read_bytes().rpartition(b"</Objects>")[0] + end)
    with pytest.raises(InputError, match=rf"2\.xml: .*{message}"):
        read_blobs(str(folder), blocksize="20 KiB").compute()


@pytest.mark.parametrize("blocksize", ["20 KiB", None])
def test_what_can_be_read_is_collected_beside_what_cannot(folder: Path, blocksize: str | None) -> None:
    (folder / "2.xml").write_bytes((folder / "2.xml").read_bytes()[:-100])
    (folder / "4.xml").write_bytes(error(Message="no such job"))
    (folder / "5.xml").write_bytes(b"")
    found = read_blobs(str(folder), blocksize=blocksize, errors="collect")
    rows, failed = dask.compute(*found, scheduler="sync")
    assert {Path(name).name for name in rows.input} == {"0.xml", "1.xml", "3.xml"}
    assert len(rows) == sum(read_table(folder / f"{number}.xml").num_rows for number in (0, 1, 3))
    assert [Path(name).name for name in failed.input] == ["2.xml", "4.xml", "5.xml"]
    assert "ends before it is complete" in failed.reason.iloc[0] and "no such job" in failed.reason.iloc[1]
    assert list(failed.columns) == ["input", "reason"] == list(found.failed.columns)


def test_placements_and_the_options_of_reading_pass_on(tmp_path: Path) -> None:
    path = tmp_path / "placed.xml"
    write_document(path, 200, chunk_objects=20, tapes=1, sync=False)
    rows = read_blobs(str(path), blocksize="10 KiB", placements=True).compute(scheduler="sync")
    assert (
        rows["physical_placement"].tolist()
        == read_table(path, placements=True)["physical_placement"].to_pylist()
    )
    path.write_bytes(SAMPLE.replace(b"<Objects ", b'<Objects Colour="red" '))
    assert len(read_blobs(str(path)).compute(scheduler="sync"))
    with pytest.raises(InputError, match="Colour"):
        read_blobs(str(path), strict=True).compute(scheduler="sync")


@pytest.mark.parametrize("blocksize", [0, -1, "much", 1.5j])
def test_a_wrong_option_is_said_at_once(blocksize: Any, tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_bytes(SAMPLE)
    with pytest.raises(UsageError, match="blocksize"):
        read_blobs(str(tmp_path / "a.xml"), blocksize=blocksize)
    with pytest.raises(UsageError, match="errors"):
        read_blobs(str(tmp_path / "a.xml"), errors="ignore")  # type: ignore[call-overload]
    with pytest.raises(UsageError, match="credentials"):
        read_blobs(str(tmp_path / "a.xml"), credentials=["key"], placements=True)
    with pytest.raises(SourceError, match="no file matches"):
        read_blobs(str(tmp_path / "*.gz"))
    with pytest.raises(SourceError):
        read_blobs([])
