"""Text from bytes: whole characters in UTF-8, whatever the document is encoded in and cut into."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ds3codec import NotWellFormedError, TruncatedError
from ds3codec.decoding.text import Text
from tests.strategies import cuts

MARKED = {
    "utf-8": codecs.BOM_UTF8,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
    "utf-32-le": codecs.BOM_UTF32_LE,
    "utf-32-be": codecs.BOM_UTF32_BE,
}


def read(*pieces: bytes) -> list[bytes]:
    """What comes out for these pieces; each is text by itself."""
    text = Text()
    read = [out for piece in pieces for out in text.feed(piece)] + list(text.close())
    assert text.is_utf_8
    for out in read:
        out.decode("utf-8")
    return read


@given(st.data(), st.sampled_from([*MARKED]), st.text(st.characters(codec="utf-8"), min_size=1))
def test_pieces_are_whole_characters_in_utf_8(data: st.DataObject, encoding: str, content: str) -> None:
    document = MARKED[encoding] + f"<a>{content}</a>".encode(encoding)
    assert b"".join(read(*data.draw(cuts(document)))).decode() == f"<a>{content}</a>"


@pytest.mark.parametrize("encoding", ["iso-8859-1", "windows-1252", "us-ascii", "latin1"])
def test_a_declared_encoding_of_single_bytes_becomes_utf_8(encoding: str) -> None:
    name = "Grösse" if encoding != "us-ascii" else "Groesse"
    document = f'<?xml version="1.0" encoding="{encoding}"?><a b="{name}"/>'
    assert b"".join(read(document.encode(encoding))).decode() == document


@pytest.mark.parametrize("size", [1, 7, 10_000])
def test_an_encoding_that_the_parser_may_know_passes_unchanged(size: int) -> None:
    document = '<?xml version="1.0" encoding="Shift_JIS"?><a b="数"/>'.encode("shift_jis")
    text = Text()
    pieces = [document[start : start + size] for start in range(0, len(document), size)]
    out = [piece for each in pieces for piece in text.feed(each)] + list(text.close())
    assert b"".join(out) == document
    assert not text.is_utf_8


@pytest.mark.parametrize("encoding", [*MARKED])
def test_a_second_mark_is_not_well_formed(encoding: str) -> None:
    with pytest.raises(NotWellFormedError, match="second byte order mark"):
        read(MARKED[encoding] * 2 + "<a/>".encode(encoding))


def test_a_character_that_is_cut_is_truncated_and_one_that_is_wrong_is_not_well_formed() -> None:
    with pytest.raises(TruncatedError, match="within a character"):
        read("<a>数".encode()[:-1])
    with pytest.raises(NotWellFormedError, match="not UTF-8"):
        read("<a>数".encode()[:-1] + b"</a>")
