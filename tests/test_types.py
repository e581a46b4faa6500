"""The package's types, as two type checkers see them that its users have."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.pages import EXAMPLES, ROOT

pytestmark = pytest.mark.full


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The examples of the README, each as a module."""
    folder = tmp_path_factory.mktemp("examples")
    for number, (code, _) in enumerate(EXAMPLES):
        (folder / f"example_{number}.py").write_text(code, encoding="utf-8")
    (folder / "pyrightconfig.json").write_text(json.dumps({"typeCheckingMode": "strict"}))
    return folder


def check(tool: str, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a type checker that finds the package in this checkout, and the others where we run."""
    environment = os.environ | {
        "MYPYPATH": str(ROOT),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "PYTHONPATH": str(ROOT),
        "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1",
    }
    pytest.importorskip(tool)
    command = [sys.executable, "-m", tool, *arguments]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)


def test_mypy_accepts_the_examples(examples: Path) -> None:
    result = check(
        "mypy", "--strict", "--follow-imports=silent", "--cache-dir", os.devnull, ".", cwd=examples
    )
    assert result.returncode == 0, result.stdout
    assert f"no issues found in {len(EXAMPLES)} source files" in result.stdout


def test_pyright_accepts_the_examples(examples: Path) -> None:
    found = json.loads(check("pyright", "--outputjson", ".", cwd=examples).stdout)
    assert found["generalDiagnostics"] == []
    assert found["summary"]["filesAnalyzed"] == len(EXAMPLES)


def test_every_type_is_known() -> None:
    result = check("pyright", "--verifytypes", "ds3codec", "--ignoreexternal", "--outputjson", cwd=ROOT)
    found: dict[str, Any] = json.loads(result.stdout)["typeCompleteness"]
    unknown = [
        item["name"] for item in found["symbols"] if not item["isTypeKnown"] or item["isTypeAmbiguous"]
    ]
    assert (unknown, found["completenessScore"]) == ([], 1)
    assert found["exportedSymbolCounts"]["withKnownType"] > 1000


@pytest.mark.parametrize("tool", ["mypy", "pyright"])
def test_a_wrong_use_is_found(tool: str, tmp_path: Path) -> None:
    code = "from ds3codec import decode\ndecode('response.xml').chunks[0].blobs[0].length.upper()\n"
    (tmp_path / "wrong.py").write_text(code)
    result = check(tool, "wrong.py", cwd=tmp_path)
    assert result.returncode == 1
    assert "upper" in result.stdout
