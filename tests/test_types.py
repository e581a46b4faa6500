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


# All of `ds3codec.tables`, beside what the pages show.
TABLES = """
from ds3codec import MasterObjectList
from ds3codec.tables import arrow_schema, encode_table, from_table, job_from_metadata, read_table
from ds3codec.tables import record_batches, write_csv, write_jsonl, write_parquet

table = read_table("response.xml", placements=True)
print(table.num_rows, table.schema.names, table.column("length").to_pylist(), table.to_pandas())
for batch in record_batches("response.xml", batch_size=10):
    print(batch.num_rows)
for field in arrow_schema(credentials=["secret_key"]):
    print(field.name, field.type)
job: MasterObjectList = from_table(table, missing="none")
encode_table(table, "out.xml", job=job_from_metadata(table.schema), sync=False)
write_parquet("response.xml", "a.parquet", compression="zstd", row_group_size=10, strict=True)
write_csv("response.xml", "a.csv", compression="gzip", missing="none", sync=False)
write_jsonl("response.xml", "a.jsonl", placements=True, credentials=["secret_key"])
"""
UNTYPED = "adbc_driver_postgresql"  # it has no types
PROGRAMS = [*(code for code, _ in EXAMPLES if UNTYPED not in code), TABLES]


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The examples of the README and the manual, and another, each as a module."""
    folder = tmp_path_factory.mktemp("examples")
    for number, code in enumerate(PROGRAMS):
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
    assert f"no issues found in {len(PROGRAMS)} source files" in result.stdout


def test_pyright_accepts_the_examples(examples: Path) -> None:
    found = json.loads(check("pyright", "--outputjson", ".", cwd=examples).stdout)
    assert found["generalDiagnostics"] == []
    assert found["summary"]["filesAnalyzed"] == len(PROGRAMS)


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
