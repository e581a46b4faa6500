"""The command `diff`, on real files."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from typing import Any

import pytest

from ds3codec import MasterObjectList, decode, encode
from tests.examples import SAMPLE, blob, chunk, job

from ..command import run


def diff(tmp_path: Path, old: bytes, new: bytes, *options: str) -> tuple[int, str]:
    (tmp_path / "old.xml").write_bytes(old)
    (tmp_path / "new.xml").write_bytes(new)
    result = run("diff", tmp_path / "old.xml", tmp_path / "new.xml", *options)
    assert result.stderr == b""
    return result.returncode, result.stdout.decode()


def test_the_same_job_has_no_difference_in_any_form(tmp_path: Path) -> None:
    assert diff(tmp_path, SAMPLE, SAMPLE) == (0, "no difference\n")
    pretty = SAMPLE.replace(b"><", b">\n<").replace(b'"true"', b'"1"')
    assert diff(tmp_path, SAMPLE, pretty) == (0, "no difference\n")
    status, text = diff(tmp_path, SAMPLE, SAMPLE, "--format", "json")
    assert (status, json.loads(text)["same"], json.loads(text)["header"]) == (0, True, {})


def test_what_became_cached_and_what_the_header_changed_is_told(tmp_path: Path) -> None:
    later = SAMPLE.replace(b'InCache="false"', b'InCache="true"').replace(b"IN_PROGRESS", b"COMPLETED")
    later = re.sub(b'CachedSizeInBytes="[0-9]*"', b'CachedSizeInBytes="70527225856"', later)
    assert diff(tmp_path, SAMPLE, later) == (
        1,
        "CachedSizeInBytes: 69453484032, then 70527225856\n"
        "EntirelyInCache: false, then true\n"
        "Status: IN_PROGRESS, then COMPLETED\n"
        "1 blob came into the cache, 1.0 GiB\n"
        "  reels/0002/master.mxf at byte 68719476736\n",
    )
    _, text = diff(tmp_path, later, SAMPLE, "--format", "json")
    found = json.loads(text)
    assert found["blobs_uncached"]["count"] == 1
    assert found["header"]["Status"] == {"old": "COMPLETED", "new": "IN_PROGRESS"}


OLD = job(chunk(blob(Name="a", Length="1"), blob(Name="b", Length="2")), chunk(ChunkId="x", ChunkNumber="1"))
NEW = job(
    chunk(blob(Name="b", Length="5"), blob(Name="c", Length="7"), NodeId="n"),
    chunk(ChunkId="y", ChunkNumber="2"),
)


def test_what_came_went_and_changed_is_told(tmp_path: Path) -> None:
    status, text = diff(tmp_path, OLD, NEW)
    assert status == 1
    lines = text.splitlines()
    assert "1 chunk came" in lines
    assert "  chunk 2 (y) on no node" in lines
    assert "  chunk 1 (x) on no node" in lines
    assert any(
        line.endswith("on no node; then chunk 0 (78dba377-a02a-4c15-b2a1-412514342f17) on node n")
        for line in lines
    )
    assert "1 blob came, 7 B" in lines
    assert "1 blob went, 1 B" in lines
    assert "  b at byte 0: 2 bytes, then 5" in lines


@pytest.mark.parametrize("most", [0, 3])
def test_only_so_many_are_named(tmp_path: Path, most: int) -> None:
    many = job(chunk(*(blob(Name=str(number), Length="10") for number in range(2000))))
    status, text = diff(tmp_path, job(chunk()), many, "--most", str(most))
    assert status == 1
    assert text.startswith("2,000 blobs came, 19.5 KiB\n")
    assert text.endswith(f"  and {2000 - most:,} more\n")
    assert text.count("at byte 0") == most


def test_either_may_be_a_url_and_one_standard_input(tmp_path: Path) -> None:
    pytest.importorskip("fsspec")
    (tmp_path / "old.xml").write_bytes(SAMPLE)
    url = (tmp_path / "old.xml").as_uri()
    assert run("diff", url, url).stdout == b"no difference\n"
    assert run("diff", url, "-", stdin=SAMPLE).stdout == b"no difference\n"
    assert run("diff", "-", url, stdin=SAMPLE).stdout == b"no difference\n"
    result = run("diff", "-", "-", stdin=SAMPLE)
    assert (result.returncode, result.stdout, result.stderr.count(b"\n")) == (2, b"", 1)
    assert b"standard input" in result.stderr


def test_what_cannot_be_read_is_status_2_and_one_line(tmp_path: Path) -> None:
    (tmp_path / "good.xml").write_bytes(SAMPLE)
    (tmp_path / "broken.xml").write_bytes(SAMPLE[:-100])
    (tmp_path / "none.har").write_bytes(b'{"log": {"entries": []}}')
    for arguments in (
        ["good.xml", "broken.xml"],
        ["broken.xml", "good.xml"],
        ["good.xml", "none.har"],
        ["good.xml", "no"],
    ):
        result = run("diff", *(tmp_path / name for name in arguments))
        assert (result.returncode, result.stdout, result.stderr.count(b"\n")) == (2, b"", 1)
        assert any(name.encode() in result.stderr for name in arguments if name != "good.xml")


JOB = decode(SAMPLE)


def changes(folder: Path, new: MasterObjectList) -> tuple[dict[str, int], dict[str, Any]]:
    """How often each kind of difference to the sample is there; and the whole report."""
    _, text = diff(folder, SAMPLE, encode(new), "--format", "json")
    found: dict[str, Any] = json.loads(text)
    return {name: each["count"] for name, each in found.items() if "_" in name and each["count"]}, found


def test_the_order_of_chunks_and_blobs_does_not_count(tmp_path: Path) -> None:
    new = copy.deepcopy(JOB)
    new.chunks.reverse()
    for each in new.chunks:
        each.blobs.reverse()
    counts, found = changes(tmp_path, new)
    assert (found["same"], found["header"], counts) == (True, {}, {})


def test_each_attribute_of_the_job_counts(tmp_path: Path) -> None:
    new = copy.deepcopy(JOB)
    new.name, new.naked = "other", not new.naked
    _, found = changes(tmp_path, new)
    assert found["header"] == {
        "Name": {"old": JOB.name, "new": "other"},
        "Naked": {"old": False, "new": True},
    }


def test_a_blob_of_another_version_is_another_blob(tmp_path: Path) -> None:
    new = copy.deepcopy(JOB)
    new.chunks[0].blobs[0].version_id = new.job_id
    assert changes(tmp_path, new)[0] == {"blobs_added": 1, "blobs_removed": 1}


def test_what_else_changed_of_a_blob_is_told(tmp_path: Path) -> None:
    new = copy.deepcopy(JOB)
    first, *others = new.chunks
    first.blobs[0].latest = not first.blobs[0].latest
    others[-1].blobs.append(first.blobs.pop())
    new.nodes[0].end_point = "elsewhere"
    counts, found = changes(tmp_path, new)
    assert counts == {"blobs_moved": 1, "blobs_changed": 1}
    assert list(found["header"]) == ["Nodes"]


def test_bytes_are_those_of_the_blobs(tmp_path: Path) -> None:
    new = copy.deepcopy(JOB)
    gone = new.chunks.pop()
    counts, found = changes(tmp_path, new)
    assert counts == {"chunks_removed": 1, "blobs_removed": 1}
    assert found["blobs_removed"]["bytes"] == gone.blobs[0].length


def test_blobs_that_are_there_twice_are_compared_one_by_one(tmp_path: Path) -> None:
    new = copy.deepcopy(JOB)
    new.chunks[0].blobs *= 2
    twice = encode(new)
    assert diff(tmp_path, twice, twice) == (0, "no difference\n")
    assert changes(tmp_path, new)[0] == {"blobs_added": 3}


def test_many_equal_blobs_are_compared_one_by_one(tmp_path: Path) -> None:
    old, new = job(chunk(*[blob()] * 20_000)), job(chunk(*[blob()] * 20_001))
    status, text = diff(tmp_path, old, new)
    assert (status, text) == (1, "1 blob came, 0 B\n  object at byte 0\n")


def test_blobs_whose_offsets_have_one_hash_are_two(tmp_path: Path) -> None:
    assert hash(-1) == hash(-2)
    first, second = blob(Offset="-1", Length="1"), blob(Offset="-2", Length="2")
    assert diff(tmp_path, job(chunk(first, second)), job(chunk(second, first))) == (0, "no difference\n")
    _, text = diff(tmp_path, job(chunk(first)), job(chunk(second)), "--format", "json")
    found = json.loads(text)
    assert [found[name]["count"] for name in ("blobs_added", "blobs_removed", "blobs_resized")] == [1, 1, 0]


def test_those_that_are_named_are_the_first_in_the_response(tmp_path: Path) -> None:
    names = [f"{number * 7919 % 1000}" for number in range(1000)]
    many = job(chunk(*(blob(Name=name) for name in names)))
    for old, new, kind in ((job(), many, "blobs_added"), (many, job(), "blobs_removed")):
        _, text = diff(tmp_path, old, new, "--format", "json", "--most", "5")
        assert json.loads(text)[kind]["examples"] == [f"{name} at byte 0" for name in names[:5]]
