"""What clients print of exchanges: curl with its marks, wget with its indents."""

from __future__ import annotations

import gzip

import pytest

from ds3codec import SourceError
from ds3codec.captures import responses
from tests.captures.examples import bodies, body, chunked, entry, har, with_length
from tests.examples import SAMPLE, UUID, error

URL = f"/_rest_/job/{UUID}"
SAID = b"""*   Trying 127.0.0.1:8080...
* Connected to nas.example (127.0.0.1) port 8080 (#0)
"""
ASKED = b"> GET %b HTTP/1.1\r\n> Host: nas.example\r\n> Accept: */*\r\n> \r\n" % URL.encode()
ANSWERED = b"< HTTP/1.1 %b\r\n< Content-Type: text/xml\r\n< Content-Length: %d\r\n< \r\n"
BEHIND = b"* Connection #0 to host nas.example left intact\n"


def curl(text: bytes, status: bytes = b"200 OK", data: bytes = b"{ [3157 bytes data]\n") -> bytes:
    return (
        SAID
        + ASKED
        + b"* Request completely sent off\n"
        + ANSWERED % (status, len(text))
        + data
        + text
        + BEHIND
    )


@pytest.mark.parametrize("end", [b"", b"\n"])
def test_curl_is_read_without_its_marks(end: bytes) -> None:
    for response in responses([curl(SAMPLE + end)], name="dump"):
        assert (response.method, response.url, response.status) == ("GET", URL, 200)
        assert response.headers["content-type"] == "text/xml"
        assert body(response).rstrip() == SAMPLE


def test_several_exchanges_of_curl_and_bodies_larger_than_what_is_looked_at() -> None:
    large = SAMPLE.replace(b"</Objects>", b"<!--" + b"x" * 200_000 + b"--></Objects>")
    dump = curl(large) + curl(error(), b"404 Not Found", b"") + curl(SAMPLE).replace(b"> Host", b"> host")
    found = [(each.status, body(each)) for each in responses([dump[:9000], dump[9000:]])]
    assert found == [(200, large), (404, error()), (200, SAMPLE)]


def test_a_compressed_body_of_curl_is_read() -> None:
    packed = gzip.compress(SAMPLE)
    dump = curl(packed).replace(b"< Content-Type", b"< Content-Encoding: gzip\r\n< Content-Type")
    assert bodies([dump]) == [SAMPLE]


def test_wget_is_read_without_its_indents() -> None:
    dump = (
        b"--2026-11-25 10:00:00--  http://nas.example%b\n"
        b"Resolving nas.example (nas.example)... 127.0.0.1\n"
        b"HTTP request sent, awaiting response... \n"
        b"  HTTP/1.1 200 OK\n  Content-Type: text/xml\n  Content-Length: 7\n  Retry-After: 60\n"
        b"Length: 7 [text/xml]\nSaving to: 'STDOUT'\n\n%b" % (URL.encode(), SAMPLE)
    )
    for text in (dump, dump[dump.index(b"  HTTP") :]):
        for mark in (b"", b"\xef\xbb\xbf"):
            marked = text.replace(SAMPLE, mark + SAMPLE)
            found = [(each.status, each.headers["retry-after"], body(each)) for each in responses([marked])]
            assert found == [(200, "60", mark + SAMPLE)]


def test_a_document_with_such_marks_is_a_document() -> None:
    for text in (b"* note\n<a/>", b"> <a/>", b"  <a/>"):
        assert [(each.status, body(each)) for each in responses([text])] == [(None, text)]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be"])
def test_a_recording_that_a_shell_wrote_in_utf_16_is_read(encoding: str) -> None:
    mark = "\ufeff" if encoding == "utf-16-be" else ""
    dump = mark + with_length(SAMPLE).decode().replace("Content-Length", "X-Length")
    assert bodies([dump.encode(encoding)]) == [SAMPLE]
    assert bodies([(mark + har(entry(URL, SAMPLE.decode())).decode()).encode(encoding)]) == [SAMPLE]


def test_the_answer_to_connect_is_read_past() -> None:
    dump = b"HTTP/1.1 200 Connection established\r\n\r\n" + with_length(SAMPLE)
    assert [(each.status, body(each)) for each in responses([dump])] == [(200, SAMPLE)]


@pytest.mark.parametrize(
    "fields",
    [b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", b"Transfer-Encoding: gzip, chunked"],
)
def test_transfer_codings_are_what_the_body_shows(fields: bytes) -> None:
    data = gzip.compress(SAMPLE) if b"gzip" in fields else SAMPLE
    assert bodies([b"HTTP/1.1 200 OK\r\n%b\r\n\r\n%b" % (fields, chunked(data))]) == [SAMPLE]


def test_what_is_malformed_is_said_with_its_place() -> None:
    dump = with_length(SAMPLE) + b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n"
    with pytest.raises(SourceError, match=r"\(in message 2\)"):
        bodies([dump])
