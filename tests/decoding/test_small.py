"""Small documents that are there as a whole say what they say piece by piece."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ds3codec import Ds3CodecError, decode, decode_chunk
from ds3codec.testing.mutations import mutations
from ds3codec.testing.strategies import documents
from tests.examples import CHUNK, PLACEMENT, blob, chunk, element, in_full, job, node
from tests.fuzz.mutations import ATTRIBUTES, BETWEEN, IN_VALUE

ROW = "".join(blob(Name=f"object {number}") for number in range(3))
OBJECT = blob(Name="another")

JOBS = [
    job(),
    job(chunk(ROW)),
    job(element("Nodes", {}, node(), node()), chunk(ROW, ChunkNumber="1"), chunk(ROW, ChunkNumber="2")),
    job(chunk(), chunk(ROW), chunk()),
    job(chunk(ROW), chunk(), chunk(ROW)),
    job(chunk(ROW), element("Nodes", {}, node()), chunk(ROW)),
    job(chunk(OBJECT), chunk(OBJECT), chunk(OBJECT)),
    job(chunk(ROW, OBJECT.replace('"', "'"))),
    job(chunk(OBJECT.replace("/>", "></Object>"), ROW)),
    job(chunk(blob(Name="a>b/>"), blob(Name="it's"), blob(Name='"&amp;'))),
    job(chunk(ROW, OBJECT[:-2] + f">{PLACEMENT}</Object>", ROW)),
    job(chunk(ROW, blob(Bucket="bucket"), blob(Id="1", Bucket="b"))),
    job(chunk("\n  ", blob(), "\n  ", blob(), "\n")),
    job(chunk(ROW)).replace(b"<Object ", b"<Object\n"),
    b'<?xml version="1.0" encoding="UTF-8"?>\n' + job(chunk(ROW)),
    b'<?xml version="1.0" encoding="iso-8859-1"?>' + job(chunk(blob(Name="gr\u00f6\u00dfe"))),
    chunk(ROW).encode(),
    b'<?xml version="1.0"?>' + chunk(ROW).encode(),
    # What a run might take for what it is not.
    b'<?xml version="1.0"?>' + (chunk(ROW) + chunk(ROW)).encode(),
    (chunk(ROW) + chunk(ROW)).encode(),
    job(chunk(ROW)) + job(chunk(ROW)),
    job(ROW),
    job(element("Nodes", {}, ROW)),
    job(element("Nodes", {}, node(), ROW), chunk()),
    job(chunk("<Object/>", ROW)),
    job(chunk(ROW, "<Object/>")),
    job(chunk(OBJECT[:-2] + f">{ROW}</Object>")),
    job(chunk(element("Objects", CHUNK, ROW))),
    job(chunk("<New>" + ROW + "</New>")),
    job(chunk(ROW, "text", ROW)),
    job(chunk(ROW, blob(New="1"))),
    job(chunk(blob(New="1"), blob(New="2"))),
    job(chunk(ROW, blob(Length="x"))),
    job(chunk(blob(Length="-1"), blob(Length="+ 1"))),
    job(chunk(ROW, OBJECT.replace("Name", "name"))),
    job(chunk(ROW)).replace(b"</Objects>", b""),
    job(chunk(ROW, OBJECT.replace('"another"', '"\t&#9;&#0;"'))),
]


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
ENDINGS = [b"", b"\n", b"<!-- -->", b"\0", b"text", b"<?skip it?>"]


def outcome(source: Any, read: Any, **options: Any) -> str:
    """All that a document says, or how it fails."""
    try:
        return in_full(read(source, **options))
    except Ds3CodecError as error:
        return f"{type(error).__name__} {error}"


def assert_alike(document: bytes) -> None:
    """Read a document at once and as pieces, through both doors and with each option."""
    for read in (decode, decode_chunk):
        for options in ({}, {"missing": "none"}, {"strict": True}):
            assert outcome(document, read, **options) == outcome([document], read, **options)


@pytest.mark.parametrize("document", JOBS)
def test_in_one_piece(document: bytes) -> None:
    assert_alike(document)


@pytest.mark.parametrize("beginning", BEGINNINGS)
@pytest.mark.parametrize("ending", ENDINGS)
def test_with_anything_around_them(beginning: bytes, ending: bytes) -> None:
    document = beginning + job(chunk(blob(), blob(Name="gr\u00f6\u00dfe"))) + ending
    assert outcome(document, decode) == outcome([bytes([byte]) for byte in document], decode)


@given(documents() | mutations().map(lambda mutation: mutation.document))
def test_of_any_form(document: bytes) -> None:
    assert_alike(document)


@given(
    st.sampled_from(JOBS),
    st.lists(
        st.tuples(st.integers(0, 4000), st.sampled_from([*BETWEEN, *IN_VALUE, *ATTRIBUTES])), max_size=3
    ),
)
def test_with_anything_in_them(document: bytes, inserted: list[tuple[int, str]]) -> None:
    for place, text in inserted:
        at = place % (len(document) + 1)
        document = document[:at] + text.encode("utf-8", "surrogatepass") + document[at:]
    assert_alike(document)
