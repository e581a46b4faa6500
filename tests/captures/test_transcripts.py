"""What clients print of exchanges: curl with its marks, wget with its indents."""

from __future__ import annotations

import gzip
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from ds3codec import SourceError, validate
from ds3codec.captures import responses
from ds3codec.testing.appliance import Appliance
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


# What clients print of an appliance on this machine.

CURL = ["curl", "--noproxy", "*"]
WGET = ["wget", "--no-proxy"]
WAYS = [
    ([*CURL, "-v"], True),
    ([*CURL, "-i"], True),
    ([*CURL, "-v", "-i"], True),
    ([*CURL, "-sv"], True),
    ([*CURL, "-sS", "-v", "--trace-time"], True),
    ([*CURL, "-s", "--trace", "-"], True),
    ([*CURL, "-s", "--trace-time", "--trace-ascii", "-"], True),
    ([*CURL, "-v", "-o", "/dev/null"], False),
    ([*CURL, "-s", "-o", "/dev/null", "-D", "-"], False),
    ([*CURL, "-s", "-o", "/dev/null", "--trace", "-"], True),
    ([*WGET, "-nv", "-S", "-O", "-"], True),
    ([*WGET, "-q", "-S", "-O", "-"], True),
    ([*WGET, "-S", "-O", "-"], True),
    ([*WGET, "-d", "-O", "-"], True),
    ([*WGET, "-d", "-nv", "-O", "-"], True),
    ([*WGET, "--save-headers", "-O", "-"], True),
    ([*WGET, "-d", "-O", "/dev/null"], False),
    ([*WGET, "-S", "-O", "/dev/null"], False),
]


@pytest.fixture(scope="module")
def urls() -> Iterator[list[str]]:
    with Appliance() as appliance:
        appliance.add_bucket("archive")
        yield [f"{appliance.url}/_rest_/job/{appliance.add_large_job(size)}" for size in (3, 400)]


@pytest.mark.parametrize(("command", "has_bodies"), WAYS, ids=str)
def test_what_a_client_prints_of_an_answer_is_read(
    command: list[str], has_bodies: bool, urls: list[str], tmp_path: Path
) -> None:
    if shutil.which(command[0]) is None:
        pytest.skip(f"no {command[0]}")
    has_dots = command[0] == "wget" and has_bodies and not {"-nv", "-q"} & {*command}
    for asked in filter(None, ([urls[0]], urls * (command[0] == "curl"), urls[1:] * (not has_dots))):
        with (tmp_path / "printed").open("wb") as file:
            subprocess.run([*command, *asked], stdin=subprocess.DEVNULL, stdout=file, stderr=file, check=True)
        found = []
        for response in responses(tmp_path / "printed"):
            assert response.status == 200
            found.append(validate(response, select=["form"]).blobs if response.is_recorded else None)
        expected: list[int | None] = [3 if url == urls[0] else 400 for url in asked]
        if not has_bodies:  # curl's -o is for the first URL only
            expected[0] = None
        assert found == expected


def test_dots_of_wget_in_a_body_are_told(urls: list[str], tmp_path: Path) -> None:
    if shutil.which("wget") is None:
        pytest.skip("no wget")
    with (tmp_path / "printed").open("wb") as file:
        subprocess.run([*WGET, "-S", "-O", "-", urls[1]], stdout=file, stderr=file, check=True)
    [report] = map(validate, responses(tmp_path / "printed"))
    assert "wget printed dots" in report.findings[-1].message and not report.ok


def test_colours_are_left_out() -> None:
    coloured = re.sub(rb"[A-Za-z]+", lambda word: b"\x1b[38;5;28m%b\x1b[39m" % word[0], with_length(SAMPLE))
    assert bodies([coloured]) == [SAMPLE]
    assert bodies([b"\x1b[1m" + curl(SAMPLE) + b"\x1b[0m"]) == [SAMPLE]
    [response] = responses([b"<a>\x1b[1m</a>"])
    assert not validate(response).ok


NAMED = [
    (b"send: b'GET / HTTP/1.1\\r\\n'\nreply: 'HTTP/1.1 200 OK\\r\\n'\nheader: Server: x\n", "http.client"),
    (b'2026 DEBUG wire - http-outgoing-0 << "HTTP/1.1 200 OK[\\r][\\n]"\n', "a log"),
    (b"09:26:53 DEBUG < HTTP/1.1 200 OK\n09:26:53 DEBUG < Server: x\n", "a log"),
    (b"RawContent        : HTTP/1.1 200 OK\n", "a log"),
]


@pytest.mark.parametrize(("text", "name"), NAMED)
def test_what_is_known_and_cannot_be_read_is_named_with_what_to_do(text: bytes, name: str) -> None:
    with pytest.raises(SourceError, match=f"{name}.*; record with curl -i"):
        for response in responses([text]):
            validate(response)


def test_a_shell_may_say_something_before_curl_does() -> None:
    said = b"+ curl -v http://nas\nNote: Unnecessary use of -X or --request, GET is already inferred.\n"
    assert [body(each) for each in responses([said + curl(SAMPLE)])] == [SAMPLE]
