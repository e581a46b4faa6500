"""HTTP exchanges, as real clients and servers speak them, and as people save them."""

from __future__ import annotations

import gzip
import selectors
import shutil
import socket
import subprocess
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from ds3codec import SourceError, TruncatedError
from ds3codec.captures import Tally, responses
from tests.captures.examples import (
    GET_JOB,
    LARGE,
    OK,
    OTHER,
    SMALL,
    START,
    bare_deflate,
    bodies,
    body,
    chunked,
    request,
    with_length,
)
from tests.examples import SAMPLE, error


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
    (found,) = [
        (each.origin, each.status, each.url) for each in responses([recorded.data], tally=tally, name="d")
    ]
    assert found == ("d#2", 200, f"{GET_JOB}?again")
    assert tally == Tally(bytes_read=len(recorded.data), redirects=1)


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
    (found,) = [(each.status, each.method, each.url, body(each)) for each in responses([dump], tally=tally)]
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
            OK
            + b"Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"
            + gzip.compress(SMALL, mtime=0)
        ),
        "LF": with_length(SMALL, b"X: y").replace(b"\r\n", b"\n"),
        "space around": b"\r\n\r\n" + with_length(SMALL) + b"\n\n",
        "BOM": b"\xef\xbb\xbf" + with_length(SMALL),
        "request of HTTP/2": b"GET " + GET_JOB.encode() + b" HTTP/2\r\n\r\n" + with_length(SMALL),
        "whole file packed": gzip.compress(with_length(SMALL), mtime=0),
        "coding in capitals": with_length(gzip.compress(SMALL, mtime=0), b"CONTENT-ENCODING: GZIP"),
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
    assert [(each.status, body(each)) for each in responses([dump], tally=tally)] == [
        (204, b""),
        (200, SMALL),
    ]
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


@pytest.mark.parametrize(
    ("dump", "words"),
    [
        (with_length(SMALL) + b"rubbish", "7 bytes are neither a request nor a response"),
        (with_length(SMALL) + b"HTTP/1.1 200 OK\r\nContent-", "the recording ends in a head"),
        (with_length(SMALL) + b"HTTP/1.1 200 OK\r\nAuthorization secret", "ends in a head .behind message 2"),
        (with_length(SMALL) + request("PUT", START, b"<Objects/>")[:-3], "ends after 7 bytes"),
        (with_length(SMALL) + OK + b"X: " + b"x" * 400_000 + b"\r\n\r\n", "too long"),
        (
            gzip.compress(with_length(SMALL) + b"\n" * 9999 + with_length(SMALL), mtime=0)[:-9],
            "gzip data ends before",
        ),
    ],
)
def test_a_capture_that_cannot_be_read_on_is_an_error_after_what_was_read(dump: bytes, words: str) -> None:
    got: list[bytes] = []
    with pytest.raises(SourceError, match=words) as caught:
        got.extend(body(response) for response in responses([dump], name="a dump"))
    assert "'a dump'" in str(caught.value)
    assert "secret" not in str(caught.value)
    assert got[0] == SMALL
