"""The loop over captures: what cannot be read, and interrupts."""

from __future__ import annotations

import os
import re
import signal
import stat
from pathlib import Path

import pytest

from tests.examples import blob, chunk, job

from .command import run, started


@pytest.mark.parametrize("command", ["validate", "summary"])
def test_what_cannot_be_read_is_one_line_and_status_2(command: str, files: Path) -> None:
    (files / "empty").mkdir()
    for path in (files / "missing.xml", files / "empty", files / "*.none"):
        result = run(command, path)
        assert result.returncode == 2
        assert result.stdout.strip() in (b"", b"nothing was validated; 1 input not read")
        assert re.fullmatch(rb"ds3codec: [^\n]*\n", result.stderr)
    for mistake in (["--format", "yaml", files], ["--unheard-of", files], []):
        result = run(command, *mistake)
        assert (result.returncode, result.stdout) == (2, b"")
        usage, hint, message = result.stderr.splitlines()
        assert re.match(rf"Usage: ds3codec {command} \[OPTIONS\] \[?PATHS\]?\.\.\.", usage.decode())
        assert hint == f"Try 'ds3codec {command} --help' for help.".encode()
        assert message.startswith(b"ds3codec: ")


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_without_permission_is_one_line_and_status_2(files: Path) -> None:
    (files / "good.xml").chmod(stat.S_IWUSR)
    result = run("validate", files / "good.xml", files / "good.xml.gz")
    assert result.returncode == 2
    assert re.fullmatch(rb"ds3codec: [^\n]*good.xml[^\n]*\n", result.stderr)
    assert b"1 response: nothing found so far; 1 input not read" in result.stdout


def test_an_unreadable_file_does_not_keep_the_others_from_being_validated(files: Path) -> None:
    (files / "broken.har").write_bytes(b'{"log": 7')
    result = run("validate", files)
    assert result.returncode == 2
    assert result.stderr.count(b"\n") == 1
    assert b"good.xml.gz: nothing found" in result.stdout


def test_an_interrupt_ends_at_once_with_what_was_found(tmp_path: Path) -> None:
    pipe = tmp_path / "response.xml"
    os.mkfifo(pipe)
    process = started("validate", pipe)
    with pipe.open("wb") as file:
        file.write(job(chunk(blob(Length="x"), *[blob()] * 10_000))[:-50])
        file.flush()  # returns when nearly all is read; the end does not come
        process.send_signal(signal.SIGINT)
        output, complaint = process.communicate(timeout=120)
    assert process.returncode == 130, output
    assert b"'x' is not a whole number" in output
    assert complaint == b""
