"""A recorded response: its body, read once or again, by whoever wants it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ds3codec import TruncatedError, decode, validate
from ds3codec.captures import responses
from tests.captures.examples import GET_JOB, LARGE, OK, SMALL, body, entry, har, with_length
from tests.examples import SAMPLE


def test_a_response_feeds_the_decoder() -> None:
    for response in responses([with_length(SAMPLE)]):
        assert decode(response.body) == decode(SAMPLE)


def test_a_body_can_be_read_when_nobody_asks_for_more(tmp_path: Path) -> None:
    for document in (LARGE, with_length(LARGE), har(entry(GET_JOB, LARGE.decode()))):
        (tmp_path / "capture").write_bytes(document)
        assert body(next(responses(tmp_path / "capture"))) == LARGE


def test_the_first_bytes_of_a_body_come_before_the_error() -> None:
    response = next(responses([OK + b"Content-Length: 9\r\n\r\n<a"]))
    got: list[bytes] = []
    with pytest.raises(TruncatedError):
        got.extend(iter(response.body))
    assert b"".join(got) == b"<a"


def test_a_body_that_failed_fails_again() -> None:
    response = next(responses([with_length(SMALL)[:-5]]))
    for _ in range(2):
        with pytest.raises(TruncatedError):
            body(response)


def test_a_file_is_closed_where_its_response_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "response.xml"
    path.write_bytes(b"this is not XML " * 100_000)
    before = len(os.listdir("/dev/fd"))  # noqa: PTH208
    for response in responses(path):
        report = validate(response)
    assert not report.ok
    assert response.body is not None
    assert len(os.listdir("/dev/fd")) == before  # noqa: PTH208
