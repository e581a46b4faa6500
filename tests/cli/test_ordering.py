"""The order in which answers of one job are compared."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.captures.examples import GET_JOB, entry, har, with_length
from tests.examples import job

from .command import run

POLLS = Path(__file__).parent.parent / "data" / "polls"
NUMBERED = [f"poll-{number}.xml" for number in (1, 2, 9, 10, 11)]


def compared(*arguments: object) -> tuple[list[str], str]:
    """The names of the captures in the order in which they are compared, and what that goes by."""
    done = run("validate", "--together", "--format", "json", *arguments)
    report = json.loads(done.stdout)
    return [Path(one["file"]).name for one in report["responses"]], report["order"]


@pytest.mark.parametrize("paths", [[POLLS], [POLLS / "*"], [POLLS / "*.xml"], sorted(POLLS.iterdir())])
def test_numbers_in_names_count_as_people_count(paths: list[Path]) -> None:
    assert compared(*paths) == (NUMBERED, "the numbers in their names")
    assert run("validate", "--together", *paths).returncode == 0
    shown = run("validate", "--together", *paths).stdout.decode()
    assert shown.startswith("compared in the order of the numbers in their names\n")


def test_an_order_that_is_written_down_stays() -> None:
    files = [POLLS / name for name in ("poll-9.xml", "poll-1.xml", "poll-10.xml")]
    assert compared(*files) == ([file.name for file in files], "the command line")
    assert run("validate", "--together", *files).returncode == 1


def of_size(size: int) -> bytes:
    return job(CompletedSizeInBytes=str(size), CachedSizeInBytes=str(size))


def test_dates_of_recordings_come_before_names(tmp_path: Path) -> None:
    for name, second in (("c", 1), ("b", 2), ("a", 10)):
        date = f"Date: Sat, 14 Mar 2026 09:26:{second:02} GMT".encode()
        (tmp_path / f"{name}.http").write_bytes(with_length(of_size(second), date))
    recorded = entry(GET_JOB, of_size(5).decode()) | {"startedDateTime": "2026-03-14T10:26:05.5+01:00"}
    (tmp_path / "d.har").write_bytes(har(recorded))
    (tmp_path / "broken.har").write_bytes(b"{")
    captures, order = compared(tmp_path)
    assert (captures, order) == (["c.http", "b.http", "d.har", "a.http"], "the dates of their recording")
    (tmp_path / "e.xml").write_bytes(of_size(1))
    assert compared(tmp_path)[1] == "the numbers in their names"


@pytest.mark.parametrize("form", ["text", "json", "jsonl", "junit", "github", "sarif"])
def test_each_format_says_what_the_order_goes_by(form: str) -> None:
    assert b"the numbers in their names" in run("validate", "--together", POLLS, "--format", form).stdout
    assert b"the numbers in their names" not in run("validate", POLLS, "--format", form).stdout
