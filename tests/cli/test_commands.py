"""The commands and their options: help, completion, and what is refused before anything is read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from .command import run

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
