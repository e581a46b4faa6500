"""Compressed sources: of every format, in pieces of any size, cut, damaged, or swelling without end."""

from __future__ import annotations

import contextlib
import gzip
import random
import sys
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ds3codec import (
    CompressionError,
    DecodeError,
    IncrementalDecoder,
    NotWellFormedError,
    TruncatedError,
    compression,
    decode,
    iter_blobs,
    validate,
)
from ds3codec.testing.strategies import cuts
from tests.compressed import PACK
from tests.examples import SAMPLE, blob, chunk, job, zstd
from tests.growth import LINEAR, exponent

JOB = decode(SAMPLE)
LARGE = job(chunk(*(blob(Name=str(number)) for number in range(5000))))


@pytest.mark.parametrize("name", PACK)
def test_compressed_sources_are_known_by_their_first_bytes(name: str, tmp_path: Path) -> None:
    packed = PACK[name](SAMPLE)
    path = tmp_path / "response"
    path.write_bytes(packed)
    assert decode(packed) == decode(path) == JOB
    assert decode(packed[place : place + 1] for place in range(len(packed))) == JOB
    decoder = IncrementalDecoder()
    assert sum(len(batch.blobs) for batch in decoder.feed(packed) + decoder.close()) == 5


@pytest.mark.parametrize("name", PACK)
def test_several_streams_in_a_row_are_one_source(name: str) -> None:
    pack = PACK[name]
    assert decode(pack(SAMPLE[:500]) + pack(b"") + pack(SAMPLE[500:])) == JOB


@pytest.mark.parametrize("name", ["gzip", "xz"])
def test_padding_after_a_stream_is_ignored(name: str) -> None:
    assert decode(PACK[name](SAMPLE) + b"\0" * 512) == JOB


@given(data=st.data(), name=st.sampled_from(list(PACK)))
def test_compressed_pieces_of_any_size_give_the_same(data: st.DataObject, name: str) -> None:
    assert decode(data.draw(cuts(PACK[name](SAMPLE)))) == JOB


@pytest.mark.parametrize("step", [9, pytest.param(1, marks=pytest.mark.full)])
@pytest.mark.parametrize("name", PACK)
def test_compressed_data_cut_anywhere_is_truncated(name: str, step: int) -> None:
    packed = PACK[name](SAMPLE)
    for place in (*range(1, 20), *range(20, len(packed), step)):
        with pytest.raises(DecodeError) as caught:
            decode(packed[:place])
        if place > 5:
            assert type(caught.value) is TruncatedError, place


def test_a_compressed_stream_of_a_few_bytes_is_truncated() -> None:
    with pytest.raises(TruncatedError, match="gzip"):
        decode(gzip.compress(SAMPLE)[:5])


@pytest.mark.parametrize("name", PACK)
def test_damaged_compressed_data_is_a_compression_error(name: str) -> None:
    packed = PACK[name](LARGE)
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
    for name in ("compression", "backports", "backports.zstd"):
        monkeypatch.setitem(sys.modules, name, None)
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


@pytest.mark.parametrize("name", PACK)
@pytest.mark.parametrize("streams", [1, 400])
def test_time_grows_with_the_compressed_data_and_no_faster_in_one_piece(name: str, streams: int) -> None:
    pack = PACK[name]
    some = random.Random(1).randbytes(400_000 // streams)

    def unpack(data: bytes) -> None:
        decompressor = compression.Decompressor()
        for _ in decompressor.feed(data):
            pass

    packed = pack(some) * streams
    assert exponent(lambda times: packed * times, unpack, [1, 2, 4]) < LINEAR


@pytest.mark.parametrize("name", ["bzip2", "xz"])
def test_of_damaged_data_no_more_than_a_few_blobs_are_lost(name: str) -> None:
    data = bytearray(PACK[name](LARGE))
    data[-3] ^= 1
    read = 0
    with pytest.raises(DecodeError):
        for _ in iter_blobs(bytes(data)):
            read += 1
    assert read > 4990


@pytest.mark.parametrize("name", PACK)
@pytest.mark.parametrize("size", [1, 5, 1000, 1_000_000])
def test_what_follows_a_stream_and_is_none_is_read_as_it_is(name: str, size: int) -> None:
    packed = PACK[name](SAMPLE)
    for rest in (b"\n", b"\r\n\r\n", b"\0\0\n", packed[:0]):
        data = packed + rest
        pieces = [data[start : start + size] for start in range(0, len(data), size)]
        assert decode(pieces) == decode(SAMPLE)
    for rest in (b"$ ", b"-- \nThe mail gateway"):
        data = packed + rest
        pieces = [data[start : start + size] for start in range(0, len(data), size)]
        blobs = iter_blobs(pieces)
        assert [next(blobs) for _ in range(5)] == list(iter_blobs(SAMPLE))
        with pytest.raises(NotWellFormedError):
            next(blobs)
        [found] = validate(pieces, select=["form"]).findings
        assert found.rule == "trailing-bytes"


def test_a_frame_that_is_to_be_skipped_may_stand_anywhere_in_zstd() -> None:
    skipped = b"\x50\x2a\x4d\x18" + (4).to_bytes(4, "little") + b"abcd"
    packed = zstd().compress(SAMPLE)
    for data in (skipped + packed, packed + skipped, skipped + skipped + packed):
        assert decode(data) == decode(SAMPLE)
