"""Validation as a whole: pieces of any size, and real responses."""

from __future__ import annotations

import os
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ds3codec import MasterObjectList, encode
from ds3codec.limits import PIECE
from ds3codec.testing.strategies import jobs
from ds3codec.validation import Report, Severity, validate
from tests.examples import SAMPLE, blob, chunk, element, job
from tests.validation.test_against_libxml2 import broken


def with_boundary_at(place: int, document: bytes) -> Report:
    """The report of a document on a line of its own, with the end of the first piece at this place of it."""
    padding = b"<!--" + b"x" * (PIECE - place - len("<!---->\n")) + b"-->\n"
    report = validate(padding + document)
    report.bytes_read -= len(padding)
    report.findings.sort(key=str)  # those between blobs come after those of the schema in the same piece
    return report


@given(jobs(), st.randoms(use_true_random=False))
def test_the_boundary_of_two_pieces_changes_nothing_in_a_report(
    item: MasterObjectList, random: Random
) -> None:
    document = broken(random, encode(item))
    whole = with_boundary_at(0, document)
    assert with_boundary_at(random.randrange(len(document)), document) == whole


def test_findings_are_located_wherever_the_boundary_of_two_pieces_is() -> None:
    wrong = [blob(Length="x"), "text", blob()[:-2] + "><PhysicalPlacement><a/></PhysicalPlacement></Object>"]
    document = job(chunk(blob(), *wrong), element("Objects", {}))
    whole = with_boundary_at(0, document)
    assert len(whole.findings) > 5
    assert all(finding.line == 2 and finding.column for finding in whole.findings)
    for place in range(1, len(document) + 1, 11):
        assert with_boundary_at(place, document) == whole


FOLDER = os.environ.get("DS3CODEC_CAPTURES")


@pytest.mark.parametrize(
    "path", sorted(Path(FOLDER).rglob("*.xml")) if FOLDER else [], ids=lambda path: path.name
)
def test_a_real_response_has_no_error(path: Path) -> None:
    report = validate(path)
    assert report.ok, report.findings
    assert not report.count(Severity.WARNING), report.findings


@pytest.mark.parametrize(
    ("rest", "message"),
    [
        (b"$ ", "other text follows the end of the document"),
        (b"\n<a/>", "other markup follows the end of the document"),
        (b"\0", "behind the end of the document: a NUL character, which XML cannot carry"),
    ],
)
def test_what_follows_a_document_is_said_but_not_shown(rest: bytes, message: str) -> None:
    for pieces in ([SAMPLE + rest], [SAMPLE, rest]):
        [found] = validate(pieces, select=["form"]).findings
        assert (found.rule, found.message) == ("trailing-bytes", message)
        assert found.line is not None
