"""What a capture is, told by its first bytes; pieces of any size, sources of any size."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ds3codec import CompressionError, Ds3CodecError, SourceError, TruncatedError
from ds3codec.captures import Response, Tally, responses
from ds3codec.testing.strategies import cuts
from tests.captures.examples import DUMP, GET_JOB, OK, SMALL, bodies, body, entry, har, run, seen, with_length
from tests.examples import PEAK_MEMORY, SAMPLE, blob
from tests.growth import LINEAR, exponent


@pytest.mark.parametrize("pack", [bytes, gzip.compress, bz2.compress, lzma.compress])
def test_a_body_alone_is_one_response_of_which_nothing_else_is_known(pack: Any, tmp_path: Path) -> None:
    path = tmp_path / "job"
    path.write_bytes(pack(SAMPLE))
    tally = Tally()
    (response,) = [(each, body(each)) for each in responses(path, tally=tally)]
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


def test_a_file_that_cannot_be_opened_is_one_line_that_names_it(tmp_path: Path) -> None:
    for path in (tmp_path / "missing.xml", tmp_path):
        with pytest.raises(SourceError, match=r"cannot read '.*': (No such file|Is a directory)"):
            list(responses(path))
    locked = tmp_path / "locked.xml"
    locked.touch(mode=0)
    if not os.access(locked, os.R_OK):  # root reads everything
        with pytest.raises(SourceError, match="Permission denied"):
            list(responses(locked))


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


def test_a_missing_package_is_an_error_that_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "h11", None)
    with pytest.raises(SourceError, match=r"pip install 'ds3codec\[cli\]'"):
        bodies([with_length(SMALL)])
    assert bodies([SMALL]) == [SMALL]
    assert bodies([har(entry(GET_JOB, SMALL.decode()))]) == [SMALL]


def test_only_what_needs_a_package_imports_it() -> None:
    code = (
        "import sys, ds3codec.captures as c\n"
        "for response in c.responses('-'): list(response.body)\n"
        "print('h11' in sys.modules)"
    )
    assert run(code, stdin=SMALL).split() == [b"False"]
    assert run(code, stdin=with_length(SMALL)).split() == [b"True"]
    assert run(code, stdin=har()).split() == [b"False"]


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


@pytest.mark.full
@pytest.mark.parametrize("kind", ["body", "length", "chunks", "joined", "har"])
def test_memory_does_not_follow_the_size_of_a_capture(kind: str, tmp_path: Path) -> None:
    code = (
        f"{PEAK_MEMORY}import sys; from ds3codec.captures import responses\n"
        "for response in responses(sys.argv[1]):\n"
        "    largest = max(map(len, response.body))\n"
        "print(largest, peak_megabytes())"
    )
    peaks = []
    for parts in (PARTS, 2 * PARTS):  # more than the pieces in which JSON is read
        write_large(tmp_path / "capture", kind, parts)
        largest, megabytes = run(code, tmp_path / "capture").split()
        assert int(largest) <= 2 * 64 * 1024
        peaks.append(float(megabytes))
    assert peaks[1] - peaks[0] < 8


def test_time_grows_with_the_length_of_a_dump_in_single_bytes() -> None:
    def make(size: int) -> Iterator[bytes]:
        return (bytes([byte]) for byte in OK + b"\r\n" + b"<a>" + b" " * size)

    assert exponent(make, bodies, (15_000, 60_000)) < LINEAR


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
