"""Where commands write: by the ending compressed, and never half a file."""

from __future__ import annotations

import bz2
import gzip
import lzma
from pathlib import Path

import pytest

from ds3codec.cli.outputs import opened_output

from .command import run


@pytest.mark.parametrize(
    ("ending", "opened"), [("", open), (".GZ", gzip.open), (".bz2", bz2.open), (".xz", lzma.open)]
)
def test_an_ending_says_how_to_compress(ending: str, opened: object, tmp_path: Path) -> None:
    path = str(tmp_path / f"out.xml{ending}")
    with opened_output(path) as sink:
        for _ in range(100):
            sink.write(b"some bytes ")
    with opened(path, "rb") as file:  # type: ignore
        assert file.read() == b"some bytes " * 100


def test_what_fails_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(KeyError), opened_output(str(tmp_path / "out.gz")) as sink:
        sink.write(b"some bytes")
        raise KeyError
    assert list(tmp_path.iterdir()) == []


def test_standard_output_and_a_file_get_the_same(tmp_path: Path) -> None:
    path = tmp_path / "out.xml.gz"
    assert run("generate", "--objects", 3, "-o", path).returncode == 0
    assert gzip.decompress(path.read_bytes()) == run("generate", "--objects", 3, "-o", "-").stdout


def test_a_file_is_replaced_only_with_force(tmp_path: Path) -> None:
    path = tmp_path / "out.xml"
    path.write_bytes(b"before")
    refused = run("generate", "-o", path)
    assert (refused.returncode, path.read_bytes()) == (2, b"before")
    assert b"--force" in refused.stderr
    assert run("generate", "-o", path, "--force").returncode == 0
    assert path.read_bytes() != b"before"
