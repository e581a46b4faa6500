"""`validate` and `convert` on a cluster: what they print and write is what one process gives."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from ds3codec import InputError, UsageError
from ds3codec.tables import encode_table, read_table
from ds3codec.testing import write_document
from tests.captures.examples import entry, har, with_length
from tests.examples import SAMPLE, UUID, blob, chunk, error, job

from .command import WRONG, run

pytest.importorskip("distributed")

from distributed import Client

from ds3codec.cli.distributing import connected, in_order


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "captures"
    folder.mkdir()
    (folder / "a.xml").write_bytes(WRONG)
    (folder / "b.har").write_bytes(har(entry(f"/_rest_/job/{UUID}", WRONG.decode()), entry("/other", "{}")))
    (folder / "c.http").write_bytes(with_length(error(), status=b"404 Not Found"))
    (folder / "d.har").write_bytes(b"{")
    moved = b"HTTP/1.1 307 Moved\r\nLocation: /\r\nContent-Length: 0\r\n\r\n"
    (folder / "f.http").write_bytes(moved + with_length(SAMPLE))
    (folder / "e.xml").write_bytes(SAMPLE)
    return folder


def without_times(output: bytes) -> bytes:
    return re.sub(rb' time="[0-9.]+"', b"", output)


@pytest.mark.parametrize(
    "form", ["text", *(pytest.param(form, marks=pytest.mark.full) for form in ("json", "junit"))]
)
def test_validation_says_the_same_in_the_same_order(form: str, folder: Path) -> None:
    alone = run("validate", folder, "--format", form)
    on_cluster = run("validate", folder, "--format", form, "--workers", 2)
    assert (alone.returncode, on_cluster.returncode) == (2, 2)
    assert on_cluster.stderr == alone.stderr
    assert without_times(on_cluster.stdout) == without_times(alone.stdout)


@pytest.mark.full
def test_conversion_writes_the_same_rows(folder: Path, tmp_path: Path) -> None:
    inputs = [folder / "e.xml", folder / "e.xml"]
    (tmp_path / "f.http").write_bytes(with_length(SAMPLE) + with_length(SAMPLE))
    for number, given in enumerate((inputs, [tmp_path / "f.http"], [folder / "e.xml"])):
        alone, on_cluster = tmp_path / f"{number}.csv", tmp_path / f"cluster-{number}.csv"
        assert run("convert", *given, "-o", alone, "--where", "length > 0").returncode == 0
        done = run("convert", *given, "-o", on_cluster, "--where", "length > 0", "--workers", 2)
        assert (done.returncode, done.stderr) == (0, b"")
        assert on_cluster.read_bytes() == alone.read_bytes()


def test_an_input_that_cannot_be_read_is_one_line_and_no_file(folder: Path, tmp_path: Path) -> None:
    done = run("convert", folder / "e.xml", folder / "c.http", "-o", tmp_path / "x.csv", "--workers", 1)
    assert (done.returncode, (tmp_path / "x.csv").exists()) == (2, False)
    assert done.stderr.startswith(b"ds3codec: ") and b"c.http: " in done.stderr
    assert done.stderr.count(b"\n") == 1


@pytest.mark.full
def test_a_large_response_is_read_in_parts_with_all_chunks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Nobody waits for responses of 64 MiB here.
    monkeypatch.setattr("ds3codec.cli.distributing._PART", 700)
    blobs = [blob(Name=str(number)) for number in range(3)]
    alike = chunk(*blobs, ChunkNumber="1", ChunkId=UUID)
    empty = chunk(ChunkNumber="2", ChunkId=UUID)
    path = tmp_path / "parts.xml"
    for chunks in (
        [alike] * 9,
        [alike, empty] * 9,
        [empty] * 9,
        [alike, empty, empty, empty, alike, alike] * 4,
    ):
        path.write_bytes(job(*chunks))
        done = run("convert", path, "-o", tmp_path / "parts.parquet", "--force", "--workers", 1)
        assert (done.returncode, done.stderr) == (0, b"")
        written = pq.read_table(tmp_path / "parts.parquet")
        whole = read_table(path)
        assert written.schema.metadata == whole.schema.metadata
        assert written.to_pylist() == whole.to_pylist()
        encode_table(written, tmp_path / "back.xml")
        assert (tmp_path / "back.xml").read_bytes() == path.read_bytes()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["validate", "-", "--workers", "2"], b"standard input"),
        (["validate", "{}", "--workers", "2", "--together"], b"one by one"),
        (["validate", "{}", "--workers", "2", "--scheduler", "tcp://x"], b"leave it out"),
        (["validate", "{}", "--workers", "0"], b"0 is not in the range"),
        (["validate", "{}", "--scheduler", "nothing://x"], b"no scheduler answers at 'nothing://x'"),
        (["convert", "{}", "-o", "x.csv", "--scheduler", "nothing://x"], b"no scheduler answers"),
    ],
)
def test_a_wrong_use_is_one_line(arguments: list[str], message: bytes, folder: Path) -> None:
    done = run(*(str(folder / "e.xml") if one == "{}" else one for one in arguments))
    assert done.returncode == 2
    assert message in done.stderr.splitlines()[-1]


@pytest.mark.full
def test_a_running_cluster_does_the_work(folder: Path, client: object) -> None:
    address = client.scheduler.address  # type: ignore[attr-defined]
    done = run("validate", folder / "a.xml", "--scheduler", address)
    assert done.stdout == run("validate", folder / "a.xml").stdout and done.returncode == 1


@pytest.mark.full
def test_generated_documents_convert_alike(tmp_path: Path) -> None:
    write_document(tmp_path / "a.xml", 2000, sync=False)
    for workers in ([], ["--workers", "1"]):
        output = tmp_path / f"a{len(workers)}.parquet"
        assert run("convert", tmp_path / "a.xml", "-o", output, *workers).returncode == 0
    alone, on_cluster = (pq.read_table(tmp_path / f"a{number}.parquet") for number in (0, 2))
    assert alone.to_pylist() == on_cluster.to_pylist()
    assert alone.schema.equals(on_cluster.schema, check_metadata=True)


def slow_for_even(number: int) -> int:
    if number == 7:
        raise InputError("seven", "it is odd")
    time.sleep(0.02 * (number % 2 == 0))
    return number


@pytest.mark.full
def test_results_come_in_order_and_up_to_the_first_error(client: Client) -> None:
    found = in_order(client, slow_for_even, ((number,) for number in range(20)))
    assert [next(found) for _ in range(7)] == list(range(7))
    with pytest.raises(InputError, match="seven: it is odd"):
        next(found)


@pytest.mark.full
def test_a_running_cluster_is_used(client: Client) -> None:
    with connected(None, client.scheduler.address) as mine:
        assert list(in_order(mine, slow_for_even, [(1,), (2,)])) == [1, 2]
    assert client.scheduler_info()["workers"]


@pytest.mark.full
def test_no_scheduler_is_said_in_one_line() -> None:
    with pytest.raises(UsageError, match="no scheduler answers at"), connected(None, "nothing://at/all"):
        raise AssertionError
