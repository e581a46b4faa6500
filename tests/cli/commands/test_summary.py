"""The command `summary`, on real files."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from lxml import etree

from ds3codec import decode
from tests.examples import SAMPLE, UUID, blob, chunk, job, node

from ..command import run, run_process


def test_a_summary_says_what_a_response_says(files: Path) -> None:
    result = run("summary", files / "good.xml")
    assert result.returncode == 0
    text = result.stdout.decode()
    assert "JobId                                93d544be-eeee-4355-af02-14835508e050" in text
    assert "3 chunks, 4 objects, 5 blobs, 65.7 GiB listed" in text
    assert re.search(r"bp-node-2.example.com \(\S+\) +█+ +64.0 GiB", text)
    assert re.search(r"'reels/0002/master.mxf' +65.0 GiB", text)


def test_a_summary_as_json_adds_up(files: Path) -> None:
    [summary] = json.loads(run("summary", "--format", "json", files / "good.xml").stdout)
    sample = decode(SAMPLE)
    blobs = [blob for chunk in sample.chunks for blob in chunk.blobs]
    assert summary["blobs"] == len(blobs) == sum(item["blobs"] for item in summary["blob_sizes"])
    total = sum(blob.length for blob in blobs)
    assert summary["bytes"]["listed"] == total == sum(node["bytes"] for node in summary["nodes"])
    assert summary["header"]["JobId"] == sample.job_id
    assert summary["largest_objects"][0] == {"name": "reels/0002/master.mxf", "bytes": 69793218560}


def test_a_summary_of_a_broken_response_says_what_there_was(files: Path) -> None:
    (files / "cut.xml").write_bytes(SAMPLE[: SAMPLE.index(b"master.mxf")])
    result = run("summary", files / "cut.xml")
    assert result.returncode == 1
    assert b"1 chunk, 3 objects, 3 blobs" in result.stdout
    assert re.fullmatch(
        rb"ds3codec: \S+cut.xml: the document ends before it is complete[^\n]*\n", result.stderr
    )


@pytest.mark.parametrize("ending", ["svg", "png"])
def test_a_summary_is_drawn(files: Path, ending: str) -> None:
    pytest.importorskip("matplotlib")
    plot = files / f"plot.{ending}"
    assert run("summary", "--plot", plot, files / "good.xml").returncode == 0
    if ending == "svg":
        drawn = etree.parse(plot).getroot()
        assert "by node" in etree.tostring(drawn, encoding="unicode")
    else:
        assert plot.read_bytes().startswith(b"\x89PNG")
    refused = run("summary", "--plot", files / "plot.doc", files / "good.xml")
    assert refused.returncode == 2
    assert refused.stderr.count(b"\n") == 1


def test_a_response_that_breaks_off_has_a_summary_of_what_came_before(files: Path) -> None:
    for size in (SAMPLE.index(b"<Object "), SAMPLE.index(b"</Objects>")):
        (files / "cut.xml").write_bytes(SAMPLE[:size])
        result = run("summary", files / "cut.xml")
        assert result.returncode == 1
        assert b"the document ends before it is complete" in result.stderr
        assert b"93d544be-eeee-4355-af02-14835508e050" in result.stdout


@pytest.mark.parametrize(
    ("members", "name"), [({}, "no node"), ({"NodeId": "other"}, "other"), ({"NodeId": UUID}, "10.0.0.1")]
)
def test_a_node_has_its_end_point_where_that_is_known(
    members: dict[str, str], name: str, tmp_path: Path
) -> None:
    objects = chunk(blob(Length="1"), **members)
    for document, shown in (
        (job(f"<Nodes>{node()}</Nodes>", objects), name),
        (objects.encode(), members.get("NodeId", name)),
    ):
        (tmp_path / "response.xml").write_bytes(document)
        text = run("summary", tmp_path / "response.xml").stdout.decode()
        assert re.search(rf"^ *{re.escape(shown)}\b.* █", text, re.MULTILINE), text


def test_a_failure_is_told_once_and_what_was_passed_over_too(files: Path) -> None:
    (files / "cut.xml").write_bytes(SAMPLE[:-40])
    (files / "none.har").write_bytes(b'{"log": 1}')
    (files / "notes.txt").write_bytes(b"notes")
    done = run("summary", files)
    both = done.stdout + done.stderr
    assert both.count(b"ends before it is complete") == both.count(b"no log.entries") == 1
    assert b"cut.xml: not read to the end\n" in done.stdout
    assert b"1 file passed over:" in done.stdout and b"notes.txt" in done.stdout
    listed = json.loads(run("summary", files, "--format", "json").stdout)
    assert any("passed_over" in one and one["name"].endswith("notes.txt") for one in listed)


@pytest.mark.parametrize("encoding", ["latin-1", "ascii", "cp1252", "utf-8", "cp437"])
def test_bars_are_of_what_the_encoding_has(encoding: str, files: Path) -> None:
    done = run_process("summary", files / "good.xml", PYTHONUTF8="0", PYTHONIOENCODING=encoding)
    shown = done.stdout.decode(encoding)
    assert "\\u25" not in shown
    assert (3 * ("█" if encoding == "utf-8" else "#")) in shown
