"""Progress on a real pseudo-terminal."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time
from pathlib import Path

import pytest

from ds3codec.operations import OPERATIONS
from ds3codec.validation import RULES
from tests.examples import blob, chunk, job
from tests.servers import serving

from .command import COMMAND, run

pyte = pytest.importorskip("pyte")

WIDTHS = [80, *(pytest.param(columns, marks=pytest.mark.full) for columns in (40, 100))]
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
    while select.select([ours], [], [], 120)[0]:
        try:
            shown += os.read(ours, 4096)
        except OSError:  # the other end is closed
            break
    process.wait()
    os.close(ours)
    return shown


@pytest.mark.parametrize("form", ["text", pytest.param("jsonl", marks=pytest.mark.full)])
def test_progress_shows_on_a_terminal_for_what_takes_longer_than_a_second(form: str, tmp_path: Path) -> None:
    shown = run_on_terminal("validate", form, tmp_path)
    assert b"B/s" in shown
    assert b"slow.xml" in shown
    assert b"invalid-value" not in shown
    assert b"invalid-value" in (tmp_path / "output").read_bytes()


def test_progress_shows_no_secret_of_a_url(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    with serving() as server, (tmp_path / "output").open("wb") as output:
        url = f"{server.url.replace('//', '//user:hunter2@')}/slow/large.xml?token=hunter2#hunter2"
        process = subprocess.Popen(
            [COMMAND, "validate", url], stdout=output, stderr=theirs, env=of_terminal()
        )
        os.close(theirs)
        shown = until_closed(ours)
        process.wait()
    os.close(ours)
    assert b"large.xml?..." in shown and b"hunter2" not in shown


def of_terminal() -> dict[str, str]:
    """The environment of a command whose terminal itself says how wide it is."""
    others = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
    return others | {"TERM": "xterm", "PYTHONUTF8": "1"}


def until_closed(descriptor: int) -> bytes:
    """What comes from a terminal or a pipe until its other end is closed."""
    shown = b""
    with contextlib.suppress(OSError):  # as a terminal says that
        while piece := os.read(descriptor, 4096):
            shown += piece
    return shown


def shown_by(arguments: list[object], pipe: Path, output: int) -> bytes:
    """Run a command on a terminal so wide, its input arriving slowly, or into a pipe; what came of it."""
    os.mkfifo(pipe)
    ours, theirs = pty.openpty() if output else os.pipe()
    if output:
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 200, output, 0, 0))
    process = subprocess.Popen(
        [COMMAND, *map(str, arguments)],
        stdout=theirs,
        stderr=theirs if output else subprocess.DEVNULL,
        env=of_terminal(),
    )
    os.close(theirs)
    with pipe.open("wb", buffering=0) as file:
        file.write(HEAD + blob(Color="red").encode())
        for _ in range(2):
            time.sleep(0.7 if output else 0)
            file.write(blob().encode() * 3_000)
        file.write(TAIL)
    shown = until_closed(ours)
    process.wait()
    os.close(ours)
    pipe.unlink()
    return shown


@pytest.mark.full
@pytest.mark.parametrize("columns", WIDTHS)
@pytest.mark.parametrize("command", ["validate", "summary"])
def test_what_is_left_on_a_terminal_is_what_a_pipe_gets(command: str, columns: int, files: Path) -> None:
    pipe = files / "slow.xml"
    most = ["--max-findings", 2] if command == "validate" else []
    arguments = [command, *most, files / "wrong.xml", pipe, files / "good.xml"]
    piped = shown_by(arguments, pipe, 0).decode()
    shown = shown_by(arguments, pipe, columns)
    assert b"slow.xml" in shown and "━".encode() in shown  # there was a bar
    screen = pyte.Screen(columns, 200)
    pyte.ByteStream(screen).feed(shown)
    found = "".join(line.rstrip() for line in screen.display)
    assert "━" not in found and "MB/s" not in found
    if command == "validate":
        assert without_blanks(found) == without_blanks(piped)


def without_blanks(text: str) -> str:
    return re.sub(r"\s", "", text)


def screen_of(command: str, columns: int) -> list[str]:
    """What a command leaves on a terminal."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 200, columns, 0, 0))
    with subprocess.Popen([COMMAND, *command.split()], stdout=theirs, env=of_terminal()):
        os.close(theirs)
        shown = until_closed(ours)
    os.close(ours)
    screen = pyte.Screen(columns, 2000)
    pyte.ByteStream(screen).feed(shown)
    return list(screen.display)


def test_on_a_narrow_terminal_each_row_has_lines_of_its_own() -> None:
    lines = [line.rstrip() for line in screen_of("rules", 40)]
    assert [line for line in lines if line in RULES] == list(RULES)
    text = "".join(screen_of("operations", 40))
    assert "close_aggregating_job" in without_blanks(text) and "…" not in text


@pytest.mark.parametrize(
    ("command", "second", "names"),
    [("rules", "group", list(RULES)), ("operations", "method", [item.name for item in OPERATIONS])],
)
@pytest.mark.parametrize("columns", [60, 80, 100])
def test_a_table_is_folded_and_not_cut(command: str, second: str, names: list[str], columns: int) -> None:
    heading, *lines = screen_of(command, columns)
    width = heading.index(second[: len(heading.split()[1])])
    assert without_blanks("".join(line[:width] for line in lines)) == without_blanks("".join(names))
    assert "…" not in "".join(lines)


def test_colours_are_forced_and_forbidden(files: Path) -> None:
    forced = run("validate", files / "wrong.xml", FORCE_COLOR="1", TERM="xterm")
    assert b"\x1b[" in forced.stdout
    plain = run("validate", files / "wrong.xml")
    assert b"\x1b[" not in plain.stdout
    assert re.sub(rb"\x1b\[[0-9;]*m", b"", forced.stdout) == plain.stdout


def test_nothing_shows_for_what_takes_less(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    (tmp_path / "response.xml").write_bytes(HEAD + blob().encode() + TAIL)
    arguments = [COMMAND, "summary", tmp_path / "response.xml"]
    subprocess.run(arguments, stdout=subprocess.DEVNULL, stderr=theirs, check=True)
    assert select.select([ours], [], [], 0)[0] == []
    os.close(theirs)
    os.close(ours)


def test_a_node_and_its_bar_are_on_lines_of_their_own_where_both_are_too_long(files: Path) -> None:
    for columns in (80, 100, 200):
        lines = [line.rstrip() for line in screen_of(f"summary {files / 'good.xml'}", columns)]
        node = "  bp-node-2.example.com (f41fcb28-e1ec-4229-9aa5-148c01a8c3f5)"
        assert any(line == node if columns < 110 else line.startswith(f"{node}  █") for line in lines)
