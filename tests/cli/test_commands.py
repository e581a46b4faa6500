"""The commands and their options: help, completion, what is refused before anything is read; and one run of
them: pipes, interrupts, what is not installed.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.examples import blob, chunk, job

from .command import COMMAND, WRONG, run, run_process, started

COMMANDS = re.findall(r"^  (\w+) ", run("--help").stdout.decode().partition("\nCommands:\n")[2], re.MULTILINE)


def test_the_commands_are_listed() -> None:
    assert {"validate", "summary", "convert", "diff", "redact", "rules", "serve"} <= {*COMMANDS}


@pytest.mark.parametrize("name", [None, *COMMANDS])
def test_help_says_what_a_command_does_with_an_example(name: str | None) -> None:
    shown = run(*([name] if name else []), "--help")
    assert (shown.returncode, shown.stderr) == (0, b"")
    assert f"ds3codec {name or 'validate'} ".strip() in shown.stdout.decode()
    assert b"Examples:" in shown.stdout


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--format", "yaml"], b"'yaml' is not one of"),
        (["--severity", "fatal"], b"'fatal' is not one of"),
        (["--max-findings", "-1"], b"-1 is not in the range"),
        (["--select", "spelling"], b"there is no rule 'spelling'"),
        (["--api-version", "7"], b"'7'"),
        (["--workers", "2", "-"], b"standard input"),
    ],
)
def test_what_makes_no_sense_is_status_2_and_a_line_that_says_so(
    options: list[str], words: bytes, files: Path
) -> None:
    result = run("validate", *options, files / "good.xml")
    assert result.returncode == 2
    assert words in result.stderr
    assert b"Traceback" not in result.stderr
    assert result.stdout == b""


def test_rules_may_be_named_with_commas_or_one_by_one(files: Path) -> None:
    commas = run("validate", "--ignore", "invalid-value, versions-mixed,,", files / "wrong.xml")
    single = run("validate", "--ignore", "invalid-value", "--ignore", "versions-mixed", files / "wrong.xml")
    assert commas.stdout == single.stdout
    assert b"is not a whole number" not in commas.stdout


def test_a_rule_is_completed() -> None:
    completed = run(
        stdin=b"",
        _DS3CODEC_COMPLETE="bash_complete",
        COMP_WORDS="ds3codec rules blobs-",
        COMP_CWORD="2",
    )
    names = {line.partition(",")[2] for line in completed.stdout.decode().split()}
    assert names == {"blobs-disagree", "blobs-overlap", "blobs-with-a-gap"}


def test_it_says_its_version() -> None:
    assert run("--version").stdout.startswith(b"ds3codec, version ")


def test_completion_knows_names_behind_commas_versions_and_files(files: Path) -> None:
    def completed(words: str) -> list[str]:
        count = str(len(words.split(" ")) - 1)
        done = run(_DS3CODEC_COMPLETE="bash_complete", COMP_WORDS=words, COMP_CWORD=count)
        return done.stdout.decode().split()

    assert completed("ds3codec validate --select form,blobs-o") == ["plain,form,blobs-overlap"]
    assert completed("ds3codec validate --api-version 5.") == [
        f"plain,5.{number}" for number in (0, 1, 3, 4, 5, 6, 8)
    ]
    assert completed("ds3codec validate --api-version a") == ["plain,auto"]
    assert [line.split(",")[0] for line in completed("ds3codec validate go")] == ["file"]
    assert [line.split(",")[0] for line in completed("ds3codec summary go")] == ["file"]


def test_an_interrupt_ends_also_what_waits_for_the_reader_of_its_output(tmp_path: Path) -> None:
    (tmp_path / "response.xml").write_bytes(job(chunk(*[blob(Length="x")] * 5_000)))
    process = started("validate", "--max-findings", 5_000, tmp_path / "response.xml")
    assert process.stdout is not None
    process.stdout.peek(1)  # type: ignore[union-attr]  # the pipe is full soon
    process.send_signal(signal.SIGINT)
    _, complaint = process.communicate(timeout=120)
    assert process.returncode == 130
    assert complaint.strip() == b""


def test_a_closed_pipe_is_silent(files: Path) -> None:
    for place in range(300):
        (files / f"{place}.xml").write_bytes(WRONG)
    pipe = f"{COMMAND} validate {files} | head -n 1"
    result = subprocess.run(["sh", "-c", pipe], capture_output=True, check=True)
    assert result.stdout.count(b"\n") == 1
    assert result.stderr == b""


@pytest.mark.parametrize("arguments", [["validate", "good.xml"], ["schema"], ["schema", "--output", "xsd"]])
def test_an_output_that_nobody_reads_is_silent(arguments: list[str], files: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    environment = os.environ | {"PYTHONUNBUFFERED": ""}  # a short output leaves at the end only
    result = subprocess.run(
        [COMMAND, *arguments],
        cwd=files,
        env=environment,
        stdout=writing,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writing)
    assert (result.returncode, result.stderr) == (0, b"")


@pytest.mark.parametrize(
    ("command", "status"), [("validate {}/good.xml", 0), ("validate {}/wrong.xml", 1), ("rules", 0)]
)
def test_a_pipe_that_is_closed_has_the_status_of_what_was_found(
    command: str, status: int, files: Path
) -> None:
    pipe = f"({COMMAND} {command.format(files)}; echo status $? >&2) | true"
    result = subprocess.run(["sh", "-c", pipe], capture_output=True, check=True)
    assert result.stderr == f"status {status}\n".encode()


@pytest.mark.parametrize("command", ["validate", "summary", "rules", "schema", "operations", "--help"])
def test_a_full_disk_is_status_2_and_one_line(command: str, files: Path) -> None:
    paths = [files / "good.xml"] if command in ("validate", "summary") else []
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run([COMMAND, command, *paths], stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 2
    assert done.stderr == b"ds3codec: cannot write to standard output: No space left on device\n"


@pytest.mark.parametrize(("closed", "status"), [(">&-", 2), ("<&-", 0), ("2>&-", 0)])
def test_closed_streams_are_no_traceback(closed: str, status: int, files: Path) -> None:
    for arguments in (f"validate {files}/good.xml", "rules", f"summary {files}/good.xml"):
        done = subprocess.run(
            ["sh", "-c", f"{COMMAND} {arguments} {closed}"], capture_output=True, check=False
        )
        assert done.returncode == status
        assert b"Traceback" not in done.stderr
    closed_input = subprocess.run(["sh", "-c", f"{COMMAND} validate - <&-"], capture_output=True, check=False)
    assert closed_input.returncode == 2
    assert closed_input.stderr == b"ds3codec: cannot read '-': standard input is closed\n"


@pytest.mark.parametrize(
    "encoding", ["ascii", *(pytest.param(name, marks=pytest.mark.full) for name in ("cp1252", "utf-16"))]
)
def test_any_encoding_of_the_output_will_do(encoding: str, files: Path) -> None:
    for command in ("validate", "summary"):
        done = run_process(command, files / "wrong.xml", PYTHONIOENCODING=encoding, PYTHONUTF8="0")
        assert done.returncode == 1
        assert "Traceback" not in done.stderr.decode(encoding)
        assert "wrong.xml" in done.stdout.decode(encoding)


def test_the_command_alone_says_how_it_is_used() -> None:
    done = run()
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout == run("--help").stdout


def test_only_a_missing_extra_is_told_as_such(tmp_path: Path) -> None:
    (tmp_path / "click.py").write_text("import nothing_of_that_name")
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}
    result = subprocess.run([COMMAND], env=environment, capture_output=True, check=False)
    assert b"No module named 'nothing_of_that_name'" in result.stderr


def test_without_its_extra_the_command_says_which_it_needs() -> None:
    script = "import sys; sys.modules['click'] = None; from ds3codec.cli import main; main()"
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)
    assert result.returncode == 1
    assert result.stderr == b"ds3codec: the command line needs the extra cli: pip install 'ds3codec[cli]'\n"


@pytest.mark.parametrize(
    ("arguments", "not_used"),
    [
        ("--help", "pyarrow dask matplotlib h11 watchfiles ds3codec.bench"),
        ("rules", "pyarrow ds3codec.redaction ds3codec.testing ds3codec.cli.commands.validate"),
        ("operations", "pyarrow ds3codec.redaction ds3codec.testing ds3codec.cli.commands.rules"),
    ],
)
def test_a_command_imports_only_what_it_uses(arguments: str, not_used: str) -> None:
    names = not_used.split()
    script = f"""
import atexit, sys
from ds3codec.cli import main
atexit.register(lambda: print([name for name in {names} if name in sys.modules], file=sys.stderr))
sys.argv = ["ds3codec", *{arguments.split()}]
main()
"""
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert result.stderr == b"[]\n"
