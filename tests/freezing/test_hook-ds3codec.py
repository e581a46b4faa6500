"""Programs that bring the package along: frozen with PyInstaller, or with the package in a zip."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ds3codec.freezing import hook_folders
from tests.captures.examples import entry, har
from tests.examples import SAMPLE
from tests.pages import ROOT

PROGRAM = """
import sys
from ds3codec import decode, validate
from ds3codec.captures import responses
print(decode(sys.argv[1]).job_id, validate(sys.argv[1]).ok)
print([validate(response).blobs for path in sys.argv[2:] for response in responses(path)])
"""
PRINTED = "93d544be-eeee-4355-af02-14835508e050 True\n[5, 5]\n"


@pytest.fixture
def program(tmp_path: Path) -> list[str]:
    """A program, and what it reads: a body, raw HTTP and a HAR archive."""
    raw = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(SAMPLE), SAMPLE)
    files = {"program.py": PROGRAM.encode(), "response.xml": SAMPLE, "response.http": raw}
    files["traffic.har"] = har(entry("/_rest_/job/93d544be-eeee-4355-af02-14835508e050", SAMPLE.decode()))
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    return [str(tmp_path / name) for name in files]


def test_the_hook_is_where_its_entry_point_says() -> None:
    [folder] = hook_folders()
    assert (Path(folder) / "hook-ds3codec.py").is_file()


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A folder with the package as it is installed; in a checkout its schemas are elsewhere."""
    folder = tmp_path / "installed"
    ignored = shutil.ignore_patterns("__pycache__", "generator")
    shutil.copytree(ROOT / "ds3codec", folder / "ds3codec", ignore=ignored)
    shutil.copytree(ROOT / "schemas", folder / "ds3codec" / "schemas", ignore=ignored)
    return folder


@pytest.mark.full
def test_a_frozen_program_decodes_and_validates(program: list[str], installed: Path, tmp_path: Path) -> None:
    pytest.importorskip("PyInstaller")
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "ERROR", program[0]]
    for package in ("fsspec", "setuptools"):  # which know half of what is installed here
        command += ["--exclude-module", package]
    more = {"PYINSTALLER_CONFIG_DIR": str(tmp_path / "cache"), "PYTHONPATH": str(installed)}
    subprocess.run(command, cwd=tmp_path, env=os.environ | more, check=True, capture_output=True)
    frozen = tmp_path / "dist" / "program" / "program"
    result = subprocess.run([frozen, *program[1:]], capture_output=True, text=True, check=False)
    assert (result.stdout, result.stderr) == (PRINTED, "")


def test_a_package_in_a_zip_decodes_and_validates(
    program: list[str], installed: Path, tmp_path: Path
) -> None:
    packed = shutil.make_archive(str(tmp_path / "package"), "zip", installed)
    environment = os.environ | {"PYTHONPATH": packed}
    command = [sys.executable, *program]
    result = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert (result.stdout, result.stderr) == (PRINTED, "")
