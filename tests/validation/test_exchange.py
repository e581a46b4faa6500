"""An answer, held against its request and its status."""

from __future__ import annotations

import pytest

from ds3codec import validate
from tests.examples import JOB, UUID, blob, chunk, element, error, job
from tests.validation.examples import CLOSE, OTHER, READY, ROOT, found, found_in, lacking, recorded


def test_an_error_answer_without_a_body_is_the_servers() -> None:
    report = validate(recorded(b"", READY, status=410))
    assert [finding.rule for finding in report.findings] == ["server-error"]
    assert "410" in report.findings[0].message
    assert found(validate(recorded(b"", READY, status=200)), "truncated") == [None]


def test_the_servers_error_is_reported_with_its_code() -> None:
    [finding] = validate(recorded(error(RequestId="42"), READY, status=404)).findings
    assert (finding.rule, finding.path) == ("server-error", "/Error")
    assert "404 NotFound: There is no such job." in finding.message


def test_the_answer_is_held_against_the_ids_of_the_request() -> None:
    other = recorded(job(), CLOSE.replace(UUID, OTHER))
    assert found(validate(other), "answer-contradicts-request") == [f"{ROOT}/@JobId"]
    assert validate(recorded(job(), CLOSE.replace(UUID, UUID.upper()))).ok
    lone = recorded(chunk(blob()).encode(), CLOSE)
    assert found(validate(lone), "answer-contradicts-request") == ["/Objects"]


@pytest.mark.parametrize(
    ("body", "status", "path"),
    [
        (error(), 200, "/Error"),
        (error(), 500, "/Error"),
        (error(), 404, None),
        (error(HttpErrorCode=""), 500, None),
        (job(), 404, ROOT),
        (job(), 302, ROOT),
        (job(), 206, None),
        (chunk(blob()).encode(), 503, "/Objects"),
    ],
)
def test_the_status_is_held_against_the_body(body: bytes, status: int, path: str | None) -> None:
    expected = [] if path is None else [path]
    assert found(validate(recorded(body, status=status)), "status-contradicts-body") == expected


def test_a_job_without_the_member_that_the_request_names_is_not_held_against_it() -> None:
    without = element("MasterObjectList", lacking(JOB, "JobId")).encode()
    report = validate(recorded(without, CLOSE))
    assert found(report, "missing-attribute") == [f"{ROOT}/@JobId"]
    assert found(report, "answer-contradicts-request") == []


def test_the_servers_error_is_judged_as_a_whole() -> None:
    assert found_in(error()) == []
    assert found_in(error(HttpErrorCode="x")) == [("invalid-value", "/Error/HttpErrorCode")]
    assert found_in(error().replace(b"</Error>", b"<New/></Error>")) == [("unexpected-element", "/Error/New")]
    assert found_in(error().replace(b"<Error>", b'<Error a="1">')) == [("unknown-attribute", "/Error/@a")]
