"""A server on loopback that answers in all the ways that servers do, by the first part of the path."""

from __future__ import annotations

import gzip
import re
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from tests.examples import UUID, blob, chunk, job

CHUNKS = [
    chunk(*(blob(Name=f"{number}/{name}") for name in range(3)), ChunkNumber=str(number))
    for number in range(40)
]
LARGE = job(*CHUNKS, JobId=UUID)


class Server(ThreadingHTTPServer):
    """Serves one document, and remembers what it was asked for.

    Attributes:
        requests: The method, path and headers of each request.
        url: Where it is.
        moved_to: Where it redirects to.
    """

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, document: bytes) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.document = document
        self.requests: list[tuple[str, str, dict[str, str]]] = []
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.ended = threading.Event()
        self.moved_to = "/ranges/moved.xml"

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that have enough."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.requests.append((self.command, self.path, headers))
        way = urlsplit(self.path).path.split("/")[1]
        getattr(self, f"_{way.replace('-', '_')}", self._status)(self.server.document)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def _answer(self, body: bytes, status: int = 200, **fields: str) -> None:
        self.send_response(status)
        for name, value in {
            "Content_Length": str(len(body)),
            "Content_Type": "application/xml",
            **fields,
        }.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _status(self, document: bytes) -> None:
        way = urlsplit(self.path).path.split("/")[1]
        self._answer(b"no", int(way) if way.isdecimal() else 404)

    def _ranges(self, document: bytes) -> None:
        """Answer as most do; of a range, with that."""
        asked = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        if asked is None:
            self._answer(document, Accept_Ranges="bytes")
            return
        start = int(asked[1])
        part = document[start : int(asked[2]) + 1 if asked[2] else None]
        if not part:
            self._answer(b"", 416)
            return
        place = f"bytes {start}-{start + len(part) - 1}/{len(document)}"
        self._answer(part, 206, Content_Range=place)

    def _page(self, document: bytes) -> None:
        self._answer(document, Content_Type="text/html")

    def _no_ranges(self, document: bytes) -> None:
        self._answer(document)

    def _none(self, document: bytes) -> None:
        self._answer(document, Accept_Ranges="none")

    def _all_as_range(self, document: bytes) -> None:
        """Say that it is the range, and answer with all."""
        self._answer(document, 206 if "Range" in self.headers else 200, Accept_Ranges="bytes")

    def _no_head(self, document: bytes) -> None:
        if self.command == "HEAD":
            self._answer(b"", 405)
        else:
            self._ranges(document)

    def _no_length(self, document: bytes) -> None:
        self.send_response(200)
        self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(document)
        self.close_connection = True

    def _encoded(self, document: bytes) -> None:
        self._answer(gzip.compress(document), Content_Encoding="gzip", Accept_Ranges="bytes")

    def _gzip(self, document: bytes) -> None:
        self._ranges(gzip.compress(document))

    def _short_head(self, document: bytes) -> None:
        """Say that there is less than there is."""
        self._ranges(document if self.command == "GET" else document[: len(document) // 2])

    def _long_head(self, document: bytes) -> None:
        self._ranges(document if self.command == "GET" else 2 * document)

    def _few_ranges(self, document: bytes) -> None:
        """Answer with less than the range."""
        asked = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        if asked is None:
            self._answer(document, Accept_Ranges="bytes")
            return
        part = document[int(asked[1]) :][:300]
        self._answer(
            part, 206, Content_Range=f"bytes {asked[1]}-{int(asked[1]) + len(part) - 1}/{len(document)}"
        )

    def _dies(self, document: bytes) -> None:
        self._answer(document[: len(document) // 2], Content_Length=str(len(document)))
        self.close_connection = True

    def _dies_chunked(self, document: bytes) -> None:
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.wfile.write(b"%x\r\n%b\r\n" % (len(document) // 2, document[: len(document) // 2]))
        self.close_connection = True

    def _dies_in_ranges(self, document: bytes) -> None:
        if "Range" in self.headers and "bytes=1-" not in self.headers["Range"]:
            self._dies(document)
        else:
            self._ranges(document)

    def _resets(self, document: bytes) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()

    def _hangs_up(self, document: bytes) -> None:
        self.close_connection = True

    def _silent(self, document: bytes) -> None:
        self.server.ended.wait(60)
        self.close_connection = True

    def _garbage(self, document: bytes) -> None:
        self.wfile.write(b"220 this is another service\r\n")
        self.close_connection = True

    def _slow(self, document: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(document)))
        self.end_headers()
        for start in range(0, len(document), len(document) // 3):
            self.wfile.write(document[start : start + len(document) // 3])
            self.server.ended.wait(0.7)

    def _once_500(self, document: bytes) -> None:
        """Fail the first time."""
        is_first = sum("/once-500/" in path for _, path, _ in self.server.requests) == 1
        if is_first:
            self._answer(b"", 500)
        else:
            self._ranges(document)

    def _moved(self, document: bytes) -> None:
        """Redirect to another URL, which may have secrets of its own."""
        self._answer(b"", 307, Location=self.server.moved_to)


@contextmanager
def serving(document: bytes = LARGE) -> Iterator[Server]:
    """Serve a document while the block runs."""
    with Server(document) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield server
        finally:
            server.ended.set()
            server.shutdown()
