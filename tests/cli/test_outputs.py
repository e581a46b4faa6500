"""Where commands write: never half a file, and nothing in the place of another unasked."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.examples import SAMPLE

from .command import COMMAND, WRONG, run


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


IN_NO_FOLDER = {
    "validate a.xml": "cannot read 'a.xml': no such file",
    "validate .": "cannot read '.': no capture in it, by names and first bytes of its files",
    "generate -o a.xml": "cannot write 'a.xml': No such file or directory",
    "convert {good} -o a.csv": "cannot write 'a.csv': No such file or directory",
    "redact {good} -o a.xml": "cannot write 'a.xml': No such file or directory",
    "schema --output a": "cannot write to 'a': No such file or directory",
}


@pytest.mark.parametrize("command", IN_NO_FOLDER)
def test_where_the_working_folder_was_deleted_what_cannot_be_done_is_told(
    command: str, tmp_path: Path
) -> None:
    (tmp_path / "good.xml").write_bytes(SAMPLE)
    (tmp_path / "gone").mkdir()
    line = f"{COMMAND} {command.format(good=tmp_path / 'good.xml')}"
    done = subprocess.run(
        ["sh", "-c", f"rmdir ../gone && exec {line}"],
        cwd=tmp_path / "gone",
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (2, f"ds3codec: {IN_NO_FOLDER[command]}\n")


def test_where_the_working_folder_was_deleted_other_files_are_read(tmp_path: Path) -> None:
    (tmp_path / "good.xml").write_bytes(SAMPLE)
    (tmp_path / "gone").mkdir()
    line = f"rmdir ../gone && exec {COMMAND} validate {tmp_path}/good.xml"
    done = subprocess.run(["sh", "-c", line], cwd=tmp_path / "gone", capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_failure_of_the_system_is_about_the_file_that_it_is_about(tmp_path: Path) -> None:
    for command in (["generate", "-o"], ["redact", "-", "-o"]):
        long = run(*command, tmp_path / ("n" * 300 + ".xml"), stdin=SAMPLE)
        assert long.returncode == 2
        assert b"File name too long" in long.stderr and b"standard output" not in long.stderr
        full = run(*command, "/dev/full", "--force", stdin=SAMPLE)
        assert full.stderr == b"ds3codec: cannot write '/dev/full': No space left on device\n"
