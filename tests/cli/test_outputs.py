"""Where commands write: by the ending compressed, and never half a file."""

from __future__ import annotations

import bz2
import gzip
import lzma
from pathlib import Path
from typing import Any

import pytest

from .command import WRONG, run


@pytest.mark.parametrize(
    ("ending", "opened"), [("", open), (".GZ", gzip.open), (".bz2", bz2.open), (".xz", lzma.open)]
)
def test_an_ending_says_how_to_compress(ending: str, opened: Any, tmp_path: Path) -> None:
    path = tmp_path / f"out.xml{ending}"
    assert run("generate", "--objects", 3, "-o", path).returncode == 0
    with opened(path, "rb") as file:
        assert file.read() == run("generate", "--objects", 3, "-o", "-").stdout


def test_what_fails_leaves_no_file(tmp_path: Path) -> None:
    for ending in ("", ".gz"):
        done = run("redact", "-", "-o", tmp_path / f"out.xml{ending}", stdin=WRONG[:-5])
        assert (done.returncode, list(tmp_path.iterdir())) == (2, [])


def test_a_file_is_replaced_only_with_force(tmp_path: Path) -> None:
    path = tmp_path / "out.xml"
    path.write_bytes(b"before")
    refused = run("generate", "-o", path)
    assert (refused.returncode, path.read_bytes()) == (2, b"before")
    assert b"--force" in refused.stderr
    assert run("generate", "-o", path, "--force").returncode == 0
    assert path.read_bytes() != b"before"
