"""What validation finds in many captures, as frames."""

from __future__ import annotations

import os
from pathlib import Path

import dask
import pandas as pd
import pytest
from distributed import Client

from ds3codec import RuleError, SourceError, VersionError, validate
from ds3codec.distributed import read_blobs, validate_many
from tests.captures.examples import entry, har, with_length
from tests.examples import SAMPLE, UUID, blob, chunk, error, job

pytestmark = pytest.mark.full

WRONG = job(chunk(blob(Length="x"), blob(Version="1"), blob(Version="1")))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.xml").write_bytes(SAMPLE)
    (tmp_path / "b.xml").write_bytes(WRONG)
    (tmp_path / "c.har").write_bytes(
        har(entry(f"/_rest_/job/{UUID}", WRONG.decode()), entry("/", error().decode()))
    )
    (tmp_path / "d.har").write_bytes(b'{"log": 1}')
    (tmp_path / "e.http").write_bytes(with_length(error(), status=b"404 Not Found"))
    return tmp_path


def test_each_response_and_each_finding_is_a_row(folder: Path, client: Client) -> None:
    found = validate_many(str(folder))
    responses, findings = dask.compute(*found)
    assert list(responses.columns) == list(found.responses.columns)
    assert list(findings.columns) == list(found.findings.columns)
    origins = [f"{folder / 'a.xml'}", f"{folder / 'b.xml'}", f"{folder / 'c.har'}#1", f"{folder / 'e.http'}"]
    assert responses[responses.failure.isna()].response.tolist() == origins
    assert responses.ok.tolist() == [True, False, False, False, False]
    assert responses.status.tolist()[2] == 200 and pd.isna(responses.status.tolist()[0])
    assert responses.operation.tolist()[2] == "Get Job"
    failure = responses[responses.failure.notna()]
    assert [Path(name).name for name in failure.input] == ["d.har"]
    assert "no log.entries" in failure.failure.iloc[0]
    report = validate(WRONG)
    of_wrong = findings[findings.input == str(folder / "b.xml")]
    assert of_wrong[["rule", "message", "path", "line", "column"]].values.tolist() == [
        [one.rule, one.message, one.path, one.line, one.column] for one in report.findings
    ]
    row = responses[responses.input == str(folder / "b.xml")].iloc[0]
    assert (row.errors, row.warnings, row.blobs, row.chunks) == (
        sum(one.severity.value == "error" for one in report.findings),
        sum(one.severity.value == "warning" for one in report.findings),
        report.blobs,
        report.chunks,
    )


def test_the_options_are_those_of_validate(folder: Path) -> None:
    _, findings = dask.compute(
        *validate_many(str(folder / "b.xml"), select=["blob-repeated"]), scheduler="sync"
    )
    assert set(findings.rule) == {"blob-repeated"}
    with pytest.raises(RuleError):
        validate_many(str(folder), select=["none"])
    with pytest.raises(VersionError):
        validate_many(str(folder), api_version="9")
    with pytest.raises(SourceError):
        validate_many(str(folder / "*.gz"))


def test_names_that_are_no_text_and_what_is_passed_over_are_in_the_frames(tmp_path: Path) -> None:
    names = [b"a\xff.xml", b"a\\udcff.xml", b"a\nb:%.xml"]
    for name in names:
        (tmp_path / os.fsdecode(name)).write_bytes(SAMPLE)
    (tmp_path / "archive.zip").write_bytes(b"PK\x03\x04" + bytes(30))
    (tmp_path / "notes.txt").write_bytes(b"notes")
    responses, _ = dask.compute(*validate_many(str(tmp_path)), scheduler="sync")
    passed_over = responses[responses.passed_over.notna()]
    assert sorted(Path(name).name for name in passed_over.input) == ["notes.txt"]
    read = responses[responses.passed_over.isna()]
    assert read.ok.tolist().count(True) == read.input.nunique() - 1 == len(names)
    blobs, failed = dask.compute(*read_blobs(str(tmp_path), errors="collect"), scheduler="sync")
    assert set(blobs.input) == set(read.input) - set(failed.input)
    assert [Path(name).name for name in failed.input] == ["archive.zip"]
