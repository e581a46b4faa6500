"""URLs: the operation is still there, and nothing else."""

from __future__ import annotations

from urllib.parse import unquote

import pytest

from ds3codec.operations import OPERATIONS, operation_for, request_for
from ds3codec.redaction.stand_ins import StandIns
from ds3codec.redaction.urls import query_name, query_value, url
from tests.examples import UUID

STAND_INS = StandIns(b"key")


def redacted_url(text: str) -> str:
    return url(STAND_INS, text)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_operation_is_still_recognised_by_the_url(operation: object) -> None:
    ids = {"job": UUID, "chunk": UUID, "bucket": "größe 1"}
    asked = request_for(operation, **{name: ids[name] for name in operation.ids})  # type: ignore
    url = redacted_url(f"https://nas.example:8080{asked.target}")
    assert operation_for(asked.method, url) == operation
    assert operation.ids_in(url) == {name: STAND_INS.text(ids[name]) for name in operation.ids}  # type: ignore


def test_of_other_urls_and_of_credentials_in_them_nothing_is_left() -> None:
    url = redacted_url("http://user:pass%77ord@nas/bucket/my%20file?Signature=abc%2B#part")
    assert url.startswith("http://")
    for part in ("user", "pass", "word", "nas", "my", "file", "Signature", "abc", "part"):
        assert part not in unquote(url)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("", ""),
        ("/_rest_/job", "/_rest_/job"),
        ("http://job:operation@_rest_/x", "http://"),
        ("https://bucket/_rest_/bucket/job?operation=start_bulk_get", "/_rest_/bucket/"),
        ("//nas/_REST_/job_chunk", "//"),
        ("?OPERATION=Start%5FBulk_Get&Replicate", "?OPERATION=Start%5FBulk_Get&Replicate"),
        ("/x?operation=private&job=start_bulk_get", "?operation="),
        ("ftp:job/_rest_", ":"),
        ("private://bucket/_rest_/job_chunk?job=x", "/_rest_/job_chunk?job="),
    ],
)
def test_words_of_operations_stay_in_their_places_only(text: str, kept: str) -> None:
    after = redacted_url(text)
    assert kept in after
    for word in (
        "job:",
        ":operation",
        "@_rest_",
        "//bucket",
        "bucket/job",
        "_REST_",
        "private",
        "job=start_bulk",
    ):
        assert word not in after
    assert len(unquote(after)) == len(unquote(text))


def test_parts_of_queries_are_written_as_in_urls() -> None:
    name, value = query_name(STAND_INS, "Token"), query_value(STAND_INS, "Token", "a b")
    assert redacted_url("/?Token=a+b") == f"/?{name}={value.replace(' ', '%20')}"
    assert query_value(STAND_INS, "operation", "START_BULK_GET") == "START_BULK_GET"
    assert query_value(STAND_INS, "job", "START_BULK_GET") != "START_BULK_GET"
