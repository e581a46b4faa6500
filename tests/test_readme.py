"""Every example of the README and the manual runs, and prints what the page says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.examples import DATA, SAMPLE
from tests.pages import BLOCKS, COMMANDS, EXAMPLES, PAGES, ROOT, SESSIONS, commands

LINKED = [*PAGES, ROOT / "benchmarks" / "README.md", ROOT / "benchmarks" / "results" / "README.md"]
LINKED += [ROOT / "CHANGELOG.md", *(ROOT / ".github").glob("*.md"), ROOT / "schemas" / "README.md"]


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
    shutil.copy(DATA / "recorded.http", tmp_path)
    folder = str(Path(sys.executable).parent)
    environment = os.environ | {"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}", "PYTHONUTF8": "1"}
    for command, output in commands(session):
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


@pytest.mark.parametrize("page", LINKED, ids=str)
def test_the_links_of_a_page_lead_to_what_a_checkout_has(page: Path) -> None:
    for link in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8")):
        assert (page.parent / link).exists(), link


def test_the_set_up_installs_the_package_alone_and_the_tests_have_an_extra() -> None:
    first, second, *_ = COMMANDS
    assert "pip install --editable . &&" in first
    assert "pip install --editable '.[test]' &&" in second
    assert not any("--quiet" in command for command in COMMANDS)


def test_nothing_names_a_home_that_the_project_does_not_have() -> None:
    named = [".ci", ".github", "benchmarks", "ds3codec", "schemas"]
    paths = [path for name in named for path in (ROOT / name).rglob("*") if path.is_file()]
    for path in [*paths, *ROOT.glob("*.md"), ROOT / "pyproject.toml"]:
        assert b"github.com/ds3codec" not in path.read_bytes(), path
