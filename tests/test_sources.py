"""Anything readable is a source, and what is not is a clear error."""

from __future__ import annotations

import bz2
import contextlib
import gzip
import io
import lzma
import os
import random
import socket
import threading
import zlib
from collections.abc import Callable
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ds3codec import (
    CompressionError,
    DecodeError,
    IncrementalDecoder,
    SourceError,
    TruncatedError,
    compression,
    decode,
    iter_blobs,
)
from tests.examples import SAMPLE, blob, chunk, job
from tests.growth import exponent
from tests.strategies import cuts

JOB = decode(SAMPLE)
LARGE = job(chunk(*(blob(Name=str(number)) for number in range(5000))))


def zstd_compress(data: bytes) -> bytes:
    for name in ("compression.zstd", "backports.zstd"):
        try:
            return import_module(name).compress(data)  # type: ignore[no-any-return]
        except ModuleNotFoundError:
            continue
    pytest.skip("no library for zstd")


COMPRESSORS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zstd": zstd_compress,
}


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


@pytest.mark.parametrize("name", COMPRESSORS)
def test_compressed_sources_are_known_by_their_first_bytes(name: str, tmp_path: Path) -> None:
    packed = COMPRESSORS[name](SAMPLE)
    path = tmp_path / "response"
    path.write_bytes(packed)
    assert decode(packed) == decode(path) == JOB
    assert decode(packed[place : place + 1] for place in range(len(packed))) == JOB
    decoder = IncrementalDecoder()
    assert sum(len(batch.blobs) for batch in decoder.feed(packed) + decoder.close()) == 5


@pytest.mark.parametrize("name", COMPRESSORS)
def test_several_streams_in_a_row_are_one_source(name: str) -> None:
    pack = COMPRESSORS[name]
    assert decode(pack(SAMPLE[:500]) + pack(b"") + pack(SAMPLE[500:])) == JOB


@pytest.mark.parametrize("name", ["gzip", "xz"])
def test_padding_after_a_stream_is_ignored(name: str) -> None:
    assert decode(COMPRESSORS[name](SAMPLE) + b"\0" * 512) == JOB


@given(data=st.data(), name=st.sampled_from(list(COMPRESSORS)))
def test_compressed_pieces_of_any_size_give_the_same(data: st.DataObject, name: str) -> None:
    assert decode(data.draw(cuts(COMPRESSORS[name](SAMPLE)))) == JOB


@pytest.mark.parametrize("name", COMPRESSORS)
def test_compressed_data_cut_anywhere_is_truncated(name: str) -> None:
    packed = COMPRESSORS[name](SAMPLE)
    for place in range(1, len(packed)):
        with pytest.raises(DecodeError) as caught:
            decode(packed[:place])
        if place > 5:
            assert type(caught.value) is TruncatedError, place


@pytest.mark.parametrize("name", COMPRESSORS)
def test_damaged_compressed_data_is_a_compression_error(name: str) -> None:
    packed = COMPRESSORS[name](LARGE)
    errors = set()
    for place in range(6, len(packed), max(1, len(packed) // 100)):
        damaged = bytearray(packed)
        damaged[place] ^= 0xFF
        try:
            list(iter_blobs(damaged))
        except DecodeError as error:
            errors.add(type(error))
    assert CompressionError in errors


def test_what_was_decompressed_before_the_damage_is_handed_out() -> None:
    packed = gzip.compress(LARGE, mtime=0)
    names: list[str] = []
    with pytest.raises((CompressionError, TruncatedError)) as caught:
        for item in iter_blobs([packed[: len(packed) // 2]]):
            names.append(item.name)  # noqa: PERF401  (what was appended before the error stays)
    assert len(names) > 1000
    assert caught.value.blobs_read == len(names)
    assert caught.value.path == "/MasterObjectList/Objects[1]"


def test_a_small_input_that_expands_without_end_stays_in_memory_bounds() -> None:
    bomb = gzip.compress(job(chunk(blob(Name="a")), " " * 50_000_000))
    with pytest.raises(DecodeError):
        list(iter_blobs(bomb))


def test_zstd_without_its_library_is_an_error_that_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> Any:
        raise ModuleNotFoundError(name)

    monkeypatch.setattr(compression.importlib, "import_module", absent)
    with pytest.raises(CompressionError, match=r"backports\.zstd"):
        decode(b"\x28\xb5\x2f\xfd" + b"\0" * 20)


@pytest.mark.parametrize("size", [10**9, 100, 1])
@pytest.mark.parametrize("place", range(-8, 0))
def test_a_wrong_checksum_of_gzip_is_found_after_all_blobs(place: int, size: int) -> None:
    data = bytearray(gzip.compress(LARGE))
    data[place] ^= 1
    read = 0
    with pytest.raises(CompressionError) as caught:
        for _ in iter_blobs(bytes(data)[at : at + size] for at in range(0, len(data), size)):
            read += 1
    assert read == caught.value.blobs_read == 5000
    assert caught.value.path == "/MasterObjectList"


@given(data=st.data())
def test_all_that_zlib_gives_before_a_damage_comes_before_the_error(data: st.DataObject) -> None:
    packed = bytearray(gzip.compress(LARGE[:20_000], mtime=0))
    packed[data.draw(st.integers(10, len(packed) - 1))] ^= data.draw(st.integers(1, 255))
    assert unpacked([bytes(packed)]) == unpacked(data.draw(cuts(bytes(packed)))) == by_the_byte(packed)


def unpacked(pieces: list[bytes]) -> bytes:
    """What comes of some compressed data, up to an error."""
    decompressor, plain = compression.Decompressor(), b""
    with contextlib.suppress(DecodeError):
        for piece in pieces:
            for part in decompressor.feed(piece):
                plain += part
        for part in decompressor.close():
            plain += part
    return plain


def by_the_byte(packed: bytes | bytearray) -> bytes:
    """What zlib gives if it is given, and asked for, one byte each time."""
    decompressor, plain = zlib.decompressobj(wbits=31), b""
    with contextlib.suppress(zlib.error):
        for byte in packed:
            rest = bytes([byte])
            while part := decompressor.decompress(rest, 1):
                plain, rest = plain + part, decompressor.unconsumed_tail
    return plain


@pytest.mark.parametrize("name", COMPRESSORS)
@pytest.mark.parametrize("streams", [1, 400])
def test_time_grows_with_the_compressed_data_and_no_faster_in_one_piece(name: str, streams: int) -> None:
    pack = COMPRESSORS[name]
    some = random.Random(1).randbytes(400_000 // streams)

    def unpack(data: bytes) -> None:
        decompressor = compression.Decompressor()
        for _ in decompressor.feed(data):
            pass

    packed = pack(some) * streams
    assert exponent(lambda times: packed * times, unpack, [1, 2, 4]) < 1.2


@pytest.mark.parametrize("name", ["bzip2", "xz"])
def test_of_damaged_data_no_more_than_a_few_blobs_are_lost(name: str) -> None:
    data = bytearray(COMPRESSORS[name](LARGE))
    data[-3] ^= 1
    read = 0
    with pytest.raises(DecodeError):
        for _ in iter_blobs(bytes(data)):
            read += 1
    assert read > 4990


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
