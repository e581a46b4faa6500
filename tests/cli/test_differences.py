"""What two responses differ in."""

from __future__ import annotations

import copy
from pathlib import Path

from ds3codec import MasterObjectList, decode, encode
from ds3codec.cli.differences import GROUPS, Differences, compare
from tests.examples import SAMPLE

JOB = decode(SAMPLE)


def compared(folder: Path, new: MasterObjectList) -> Differences:
    for name, job in (("old", JOB), ("new", new)):
        (folder / f"{name}.xml").write_bytes(encode(job))
    return compare(str(folder / "old.xml"), str(folder / "new.xml"), 3, lambda tally, path: None)


def counts(found: Differences) -> dict[str, int]:
    return {name: group.count for name, group in found.groups.items() if group.count}


def test_the_order_of_chunks_and_blobs_does_not_count(tmp_path: Path) -> None:
    new = copy.deepcopy(JOB)
    new.chunks.reverse()
    for chunk in new.chunks:
        chunk.blobs.reverse()
    found = compared(tmp_path, new)
    assert (found.any, found.header, counts(found)) == (False, {}, {})
    assert set(found.groups) == set(GROUPS)


def test_each_attribute_of_the_job_counts(tmp_path: Path) -> None:
    new = copy.deepcopy(JOB)
    new.name, new.naked = "other", not new.naked
    found = compared(tmp_path, new)
    assert found.header == {"Name": (JOB.name, "other"), "Naked": (False, True)}


def test_a_blob_of_another_version_is_another_blob(tmp_path: Path) -> None:
    new = copy.deepcopy(JOB)
    new.chunks[0].blobs[0].version_id = new.job_id
    assert counts(compared(tmp_path, new)) == {"blobs_added": 1, "blobs_removed": 1}


def test_what_else_changed_of_a_blob_is_told(tmp_path: Path) -> None:
    new = copy.deepcopy(JOB)
    first, *others = new.chunks
    first.blobs[0].latest = not first.blobs[0].latest
    others[-1].blobs.append(first.blobs.pop())
    new.nodes[0].end_point = "elsewhere"
    found = compared(tmp_path, new)
    assert counts(found) == {"blobs_moved": 1, "blobs_changed": 1}
    assert list(found.header) == ["Nodes"]


def test_bytes_are_those_of_the_blobs(tmp_path: Path) -> None:
    new = copy.deepcopy(JOB)
    gone = new.chunks.pop()
    found = compared(tmp_path, new)
    assert counts(found) == {"chunks_removed": 1, "blobs_removed": 1}
    assert found.groups["blobs_removed"].bytes == gone.blobs[0].length


def test_blobs_that_are_there_twice_are_compared_one_by_one(tmp_path: Path) -> None:
    new = copy.deepcopy(JOB)
    new.chunks[0].blobs *= 2
    (tmp_path / "twice.xml").write_bytes(encode(new))
    assert not compare(
        str(tmp_path / "twice.xml"), str(tmp_path / "twice.xml"), 3, lambda tally, path: None
    ).any
    assert counts(compared(tmp_path, new)) == {"blobs_added": 3}
