"""The command `convert`, on real files."""

from __future__ import annotations

import gzip
import io
import json
import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow import feather

from ds3codec import decode, encode, iter_blobs
from ds3codec.tables import from_table, read_table
from ds3codec.tables.files import open_table
from tests.captures.examples import GET_JOB, entry, har, request, with_length
from tests.examples import SAMPLE, blob, chunk, error, job
from tests.tables.test_batches import rows_of
from tests.tables.test_files import LARGE

from ..command import run, started

ROWS = rows_of(decode(SAMPLE))
PRETTY = SAMPLE.replace(b"><", b">\n  <")


def refused(*arguments: object) -> str:
    """The one line of a run that fails."""
    result = run("convert", *arguments)
    assert (result.returncode, result.stdout) == (2, b"")
    *usage, message = result.stderr.decode().splitlines()
    assert len(usage) in (0, 2)
    assert message.startswith("ds3codec: ")
    return message


def converted(*arguments: object, stdin: bytes = b"") -> bytes:
    result = run("convert", *arguments, stdin=stdin)
    assert (result.returncode, result.stderr) == (0, b"")
    return result.stdout


def test_the_ending_of_the_output_says_the_format(files: Path) -> None:
    for ending in ("parquet", "arrow", "csv", "jsonl", "xml", "csv.gz", "jsonl.zst"):
        assert converted(files / "good.xml", "-o", files / f"out.{ending}") == b""
    assert pq.read_table(files / "out.parquet").to_pylist() == ROWS
    assert feather.read_table(files / "out.arrow").to_pylist() == ROWS
    assert [json.loads(line) for line in (files / "out.jsonl").read_text().splitlines()] == ROWS
    assert gzip.decompress((files / "out.csv.gz").read_bytes()) == (files / "out.csv").read_bytes()
    assert decode((files / "out.xml").read_bytes()) == decode(SAMPLE)


@pytest.mark.parametrize("ending", ["parquet", "arrow", "csv", "csv.gz", "jsonl", "jsonl.bz2"])
def test_a_table_becomes_the_response_again(files: Path, ending: str) -> None:
    converted(files / "good.xml", "-o", files / f"out.{ending}")
    job_of = ["--job", files / "good.xml"] if ending[:3] in ("csv", "jso") else []
    converted(files / f"out.{ending}", *job_of, "-o", files / "back.xml")
    assert (files / "back.xml").read_bytes() == encode(from_table(read_table(SAMPLE)))


def test_placements_go_through_what_can_have_them(files: Path) -> None:
    for ending in ("parquet", "jsonl"):
        converted(files / "good.xml", "--placements", "-o", files / f"out.{ending}")
        job_of = ["--job", files / "good.xml"]
        converted(files / f"out.{ending}", *job_of, "-o", files / f"{ending}.xml")
        assert decode((files / f"{ending}.xml").read_bytes()) == decode(SAMPLE)


def test_xml_comes_out_in_the_appliance_s_form(files: Path) -> None:
    (files / "pretty.xml").write_bytes(PRETTY)
    converted(files / "pretty.xml", "-o", files / "plain.xml")
    assert (files / "plain.xml").read_bytes() == SAMPLE.rstrip()
    assert converted("-", "-o", "-", "--to", "xml", stdin=PRETTY) == SAMPLE.rstrip()
    (files / "chunk.xml").write_text(chunk(blob()))
    converted(files / "chunk.xml", "-o", files / "plain-chunk.xml")
    assert (files / "plain-chunk.xml").read_text() == chunk(blob())


def test_standard_input_and_output_take_a_format(files: Path) -> None:
    assert [
        json.loads(line) for line in converted("-", "-o", "-", "--to", "jsonl", stdin=SAMPLE).splitlines()
    ] == ROWS
    table = converted("-", "-o", "-", "--to", "parquet", stdin=SAMPLE)
    assert pq.read_table(io.BytesIO(table)).to_pylist() == ROWS


def test_rows_and_columns_are_chosen(files: Path) -> None:
    out = ["-o", "-", "--to", "jsonl"]
    missing = converted(files / "good.xml", *out, "--where", "in_cache = false", "--columns", "name,offset")
    assert json.loads(missing) == {"name": "reels/0002/master.mxf", "offset": 68719476736}
    assert list(json.loads(missing)) == ["name", "offset"]
    some = converted(files / "good.xml", *out, "--where", "length>=4096", "--where", "length < 1073741824")
    assert len(some.splitlines()) == 2
    converted(files / "good.xml", "-o", files / "some.xml", "--where", "name = reels/0002/master.mxf")
    assert [blob.offset for chunk in decode(files / "some.xml").chunks for blob in chunk.blobs] == [
        0,
        68719476736,
    ]
    assert decode(files / "some.xml").chunks[1] == decode(SAMPLE).chunks[2]


def test_several_responses_are_one_table_with_their_names(files: Path) -> None:
    inputs = [files / "good.xml", files / "good.xml.gz"]
    converted(*inputs, "-o", files / "both.parquet")
    table = pq.read_table(files / "both.parquet")
    assert table.schema.names[0] == "input"
    assert table.column("input").to_pylist() == [str(path) for path in inputs for _ in ROWS]
    assert table.drop_columns("input").to_pylist() == ROWS * 2
    converted(files / "both.parquet", files / "good.xml", "-o", files / "three.csv")
    assert len((files / "three.csv").read_bytes().splitlines()) == 1 + 3 * len(ROWS)
    body = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(SAMPLE), SAMPLE)
    (files / "two.http").write_bytes(body * 2)
    converted(files / "two.http", "-o", files / "two.parquet")
    assert set(pq.read_table(files / "two.parquet").column("input").to_pylist()) == {
        str(files / "two.http"),
        f"{files / 'two.http'}#2",
    }
    for wanted in ([], ["--where", "length > 0"]):
        assert "several responses" in refused(files / "two.http", "-o", files / "two.xml", *wanted)
    assert not (files / "two.xml").exists()


def test_raw_http_is_converted_as_its_body_is(files: Path) -> None:
    raw = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(SAMPLE), SAMPLE)
    rows = converted("-", "-o", "-", "--to", "jsonl", stdin=raw).splitlines()
    assert [json.loads(row) for row in rows] == [{"input": "-", **row} for row in ROWS]
    assert converted("-", "-o", "-", "--to", "xml", stdin=raw) == SAMPLE.rstrip()
    some = converted("-", "-o", "-", "--to", "xml", "--where", "length < 0", stdin=raw)
    assert decode(some).chunks == []


def test_a_response_takes_the_job_of_another(files: Path) -> None:
    (files / "job.xml").write_bytes(job(chunk(blob()), Name="another"))
    converted(files / "good.xml", "--job", files / "job.xml", "-o", files / "out.xml")
    result = decode(files / "out.xml")
    assert (result.name, result.chunks) == ("another", decode(SAMPLE).chunks)


def test_texts_that_look_like_nulls_are_texts(files: Path) -> None:
    converted(files / "good.xml", "-o", files / "out.csv")
    csv = (files / "out.csv").read_text().replace('"reels/0002/master.mxf"', "NULL")
    (files / "edited.csv").write_text("\ufeff" + csv)
    edited = converted(files / "edited.csv", "--job", files / "good.xml", "-o", "-", "--to", "xml")
    assert {blob.name for blob in iter_blobs(edited)} >= {"NULL"}


def test_a_table_of_several_responses_is_no_response(files: Path) -> None:
    converted(files / "good.xml", files / "good.xml.gz", "-o", files / "both.parquet")
    to_xml = [files / "both.parquet", "--job", files / "good.xml", "-o", files / "out.xml"]
    assert "the table has several responses" in refused(*to_xml)
    converted(*to_xml, "--where", f"input = {files / 'good.xml'}")
    with_blobs = [chunk for chunk in from_table(read_table(SAMPLE)).chunks if chunk.blobs]
    assert decode(files / "out.xml").chunks == with_blobs


def test_devices_are_no_files_to_replace(files: Path) -> None:
    assert converted(files / "good.xml", "-o", "/dev/null", "--to", "csv") == b""


def test_what_is_there_is_replaced_on_request_only(files: Path) -> None:
    out = files / "out.csv"
    out.write_bytes(b"mine")
    assert "--force replaces it" in refused(files / "good.xml", "-o", out)
    assert out.read_bytes() == b"mine"
    converted(files / "good.xml", "-o", out, "--force")
    assert out.read_bytes() != b"mine"


def table(**columns: list[object]) -> pa.Table:
    return pa.table(columns)


WRONG = {
    "wrong.xml": (job(chunk(blob(Length="x"))), "Length: 'x' is not a whole number"),
    "broken.xml": (SAMPLE[:-100], "ends before it is complete"),
    "none.parquet": (b"PAR1 and no more", "not in the format parquet"),
    "none.arrow": (b"", "not in the format arrow"),
    "other.csv": (b"a;b\n1;2\n", "the column chunk_id is missing"),
    "large.csv": (b"length\n99999999999999999999\n", "99999999999999999999"),
    "text.jsonl": (b"{}\nno json\n", "line 2 is not JSON"),
    "list.jsonl": (b"[1]\n", "line 1 is not a JSON object"),
    "typed.jsonl": (b'{}\n\n{"length": "many"}\n', "line 3: length is 'many', which is not a whole number"),
    "ints.jsonl": (b'{"length": 99999999999999999999}\n', "line 1: length is 99999999999999999999"),
    "half.jsonl": (b'{"name": "\\ud800"}\n', "line 1: name is "),
    "twice.csv": (b"name,length,length\na,1,2\n", "the column length is there twice"),
    "cut.csv": (b'name,bucket\n"a","b', "the CSV ends inside a text in quotes"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_input_is_one_line_and_leaves_no_output(tmp_path: Path, name: str) -> None:
    data, message = WRONG[name]
    (tmp_path / name).write_bytes(data)
    (tmp_path / "good.xml").write_bytes(SAMPLE)
    outputs = ["out.xml"] if name == "other.csv" else ["out.parquet", "out.csv"]
    for output in outputs:
        assert message in refused(tmp_path / name, "--job", tmp_path / "good.xml", "-o", tmp_path / output)
    assert {path.name for path in tmp_path.iterdir()} == {name, "good.xml"}


def test_wrong_options_are_one_line(files: Path) -> None:
    good = files / "good.xml"
    assert "cannot tell the format from the ending" in refused(good, "-o", files / "out.txt")
    assert "there is no column 'size'" in refused(good, "-o", files / "out.csv", "--columns", "size")
    for comparison in ("large", "bucket <> x", "name => x", "name === x"):
        assert "is not a comparison" in refused(good, "-o", files / "out.csv", "--where", comparison)
    assert "cannot be compared so" in refused(good, "-o", files / "out.csv", "--where", "length > big")
    assert "leave out --columns" in refused(good, "-o", files / "out.xml", "--columns", "name")
    assert "compresses its own data" in refused(good, "-o", files / "out.parquet.gz")
    assert "cannot hold placements" in refused(good, "-o", files / "out.csv", "--placements")
    assert "XML has one job" in refused(good, files / "good.xml.gz", "-o", files / "out.xml")
    assert f"cannot write '{files / 'no' / 'out.csv'}': No such file" in refused(
        good, "-o", files / "no" / "out.csv"
    )
    assert "No space left" in refused(good, "-o", "/dev/full", "--to", "csv", "--force")
    assert "no such file" in refused(files / "none.xml", "-o", files / "out.csv")
    converted(good, "-o", files / "rows.csv")
    assert "no job in its metadata" in refused(files / "rows.csv", "-o", files / "out.xml")
    assert not list(files.glob("out*"))


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    """A folder with responses that can be read, and others."""
    (tmp_path / "a.xml").write_bytes(SAMPLE)
    (tmp_path / "b.xml").write_bytes(SAMPLE[:-40])
    (tmp_path / "c.zip").write_bytes(b"PK\x03\x04" + bytes(30))
    (tmp_path / os.fsdecode(b"d\xff\n.xml")).write_bytes(SAMPLE)
    (tmp_path / "e.har").write_bytes(
        har(entry(GET_JOB, SAMPLE.decode()), entry(GET_JOB, SAMPLE.decode()[:-40]))
    )
    (tmp_path / "f.har").write_bytes(b'{"log": 1}')
    return tmp_path


BAD = ["b.xml", "c.zip", "e.har#2", "f.har"]
WORKERS = pytest.param(["--workers", "1"], marks=pytest.mark.full)


@pytest.mark.parametrize("where", [[], WORKERS])
def test_all_that_cannot_be_read_is_named_and_nothing_is_written(mixed: Path, where: list[str]) -> None:
    done = run("convert", mixed, "-o", mixed / "out.csv", *where)
    *lines, conclusion = done.stderr.decode().splitlines()
    assert (done.returncode, (mixed / "out.csv").exists()) == (2, False)
    assert len(lines) == len(BAD) and all(f"{mixed / name}" in line for name, line in zip(BAD, lines))
    assert conclusion.startswith(
        "ds3codec: 4 responses cannot be read: there is no output; --skip-unreadable"
    )


@pytest.mark.parametrize("where", [[], WORKERS])
@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_the_rest_is_written_where_that_is_wanted(mixed: Path, where: list[str], ending: str) -> None:
    done = run("convert", mixed, "-o", mixed / f"out.{ending}", "--skip-unreadable", *where)
    assert done.returncode == 2
    assert done.stderr.count(b"\n") == len(BAD)
    inputs = open_table(str(mixed / f"out.{ending}"), ending)
    found = [name for batch in inputs for name in batch.column("input").to_pylist()]
    good = [f"{mixed}/a.xml", f"{mixed}/d\\udcff\n.xml", *([] if where else [f"{mixed}/e.har#1"])]
    assert found == [name for name in good for _ in ROWS]


def test_the_error_of_a_single_input_names_it(tmp_path: Path) -> None:
    inputs = {
        "cut.xml": SAMPLE[:-40],
        "gone.http": with_length(error(), status=b"404 Not Found"),
        "no.parquet": b"PAR",
        "no.jsonl": b"{",
    }
    for name, data in inputs.items():
        (tmp_path / name).write_bytes(data)
        for output in ("out.csv", "out.xml"):
            assert name in refused(tmp_path / name, "-o", tmp_path / output)


def test_what_is_passed_over_is_told(files: Path) -> None:
    (files / "notes.txt").write_bytes(b"notes")
    (files / "wrong.xml").unlink()
    (files / "dump.http").write_bytes(request("GET", "/other") + with_length(b"{}"))
    done = run("convert", files, "-o", files / "out.csv")
    assert done.returncode == 0
    assert b"1 file passed over:" in done.stderr and b"notes.txt" in done.stderr
    assert b"1 other response skipped:" in done.stderr and b"dump.http" in done.stderr


def test_values_may_be_in_quotes_and_comparisons_are_one_by_one(files: Path) -> None:
    good, to_csv = files / "good.xml", ["-o", "-", "--to", "jsonl", "--columns", "name,length"]
    rows = converted(good, *to_csv, "--where", "length = 4096")
    name = json.loads(rows)["name"]
    for text in (f"name = {name}", f"name='{name}'", "length >= '4096'", 'length == "4096"'):
        assert rows in converted(good, *to_csv, "--where", text, "--where", "length<=4096")
    none = run("convert", good, *to_csv, "--where", "name = 'none'")
    assert (none.returncode, none.stdout) == (0, b"") and b"no row is left" in none.stderr
    for text in ("length > 5 and in_cache = true", "name = a OR length>5", "name = 'a' and length > 5"):
        assert "--where 'length > 5' --where" in refused(good, *to_csv, "--where", text)
    assert "9223372036854775807" in refused(good, *to_csv, "--where", "length < 9999999999999999999")
    assert "true or false" in refused(good, *to_csv, "--where", "latest = yes")
    assert "asked for twice" in refused(good, "-o", files / "out.csv", "--columns", "name,name")
    shown = " ".join(run("convert", "--help").stdout.decode().split())
    assert "one of = == != < <= > >=" in shown and "Repeatable; all must be true" in shown


@pytest.mark.parametrize("command", ["convert", "redact", "generate"])
def test_an_output_without_a_name_is_none(command: str, files: Path) -> None:
    inputs = [] if command == "generate" else [files / "good.xml"]
    done = run(command, *inputs, "-o", "", "--force")
    assert done.returncode == 2
    assert done.stderr.endswith(b"the output has no name: give a path, or - for standard output\n")


def test_a_closed_pipe_is_silent(files: Path) -> None:
    (files / "large.xml").write_bytes(LARGE)
    for command in (
        ["convert", files / "large.xml", "-o", "-", "--to", "csv"],
        ["generate", "-o", "-", "--objects", "9000"],
    ):
        process = started(*command)
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == b""
        process.stderr.close()
        process.wait()
