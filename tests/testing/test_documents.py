"""Documents of any size: valid, consistent, and the same for the same seed."""

from __future__ import annotations

import io
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from ds3codec import UsageError, VersionError, decode, iter_blobs, validate
from ds3codec.testing import write_document
from ds3codec.validation import known_versions
from tests.cli.command import run
from tests.examples import valid


def document(objects: int = 50, **options: Any) -> bytes:
    sink = io.BytesIO()
    write_document(sink, objects, **options)
    return sink.getvalue()


@pytest.mark.parametrize("version", known_versions())
def test_a_document_of_any_version_has_no_finding(version: str) -> None:
    data = document(objects=300, chunk_objects=40, api_version=version)
    assert valid(data)
    report = validate(data, api_version=version)
    assert (list(report.findings), report.ok) == ([], True)
    assert len({blob.key for blob in iter_blobs(data, missing="none")}) == 300


@pytest.mark.parametrize("version", ["3.2.1", "4.1", "5.4", "6.0"])
@pytest.mark.parametrize("objects", [0, 1, 2])
def test_small_documents_and_placements_have_no_finding(objects: int, version: str) -> None:
    report = validate(document(objects=objects, tapes=2, api_version=version), api_version=version)
    assert (list(report.findings), report.ok) == ([], True)


def test_large_objects_are_cut_into_blobs_that_cover_them() -> None:
    blobs = list(iter_blobs(document(objects=500, blob_size=2**30)))
    assert len(blobs) > 600
    ends: dict[object, int] = {}
    for blob in blobs:
        assert blob.offset == ends.get(blob.key, 0)
        assert blob.length <= 2**30
        ends[blob.key] = blob.end
    assert len(ends) == 500


def test_the_same_seed_gives_the_same_bytes() -> None:
    assert document(seed=7, tapes=1) == document(seed=7, tapes=1) != document(seed=8, tapes=1)


def test_chunks_have_the_blobs_that_are_asked_for() -> None:
    job = decode(document(objects=25, chunk_objects=10, blob_size=None))
    assert [len(chunk.blobs) for chunk in job.chunks] == [10, 10, 5]
    assert job.original_size_in_bytes == sum(blob.length for chunk in job.chunks for blob in chunk.blobs)


def test_memory_does_not_grow_with_the_document(tmp_path: Path) -> None:
    peaks = []
    for objects in (1_000, 5_000):
        tracemalloc.start()
        write_document(tmp_path / "response.xml", objects, chunk_objects=250)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.5 * peaks[0]


def test_what_cannot_be_is_refused(tmp_path: Path) -> None:
    with pytest.raises(VersionError):
        document(api_version="9.9")
    for wrong in ({"objects": -1}, {"chunk_objects": 0}, {"tapes": -1}, {"blob_size": 0}):
        with pytest.raises(UsageError, match=next(iter(wrong))):
            document(**wrong)


def test_the_command_writes_what_validate_accepts(tmp_path: Path) -> None:
    path = tmp_path / "response.xml"
    made = run("generate", "-o", path, "--objects", "300", "--chunk-objects", "7", "--api-version", "4.1")
    assert (made.returncode, made.stdout, made.stderr) == (0, b"", b"")
    assert run("validate", path, "--api-version", "4.1").returncode == 0
    again = run("generate", "-o", "-", "--objects", "300", "--chunk-objects", "7", "--api-version", "4.1")
    assert again.stdout == path.read_bytes()
    for arguments in (
        ["-o", path],
        ["-o", "-", "--api-version", "9"],
        ["-o", tmp_path / "no" / "x"],
        ["-o", "-", "--objects", "-1"],
    ):
        refused = run("generate", *arguments)
        assert (refused.returncode, refused.stdout) == (2, b"")
        assert refused.stderr.splitlines()[-1].startswith(b"ds3codec: ")
