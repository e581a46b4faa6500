"""What is said where a package of an extra is missing."""

from __future__ import annotations

import subprocess
import sys

import pytest

from ds3codec.extras import extra
from tests.pages import ROOT

NEEDS = {
    "ds3codec.tables": ("pyarrow", "tables"),
    "ds3codec.distributed": ("dask", "dask"),
    "ds3codec.testing.strategies": ("hypothesis", "testing"),
    "ds3codec.testing.mutations": ("hypothesis", "testing"),
}


@pytest.mark.parametrize("module", NEEDS)
def test_a_module_names_the_extra_that_it_needs(module: str) -> None:
    package, name = NEEDS[module]
    code = f"import sys; sys.modules['{package}'] = None; import {module}"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert f"pip install 'ds3codec[{name}]'" in result.stderr.splitlines()[-1]


USES = {
    "distributed": ("dask", "from benchmarks.workers import require_dask; require_dask()"),
    "matplotlib": ("cli", "from benchmarks.__main__ import main; main(['plots'])"),
    "fsspec": ("tables", "from ds3codec import decode; decode('memory://response.xml')"),
    "atheris": ("dev", "from tests.fuzz.__main__ import _led; _led(None)"),
}


@pytest.mark.parametrize("package", USES)
def test_what_needs_a_package_names_the_extra_that_brings_it(package: str) -> None:
    name, use = USES[package]
    code = f"import sys; sys.modules['{package}'] = None; {use}"
    command = [sys.executable, "-c", code]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert f"pip install 'ds3codec[{name}]'" in result.stderr.splitlines()[-1]


def test_other_errors_pass_through() -> None:
    with pytest.raises(ValueError, match="other"), extra("tables"):
        raise ValueError("other")
