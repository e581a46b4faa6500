"""Where commands write: never half a file, and nothing in the place of another unasked."""

from __future__ import annotations

from pathlib import Path

from .command import WRONG, run


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
