"""Findings: how many are kept, where they stand, and what they do not show."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from ds3codec.validation import validate
from tests.examples import BLOB, blob, chunk, element, job
from tests.validation.examples import found


def positions(document: bytes, tag: bytes) -> Iterator[tuple[int, int]]:
    for match in re.finditer(re.escape(tag), document):
        before = document[: match.start()]
        yield before.count(b"\n") + 1, len(before.rpartition(b"\n")[2].decode()) + 1


@pytest.mark.parametrize("between", ["", "\n", "<!-- <Object/> -->", "<?skip <Object?>\r\n"])
@pytest.mark.parametrize("count", [1, 5000])
def test_line_and_column_are_those_of_the_tag_however_many_are_alike(between: str, count: int) -> None:
    blobs = [
        blob(Name=f"größe {place % 2}", Length="x" if place % 1000 == 0 else "0") for place in range(count)
    ]
    document = job(between, chunk(*(one + between for one in blobs)))
    report = validate(document, select=["invalid-value"])
    expected = list(positions(document, blob(Name="größe 0", Length="x").encode()))
    assert [(finding.line, finding.column) for finding in report.findings] == expected
    assert [finding.object for finding in report.findings] == list(range(1, count + 1, 1000))
    assert {finding.place.object_name for finding in report.findings} == {"größe 0"}


def test_more_findings_than_the_limit_are_counted() -> None:
    document = job(chunk(*(blob(Length="x", Name=str(place)) for place in range(250))))
    report = validate(document, max_findings=7)
    assert len(found(report, "invalid-value")) == 7
    assert report.counts["invalid-value"] == 250
    assert report.unlisted()["invalid-value"] == 243


def test_no_credential_shows_in_a_finding() -> None:
    secret = "hunter2"
    target = "".join(f"<{name}>{secret}<x>{secret}</x></{name}>" for name in ("SecretKey", "ProxyPassword"))
    placement = f"<PhysicalPlacement><S3Targets><S3Target {secret}=''>{target}</S3Target></S3Targets>"
    document = job(chunk(element("Object", BLOB, f"{placement}</PhysicalPlacement>")))
    report = validate(document.replace(f" {secret}=".encode(), b" a="))
    assert report.counts["unexpected-element"]
    assert secret not in "".join(map(str, report.findings))
