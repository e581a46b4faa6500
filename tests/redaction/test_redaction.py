"""Captures of all forms: what validation finds in the copy, and what is left of the original."""

from __future__ import annotations

import base64
import gzip
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from ds3codec import RedactionError, SourceError, encode
from ds3codec.captures import Response
from ds3codec.redaction import _entry, _head, redact
from ds3codec.redaction.stand_ins import StandIns
from ds3codec.testing.strategies import jobs
from tests.captures.examples import chunked, entry, har, request, with_length
from tests.examples import SAMPLE, UUID, blob, chunk, error, job, node
from tests.redaction.findings import found, found_but_for_the_recording

FAULTY = job(
    node(EndPoint="10.1.2.3", Id=UUID),
    chunk(
        blob(Name="private/größe.mov", Length="private", Colour="private"),
        blob(Name="private/größe.mov", Offset="0"),
        "<Folder>private</Folder>",
        "private",
        ChunkId="private",
    ),
    BucketName="private-bucket",
    UserName="private user",
)
URL = f"/_rest_/job/{UUID}?close_aggregating_job&private=private"


def copy(source: Any, key: str | None = "key") -> bytes:
    sink = io.BytesIO()
    redact(source, sink, key=key, name="capture")
    return sink.getvalue()


@given(jobs())
def test_validation_finds_the_same_at_the_same_places(tested: Any) -> None:
    document = encode(tested)
    assert found(copy(document)) == found(document)


CAPTURES = {
    "body": FAULTY,
    "gzip": gzip.compress(FAULTY, mtime=0),
    "length": with_length(FAULTY, b"X-Extra: private", b"Retry-After: 60"),
    "chunked": request("PUT", URL)
    + b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked(FAULTY),
    "several": with_length(FAULTY)
    + request("GET", "/private/private?private", b"")
    + with_length(b"private")
    + request("PUT", URL)
    + b"HTTP/1.1 100 Continue\r\n\r\n"
    + with_length(
        gzip.compress(FAULTY, mtime=0), b"Content-Encoding: gzip", b"Authorization: AWS private:pri+vate="
    )
    + request("PUT", URL)
    + with_length(error(Message="private"), status=b"404 private")
    + request("PUT", URL)
    + b"HTTP/1.1 307 private\r\nLocation: /private\r\nContent-Length: 7\r\n\r\nprivate"
    + request("PUT", URL)
    + with_length(FAULTY + b"<extra>", status=b"200 OK"),
    "archive": har(
        entry(URL, FAULTY.decode()),
        entry("/private", "private"),
        entry(URL, None, 0),
        entry(URL, base64.b64encode(gzip.compress(FAULTY, mtime=0)).decode(), encoding="base64"),
        entry(URL, None, 404),
        entry(URL, FAULTY.decode(), encoding="base64"),
        entry(URL, base64.b64encode(FAULTY).decode()),
        entry(URL, error(Message="private").decode(), 404, comment="private"),
        "private",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CAPTURES)
def test_a_capture_of_any_form_keeps_its_faults_and_tells_nothing(name: str) -> None:
    after = copy(CAPTURES[name])
    assert found(after) == found(CAPTURES[name])
    assert found(after)[0][3]
    told = after.decode().lower()
    for part in ("private", "größe", "pri+vate", UUID, "10.1.2.3", "nas.example"):
        assert part not in told


def test_the_same_is_replaced_by_the_same_everywhere() -> None:
    after = copy(CAPTURES["several"]).decode()
    jobs_in_urls = set(re.findall(r"/_rest_/job/([-0-9a-f]+)\?", after))
    assert jobs_in_urls == set(re.findall(r'JobId="([^"]*)"', after))
    assert len(jobs_in_urls) == 1


def test_one_key_gives_one_copy_and_no_key_another_each_time() -> None:
    assert copy(FAULTY) == copy([FAULTY[:99], FAULTY[99:]])
    assert len({copy(FAULTY, "other"), copy(FAULTY), copy(FAULTY, None), copy(FAULTY, None)}) == 4


@pytest.mark.parametrize(
    ("capture", "message"),
    [
        (FAULTY[:-9], "capture: error: .*truncated"),
        (b"<html><body>private</body></html>", "capture: error: .*wrong-document"),
        (b"private", "capture: error: .*not-well-formed"),
        (b"<!DOCTYPE a>" + FAULTY, "capture: error: .*forbidden-construct"),
        (with_length(FAULTY)[:-3], "capture: error: .*truncated"),
        (FAULTY + b"<private", "capture: a tag, a comment"),
        (FAULTY + b"& private", "capture: a reference is not one"),
        (
            SAMPLE.replace(b"<Nodes>", b"\n &private; <Nodes>"),
            r"capture: .*forbidden.*\(line [2-9], column 11",
        ),
        (SAMPLE.replace(b"<Nodes>", b"\n<a b=private><Nodes>"), r"capture: .*well-formed.*\(line [2-9], col"),
        (with_length(SAMPLE) + with_length(SAMPLE[:-1]), "capture#2: error: .*truncated"),
        (har(entry(URL, "{}")), "capture#1: error: .*wrong-document"),
        (gzip.compress(FAULTY, mtime=0)[:-20], "capture: error: .*truncated"),
    ],
)
def test_what_cannot_be_parsed_is_refused(capture: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "copy"
    with pytest.raises(RedactionError, match=message):
        redact(capture, path, name="capture")
    assert list(tmp_path.iterdir()) == []


def test_a_capture_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    for capture in (
        b'{"log": {"entries": [1',
        b"{}",
        with_length(FAULTY)[:-3],
        b"HTTP/1.1 200 OK\r\nbad",
    ):
        with pytest.raises((SourceError, RedactionError)):
            redact(capture, tmp_path / "copy")
    with pytest.raises(SourceError, match="missing"):
        redact(tmp_path / "missing", tmp_path / "copy")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "status",
    ["private", 90210777, -1, 4.5, True, {"private": 200}],
)
def test_an_entry_has_a_status_of_http_or_is_none_of_jobs(status: Any) -> None:
    capture = har(entry(URL, FAULTY.decode(), status))
    if isinstance(status, int) and not isinstance(status, bool):
        with pytest.raises(RedactionError, match="capture#1: the status"):
            copy(capture)
    else:
        assert b"private" not in copy(capture)
        assert json.loads(copy(capture))["log"]["entries"][0]["response"]["status"] is None


@pytest.mark.parametrize(
    "key", ["private", "comment", "request", "response", "headers", "status", "_private"]
)
def test_an_archive_may_be_nested_as_deeply_as_it_likes(key: str) -> None:
    deep = "[" * 100_000 + '"private"' + "]" * 100_000
    for around in ("{%s}", '{"request": {%s}}', '{"response": {%s}}', '{"response": {"content": {%s}}}'):
        text = '{"log": {"entries": [%s]}}' % (around % f'"{key}": {deep}')
        assert "private" not in copy(text.encode()).decode()


def test_a_document_may_be_nested_no_deeper_than_others_read_it() -> None:
    with pytest.raises(RedactionError, match="limit-exceeded"):
        copy(job("<a>" * 5000 + "private" + "</a>" * 5000))
    after = copy(FAULTY + b"<a>" * 100_000 + b"private" + b"</a>" * 100_000).decode()
    assert "private" not in after


def test_it_says_how_much_it_redacted(tmp_path: Path) -> None:
    assert redact(CAPTURES["several"], tmp_path / "several") == (4, 2)
    assert redact(CAPTURES["archive"], tmp_path / "archive") == (6, 3)
    assert redact(FAULTY, tmp_path / "body") == (1, 0)


def test_answers_without_a_body_and_spellings_of_booleans_stay_what_they_are() -> None:
    for capture in (
        b"HTTP/1.1 204 No Content\r\n\r\n",
        job(chunk(blob(InCache="TRUE", Latest="False"))),
        job(Naked="FALSE"),
    ):
        assert found(copy(capture)) == found(capture)


def test_a_capture_without_a_response_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RedactionError, match="no response"):
        redact(b"GET / HTTP/1.1\r\nHost: private\r\n\r\n", tmp_path / "copy")
    assert list(tmp_path.iterdir()) == []


def test_an_archive_stays_an_archive() -> None:
    log = json.loads(copy(CAPTURES["archive"]))["log"]
    assert log["version"] == "1.2"
    assert [one["response"]["status"] for one in log["entries"][:6]] == [200, 200, 0, 200, 404, 200]
    assert log["entries"][0]["time"] == 12.5


STAND_INS = StandIns(b"key")


def test_a_head_keeps_the_headers_that_are_known_to_tell_nothing() -> None:
    headers = {"retry-after": "60", "content-length": "5", "x-user": "some one", "set-cookie": "id=abc"}
    text = _head(Response("", (), 503, headers), STAND_INS, has_body=True).decode()
    assert text.startswith("HTTP/1.1 503 Service Unavailable\r\nretry-after: 60\r\n")
    assert text.endswith("transfer-encoding: chunked\r\n\r\n")
    assert "some" not in text and "abc" not in text and "content-length" not in text
    assert "content-length: 0" in _head(Response("", (), 299, {}), STAND_INS, has_body=False).decode()


QUERY = [{"name": "private", "value": "private"}, {"name": "operation", "value": "private"}]


def test_an_entry_loses_what_the_client_sent() -> None:
    entry = {
        "request": {
            "method": "PUT",
            "url": "/private",
            "postData": {"text": "private"},
            "cookies": [],
            "queryString": QUERY,
        },
        "response": {"content": {"text": "private", "mimeType": "text/xml", "size": 7}},
        "comment": ["private", {"more": None}, 1.5, True],
        "_private": {"private": 1},
    }
    redacted = _entry(entry, STAND_INS, "new")
    assert "private" not in str(redacted)
    assert [one["name"] for one in redacted["request"]["queryString"]][1] == "operation"
    assert redacted["response"]["content"] == {"text": "new", "mimeType": "text/xml", "size": 7}
    assert redacted["request"]["cookies"] == []
    assert redacted["comment"] is None
    assert _entry("private", STAND_INS, None) is None
    assert _entry({"response": {"status": 200}}, STAND_INS, "new") == {"response": {"status": 200}}


ODD_LINES = [
    b"X-Private Name: private",
    b"private",
    b"Private",
    b"Authorization AWS private:private",
    b"Cookie private=private",
    b"private\x00: private",
    "größe-private: private".encode(),
    b"Content-Length: private",
    b"Transfer-Encoding: private",
    b"Retry-After : private",
    b" private",
]


@pytest.mark.parametrize("line", ODD_LINES)
def test_nothing_of_an_odd_line_is_in_a_copy(line: bytes) -> None:
    asked = request("PUT", URL).replace(b"Host: nas", b"Host: nas\r\n" + line)
    dump = asked + with_length(SAMPLE, b"Server: x", line) + b"private\n" + with_length(SAMPLE)
    copied = copy(dump)
    assert b"private" not in copied.lower()
    assert found_but_for_the_recording(copied) == found_but_for_the_recording(dump)


def test_what_was_edited_is_put_right_in_a_copy() -> None:
    edited = with_length(FAULTY).replace(b"private user", b"somebody else")
    for dump in (edited, edited.replace(b"200 OK", b"OK"), edited + FAULTY, edited + edited):
        assert found_but_for_the_recording(copy(dump)) == found_but_for_the_recording(dump)
        assert b"somebody" not in copy(dump)


def test_a_body_that_was_not_recorded_is_not_in_a_copy_either() -> None:
    head = with_length(SAMPLE).removesuffix(SAMPLE)
    for dump in (request("PUT", URL) + head, head + with_length(SAMPLE), har(entry(URL, None))):
        assert found(copy(dump)) == found(dump)
        assert "not-recorded" in str(found(dump))
