"""The configuration of `validate`, found upwards."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from .command import WRONG, Run, run


def validate_in(folder: Path, *arguments: str) -> Run:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        return run("validate", *arguments)


def told(folder: Path, *arguments: str) -> str:
    """What is printed in a folder."""
    return validate_in(folder, *arguments).stdout.decode()


def refused(folder: Path) -> str:
    """The one line about the configuration of a folder."""
    done = validate_in(folder, "x.xml")
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.startswith(b"ds3codec: ") and done.stderr.count(b"\n") == 1
    return done.stderr.decode()


@pytest.mark.parametrize(("name", "header"), [("ds3codec.toml", ""), ("pyproject.toml", "[tool.ds3codec]\n")])
def test_options_stand_in_a_file_and_the_command_line_overrides_them(
    name: str, header: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_text(f'{header}ignore = ["schema", "version"]\nseverity = "error"\n')
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (inner / "wrong.xml").write_bytes(WRONG)
    assert "invalid-value" not in told(inner, "wrong.xml")
    assert "invalid-value" in told(inner, "wrong.xml", "--ignore", "exchange")
    shown = told(inner, "--show-config")
    assert shown.startswith(f"# {tmp_path / name}\n")
    assert 'ignore = ["schema", "version"]\nseverity = "error"\napi-version = "auto"\n' in shown
    assert 'ignore = ["form"]' in told(inner, "--show-config", "--ignore", "form")


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
    assert re.search(message, refused(tmp_path))


@pytest.mark.parametrize("text", ["tool = 5", "[tool]\nds3codec = 5", "[tool]\nds3codec = ['a']"])
def test_a_shared_configuration_whose_tables_are_none_is_one_line(text: str, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(text)
    assert "must be a table" in refused(tmp_path)


def test_a_project_without_our_table_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "ds3codec.toml").write_text("")
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "pyproject.toml").write_text("[tool.other]\n")
    assert told(tmp_path / "project", "--show-config").startswith(f"# {tmp_path / 'ds3codec.toml'}\n")


def test_a_mark_of_the_byte_order_and_the_shared_name_of_the_table_are_read(tmp_path: Path) -> None:
    (tmp_path / "wrong.xml").write_bytes(WRONG)
    for name, text in (
        ("ds3codec.toml", '\ufeffignore = ["schema"]'),
        ("ds3codec.toml", '[tool.ds3codec]\nignore = ["schema"]'),
        ("pyproject.toml", '\ufeff[tool.ds3codec]\nignore = ["schema"]'),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
        assert "invalid-value" not in told(tmp_path, "wrong.xml")
        (tmp_path / name).unlink()
    assert "invalid-value" in told(tmp_path, "wrong.xml")
    (tmp_path / "ds3codec.toml").write_text('ignore = ["schema"]\n[tool.ds3codec]\nseverity = "error"')
    assert "both in and outside of tool.ds3codec" in refused(tmp_path)


def test_a_configuration_that_cannot_be_read_is_named_once(tmp_path: Path) -> None:
    (tmp_path / "ds3codec.toml").symlink_to("nowhere")
    assert (
        refused(tmp_path) == f"ds3codec: cannot read '{tmp_path}/ds3codec.toml': No such file or directory\n"
    )
