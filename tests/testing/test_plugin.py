"""The fixture that pytest finds once the package is installed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

import pytest

from ds3codec import iter_blobs
from ds3codec.testing.appliance import Appliance

TEST = """
from urllib.request import urlopen
from ds3codec import iter_blobs

def test_a_client(ds3_appliance):
    job = ds3_appliance.add_large_job(100)
    with urlopen(f"{ds3_appliance.url}/_rest_/job/{job}") as response:
        assert sum(1 for _ in iter_blobs(response)) == 100
"""


def test_the_fixture_serves_while_a_test_runs(ds3_appliance: Appliance) -> None:
    job = ds3_appliance.add_large_job(100)
    with urlopen(f"{ds3_appliance.url}/_rest_/job/{job}") as response:  # noqa: S310  (on loopback)
        assert sum(1 for _ in iter_blobs(response)) == 100
    assert [(method, status) for method, _, status in ds3_appliance.exchanges] == [("GET", 200)]


def test_a_project_elsewhere_finds_the_fixture(tmp_path: Path) -> None:
    (tmp_path / "test_client.py").write_text(TEST)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-W",
        "error",
        "test_client.py",
    ]
    environment = {name: text for name, text in os.environ.items() if name != "PYTEST_ADDOPTS"}
    result = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert "1 passed" in result.stdout, result.stdout + result.stderr


def test_without_the_extra_pytest_starts_and_the_fixture_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "h11", None)
    with pytest.raises(ModuleNotFoundError, match="testing"), Appliance():
        time.sleep(0)
