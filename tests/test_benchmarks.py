"""The benchmarks do what they say they measure. Times are not looked at."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.contenders import CONTENDERS
from benchmarks.documents import write_document
from ds3codec import decode, encode
from tests.examples import SAMPLE, valid

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("benchmarks") / "response.xml"
    write_document(path, objects=200, chunk_size=30, seed=1)
    return path


def test_the_same_seed_gives_the_same_document_and_another_another(document: Path, tmp_path: Path) -> None:
    for seed, same in ((1, True), (2, False)):
        write_document(tmp_path / "again.xml", objects=200, chunk_size=30, seed=seed)
        assert ((tmp_path / "again.xml").read_bytes() == document.read_bytes()) == same


def test_the_document_is_what_an_appliance_could_write(document: Path) -> None:
    text = document.read_bytes()
    assert valid(text)
    job = decode(text)
    assert encode(job) == text
    assert [len(chunk.blobs) for chunk in job.chunks] == [30] * 6 + [20]
    assert all(tag.count(b'="') == 8 for tag in re.findall(rb"<Object [^>]*>", text))


@pytest.mark.parametrize("name", CONTENDERS)
def test_every_contender_deals_with_every_object(name: str, document: Path) -> None:
    assert CONTENDERS[name].prepare(document)() == 200


def test_the_command_prints_a_row_for_every_contender() -> None:
    output = run("--objects", "200", "--rounds", "1")
    for name in CONTENDERS:
        assert f"| {name} |" in output


def test_the_command_takes_a_real_response(tmp_path: Path) -> None:
    (tmp_path / "response.xml").write_bytes(SAMPLE)
    output = run(
        "--input", str(tmp_path / "response.xml"), "--rounds", "1", "--contender", "ds3codec, decode"
    )
    assert "5 objects" in output
    assert "| ds3codec, decode |" in output


def test_the_goals_are_measured_one_by_one() -> None:
    output = run("goals", "--objects", "200", "--rounds", "1")
    rows = [line for line in output.splitlines() if line.endswith(("| yes |", "| no |"))]
    assert len(rows) == 14


def run(*arguments: str) -> str:
    command = [sys.executable, "-m", "benchmarks", *arguments]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
