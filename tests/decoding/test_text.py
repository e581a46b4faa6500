"""Text from bytes: whole characters in UTF-8, whatever the document is encoded in and cut into."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from ds3codec import NotWellFormedError, TruncatedError, decode
from ds3codec.decoding.text import TextStream
from ds3codec.testing.strategies import cuts
from tests.decoding.failures import SINGLE_BYTES, WHOLE, read_up_to_error
from tests.examples import SAMPLE, blob, chunk, job

MARKED = {
    "utf-8": codecs.BOM_UTF8,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
    "utf-32-le": codecs.BOM_UTF32_LE,
    "utf-32-be": codecs.BOM_UTF32_BE,
}


def read(*pieces: bytes) -> list[bytes]:
    """What comes out for these pieces; each is text by itself."""
    text = TextStream()
    read = [out for piece in pieces for out in text.feed(piece)] + list(text.close())
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
@pytest.mark.parametrize("encoding", ["Shift_JIS", "euc-jp", "iso-2022-jp", "gb18030", "utf-7", "koi8-r"])
def test_any_other_encoding_becomes_utf_8(encoding: str, size: int) -> None:
    document = f'<?xml version="1.0" encoding="{encoding}"?><a b="{"Я" if "8-r" in encoding else "数"}"/>'
    data = document.encode(encoding)
    pieces = [data[start : start + size] for start in range(0, len(data), size)]
    assert b"".join(read(*pieces)).decode() == document
    assert etree.fromstring(data).get("b") == etree.fromstring(document.partition("?>")[2]).get("b")


@pytest.mark.parametrize("encoding", ["klingon", "utf-16", "ucs-4", "cp037", "hex", "punycode", "mac-roman"])
def test_an_encoding_that_is_not_known_or_not_true_is_not_well_formed(encoding: str) -> None:
    document = f'<?xml version="1.0" encoding="{encoding}"?><a/>'.encode()
    with pytest.raises(NotWellFormedError, match=encoding):
        read(document)
    with pytest.raises(etree.XMLSyntaxError):
        etree.fromstring(document)


@pytest.mark.parametrize("encoding", [*MARKED])
def test_a_second_mark_is_not_well_formed(encoding: str) -> None:
    with pytest.raises(NotWellFormedError, match="second byte order mark"):
        read(MARKED[encoding] * 2 + "<a/>".encode(encoding))


def test_a_character_that_is_cut_is_truncated_and_one_that_is_wrong_is_not_well_formed() -> None:
    with pytest.raises(TruncatedError, match="within a character"):
        read("<a>数".encode()[:-1])
    with pytest.raises(NotWellFormedError, match="not UTF-8"):
        read("<a>数".encode()[:-1] + b"</a>")


@pytest.mark.parametrize(
    "encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "iso-8859-1", "windows-1252"]
)
@pytest.mark.parametrize("size", [WHOLE, SINGLE_BYTES])
def test_every_declared_encoding_is_read(encoding: str, size: int) -> None:
    declared = {"utf-8-sig": "utf-8", "utf-16-le": "utf-16", "utf-16-be": "utf-16"}.get(encoding, encoding)
    text = f'<?xml version="1.0" encoding="{declared}"?>' + job(Name="größe").decode()
    start = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    document = start + text.encode(encoding)
    assert decode(document[place : place + size] for place in range(0, len(document), size)).name == "größe"


def test_a_byte_order_mark_goes_with_and_without_a_declaration() -> None:
    for start in ("\ufeff", '\ufeff<?xml version="1.0" encoding="utf-8" ?>\r\n'):
        assert decode(start.encode() + SAMPLE) == decode(SAMPLE)


@pytest.mark.parametrize("size", [WHOLE, 1000, SINGLE_BYTES])
@pytest.mark.parametrize("encoding", ["utf-32", "utf-32-le", "utf-32-be", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("declaration", ["", '<?xml version="1.0" encoding="{}"?>'])
def test_utf_16_and_utf_32_are_read_with_a_mark_or_a_declaration(
    encoding: str, declaration: str, size: int
) -> None:
    text = declaration.format(encoding[:6].upper()) + SAMPLE.decode()
    mark = "\ufeff" if encoding[6:] and not declaration else ""
    document = (mark + text).encode(encoding)
    assert decode(document[at : at + size] for at in range(0, len(document), size)) == decode(SAMPLE)


@pytest.mark.parametrize("size", [WHOLE, 1000, SINGLE_BYTES])
@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_what_is_wrong_in_utf_16_is_located_as_in_utf_8(encoding: str, size: int) -> None:
    document = SAMPLE.replace(b'Length="4096"', b'Length="4_096"')
    expected = read_up_to_error(document, WHOLE)
    read, error = read_up_to_error(document.decode().encode(encoding), size)
    assert read == expected[0]
    assert str(error) == str(expected[1])


@pytest.mark.parametrize("size", [WHOLE, 1000, SINGLE_BYTES])
def test_a_lone_surrogate_is_not_well_formed_where_it_stands(size: int) -> None:
    text = job(chunk(blob(Name="a"), "\n?", blob())).decode().replace("?", "\ud800")
    document = text.encode("utf-16", "surrogatepass")
    read, error = read_up_to_error(document, size)
    assert type(error) is NotWellFormedError
    assert (read, error.line, error.column) == (["a"], 2, 1)


@pytest.mark.parametrize("size", [WHOLE, 1000, SINGLE_BYTES])
@pytest.mark.parametrize("wrong", [b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe4\xbd"])
@pytest.mark.parametrize("encoding", ["utf-8", "us-ascii"])
def test_bytes_of_another_encoding_are_not_well_formed_where_they_stand(
    encoding: str, wrong: bytes, size: int
) -> None:
    document = job(chunk(blob(), "\n  ?<!-- ? -->", blob())).replace(b"?", wrong)
    document = f'<?xml version="1.0" encoding="{encoding}"?>'.encode() + document
    read, error = read_up_to_error(document, size)
    assert type(error) is NotWellFormedError
    assert encoding.upper() in error.message
    assert (len(read), error.line, error.column) == (1, 2, 3)


@pytest.mark.parametrize("encoding", ["iso-8859-1", "windows-1252", "utf-8", "iso-8859-15"])
def test_columns_are_counted_in_characters_of_the_encoding(encoding: str) -> None:
    wrong = blob(Name="größe", Length="x")
    document = f'<?xml version="1.0" encoding="{encoding}"?>\n'.encode() + job(
        chunk(blob(Name="größe"), wrong)
    ).decode().encode(encoding)
    _, error = read_up_to_error(document, WHOLE)
    assert (error.line, error.column) == (2, document.decode(encoding).split("\n")[1].index(wrong) + 1)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("size", [WHOLE, SINGLE_BYTES])
def test_a_second_byte_order_mark_is_not_well_formed(encoding: str, size: int) -> None:
    _, error = read_up_to_error(f"\ufeff\ufeff{SAMPLE.decode()}".encode(encoding), size)
    assert type(error) is NotWellFormedError


def test_text_that_ends_within_a_character_is_truncated() -> None:
    read, error = read_up_to_error(SAMPLE.decode().encode("utf-16")[:-1], WHOLE)
    assert type(error) is TruncatedError
    assert len(read) == 5


def test_a_mark_is_believed_and_not_what_is_declared() -> None:
    text = '<?xml version="1.0" encoding="iso-8859-1"?>' + job(Name="größe").decode()
    assert decode(text.encode("utf-8-sig")).name == "größe"
    assert decode(text.encode("utf-16")).name == "größe"
