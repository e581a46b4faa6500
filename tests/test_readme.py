"""Every example of the README and the manual runs, and prints what the page says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.examples import SAMPLE
from tests.pages import BLOCKS, COMMANDS, EXAMPLES, PAGES, ROOT, SESSIONS

# An answer to Close Aggregating Job with three mistakes in it.
WRONG = (
    SAMPLE.replace(b'Aggregating="false"', b'Aggregating="true"')
    .replace(b'Length="4096"', b'Length="4 KiB"')
    .replace(b'Offset="68719476736"', b'Offset="68719476000"')
)
RECORDED = (
    b"PUT /_rest_/job/93d544be-eeee-4355-af02-14835508e050?CLOSE_AGGREGATING_JOB HTTP/1.1\r\n"
    b"Host: blackpearl\r\n\r\n"
    b"HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\nContent-Length: %d\r\n\r\n%s" % (len(WRONG), WRONG)
)


HOME = "https://github.com/ds3codec/ds3codec/"


@pytest.mark.parametrize(("code", "output"), EXAMPLES)
def test_an_example_runs_and_prints_what_is_shown(code: str, output: str | None, tmp_path: Path) -> None:
    (tmp_path / "response.xml").write_bytes(SAMPLE)
    command = [sys.executable, "-X", "utf8", "-c", code]
    environment = os.environ | {"CI": "true"}  # where Hypothesis looks at no clock
    result = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8", check=False
    )
    skip_without_a_package(result.stderr)
    assert result.returncode == 0, result.stderr
    assert output is None or result.stdout == output


def skip_without_a_package(complaint: str) -> None:
    """Skip what needs a package that is not installed."""
    *_, last = complaint.splitlines() or [""]
    if last.startswith("ModuleNotFoundError: "):
        pytest.skip(last)


@pytest.mark.parametrize("session", SESSIONS)
def test_a_session_in_a_terminal_prints_what_is_shown(session: str, tmp_path: Path) -> None:
    (tmp_path / "response.xml").write_bytes(SAMPLE)
    (tmp_path / "recorded.http").write_bytes(RECORDED)
    folder = str(Path(sys.executable).parent)
    environment = os.environ | {"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}", "PYTHONUTF8": "1"}
    for command, output in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", session, re.MULTILINE):
        result = subprocess.run(
            ["sh", "-c", f"{command} 2>&1"],
            cwd=tmp_path,
            env=environment,
            stdout=subprocess.PIPE,
            check=False,
        )
        assert "\n".join(line.rstrip() for line in result.stdout.decode().splitlines()) == output.rstrip("\n")


def test_the_first_command_prints_what_is_shown(tmp_path: Path) -> None:
    (tmp_path / "response.xml").write_bytes(SAMPLE)
    code = COMMANDS[0].split("-c '", 1)[1].rstrip().removesuffix("'")
    command = [sys.executable, "-X", "utf8", "-c", code]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8", check=True)
    assert result.stdout == BLOCKS[[code for _, code in BLOCKS].index(COMMANDS[0]) + 1][1]


def test_the_readme_has_the_two_commands() -> None:
    assert [command.split()[0] for command in COMMANDS[:2]] == ["python3", "python3"]
    assert COMMANDS[1].rstrip().endswith("-m pytest -n auto --dist worksteal")


def test_the_readme_is_a_door_and_no_manual() -> None:
    assert len(PAGES[0].read_text(encoding="utf-8").splitlines()) <= 160


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_a_page_links_to_headings_that_it_has(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    assert set(re.findall(r"\]\(#([^)]*)\)", text)) <= anchors


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_the_links_of_a_page_lead_somewhere(page: Path) -> None:
    for link in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8")):
        local = page.parent / link
        if "://" in link:
            assert link.startswith(HOME), link
            local = ROOT / re.sub(r"^(blob|raw)/main/", "", link.removeprefix(HOME))
        assert local.exists(), link
