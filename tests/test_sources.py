"""Anything readable is a source, and what is not is a clear error."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import socket
import threading
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from ds3codec import (
    IncrementalDecoder,
    SourceError,
    decode,
    iter_blobs,
)
from tests.examples import SAMPLE, blob, chunk, job

JOB = decode(SAMPLE)
LARGE = job(chunk(*(blob(Name=str(number)) for number in range(5000))))


def test_bytes_and_their_relatives_are_sources() -> None:
    for source in (SAMPLE, bytearray(SAMPLE), memoryview(SAMPLE)):
        assert decode(source) == JOB
    assert decode(memoryview(b"".join(bytes([byte, 0]) for byte in SAMPLE))[::2].tobytes()) == JOB


def test_a_path_is_a_source_as_text_and_as_an_object(tmp_path: Path) -> None:
    path = tmp_path / "response größe.xml"
    path.write_bytes(SAMPLE)
    assert decode(path) == decode(str(path)) == JOB


def test_a_binary_file_object_is_a_source_and_stays_open(tmp_path: Path) -> None:
    path = tmp_path / "response.xml"
    path.write_bytes(SAMPLE)
    for mode in ({}, {"buffering": 0}):
        with path.open("rb", **mode) as file:  # type: ignore[call-overload]
            assert decode(file) == JOB
            assert not file.closed
    assert decode(io.BytesIO(SAMPLE)) == JOB


def test_an_iterable_of_bytes_is_a_source() -> None:
    assert decode([SAMPLE[:99], b"", SAMPLE[99:]]) == JOB
    assert decode(SAMPLE[place : place + 1] for place in range(len(SAMPLE))) == JOB
    assert decode([bytearray(SAMPLE), memoryview(b"\n")]) == JOB


def test_a_real_http_response_is_a_source() -> None:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(LARGE)

        def log_message(self, *_: Any) -> None:
            """Nobody reads it."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            connection = HTTPConnection("127.0.0.1", server.server_port)
            connection.request("GET", "/_rest_/job/x")
            assert sum(1 for _ in iter_blobs(connection.getresponse())) == 5000
            connection.close()
        finally:
            server.shutdown()
            thread.join()


def test_a_socket_gives_its_blobs_before_it_ends() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs, ours.makefile("rb") as file:
        start = SAMPLE[: SAMPLE.index(b"</Objects>")]
        theirs.sendall(start)
        assert next(iter_blobs(file)).bucket == "film-archive"


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("<MasterObjectList/>", "pass it as bytes"),
        ("\n  <Objects/>", "pass it as bytes"),
        ("no such file", "cannot read 'no such file': No such file"),
        (Path("no/such/file"), "No such file"),
        ("null\0character", "null"),
        (os.curdir, "directory"),
        ("x" * 5000, "cannot read"),
        (io.StringIO("<MasterObjectList/>"), "binary mode"),
        (["<MasterObjectList/>"], "str"),
        ([1, 2], "int"),
        (7, "int"),
        (None, "NoneType"),
        (io.BytesIO, "not type"),
    ],
)
def test_what_is_not_a_source_is_an_error_that_says_what_is(source: Any, words: str) -> None:
    with pytest.raises(SourceError, match=words) as caught:
        decode(source)
    assert "expected a path, bytes, a binary file object or an iterable of bytes" in str(caught.value) or (
        "pass it as bytes" in str(caught.value)
    )
    assert len(str(caught.value)) < 300


def test_a_file_object_that_fails_is_a_source_error() -> None:
    class Failing(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            raise OSError(5, "Input/output error")

    with pytest.raises(SourceError, match="Input/output error"):
        decode(Failing())


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_without_permission_is_a_source_error(tmp_path: Path) -> None:
    path = tmp_path / "secret.xml"
    path.touch(mode=0)
    with pytest.raises(SourceError, match="Permission denied"):
        decode(path)


def test_a_buffer_of_any_layout_is_a_source() -> None:
    every_second = memoryview(b"".join(bytes([byte, 0]) for byte in SAMPLE))[::2]
    assert decode(every_second) == JOB
    assert decode([every_second]) == JOB
    decoder = IncrementalDecoder()
    assert sum(len(blobs) for _, blobs in decoder.feed(every_second)) == 5


def test_a_buffer_that_was_released_is_a_source_error() -> None:
    released = memoryview(SAMPLE)
    released.release()
    for source in (released, [released]):
        with pytest.raises(SourceError, match="released"):
            decode(source)


@pytest.mark.parametrize(("module", "place"), [(gzip, 10), (bz2, 200), (lzma, 200)])
def test_a_file_object_that_decompresses_and_cannot_is_a_source_error(
    module: Any, place: int, tmp_path: Path
) -> None:
    path = tmp_path / "response"
    packed = module.compress(SAMPLE)
    damaged = bytearray(packed)
    damaged[place] ^= 0xFF
    for wrong in (packed[:-30], damaged):
        path.write_bytes(wrong)
        with module.open(path) as file, pytest.raises(SourceError, match="cannot read"):
            decode(file)


def test_a_closed_file_is_a_source_error(tmp_path: Path) -> None:
    path = tmp_path / "response.xml"
    path.write_bytes(SAMPLE)
    for buffering in (0, -1):
        with path.open("rb", buffering=buffering) as file:
            pass
        with pytest.raises(SourceError, match="closed file"):
            decode(file)
    buffer = io.BytesIO(SAMPLE)
    buffer.close()
    with pytest.raises(SourceError, match="closed"):
        decode(buffer)


def test_a_file_that_does_not_block_is_a_source_error() -> None:
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    with io.FileIO(reading) as file, io.FileIO(writing, "w"), pytest.raises(SourceError, match="no bytes"):
        decode(file)


def test_a_buffered_file_that_does_not_block_is_read_to_its_end_or_is_a_source_error() -> None:
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    with os.fdopen(reading, "rb") as file, io.FileIO(writing, "w") as pipe:
        pipe.write(SAMPLE)
        blobs = iter_blobs(file)
        assert next(blobs).bucket == "film-archive"
        pipe.close()
        assert sum(1 for _ in blobs) == 4
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    with os.fdopen(reading, "rb") as file, io.FileIO(writing, "w") as pipe:
        pipe.write(SAMPLE[:-10])
        with pytest.raises(SourceError, match="no bytes"):
            decode(file)


@pytest.mark.parametrize("answer", ["text", 7, [SAMPLE]])
def test_a_file_object_gives_bytes(answer: Any) -> None:
    class Odd:
        def read(self, size: int) -> Any:
            return answer

    with pytest.raises(SourceError, match=f"a file object gave {type(answer).__name__}"):
        decode(Odd())
