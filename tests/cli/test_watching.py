"""Captures that appear in a folder are validated until an interrupt."""

from __future__ import annotations

import json
import select
import signal
from pathlib import Path

import pytest

from tests.examples import SAMPLE

from .command import WRONG, run, started


def test_each_capture_that_appears_is_validated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("watchfiles")
    monkeypatch.setenv("PYTHONUNBUFFERED", "")  # whoever reads a pipe gets each result at once
    (tmp_path / "before.xml").write_bytes(SAMPLE)
    process = started("validate", "--watch", tmp_path, "--format", "jsonl")
    assert process.stdout is not None
    wrong: set[str] = set()
    while not select.select([process.stdout], [], [], 1)[0]:  # until it watches, and longer
        name = f"{len(wrong)}.xml"
        wrong.add(name)
        (tmp_path / name).write_bytes(WRONG)
    (tmp_path / "notes.md").write_text("nothing")
    (tmp_path / "right.capture").write_bytes(SAMPLE)
    found: dict[str, bool] = {}
    while "right.capture" not in found:
        response = json.loads(process.stdout.readline())
        found[Path(response["file"]).name] = response["ok"]
    process.send_signal(signal.SIGINT)
    rest, complaint = process.communicate(timeout=120)
    assert found.pop("right.capture")
    assert found and found.keys() <= wrong and not any(found.values())
    assert (process.returncode, rest, complaint) == (1, b"", b"")


def test_only_a_folder_can_be_watched(tmp_path: Path) -> None:
    done = run("validate", "--watch", tmp_path / "none")
    assert (done.returncode, done.stderr.count(b"\n")) == (2, 1)
    both = run("validate", "--watch", tmp_path, tmp_path / "a.xml")
    assert (both.returncode, b"either" in both.stderr) == (2, True)
