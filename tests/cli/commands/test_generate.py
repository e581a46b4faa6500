"""The command `generate`; `serve` and `bench` have tests of their own."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from ds3codec import iter_blobs, validate

from ..command import run


@pytest.mark.parametrize("version", ["3.2", "5.4"])
def test_it_makes_a_clean_response_of_a_version(tmp_path: Path, version: str) -> None:
    path = tmp_path / "made.xml.gz"
    done = run("generate", "-o", path, "--objects", "50", "--chunk-objects", "7", "--api-version", version)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert validate(path, api_version=version).ok
    again = run("generate", "-o", "-", "--objects", "50", "--chunk-objects", "7", "--api-version", version)
    assert again.stdout == gzip.decompress(path.read_bytes())
    assert len({blob.key for blob in iter_blobs(path)}) == 50


def test_what_cannot_be_made_is_one_line_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "mine.xml").write_bytes(b"mine")
    for arguments, message in (
        (["-o", tmp_path / "mine.xml"], b"--force replaces it"),
        (["-o", tmp_path / "new.xml", "--api-version", "2.0"], b"is not an API version"),
        (["-o", tmp_path / "no" / "new.xml"], b"No such file"),
    ):
        result = run("generate", *arguments)
        assert (result.returncode, result.stdout, result.stderr.count(b"\n")) == (2, b"", 1)
        assert message in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine.xml"]
