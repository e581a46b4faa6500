"""The plugin as pytest loads it: for every project in whose environment the package is installed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

TEST = """
import sys

def test_one():
    assert "ds3codec.testing.plugin" in sys.modules
    assert not {"lxml", "xsdata", "ds3codec.models", "ds3codec.testing.documents"} & {*sys.modules}

def test_another(ds3_appliance):
    assert ds3_appliance.url
"""


def test_nothing_but_the_plugin_is_loaded_before_its_fixture_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(TEST)
    options = ["-p", "no:hypothesispytest", "-p", "no:cacheprovider", "-p", "no:xdist"]
    command = [sys.executable, "-m", "pytest", *options, str(tmp_path)]
    environment = {name: text for name, text in os.environ.items() if name != "PYTEST_ADDOPTS"}
    run = subprocess.run(command, check=False, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout
