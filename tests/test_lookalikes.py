"""What is taken for a response and is none."""

from __future__ import annotations

import io
import tarfile
import zipfile

import pytest

from ds3codec import DecodeError, NotWellFormedError, UnexpectedDocumentError, decode
from ds3codec.lookalikes import foreign, may_be_foreign
from tests.examples import SAMPLE, error


def archive(kind: str) -> bytes:
    file = io.BytesIO()
    if kind == "zip":
        with zipfile.ZipFile(file, "w") as packed:
            packed.writestr("response.xml", SAMPLE)
    else:
        with tarfile.open(fileobj=file, mode="w") as tape:
            info = tarfile.TarInfo("response.xml")
            info.size = len(SAMPLE)
            tape.addfile(info, io.BytesIO(SAMPLE))
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "kind", "message"),
    [
        (b"<!DOCTYPE html><html><body>502</body></html>", UnexpectedDocumentError, "this is HTML"),
        (b"\n <HTML>\n", UnexpectedDocumentError, "this is HTML"),
        (b"<!-- proxy --><html/>", UnexpectedDocumentError, "this is HTML"),
        (
            b"\xef\xbb\xbf<?xml version='1.0'?>\n<!doctype html PUBLIC ''>",
            UnexpectedDocumentError,
            "this is HTML",
        ),
        (b"<!-- 1 --><!-- 2 -->\n<body><p>", UnexpectedDocumentError, "this is HTML"),
        (b'{"MasterObjectList": {"Aggregating": "false"}}', UnexpectedDocumentError, "this is JSON.*Accept"),
        (b"[]", UnexpectedDocumentError, "this is JSON"),
        (b"%PDF-1.7\n%\xe2\xe3", NotWellFormedError, "this is a PDF"),
        (b"\xd4\xc3\xb2\xa1\x02\x00", NotWellFormedError, "packet capture.*validate"),
        (b"\x0a\x0d\x0d\x0a\x1c\x00", NotWellFormedError, "packet capture"),
        (b"3261:9:websocket;0:~", NotWellFormedError, "mitmproxy.*validate"),
        (archive("zip"), NotWellFormedError, "ZIP archive.*validate"),
        (archive("tar"), NotWellFormedError, "tar archive.*validate"),
        (b"7z\xbc\xaf\x27\x1c", NotWellFormedError, "7-Zip"),
        (b"Rar!\x1a\x07\x01", NotWellFormedError, "RAR"),
    ],
)
def test_it_is_said_what_it_is_however_it_is_cut(data: bytes, kind: type[DecodeError], message: str) -> None:
    for size in (1, 7, 100, len(data)):
        pieces = [data[start : start + size] for start in range(0, len(data), size)]
        with pytest.raises(kind, match=message) as met:
            decode(pieces)
        assert (met.value.line, met.value.column) == (1, 1)


@pytest.mark.parametrize(
    "document",
    [SAMPLE, error(), b"<a/>", b"", b"text", b"\xff\xfe<\0a\0", b"<hosts/>", b"<!DOCTYPE a>", b"<!-- <html>"],
)
def test_nothing_else_is_taken_for_one(document: bytes) -> None:
    assert foreign(document) is None


def test_a_response_is_known_by_its_first_bytes() -> None:
    assert not may_be_foreign(SAMPLE[:2])
    assert not may_be_foreign(b"\n  <M")
    assert not may_be_foreign(b" " * 512)
    assert may_be_foreign(b"<") and may_be_foreign(b"<!") and may_be_foreign(b"<he")
    assert not may_be_foreign(b"<hea_")


@pytest.mark.parametrize(
    ("prefix", "document", "message"),
    [
        (b"2026-11-25 10:00:00 INFO ", SAMPLE, "25 characters of other text stand before <MasterObjectList"),
        (b"$ curl\n", b"<?xml version='1.0'?>" + SAMPLE, "7 characters of other text stand before <?xml"),
        ("größe ".encode(), error(), "6 characters of other text stand before <Error"),
        (b"hello", b"", "this is not XML"),
    ],
)
def test_what_stands_before_a_document_is_said_but_not_shown(
    prefix: bytes, document: bytes, message: str
) -> None:
    for pieces in ([prefix + document], [prefix, document], [bytes([byte]) for byte in prefix + document]):
        with pytest.raises(NotWellFormedError) as met:
            decode(pieces)
        assert message in str(met.value)
        assert "INFO" not in str(met.value)
