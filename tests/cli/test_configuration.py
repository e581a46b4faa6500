"""The configuration of `validate`, found upwards."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from ds3codec import UsageError
from ds3codec.cli.configuration import find_configuration

from .command import COMMAND, WRONG


def run_in(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [COMMAND, "validate", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env=os.environ)


@pytest.mark.parametrize(("name", "header"), [("ds3codec.toml", ""), ("pyproject.toml", "[tool.ds3codec]\n")])
def test_options_stand_in_a_file_and_the_command_line_overrides_them(
    name: str, header: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_text(f'{header}ignore = ["schema", "version"]\nseverity = "error"\n')
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (inner / "wrong.xml").write_bytes(WRONG)
    assert "invalid-value" not in run_in(inner, "wrong.xml").stdout
    assert "invalid-value" in run_in(inner, "wrong.xml", "--ignore", "exchange").stdout
    shown = run_in(inner, "--show-config").stdout
    assert shown.startswith(f"# {tmp_path / name}\n")
    assert 'ignore = ["schema", "version"]\nseverity = "error"\napi-version = "auto"\n' in shown
    assert 'ignore = ["form"]' in run_in(inner, "--show-config", "--ignore", "form").stdout


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("selct = []", "there is no option 'selct'"),
        ("select = 'form'", "select in .* must be a list of texts"),
        ("severity = 1", "severity in .* must be a text"),
        ("select = [", "cannot read"),
    ],
)
def test_a_wrong_configuration_is_one_line(text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "ds3codec.toml").write_text(text)
    with pytest.raises(UsageError, match=message):
        find_configuration(tmp_path)
    done = run_in(tmp_path, "x.xml")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("ds3codec: ") and done.stderr.count("\n") == 1


@pytest.mark.parametrize("text", ["tool = 5", "[tool]\nds3codec = 5", "[tool]\nds3codec = ['a']"])
def test_a_shared_configuration_whose_tables_are_none_is_one_line(text: str, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(text)
    with pytest.raises(UsageError, match="must be a table"):
        find_configuration(tmp_path)


def test_a_project_without_our_table_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "ds3codec.toml").write_text("")
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "pyproject.toml").write_text("[tool.other]\n")
    found = find_configuration(tmp_path / "project")
    assert found is not None and found == (tmp_path / "ds3codec.toml", {})
