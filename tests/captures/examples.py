"""Recordings for the tests of captures: HTTP messages, HAR archives, and what reads them."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import zlib
from typing import Any

from ds3codec.captures import Response, Tally, responses
from tests.examples import UUID, blob, chunk, job

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
    return [body(response) for response in responses(source, tally=tally)]


def run(code: str, *arguments: object, stdin: bytes = b"") -> bytes:
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(command, input=stdin, stdout=subprocess.PIPE, check=True).stdout


DUMP = (
    request("GET", GET_JOB)
    + with_length(gzip.compress(SMALL, mtime=0), b"Content-Encoding: gzip")
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
        for each in responses(source, tally=tally, name="dump")
    ], tally


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
