"""The command `summary`, on real files."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from lxml import etree

from ds3codec import decode
from tests.examples import SAMPLE, UUID, blob, chunk, job, node

from ..command import run


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
