"""A small document that is there as a whole says what it says in pieces, whatever it begins with."""

from __future__ import annotations

import pytest

from ds3codec import DecodeError, decode
from tests.examples import blob, chunk, job

BEGINNINGS = [
    b"",
    b" \n",
    b"\xef\xbb\xbf",
    b"\xef\xbb\xbf" * 2,
    b"<?xml version='1.0'?>",
    b"\xef\xbb\xbf<?xml version='1.0' encoding='utf-8'?>\n",
    b" <?xml version='1.0'?>",
    b"<?xml version='1.0' encoding='latin-1'?>",
    b"<?xml version='1.0' encoding='none'?>",
    b"<?xml version='2.0'?>",
    b"<?xml?>",
    b"<?skip it?>",
    b"<?xml version='1.0'?><?skip it?>",
    b"<!-- a -->",
    b"<!-- a",
    b"<![CDATA[ ]]>",
    b"<!DOCTYPE MasterObjectList>",
    b"<?xml version='1.0'?><!DOCTYPE MasterObjectList>",
    b"<!doctype html>",
    b"\0",
    b"text",
    b"{}",
    b"</a>",
    b"<a/>",
    b"<",
]


def outcome(source: object) -> object:
    try:
        return decode(source)  # type: ignore[arg-type]
    except DecodeError as error:
        return type(error), str(error), error.line, error.column, error.path


@pytest.mark.parametrize("beginning", BEGINNINGS)
@pytest.mark.parametrize("behind", [b"", b"\n", b"<!-- -->", b"\0", b"text", b"<?skip it?>"])
def test_a_whole_document_is_read_as_its_bytes_are_one_by_one(beginning: bytes, behind: bytes) -> None:
    document = beginning + job(chunk(blob(), blob(Name="größe"))) + behind
    assert outcome(document) == outcome([bytes([byte]) for byte in document])
