"""The command `validate`, on real files."""

from __future__ import annotations

import json
import re
import select
import signal
from pathlib import Path

import pytest

from tests.examples import SAMPLE, UUID, blob, chunk, job

from ..command import WRONG, run, started


def test_a_good_response_is_status_0_and_a_wrong_one_1(files: Path) -> None:
    good = run("validate", files / "good.xml", files / "good.xml.gz")
    assert (good.returncode, good.stderr) == (0, b"")
    assert good.stdout.decode().splitlines()[-1] == "2 responses: nothing found"
    wrong = run("validate", files / "wrong.xml")
    assert (wrong.returncode, wrong.stderr) == (1, b"")
    text = wrong.stdout.decode()
    assert "error Length: 'x' is not a whole number" in text
    assert "/MasterObjectList/Objects[1]/Object[1]/@Length" in text
    assert "object 'größe'" in text


def test_a_folder_is_validated_file_by_file(files: Path) -> None:
    result = run("validate", files)
    headings = re.findall(r"^\S*/([\w.#]+): (.*)$", result.stdout.decode(), re.MULTILINE)
    assert [name for name, _ in headings] == ["dump.http", "good.xml", "good.xml.gz", "wrong.xml"]
    assert (
        headings[1][1]
        == "nothing found; job 93d544be-eeee-4355-af02-14835508e050; 3 chunks, 5 blobs; API 5.0 to 5.4"
    )
    assert b"404 NotFound: There is no such job." in result.stdout
    assert result.returncode == 1


def test_standard_input_and_its_severity(files: Path) -> None:
    old = job(WriteOptimization="CAPACITY")
    assert run("validate", "-", stdin=old).returncode == 0
    noted = run("validate", "--severity", "note", "-", stdin=old)
    assert noted.returncode == 1
    assert b"before-3.0" in noted.stdout
    empty = job(
        chunk(blob(Version="1", Bucket="bucket"), blob(Name="b", Version="1")),
        chunk(ChunkNumber="1", ChunkId=UUID[:-1] + "0"),
    )
    assert run("validate", "-", stdin=empty).returncode == 1
    assert run("validate", "--severity", "error", "-", stdin=empty).returncode == 0


def test_rules_are_selected_and_ignored(files: Path) -> None:
    selected = run("validate", "--select", "schema,form", "--format", "jsonl", files / "wrong.xml")
    assert set(json.loads(selected.stdout)["counts"]) == {"invalid-value"}
    ignored = run("validate", "--ignore", "schema", "--ignore", "consistency", files / "wrong.xml")
    assert ignored.returncode == 0
    limited = run("validate", "--max-findings", "0", files / "wrong.xml")
    assert b"and 1 more of invalid-value" in limited.stdout
    assert limited.returncode == 1
    for option in (["--select", "spelling"], ["--api-version", "9"]):
        refused = run("validate", *option, files / "good.xml")
        assert (refused.returncode, refused.stderr.count(b"\n")) == (2, 1)


def test_a_version_is_chosen(files: Path) -> None:
    assert run("validate", "--api-version", "5.4", files / "good.xml").returncode == 0
    older = run("validate", "--api-version", "4.1", files / "good.xml")
    assert b"VersionId is from 5.0, not in 4.1" in older.stdout


def test_quiet_says_only_what_was_found(files: Path) -> None:
    result = run("validate", "--quiet", files)
    assert b"good.xml" not in result.stdout
    assert b"responses" not in result.stdout
    assert b"wrong.xml" in result.stdout


def test_answers_of_one_job_are_compared_with_each_other(tmp_path: Path) -> None:
    for number, size in enumerate(("5", "3")):
        (tmp_path / f"{number}.xml").write_bytes(job(CompletedSizeInBytes=size, CachedSizeInBytes=size))
    apart = run("validate", tmp_path)
    assert apart.returncode == 0
    together = run("validate", "--together", tmp_path)
    assert together.returncode == 1
    assert b"3 bytes are completed, in an earlier answer 5" in together.stdout
    assert together.stdout.count(b"in an earlier answer") == 1


def test_each_capture_that_appears_is_validated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("watchfiles")
    monkeypatch.setenv("PYTHONUNBUFFERED", "")  # whoever reads a pipe gets each result at once
    (tmp_path / "before.xml").write_bytes(SAMPLE)
    process = started("validate", "--watch", tmp_path, "--format", "jsonl")
    assert process.stdout is not None
    wrong: set[str] = set()
    while not select.select([process.stdout], [], [], 1)[0]:  # until it watches, and longer
        name = f"{len(wrong)}.xml"
        wrong.add(name)
        (tmp_path / name).write_bytes(WRONG)
    (tmp_path / "notes.md").write_text("nothing")
    (tmp_path / "right.capture").write_bytes(SAMPLE)
    found: dict[str, bool] = {}
    while "right.capture" not in found:
        response = json.loads(process.stdout.readline())
        found[Path(response["file"]).name] = response["ok"]
    process.send_signal(signal.SIGINT)
    rest, complaint = process.communicate(timeout=120)
    assert found.pop("right.capture")
    assert found and found.keys() <= wrong and not any(found.values())
    assert (process.returncode, rest, complaint) == (1, b"", b"")


def test_only_a_folder_can_be_watched(tmp_path: Path) -> None:
    done = run("validate", "--watch", tmp_path / "none")
    assert (done.returncode, done.stderr.count(b"\n")) == (2, 1)
    both = run("validate", "--watch", tmp_path, tmp_path / "a.xml")
    assert (both.returncode, b"either" in both.stderr) == (2, True)
