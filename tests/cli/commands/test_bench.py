"""The command `bench`, on a small response."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ..command import run

WAYS = ["--way", "lxml, fromstring and get", "--way", "iterparse, bare loop"]


def test_it_measures_ways_to_read_a_response(files: Path) -> None:
    saved = files / "runs.json"
    result = run("bench", files / "good.xml", "--rounds", "1", *WAYS, "--json", saved)
    assert result.returncode == 0, result.stderr
    lines = result.stdout.decode().splitlines()
    assert lines[0].startswith("5 objects, ")
    ways = [line.split(" | ")[0].lstrip("| ") for line in lines if line.startswith("| ")][2:]
    assert sorted(ways) == ["ds3codec, streaming", "iterparse, bare loop", "lxml, fromstring and get"]
    assert len(json.loads(saved.read_text())["runs"]) == 3
    assert str(files) not in saved.read_text()


def test_the_speed_is_drawn(files: Path) -> None:
    pytest.importorskip("matplotlib")
    drawn = files / "speed.svg"
    result = run("bench", files / "good.xml", "--rounds", "1", *WAYS[:2], "--plot", drawn)
    assert result.returncode == 0, result.stderr
    assert drawn.read_text().startswith("<?xml")


def test_the_ways_are_listed() -> None:
    assert "ds3codec, streaming" in run("bench", "--list").stdout.decode().splitlines()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--way", "magic"], "there is no way 'magic'"),
        (["--plot", "speed.txt"], "the ending is neither .svg nor .png"),
        (["--json", "no/where.json"], "cannot write 'no/where.json'"),
        (["--json", "."], "cannot write '.'"),
    ],
)
def test_wrong_options_are_refused(files: Path, arguments: list[str], message: str) -> None:
    result = run("bench", files / "good.xml", *arguments)
    assert result.returncode == 2
    assert message in result.stderr.decode()


def test_a_response_is_a_file(files: Path) -> None:
    assert b"give a RESPONSE" in run("bench").stderr
    assert b"start takes" in run("bench", files / "good.xml", "--rounds", "1", *WAYS).stdout


def test_what_cannot_be_read_is_one_line(files: Path) -> None:
    (files / "broken.xml").write_bytes(b"<MasterObjectList")
    result = run("bench", files / "broken.xml", "--rounds", "1", *WAYS)
    assert (result.returncode, result.stdout) == (2, b"")
    assert result.stderr.splitlines()[-1].startswith(b"ds3codec: cannot read")
