"""Recorded traffic becomes responses: bodies, raw HTTP from a real server and client, archives."""

from __future__ import annotations

import base64
import bz2
import gzip
import http.client
import io
import json
import lzma
import os
import socket
import subprocess
import sys
import threading
import zlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ds3codec import CompressionError, DecodeError, SourceError, TruncatedError
from ds3codec.captures import Response, Tally, expand, responses
from tests.examples import PEAK_MEMORY, SAMPLE, UUID, blob, chunk, error, job
from tests.strategies import cuts

CLOSE = f"/_rest_/job/{UUID}?close_aggregating_job"
BODY = job(chunk(blob()))


def bodies(source: Any, tally: Tally | None = None) -> list[bytes]:
    return [b"".join(response.body) for response in responses(source, tally)]


def message(start: str, body: bytes = b"", **headers: str) -> bytes:
    lines = [start, *(f"{name.replace('_', '-')}: {text}" for name, text in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode() + body


def ok(body: bytes, **headers: str) -> bytes:
    return message("HTTP/1.1 200 OK", body, **({"Content_Length": str(len(body))} | headers))


def chunked(body: bytes, size: int = 100) -> bytes:
    parts = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in [*parts, b""])


# A real server and a real client, with a recorder between them.


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path.startswith("/redirect"):
            self.answer(307, b"", Location=CLOSE)
        elif self.path.startswith("/gone"):
            self.answer(410, b"")
        elif self.path.startswith("/other"):
            self.answer(200, b"<ListBucketResult/>")
        elif self.path.startswith("/chunked"):
            self.answer(200, chunked(SAMPLE), Transfer_Encoding="chunked")
        elif self.path.startswith("/gzip"):
            self.answer(200, gzip.compress(SAMPLE), Content_Encoding="gzip")
        elif self.path.startswith("/deflate"):
            self.answer(200, zlib.compress(SAMPLE), Content_Encoding="deflate")
        else:
            self.answer(200, SAMPLE)

    do_PUT = do_GET  # noqa: N815  (the name that the server looks for)

    def answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        if "Transfer_Encoding" not in headers:
            headers["Content_Length"] = str(len(body))
        for name, text in headers.items():
            self.send_header(name.replace("_", "-"), text)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        """Be quiet."""


class RecordingSocket:
    """A socket that keeps what goes over it, both ways, in order."""

    def __init__(self, inner: socket.socket, record: bytearray) -> None:
        self.inner = inner
        self.record = record

    def sendall(self, data: bytes) -> None:
        self.record += data
        self.inner.sendall(data)

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(RecordingReader(self.inner, self.record))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


class RecordingReader(io.RawIOBase):
    def __init__(self, inner: socket.socket, record: bytearray) -> None:
        self.inner = inner
        self.record = record

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        count = self.inner.recv_into(buffer)
        self.record += bytes(buffer[:count])
        return count


@pytest.fixture(scope="module")
def server() -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield running.server_address[1]
        running.shutdown()
        thread.join()


def recorded(port: int, *requests: tuple[str, str, bytes | None, dict[str, str]]) -> bytes:
    record = bytearray()
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.connect()
    connection.sock = RecordingSocket(connection.sock, record)
    for method, path, body, headers in requests:
        connection.request(method, path, body, headers)
        connection.getresponse().read()
    connection.close()
    return bytes(record)


@pytest.mark.parametrize("path", ["/plain", "/chunked", "/gzip", "/deflate"])
def test_a_recorded_exchange_gives_its_body_whatever_its_coding(server: int, path: str) -> None:
    record = recorded(server, ("GET", f"{path}/_rest_/job", None, {}))
    response = next(responses([record]))
    assert b"".join(response.body) == SAMPLE
    assert (response.status, response.method, response.url) == (200, "GET", f"{path}/_rest_/job")
    assert response.headers["server"].startswith("BaseHTTP")


def test_several_exchanges_in_a_row_each_know_their_request(server: int) -> None:
    record = recorded(
        server,
        ("PUT", "/redirect", b"<Objects/>", {}),
        ("PUT", CLOSE, None, {}),
        ("GET", "/other", None, {}),
        ("GET", f"/gone/_rest_/job_chunk?job={UUID}", None, {}),
        ("PUT", "/chunked", b"x" * 100_000, {}),
    )
    tally = Tally()
    found = [
        (one.origin, one.status, one.method, one.url, b"".join(one.body))
        for one in responses([record], tally)
    ]
    assert found == [
        ("input#1", 200, "PUT", CLOSE, SAMPLE),
        ("input#4", 200, "PUT", "/chunked", SAMPLE),
    ]
    assert tally == Tally(len(record), skipped=2)


def test_a_100_continue_stands_between_the_head_and_the_body_of_a_request(server: int) -> None:
    head = message(f"PUT {CLOSE} HTTP/1.1", Host="ds3", Content_Length="10", Expect="100-continue")
    record = bytearray()
    with socket.create_connection(("127.0.0.1", server)) as connection:
        recording = RecordingSocket(connection, record)
        recording.sendall(head)
        reader = recording.makefile("rb")
        assert b"100" in reader.readline()
        reader.readline()
        recording.sendall(b"<Objects/>")
        answer = http.client.HTTPResponse(recording)  # type: ignore[arg-type]
        answer.begin()
        assert answer.read() == SAMPLE
    assert record.index(b"100 Continue") < record.index(b"<Objects/>")
    response = next(responses([bytes(record)]))
    assert (response.status, response.url, b"".join(response.body)) == (200, CLOSE, SAMPLE)


# Raw HTTP as tools print it.

BARE_DEFLATE = zlib.compressobj(wbits=-15)
DUMPS: dict[str, bytes] = {
    "as it is": ok(BODY),
    "without a length": message("HTTP/1.1 200 OK", BODY),
    "HTTP/1.0": message("HTTP/1.0 200 OK", BODY),
    "HTTP/2, as curl prints it": message("HTTP/2 200 ", BODY, server="ds3"),
    "lines ended by LF": ok(BODY).replace(b"\r\n", b"\n"),
    "chunked": message("HTTP/1.1 200 OK", chunked(BODY), Transfer_Encoding="chunked"),
    "chunked, but undone": message("HTTP/1.1 200 OK", BODY, Transfer_Encoding="chunked"),
    "compressed": ok(gzip.compress(BODY), Content_Encoding="gzip"),
    "compressed, but undone": ok(BODY, Content_Encoding="gzip", Content_Length="7"),
    "deflate without a header": ok(
        BARE_DEFLATE.compress(BODY) + BARE_DEFLATE.flush(), Content_Encoding="deflate"
    ),
    "deflate, but undone": ok(BODY, Content_Encoding="deflate"),
    "behind an interim response": message("HTTP/1.1 100 Continue") + ok(BODY),
    "behind a redirect": message("HTTP/1.1 307 Temporary Redirect", Location="/", Content_Length="0")
    + ok(BODY),
    "behind a proxy's answer": message("HTTP/1.1 302 Found", b"<html/>", Content_Length="7") + ok(BODY),
    "behind a byte order mark": b"\xef\xbb\xbf" + ok(BODY),
    "a request without its body": message(f"PUT {CLOSE} HTTP/1.1", Content_Length="10") + ok(BODY),
    "a request without a host": message(f"GET {CLOSE} HTTP/2") + message("HTTP/2 200 ", BODY),
}


@pytest.mark.parametrize("dump", DUMPS.values(), ids=list(DUMPS))
def test_a_dump_gives_its_body(dump: bytes) -> None:
    assert bodies([dump]) == [BODY]


@pytest.mark.parametrize("first", DUMPS.values(), ids=list(DUMPS))
@pytest.mark.parametrize("second", [DUMPS["as it is"], DUMPS["HTTP/2, as curl prints it"]], ids=["1.1", "2"])
def test_two_dumps_in_a_row_give_two_bodies(first: bytes, second: bytes) -> None:
    assert bodies([first + b"\r\n" + second]) == [BODY, BODY]


@given(st.data())
def test_pieces_of_any_size_give_the_same_responses(data: st.DataObject) -> None:
    dump = b"".join(data.draw(st.lists(st.sampled_from(list(DUMPS.values())), min_size=1, max_size=3)))
    assert bodies(data.draw(cuts(dump))) == bodies([dump])


def test_a_body_that_is_cut_short_gives_what_there_is_and_then_an_error() -> None:
    for dump in (
        ok(BODY)[:-20],
        message("HTTP/1.1 200 OK", chunked(BODY), Transfer_Encoding="chunked")[:-20],
    ):
        response = next(responses([dump]))
        body = iter(response.body)
        assert BODY.startswith(next(body))
        with pytest.raises(TruncatedError, match="HTTP message ends"):
            list(body)


def test_a_wrong_coding_is_an_error_of_the_body() -> None:
    for dump in (
        ok(b"\x01\x02", Content_Encoding="br"),
        ok(b"\x78\x9c\xff\xff", Content_Encoding="deflate"),
    ):
        response = next(responses([dump]))
        with pytest.raises(CompressionError):
            list(response.body)
    response = next(responses([message("HTTP/1.1 200 OK", b"1\r\nxyz", Transfer_Encoding="chunked")]))
    with pytest.raises(DecodeError, match="broken"):
        list(response.body)


def test_a_body_need_not_be_read_for_the_next_one() -> None:
    assert [response.origin for response in responses([ok(BODY) + ok(BODY)])] == ["input#1", "input#2"]


@pytest.mark.parametrize("dump", [ok(BODY) + b"junk", b"HTTP/1.1 200 OK\r\nbad header\r\n\r\n"])
def test_what_is_neither_request_nor_response_is_a_clear_error(dump: bytes) -> None:
    with pytest.raises(SourceError, match="input: "):
        bodies([dump])


def test_a_response_without_a_known_request_is_given_whatever_it_is() -> None:
    assert bodies([ok(b"<html/>")]) == [b"<html/>"]


# Bodies.


@pytest.mark.parametrize("compress", [bytes, gzip.compress, bz2.compress, lzma.compress])
def test_a_body_alone_is_the_only_response_of_its_file(compress: Any, tmp_path: Path) -> None:
    path = tmp_path / "response"
    path.write_bytes(compress(SAMPLE))
    response = next(responses(path))
    assert response == Response(str(path), response.body)
    assert b"".join(response.body) == SAMPLE


@pytest.mark.parametrize("compress", [gzip.compress, bz2.compress])
def test_a_damaged_file_is_an_error_of_the_body(compress: Any) -> None:
    response = next(responses([compress(SAMPLE)[:-30]]))
    with pytest.raises(TruncatedError):
        list(response.body)


def test_a_large_body_streams() -> None:
    script = f"""{PEAK_MEMORY}
from ds3codec.captures import responses
def dump():
    yield b"HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n"
    for _ in range(1000):
        yield b"10000\\r\\n" + b"<" * 65536 + b"\\r\\n"
    yield b"0\\r\\n\\r\\nHTTP/1.1 200 OK\\r\\n\\r\\n"
    for _ in range(1000):
        yield b"<a>" * 20000
print(sum(len(piece) for response in responses(dump()) for piece in response.body), peak_megabytes())
"""
    run = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    count, megabytes = run.stdout.split()
    assert int(count) == 1000 * (65536 + 60000)
    assert float(megabytes) < 60


# Archives.


def entry(
    url: str, body: bytes | str, status: int = 200, method: str = "GET", **content: str
) -> dict[str, Any]:
    text = base64.b64encode(body).decode() if isinstance(body, bytes) else body
    encoding = {"encoding": "base64"} if isinstance(body, bytes) else {}
    return {
        "request": {"method": method, "url": url, "headers": []},
        "response": {
            "status": status,
            "headers": [{"name": "Retry-After", "value": "60"}],
            "content": {"size": len(text), "text": text, **encoding, **content},
        },
    }


ENTRIES = [
    entry("https://ds3/style.css", "body {}"),
    entry(f"https://ds3{CLOSE}", SAMPLE.decode(), method="PUT"),
    entry("https://ds3/image.png", b"\x89PNG"),
    entry("https://ds3/?whatever", SAMPLE),
    entry(f"https://ds3/_rest_/job/{UUID}", error().decode(), 404),
    entry(f"https://ds3/_rest_/job/{UUID}", gzip.compress(SAMPLE)),
    entry("https://ds3/aborted", "", 0),
    {"request": None, "response": {"status": 200}},
]
HAR = json.dumps({"log": {"version": "1.2", "creator": {"name": "x"}, "entries": ENTRIES}}).encode()


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf", b"\n "])
def test_the_entries_of_an_archive_that_are_ours_are_given(mark: bytes) -> None:
    tally = Tally()
    found = [
        (one.origin, one.status, one.method, b"".join(one.body)) for one in responses([mark + HAR], tally)
    ]
    assert found == [
        ("input#2", 200, "PUT", SAMPLE),
        ("input#4", 200, "GET", SAMPLE),
        ("input#5", 404, "GET", error()),
        ("input#6", 200, "GET", SAMPLE),
    ]
    assert tally.skipped == 4
    assert next(responses([HAR])).headers == {"retry-after": "60"}


def test_a_broken_archive_is_an_error_after_the_entries_before_the_place() -> None:
    found = responses([HAR[: HAR.index(b"/image.png")]])
    assert next(found).url == f"https://ds3{CLOSE}"
    with pytest.raises(SourceError, match="input: a broken HAR archive, behind entry 2"):
        next(found)


@pytest.mark.parametrize("document", [b"{}", b'{"log": {"entries": []}}', b'{"log": 7}'])
def test_json_that_is_no_archive_is_a_clear_error(document: bytes) -> None:
    with pytest.raises(SourceError, match="without the entries"):
        bodies([document])


# Files.


def test_folders_and_patterns_are_searched_for_captures(tmp_path: Path) -> None:
    names = ["a.xml", "b/c.har", "b/d.xml.gz", "b/e.jpg", ".hidden.xml", ".git/f.xml", "B.XML"]
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"")

    def relative(*paths: str) -> list[str]:
        return [
            os.path.relpath(found, tmp_path) for found in expand([str(tmp_path / path) for path in paths])
        ]

    assert relative("") == ["B.XML", "a.xml", "b/c.har", "b/d.xml.gz"]
    assert relative("*.xml") == ["a.xml"]
    assert relative("**/*.xml*") == ["a.xml", "b/d.xml.gz"]
    assert relative("b/e.jpg", "a.xml") == ["b/e.jpg", "a.xml"]
    assert expand(["-"]) == ["-"]


@pytest.mark.parametrize(
    ("path", "message"),
    [("empty", "no captures"), ("missing.xml", "No such file"), ("*.none", "no file matches")],
)
def test_a_path_without_captures_is_a_clear_error(path: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(SourceError, match=message):
        expand([str(tmp_path / path)])


def test_what_is_missing_to_read_a_recording_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "h11", None)
    with pytest.raises(SourceError, match=r"needs the package h11: pip install 'ds3codec\[captures\]'"):
        bodies([ok(BODY)])
