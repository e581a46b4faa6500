"""Progress on a real pseudo-terminal."""

from __future__ import annotations

import os
import pty
import select
import subprocess
from pathlib import Path

import pytest

from tests.examples import blob, chunk, job

from .command import COMMAND


def large(path: Path, objects: int) -> Path:
    head, tail = job(chunk("<o/>")).split(b"<o/>")
    with path.open("wb") as file:
        file.write(head + blob(Length="x").encode())
        for start in range(0, objects, 1000):
            file.write("".join(blob(Name=str(start + place)) for place in range(1000)).encode())
        file.write(tail)
    return path


def run_on_terminal(*arguments: object, output: Path) -> bytes:
    """Run the command with its standard output in a file, and give what it shows on a terminal."""
    ours, theirs = pty.openpty()
    with output.open("wb") as file:
        process = subprocess.Popen([COMMAND, *map(str, arguments)], stdout=file, stderr=theirs)
    os.close(theirs)
    shown = b""
    while select.select([ours], [], [], 20)[0]:
        try:
            shown += os.read(ours, 4096)
        except OSError:  # the other end is closed
            break
    process.wait()
    os.close(ours)
    return shown


@pytest.mark.parametrize("form", ["text", "jsonl"])
def test_progress_shows_on_a_terminal_for_what_takes_longer_than_a_second(form: str, tmp_path: Path) -> None:
    path = large(tmp_path / "large.xml", 120_000)
    shown = run_on_terminal("validate", "--format", form, path, output=tmp_path / "output")
    assert b"B/s" in shown
    assert b"large.xml" in shown
    assert b"invalid-value" not in shown
    assert b"invalid-value" in (tmp_path / "output").read_bytes()
