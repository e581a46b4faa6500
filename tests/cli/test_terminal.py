"""Progress on a real pseudo-terminal."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import time
from pathlib import Path

import pytest

from tests.examples import blob, chunk, job

from .command import COMMAND

HEAD, TAIL = job(chunk("<o/>")).split(b"<o/>")


def run_on_terminal(command: str, form: str, folder: Path) -> bytes:
    """Run a command on a response that arrives slowly, its output in a file; what it shows on a terminal."""
    pipe = folder / "slow.xml"
    os.mkfifo(pipe)
    ours, theirs = pty.openpty()
    with (folder / "output").open("wb") as output:
        arguments = [COMMAND, command, "--format", form, pipe]
        process = subprocess.Popen(arguments, stdout=output, stderr=theirs)
    os.close(theirs)
    with pipe.open("wb", buffering=0) as file:
        file.write(HEAD + blob(Length="x").encode())
        for _ in range(2):
            time.sleep(0.7)
            file.write(blob().encode() * 3_000)
        file.write(TAIL)
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
    shown = run_on_terminal("validate", form, tmp_path)
    assert b"B/s" in shown
    assert b"slow.xml" in shown
    assert b"invalid-value" not in shown
    assert b"invalid-value" in (tmp_path / "output").read_bytes()


def test_nothing_shows_for_what_takes_less(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    (tmp_path / "response.xml").write_bytes(HEAD + blob().encode() + TAIL)
    arguments = [COMMAND, "summary", tmp_path / "response.xml"]
    subprocess.run(arguments, stdout=subprocess.DEVNULL, stderr=theirs, check=True)
    assert select.select([ours], [], [], 0)[0] == []
    os.close(theirs)
    os.close(ours)
