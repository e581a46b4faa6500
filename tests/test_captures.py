"""What people really have, as responses: bodies, recorded sockets, the output of curl, HAR archives."""

from __future__ import annotations

import base64
import bz2
import gzip
import io
import json
import lzma
import os
import selectors
import shutil
import socket
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPResponse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ds3codec import CompressionError, Ds3CodecError, SourceError, TruncatedError, decode, validate
from ds3codec.captures import Response, Tally, expand, responses
from tests.examples import SAMPLE, UUID, blob, chunk, error, job
from tests.growth import exponent
from tests.strategies import cuts

GET_JOB = f"/_rest_/job/{UUID}"
START = "/_rest_/bucket/film-archive?operation=start_bulk_put"
LARGE = job(chunk(*(blob(Name=f"film/{number}") for number in range(5000))))
SMALL = job(chunk(blob()))
OTHER = b"<ListAllMyBucketsResult/>"
OK = b"HTTP/1.1 200 OK\r\n"


def bare_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


def chunked(data: bytes, size: int = 700) -> bytes:
    parts = [data[start : start + size] for start in range(0, len(data), size)]
    return b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in [*parts, b""])


def with_length(body: bytes, *fields: bytes, status: bytes = b"200 OK") -> bytes:
    head = [b"HTTP/1.1 " + status, *fields, b"Content-Length: %d" % len(body)]
    return b"\r\n".join(head) + b"\r\n\r\n" + body


def request(method: str, url: str, body: bytes = b"") -> bytes:
    return f"{method} {url} HTTP/1.1\r\nHost: nas\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def body(response: Response) -> bytes:
    return b"".join(response.body)


def bodies(source: Any, tally: Tally | None = None) -> list[bytes]:
    return [body(response) for response in responses(source, tally)]


# -- A body alone, and where it is found


@pytest.mark.parametrize("pack", [bytes, gzip.compress, bz2.compress, lzma.compress])
def test_a_body_alone_is_one_response_of_which_nothing_else_is_known(pack: Any, tmp_path: Path) -> None:
    path = tmp_path / "job"
    path.write_bytes(pack(SAMPLE))
    tally = Tally()
    (response,) = [(each, body(each)) for each in responses(path, tally)]
    assert response == (Response(str(path), response[0].body), SAMPLE)
    assert tally == Tally(bytes_read=path.stat().st_size)


@pytest.mark.parametrize("document", [b"\xef\xbb\xbf" + SMALL, b"\n " + SMALL, b"", b" ", b"no markup"])
def test_what_is_neither_http_nor_json_is_a_body_and_comes_unchanged(document: bytes) -> None:
    assert bodies([document]) == [document]


def test_a_compressed_body_that_breaks_off_says_so_when_it_is_read() -> None:
    packed = gzip.compress(SAMPLE)
    (response,) = responses([packed[:-20]])
    with pytest.raises(TruncatedError):
        body(response)
    (response,) = responses([packed[:30] + bytes(30) + packed[60:]])
    with pytest.raises(CompressionError):
        body(response)


def test_a_folder_stands_for_the_captures_in_it(tmp_path: Path) -> None:
    names = ["b.xml", "a/x.HAR", "a/y.xml.gz", "c.http", "a/b/z.raw"]
    hidden = [".git/k.xml", "a/.l.xml", "a/notes.md"]
    for name in names + hidden:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert expand([tmp_path]) == sorted(str(tmp_path / name) for name in names)


def test_a_glob_stands_for_the_files_that_match(tmp_path: Path) -> None:
    for name in ("1.xml", "2.xml", "sub/3.xml", "[4].xml", "5.log"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert expand([f"{tmp_path}/?.xml"]) == [f"{tmp_path}/1.xml", f"{tmp_path}/2.xml"]
    assert f"{tmp_path}/sub/3.xml" in expand([f"{tmp_path}/**/*.xml"])
    assert expand([f"{tmp_path}/[4].xml"]) == [f"{tmp_path}/[4].xml"]
    assert expand([f"{tmp_path}/5.log", "-", f"{tmp_path}/*.log", "-"]) == [f"{tmp_path}/5.log", "-"]


def test_a_path_that_gives_nothing_is_one_line_that_names_it(tmp_path: Path) -> None:
    for path, words in [
        (tmp_path / "missing.xml", "no such file"),
        (tmp_path / "*.xml", "no file matches"),
        (tmp_path, "no capture in it"),
    ]:
        with pytest.raises(SourceError, match=words) as caught:
            expand([path])
        assert repr(str(path)) in str(caught.value)
        assert "\n" not in str(caught.value)


def test_a_file_that_cannot_be_opened_is_one_line_that_names_it(tmp_path: Path) -> None:
    for path in (tmp_path / "missing.xml", tmp_path):
        with pytest.raises(SourceError, match=r"cannot read '.*': (No such file|Is a directory)"):
            list(responses(path))
    locked = tmp_path / "locked.xml"
    locked.touch(mode=0)
    if not os.access(locked, os.R_OK):  # root reads everything
        with pytest.raises(SourceError, match="Permission denied"):
            list(responses(locked))


def run(code: str, *arguments: object, stdin: bytes = b"") -> bytes:
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(command, input=stdin, stdout=subprocess.PIPE, check=True).stdout


def test_a_dash_is_standard_input() -> None:
    code = (
        "import sys; from ds3codec.captures import responses\n"
        "for response in responses('-'):\n"
        "    print(response.origin, response.status, len(b''.join(response.body)))"
    )
    assert run(code, stdin=gzip.compress(with_length(SAMPLE))).split() == [
        b"-",
        b"200",
        b"%d" % len(SAMPLE),
    ]


# -- HTTP as a real client and a real server speak it


class Appliance(BaseHTTPRequestHandler):
    """Answers as the request's field `Answer` says."""

    protocol_version = "HTTP/1.1"

    def do_PUT(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        getattr(self, self.headers["Answer"].replace("-", "_"))()

    do_GET = do_PUT  # noqa: N815  (the name is http.server's)

    def head(self, **fields: object) -> None:
        self.send_response(fields.pop("status", 200))  # type: ignore[arg-type]
        for name, value in fields.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()

    def plain(self) -> None:
        self.head(Content_Length=len(LARGE))
        self.wfile.write(LARGE)

    def chunked(self) -> None:
        self.head(Transfer_Encoding="chunked")
        self.wfile.write(chunked(LARGE))

    def gzip(self) -> None:
        self.head(Transfer_Encoding="chunked", Content_Encoding="gzip")
        self.wfile.write(chunked(gzip.compress(LARGE)))

    def deflate(self) -> None:
        packed = zlib.compress(LARGE)
        self.head(Content_Length=len(packed), Content_Encoding="deflate")
        self.wfile.write(packed)

    def bare_deflate(self) -> None:
        packed = bare_deflate(LARGE)
        self.head(Content_Length=len(packed), Content_Encoding="deflate")
        self.wfile.write(packed)

    def until_close(self) -> None:
        self.close_connection = True
        self.head(Connection="close")
        self.wfile.write(LARGE)

    def elsewhere(self) -> None:
        self.head(status=307, Location=GET_JOB, Content_Length=0)

    def not_found(self) -> None:
        self.head(status=404, Content_Length=len(error()))
        self.wfile.write(error())

    def buckets(self) -> None:
        self.head(Content_Length=len(OTHER))
        self.wfile.write(OTHER)

    def log_message(self, *_: Any) -> None:
        """Nobody reads it."""


class Recording:
    """A relay between a client and the server that keeps what passes, in the order in which it does."""

    def __init__(self, server: tuple[str, int]) -> None:
        self.data = b""
        self._server = server
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._relay)
        self._thread.start()
        self.client = HTTPConnection(*self._listener.getsockname()[:2])

    def _relay(self) -> None:
        ours, _ = self._listener.accept()
        theirs = socket.create_connection(self._server)
        with self._listener, ours, theirs, selectors.DefaultSelector() as selector:
            selector.register(ours, selectors.EVENT_READ, theirs)
            selector.register(theirs, selectors.EVENT_READ, ours)
            while True:
                for key, _ in selector.select():
                    piece = key.fileobj.recv(65536)  # type: ignore[union-attr]
                    if not piece:
                        return
                    self.data += piece
                    key.data.sendall(piece)

    def ask(self, method: str, url: str, answer: str, content: bytes | None = None) -> HTTPResponse:
        self.client.request(method, url, content, {"Answer": answer})
        response = self.client.getresponse()
        response.read()
        return response

    def stop(self) -> None:
        self.client.close()
        self._thread.join()


@pytest.fixture(scope="module")
def appliance() -> Iterator[tuple[str, int]]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Appliance) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield ("127.0.0.1", server.server_port)
        server.shutdown()
        thread.join()


@contextmanager
def recording(appliance: tuple[str, int]) -> Iterator[Recording]:
    recorded = Recording(appliance)
    try:
        yield recorded
    finally:
        recorded.stop()


@pytest.mark.parametrize("answer", ["plain", "chunked", "gzip", "deflate", "bare-deflate", "until-close"])
def test_a_recorded_exchange_is_its_response_with_the_request(
    answer: str, appliance: tuple[str, int]
) -> None:
    with recording(appliance) as recorded:
        recorded.ask("PUT", START, answer, b"<Objects/>")
    (response,) = [(each, body(each)) for each in responses([recorded.data], name="dump")]
    assert response[1] == LARGE
    assert (response[0].origin, response[0].status) == ("dump", 200)
    assert (response[0].method, response[0].url) == ("PUT", START)
    assert response[0].headers["server"].startswith("BaseHTTP")


def test_several_exchanges_of_one_connection_come_in_order(appliance: tuple[str, int]) -> None:
    with recording(appliance) as recorded:
        for answer in ("plain", "chunked", "gzip", "not-found", "deflate", "plain"):
            recorded.ask("GET", f"{GET_JOB}?{answer}", answer)
    found = [(each.origin, each.url, body(each)) for each in responses([recorded.data], name="dump")]
    assert [origin for origin, _, _ in found] == ["dump", *(f"dump#{number}" for number in range(2, 7))]
    assert [url.partition("?")[2] for _, url, _ in found if url] == [
        *("plain", "chunked", "gzip", "not-found", "deflate", "plain")
    ]
    assert [document for *_, document in found] == [LARGE, LARGE, LARGE, error(), LARGE, LARGE]


def test_bodies_that_nobody_reads_are_passed_over(appliance: tuple[str, int]) -> None:
    with recording(appliance) as recorded:
        for answer in ("plain", "chunked", "gzip"):
            recorded.ask("GET", GET_JOB, answer)
    assert [response.status for response in responses([recorded.data])] == [200, 200, 200]
    assert len([next(iter(response.body)) for response in responses([recorded.data])]) == 3


def test_a_redirect_is_passed_over_and_not_counted(appliance: tuple[str, int]) -> None:
    with recording(appliance) as recorded:
        assert recorded.ask("GET", GET_JOB, "elsewhere").status == 307
        recorded.ask("GET", f"{GET_JOB}?again", "plain")
    tally = Tally()
    (found,) = [(each.origin, each.status, each.url) for each in responses([recorded.data], tally, name="d")]
    assert found == ("d#2", 200, f"{GET_JOB}?again")
    assert tally == Tally(bytes_read=len(recorded.data))


def test_other_exchanges_are_counted_and_skipped(appliance: tuple[str, int]) -> None:
    with recording(appliance) as recorded:
        for answer in ("buckets", "plain", "buckets"):
            recorded.ask("GET", "/", answer)
    tally = Tally()
    assert bodies([recorded.data], tally) == [LARGE]  # known by its body
    assert tally.skipped == 2


def test_the_body_of_a_request_may_wait_for_100_continue(appliance: tuple[str, int]) -> None:
    content = b"<Objects>" + b" " * 1000 + b"</Objects>"
    with recording(appliance) as recorded:
        client = recorded.client
        client.putrequest("PUT", START)
        for name, value in [
            ("Expect", "100-continue"),
            ("Content-Length", len(content)),
            ("Answer", "chunked"),
        ]:
            client.putheader(name, str(value))
        client.endheaders()
        deadline = time.monotonic() + 60
        while b"100 Continue\r\n\r\n" not in recorded.data and time.monotonic() < deadline:
            time.sleep(0.001)
        client.send(content)
        client.getresponse().read()
        recorded.ask("GET", GET_JOB, "plain")
    assert recorded.data.index(b"100 Continue") < recorded.data.index(content)
    found = [(each.method, each.status, body(each)) for each in responses([recorded.data])]
    assert found == [("PUT", 200, LARGE), ("GET", 200, LARGE)]


# -- HTTP as people save it


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl")
@pytest.mark.parametrize(
    "options",
    [
        ["-i"],
        ["-i", "--compressed"],
        ["-i", "--raw"],
        ["-i", "-L"],
        ["-i", "-XPUT", "-dx"],
    ],
)
@pytest.mark.parametrize("answer", ["plain", "chunked", "gzip", "deflate", "until-close"])
def test_what_curl_shows_is_a_response(options: list[str], answer: str, appliance: tuple[str, int]) -> None:
    url = f"http://{appliance[0]}:{appliance[1]}{GET_JOB}"
    command = ["curl", "-sS", "--noproxy", "*", "-H", f"Answer: {answer}", *options, url, url]
    shown = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=True).stdout
    assert bodies([shown]) == [LARGE, LARGE]


def test_a_refused_request_has_its_answer_in_the_place_of_its_body() -> None:
    head = request("PUT", START, b"<Objects/>").removesuffix(b"<Objects/>")
    assert bodies([head + with_length(error(), status=b"403 Forbidden")]) == [error()]
    assert bodies([head + b"HTTP/1.1 100 Continue\r\n\r\n" + with_length(SMALL)]) == [SMALL]


def test_requests_in_a_row_are_answered_in_order() -> None:
    both = request("GET", f"{GET_JOB}?1") + request("GET", f"{GET_JOB}?2")
    answers = with_length(SMALL) + with_length(SAMPLE)
    assert [each.url for each in responses([both + answers])] == [f"{GET_JOB}?1", f"{GET_JOB}?2"]


def test_a_request_without_an_answer_does_not_take_that_of_a_later_one() -> None:
    unanswered = request("GET", f"{GET_JOB}?1") * 2 + with_length(SMALL)
    later = request("GET", f"{GET_JOB}?2") + with_length(SMALL)
    assert [each.url for each in responses([unanswered + later])] == [f"{GET_JOB}?1", f"{GET_JOB}?2"]


def test_a_response_without_a_request_is_given_whatever_it_is() -> None:
    tally = Tally()
    dump = b"HTTP/1.1 100 Continue\r\n\r\n" + with_length(OTHER, status=b"500 Oops")
    (found,) = [(each.status, each.method, each.url, body(each)) for each in responses([dump], tally)]
    assert found == (500, None, None, OTHER)
    assert tally.skipped == 0


@pytest.mark.parametrize(
    "dump",
    {
        "HTTP/2": b"HTTP/2 200 \r\ncontent-length: %d\r\n\r\n" % len(SMALL) + SMALL,
        "no reason": with_length(SMALL, status=b"200"),
        "HTTP/1.0": b"HTTP/1.0 200 OK\r\n\r\n" + SMALL,
        "chunks are joined": OK + b"Transfer-Encoding: chunked\r\n\r\n" + SMALL,
        "unpacked": OK + b"Content-Encoding: gzip\r\nContent-Length: 99\r\n\r\n" + SMALL,
        "inflated": OK + b"Content-Encoding: deflate\r\nContent-Length: 99\r\n\r\n" + SMALL,
        "brotli, unpacked": OK + b"Content-Encoding: br\r\nContent-Length: 99\r\n\r\n" + SMALL,
        "joined and unpacked": OK + b"Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n" + SMALL,
        "joined, not unpacked": (
            OK + b"Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n" + gzip.compress(SMALL)
        ),
        "LF": with_length(SMALL, b"X: y").replace(b"\r\n", b"\n"),
        "space around": b"\r\n\r\n" + with_length(SMALL) + b"\n\n",
        "BOM": b"\xef\xbb\xbf" + with_length(SMALL),
        "request of HTTP/2": b"GET " + GET_JOB.encode() + b" HTTP/2\r\n\r\n" + with_length(SMALL),
        "whole file packed": gzip.compress(with_length(SMALL)),
        "coding in capitals": with_length(gzip.compress(SMALL), b"CONTENT-ENCODING: GZIP"),
        "chunks with extensions": OK
        + b"Transfer-Encoding: chunked\r\n\r\n"
        + b"%x;a=b\r\n" % len(SMALL)
        + SMALL
        + b"\r\n0\r\nTrailer: x\r\n\r\n",
    }.items(),
    ids=lambda item: item[0],
)
def test_a_saved_response_is_read_as_it_was_meant(dump: tuple[str, bytes]) -> None:
    assert bodies([dump[1]]) == [SMALL]


def test_a_body_whose_length_is_not_known_ends_at_the_next_message() -> None:
    joined = OK + b"Transfer-Encoding: chunked\r\n\r\n" + SMALL
    dump = joined + b"\n" + joined + request("GET", GET_JOB) + joined
    assert [document.strip() for document in bodies([dump])] == [SMALL] * 3
    for words in ("GET / HTTP/1.1 is odd", "HTTP/1.1 200 is odd"):
        message = error(Message=words)
        assert bodies([OK + b"\r\n" + message + with_length(SMALL)]) == [message, SMALL]


def test_responses_without_a_body_have_none() -> None:
    dump = b"HTTP/1.1 204 No Content\r\n\r\n" + request("HEAD", GET_JOB) + OK + b"Content-Length: 9\r\n\r\n"
    dump += request("GET", GET_JOB) + with_length(SMALL)
    tally = Tally()
    assert [(each.status, body(each)) for each in responses([dump], tally)] == [(204, b""), (200, SMALL)]
    assert tally.skipped == 1  # to ask for the head alone is none of the operations


@pytest.mark.parametrize(
    "whole", [with_length(LARGE), OK + b"Transfer-Encoding: chunked\r\n\r\n" + chunked(LARGE)]
)
def test_a_recording_that_breaks_off_in_a_body_says_so_after_what_is_there(whole: bytes) -> None:
    response = next(responses([whole[:200_000]]))
    got: list[bytes] = []
    with pytest.raises(TruncatedError, match="ends after"):
        got.extend(iter(response.body))
    assert 190_000 < len(b"".join(got)) < 200_000
    assert LARGE.startswith(b"".join(got))
    assert [each.status for each in responses([whole[:200_000]])] == [200]


def test_a_damaged_content_coding_spoils_no_other_response() -> None:
    packed = gzip.compress(SAMPLE)
    spoiled = with_length(packed[:40] + bytes(40) + packed[80:], b"Content-Encoding: gzip")
    unknown = with_length(b"\x0b\x02", b"Content-Encoding: br")
    got = []
    for response in responses([spoiled + unknown + with_length(SMALL)]):
        try:
            got.append(body(response))
        except CompressionError as trouble:
            got.append(type(trouble))  # type: ignore[arg-type]
    assert got == [CompressionError, CompressionError, SMALL]


@pytest.mark.parametrize(
    ("dump", "words"),
    [
        (with_length(SMALL) + b"rubbish", "neither a request nor a response"),
        (with_length(SMALL) + b"HTTP/1.1 200 OK\r\nContent-", "unexpectedly closed"),
        (with_length(SMALL) + b"HTTP/1.1 200 OK\r\nAuthorization secret\r\n\r\n", "illegal header line"),
        (with_length(SMALL) + request("PUT", START, b"<Objects/>")[:-3], "ends after 7 bytes"),
        (with_length(SMALL) + OK + b"Transfer-Encoding: chunked\r\n\r\n1f\n<", "bare LF"),
        (with_length(SMALL) + OK + b"X: " + b"x" * 400_000 + b"\r\n\r\n", "too long"),
        (gzip.compress(with_length(SMALL) + b"\n" * 9999 + with_length(SMALL))[:-9], "gzip data ends before"),
    ],
)
def test_a_capture_that_cannot_be_read_on_is_an_error_after_what_was_read(dump: bytes, words: str) -> None:
    got: list[bytes] = []
    with pytest.raises(SourceError, match=words) as caught:
        got.extend(body(response) for response in responses([dump], name="a dump"))
    assert "'a dump'" in str(caught.value)
    assert "secret" not in str(caught.value)
    assert got[0] == SMALL


def test_chunks_that_are_none_are_an_error_of_the_body() -> None:
    dump = OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\n<a/> rubbish" + with_length(SMALL)
    for response in responses([dump]):
        with pytest.raises(SourceError, match="malformed chunk footer after 5 bytes"):
            body(response)


DUMP = (
    request("GET", GET_JOB)
    + with_length(gzip.compress(SMALL), b"Content-Encoding: gzip")
    + request("PUT", START, b"<Objects/>")
    + b"HTTP/1.1 307 Elsewhere\r\nContent-Length: 0\r\n\r\n"
    + request("PUT", START, b"<Objects/>").replace(b"<Obj", b"HTTP/1.1 100 Continue\r\n\r\n<Obj")
    + b"HTTP/2 200 \r\nTransfer-Encoding: chunked\r\n\r\n"
    + chunked(SMALL, 50)
    + request("GET", "/")
    + with_length(OTHER)
    + OK
    + b"Content-Encoding: deflate\r\nContent-Length: 7\r\n\r\n"
    + SMALL
    + with_length(bare_deflate(SMALL), b"Content-Encoding: deflate")
)


def seen(source: Any) -> Any:
    tally = Tally()
    return [
        (each.origin, each.status, each.method, each.url, dict(each.headers), body(each))
        for each in responses(source, tally, name="dump")
    ], tally


@given(data=st.data(), pack=st.sampled_from([bytes, gzip.compress]))
def test_a_dump_in_pieces_of_any_size_gives_the_same(data: st.DataObject, pack: Any) -> None:
    whole = seen([pack(DUMP)])
    assert [(origin, document) for origin, *_, document in whole[0]] == [
        (origin, SMALL) for origin in ("dump", "dump#3", "dump#5", "dump#6")
    ]
    assert whole[1].skipped == 1
    assert seen(data.draw(cuts(pack(DUMP)))) == whole
    assert seen(io.BytesIO(pack(DUMP))) == whole


def test_a_dump_in_single_bytes_gives_the_same() -> None:
    assert seen(bytes([byte]) for byte in DUMP) == seen([DUMP])


# -- HAR


def entry(url: str, text: str | None, status: int = 200, **content: str) -> dict[str, Any]:
    content |= {} if text is None else {"text": text}
    return {
        "time": 12.5,
        "request": {"method": "GET", "url": f"https://nas.example{url}", "headers": []},
        "response": {
            "status": status,
            "headers": [{"name": "Content-Type", "value": "application/xml"}, {"name": "Retry-After"}],
            "content": {"size": 1, **content},
        },
    }


def har(*entries: object) -> bytes:
    return json.dumps({"log": {"version": "1.2", "pages": [{}], "entries": entries}}).encode()


def test_a_har_gives_the_responses_that_are_ours_and_counts_the_others(tmp_path: Path) -> None:
    path = tmp_path / "traffic.har"
    path.write_bytes(
        har(
            entry("/", OTHER.decode()),
            entry(GET_JOB, SMALL.decode()),
            entry("/logo.png", base64.b64encode(b"\x89PNG").decode(), encoding="base64"),
            entry("/elsewhere", base64.b64encode(SMALL).decode(), encoding="base64"),
            entry(GET_JOB, None, status=307),
            entry(GET_JOB, error().decode(), status=404),
            entry(GET_JOB, None, status=0),
            entry(GET_JOB, None),
            {"response": None},
            7,
        )
    )
    tally = Tally()
    found = [(each.origin, each.status, body(each)) for each in responses(path, tally)]
    assert found == [
        (f"{path}#2", 200, SMALL),
        (f"{path}#4", 200, SMALL),
        (f"{path}#6", 404, error()),
        (f"{path}#8", 200, b""),
    ]
    assert tally == Tally(skipped=5, bytes_read=path.stat().st_size)


def test_an_entry_of_a_har_has_its_fields_and_its_request() -> None:
    (found,) = responses([b"\xef\xbb\xbf \n" + har(entry(GET_JOB, "größe"))])
    assert found.headers == {"content-type": "application/xml", "retry-after": ""}
    assert (found.method, found.url, body(found)) == (
        "GET",
        f"https://nas.example{GET_JOB}",
        "größe".encode(),
    )


@pytest.mark.parametrize("pack", [bytes, gzip.compress, zlib.compress, bare_deflate])
def test_the_base64_text_of_a_har_may_be_compressed_still(pack: Any) -> None:
    packed = entry("/x", base64.b64encode(pack(SMALL)).decode(), encoding="base64")
    coding = "gzip" if pack is gzip.compress else "deflate"
    packed["response"]["headers"] = [{"name": "content-encoding", "value": coding}]
    assert bodies([gzip.compress(har(packed))]) == [SMALL]


def test_damaged_base64_is_an_error_of_the_body() -> None:
    damaged = entry(GET_JOB, "PE?", encoding="base64")
    first, second = responses([har(damaged, entry(GET_JOB, "<a/>"))])
    with pytest.raises(SourceError, match="base64"):
        body(first)
    assert body(second) == b"<a/>"


@pytest.mark.parametrize("rest", [b"", b", {", b", secret", b', "\xff"', b"]}} {"])
def test_a_broken_har_is_an_error_after_the_entries_before_the_place(rest: bytes) -> None:
    whole = har(entry(GET_JOB, SMALL.decode()))
    got: list[bytes] = []
    with pytest.raises(SourceError, match="'traffic' as HAR: no well-formed JSON after entry 1") as caught:
        got.extend(body(each) for each in responses([whole.removesuffix(b"]}}") + rest], name="traffic"))
    assert got == [SMALL]
    assert "secret" not in str(caught.value)


def test_json_that_is_not_a_har_is_an_error_and_an_empty_har_is_not() -> None:
    with pytest.raises(SourceError, match=r"no log\.entries"):
        bodies([b'{"log": {"version": "1.2"}}'])
    assert bodies([har()]) == []


# -- The machine


@pytest.mark.parametrize(("package", "source"), [("h11", with_length(SMALL)), ("ijson", har())])
def test_a_missing_package_is_an_error_that_names_the_extra(
    package: str, source: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(SourceError, match=r"pip install 'ds3codec\[captures\]'"):
        bodies([source])
    assert bodies([SMALL]) == [SMALL]


def test_only_what_needs_a_package_imports_it() -> None:
    code = (
        "import sys, ds3codec.captures as c\n"
        "for response in c.responses('-'): list(response.body)\n"
        "print([name for name in ('h11', 'ijson') if name in sys.modules])"
    )
    assert run(code, stdin=SMALL).split() == [b"[]"]
    assert run(code, stdin=with_length(SMALL)).split() == [b"['h11']"]
    assert run(code, stdin=har()).split() == [b"['ijson']"]


BLOBS = blob().encode() * 3000
PARTS = 40 * 1024 * 1024 // len(BLOBS)
HEAD, TAIL = SMALL[: SMALL.index(b"<Object ")], b"</Objects></MasterObjectList>"


def write_large(path: Path, kind: str, parts: int) -> None:
    with path.open("wb") as file:
        if kind == "har":
            file.write(b'{"log": {"entries": [')
            text = json.dumps(entry("/", BLOBS.decode()))
            file.writelines(text.encode() + b"," for _ in range(parts))
            file.write(json.dumps(entry(GET_JOB, SMALL.decode())).encode() + b"]}}")
            return
        length = len(HEAD) + parts * len(BLOBS) + len(TAIL)
        framing = {
            "length": f"Content-Length: {length}",
            "chunks": "Transfer-Encoding: chunked",
            "joined": "Transfer-Encoding: chunked",
        }
        if kind in framing:
            file.write(OK + framing[kind].encode() + b"\r\n\r\n")
        if kind == "chunks":
            file.write(b"%x\r\n" % length)
        file.write(HEAD)
        file.writelines(BLOBS for _ in range(parts))
        file.write(TAIL + (b"\r\n0\r\n\r\n" if kind == "chunks" else b""))


@pytest.mark.skipif(sys.platform != "linux", reason="the unit of ru_maxrss is the system's")
@pytest.mark.parametrize("kind", ["body", "length", "chunks", "joined", "har"])
def test_memory_does_not_follow_the_size_of_a_capture(kind: str, tmp_path: Path) -> None:
    code = (
        "import resource, sys; from ds3codec.captures import responses\n"
        "for response in responses(sys.argv[1]):\n"
        "    largest = max(map(len, response.body))\n"
        "print(largest, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    peaks = []
    for parts in (2, PARTS):
        write_large(tmp_path / "capture", kind, parts)
        largest, kilobytes = map(int, run(code, tmp_path / "capture").split())
        assert largest <= 2 * 64 * 1024
        peaks.append(kilobytes)
    assert peaks[1] - peaks[0] < 8 * 1024


def test_a_response_feeds_the_decoder() -> None:
    for response in responses([with_length(SAMPLE)]):
        assert decode(response.body) == decode(SAMPLE)


def test_a_body_can_be_read_when_nobody_asks_for_more(tmp_path: Path) -> None:
    for document in (LARGE, with_length(LARGE), har(entry(GET_JOB, LARGE.decode()))):
        (tmp_path / "capture").write_bytes(document)
        assert body(next(responses(tmp_path / "capture"))) == LARGE


# -- Nothing lost, nothing quoted, no square


def test_all_that_is_before_damage_of_deflate_comes_before_the_error() -> None:
    packed = zlib.compress(LARGE)[:-1] + b"?"
    response = next(responses([with_length(packed, b"Content-Encoding: deflate")]))
    got: list[bytes] = []
    with pytest.raises(CompressionError):
        got.extend(iter(response.body))
    assert b"".join(got) == LARGE


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


def test_no_header_line_is_quoted() -> None:
    response = next(responses([with_length(b"??", b"Content-Encoding: br", b" Authorization: hunter2")]))
    with pytest.raises(CompressionError) as caught:
        body(response)
    assert "hunter2" not in str(caught.value)


DEEP = {
    "arrays": lambda size: [b'{"x":' + b"[" * size + b"]" * size + b',"log":{"entries":[]}}'],
    "maps": lambda size: [b'{"log":{"entries":[' + b'{"name":' * size + b"1" + b"}" * size + b"]}}"],
}


@pytest.mark.parametrize("kind", DEEP)
def test_time_follows_the_depth_of_a_har(kind: str) -> None:
    assert exponent(DEEP[kind], bodies, (20_000, 160_000)) < 1.2


def test_time_follows_the_length_of_a_dump_in_single_bytes() -> None:
    def make(size: int) -> Iterator[bytes]:
        return (bytes([byte]) for byte in OK + b"\r\n" + b"<a>" + b" " * size)

    assert exponent(make, bodies, (15_000, 60_000)) < 1.2


def test_fields_of_one_name_are_joined_in_time_that_follows_their_number() -> None:
    def make(size: int) -> list[bytes]:
        one = entry(GET_JOB, SMALL.decode())
        one["response"]["headers"] = [{"name": "a", "value": "b" * 50}] * size
        return [har(one)]

    assert exponent(make, bodies, (5_000, 40_000)) < 1.2


SPLICES = [
    b"\r\n",
    b"\r\n\r\n",
    b"\0",
    b"HTTP/1.1 101 X\r\n\r\n",
    b"HTTP/1.1 ",
    b"9" * 30,
    b"[",
    b'"',
    b"-1",
    b"http://[",
]


@given(data=st.data(), seed=st.sampled_from([DUMP, har(entry(GET_JOB, SMALL.decode()), entry("/", "x"))]))
def test_a_mutated_capture_raises_nothing_but_errors_of_the_package(data: st.DataObject, seed: bytes) -> None:
    mutated = bytearray(seed)
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(mutated)))
        end = start + data.draw(st.integers(0, 5))
        mutated[start:end] = data.draw(st.sampled_from(SPLICES) | st.binary(max_size=4))
    with suppress(Ds3CodecError):
        for response in responses([bytes(mutated)]):
            with suppress(Ds3CodecError):
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
