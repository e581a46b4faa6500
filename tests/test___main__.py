"""`python -m ds3codec`."""

from __future__ import annotations

import subprocess
import sys


def test_the_module_is_the_command() -> None:
    command = [sys.executable, "-m", "ds3codec", "--version"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("ds3codec, version ")
