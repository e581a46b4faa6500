"""Captures that appear in a folder are validated until an interrupt."""

from __future__ import annotations

import json
import signal
import time
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
    time.sleep(2)  # until it watches
    (tmp_path / "notes.md").write_text("nothing")
    (tmp_path / "wrong.xml").write_bytes(WRONG)
    first = json.loads(process.stdout.readline())
    (tmp_path / "good.capture").write_bytes(SAMPLE)
    second = json.loads(process.stdout.readline())
    process.send_signal(signal.SIGINT)
    rest, complaint = process.communicate(timeout=30)
    assert [Path(each["file"]).name for each in (first, second)] == ["wrong.xml", "good.capture"]
    assert (first["ok"], second["ok"]) == (False, True)
    assert (process.returncode, rest, complaint) == (1, b"", b"")


def test_only_a_folder_can_be_watched(tmp_path: Path) -> None:
    done = run("validate", "--watch", tmp_path / "none")
    assert (done.returncode, done.stderr.count(b"\n")) == (2, 1)
    both = run("validate", "--watch", tmp_path, tmp_path / "a.xml")
    assert (both.returncode, b"either" in both.stderr) == (2, True)
