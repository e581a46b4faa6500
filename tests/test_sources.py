"""Anything readable is a source, and what is not is a clear error."""

from __future__ import annotations

import asyncio
import bz2
import errno
import gzip
import io
import lzma
import os
import pickle
import socket
import threading
import time
from collections.abc import AsyncIterator, Iterator
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, HTTPServer, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from ds3codec import (
    IncrementalDecoder,
    SourceError,
    TruncatedError,
    aread,
    decode,
    iter_blobs,
    validate,
)
from ds3codec.limits import PIECE
from ds3codec.sources import pieces
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
    is_wrong_type = not isinstance(source, (str, Path, io.IOBase))
    assert ("expected a path, bytes, a binary file object" in str(caught.value)) == is_wrong_type
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("no such file", FileNotFoundError),
        (Path("no/such"), FileNotFoundError),
        (os.curdir, IsADirectoryError),
    ],
)
def test_a_file_that_cannot_be_read_is_the_systems_error_too(source: Any, kind: type[OSError]) -> None:
    for read in (decode, validate, lambda path: list(iter_blobs(path))):
        with pytest.raises(kind) as caught:
            read(source)
        assert isinstance(caught.value, SourceError)
        assert caught.value.filename == os.fspath(source)
        assert caught.value.errno in (errno.ENOENT, errno.EISDIR)
        assert str(caught.value).startswith(f"cannot read {str(source)!r}: ")
        again = pickle.loads(pickle.dumps(caught.value))
        assert (type(again), str(again), again.errno) == (
            type(caught.value),
            str(caught.value),
            caught.value.errno,
        )


def test_what_is_nearly_a_source_says_what_to_pass() -> None:
    response = pytest.importorskip("httpx").Response(200, content=SAMPLE)
    with pytest.raises(SourceError, match=r"pass response.iter_bytes\(\)"):
        decode(response)  # type: ignore[arg-type]
    assert decode(response.iter_bytes()) == JOB
    with pytest.raises(SourceError, match=r"pass response.aiter_bytes\(\)"):
        aread(response)  # type: ignore[arg-type]

    async def pieces() -> AsyncIterator[bytes]:
        yield SAMPLE

    with pytest.raises(SourceError, match="pass it to aread"):
        decode(pieces())  # type: ignore[arg-type]


def test_the_responses_of_aiohttp_say_what_to_pass() -> None:
    aiohttp = pytest.importorskip("aiohttp")
    web = pytest.importorskip("aiohttp.web")

    async def ask() -> None:
        application = web.Application()
        application.router.add_get("/", answer)
        runner = web.AppRunner(application)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        [(_, port)] = runner.addresses
        async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/") as response:
            for wrong in (response, response.content):
                with pytest.raises(SourceError, match="aread"):
                    decode(wrong)  # type: ignore[arg-type]
                with pytest.raises(SourceError, match=r"pass response.content.iter_any\(\)"):
                    aread(wrong)  # type: ignore[arg-type]
            async with aread(response.content.iter_any()) as reader:
                assert [blob.name async for batch in reader for blob in batch.blobs] == [
                    blob.name for chunk in JOB.chunks for blob in chunk.blobs
                ]
        await runner.cleanup()

    async def answer(_: Any) -> Any:
        return web.Response(body=SAMPLE)

    asyncio.run(ask())


@pytest.mark.parametrize("client", ["urllib.request", "httpx", "requests"])
def test_a_peer_that_dies_is_a_source_error_after_what_it_sent(client: str) -> None:
    large = job(chunk(*(blob(Name=f"object {number}") for number in range(2000))))

    class Dying(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(large)))
            self.end_headers()
            self.wfile.write(large[:100_000])

        def log_message(self, *_: Any) -> None:
            """Nobody reads it."""

    package = pytest.importorskip(client)

    def asked(url: str) -> Iterator[Any]:
        if client == "httpx":
            with package.stream("GET", url) as response:
                yield response.iter_bytes()
        elif client == "requests":
            with package.get(url, stream=True, timeout=60) as response:
                yield response.iter_content(4096)
        else:
            with package.urlopen(url) as response:
                yield response

    with ThreadingHTTPServer(("127.0.0.1", 0), Dying) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        for source in asked(f"http://127.0.0.1:{server.server_port}/"):
            names, error = read_until_it_breaks(source)
            # http.client's `read1` takes the end of the connection for that of the body; requests keeps
            # its last piece for itself.
            assert isinstance(error, TruncatedError if client == "urllib.request" else SourceError)
            received = getattr(error, "bytes_read", 100_000)
            assert 95_000 < received <= 100_000
            assert len(names) == error.blobs_read == large[:received].count(b"/>")
            assert error.path == "/MasterObjectList/Objects[1]"
        server.shutdown()
        thread.join()


def read_until_it_breaks(source: Any) -> tuple[list[str | None], SourceError | TruncatedError]:
    names = []
    blobs = iter_blobs(source)
    with pytest.raises((SourceError, TruncatedError)) as caught:
        for item in blobs:
            names.append(item.name)  # noqa: PERF401  (what was appended before the error stays)
    with pytest.raises(type(caught.value)):
        next(blobs)
    return names, caught.value


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


def test_small_pieces_that_come_quickly_are_gathered() -> None:
    data = LARGE[:500_000]
    gathered = list(pieces(data[start : start + 128] for start in range(0, len(data), 128)))
    assert b"".join(gathered) == data
    assert len(gathered) < 500
    assert max(map(len, gathered)) <= PIECE
    large = [bytes(100_000)] * 20
    assert list(pieces(large)) == large


def test_what_came_before_a_failure_is_gathered_too() -> None:
    def source() -> Iterator[bytes]:
        for start in range(0, 100_000, 100):
            yield LARGE[start : start + 100]
        raise ConnectionError

    read = bytearray()
    with pytest.raises(SourceError, match="ConnectionError"):
        for piece in pieces(source()):
            read += piece
    assert read == LARGE[:100_000]


def test_pieces_that_come_slowly_are_held_once_at_most() -> None:
    def source() -> Iterator[bytes]:
        for number in range(600):
            if number > 100 and number % 12 == 0:  # a packet at a time
                time.sleep(0.002)
            yield b"<a/>"

    read, most = 0, []
    for piece in pieces(source()):
        read += len(piece)
        most.append(len(piece) // 4)
    assert read == 2400
    assert max(most) > 10
    assert max(most[-100:]) == 1
