"""Documents: what stays, what does not, and that both are where they were."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ds3codec import Ds3CodecError, encode
from ds3codec.redaction.documents import Document
from ds3codec.redaction.stand_ins import StandIns
from ds3codec.testing.strategies import cuts, jobs
from tests.examples import UUID, blob, chunk, error, job, tape

STAND_INS = StandIns(b"key")
ATTRIBUTE = re.compile(r' (\w+)="([^"]*)"')
WORD = re.compile("[0-9A-Za-z\u0080-\U0010ffff]+")
TELLING = [
    "Bucket",
    "BucketName",
    "ChunkId",
    "EndPoint",
    "Id",
    "JobId",
    "Name",
    "NodeId",
    "UserId",
    "UserName",
]
TELLING += ["VersionId"]


def redacted(*pieces: bytes) -> bytes:
    document = Document(STAND_INS)
    return b"".join(map(document.feed, pieces)) + document.close()


def test_what_tells_nothing_stays() -> None:
    before = job(
        chunk(blob(Length="42", InCache="true", Name="secret")), Status="IN_PROGRESS", Priority="LOW"
    )
    after = redacted(before).decode()
    for kept in ('Length="42"', 'InCache="true"', 'Status="IN_PROGRESS"', 'Priority="LOW"', "2026-"):
        assert kept in after
    assert f'Name="{STAND_INS.text("secret")}"' in after
    assert f'JobId="{STAND_INS.text(UUID)}"' in after


@pytest.mark.parametrize(
    "text",
    [
        '<Objects Length="secret"/>',
        '<Objects Status="SECRET"/>',
        "<Objects Colour='secret'/>",
        "<Objects>secret</Objects>",
        "<Colour>secret</Colour>",
        "<Objects><!-- secret --></Objects>",
        "<Objects><?style secret?></Objects>",
        "<Objects><![CDATA[secret]]></Objects>",
        "<Objects/>secret",
        "<AccountKey>se%cret==</AccountKey>",
        "<Error><Message>secret</Message><Resource>/secret</Resource></Error>",
    ],
)
def test_all_else_is_replaced(text: str) -> None:
    after = redacted(text.encode()).decode()
    assert len(after) == len(text)
    assert not re.search("(?i)secret|se%|==", after)
    assert re.findall(r"</?\w+|[<>=]", after) == re.findall(r"</?\w+|[<>=]", text.replace("==<", "**<"))


def test_the_code_and_the_status_of_an_error_stay() -> None:
    after = redacted(error(Code="NotFound", HttpErrorCode="404", ResourceId="123456")).decode()
    assert "<Code>NotFound</Code><HttpErrorCode>404</HttpErrorCode>" in after
    assert f"<ResourceId>{STAND_INS.text('123456')}</ResourceId>" in after


@pytest.mark.parametrize(
    "spelling", ["&#109;y &amp; &#x6d;e &#229;", "&#x000006D;&lt;", "&#1;&unknown;x", "&#9999999;m"]
)
def test_letters_that_are_spelled_as_references_are_replaced(spelling: str) -> None:
    after = redacted(f'<Object Name="{spelling}"/>'.encode()).decode()
    assert len(after) == len(f'<Object Name="{spelling}"/>')
    assert "109" not in after and "6d" not in after.lower() and "229" not in after
    assert ("&amp;" in after, "&lt;" in after) == ("&amp;" in spelling, "&lt;" in spelling)


def test_a_name_has_its_stand_in_however_it_is_spelled() -> None:
    plain, spelled = (redacted(f'<Object Name="{name}"/>'.encode()).decode() for name in ("my", "&#109;y"))
    letters = re.sub("&#([0-9]+);", lambda found: chr(int(found[1])), spelled)
    assert letters == plain


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "utf-16", "utf-32-le", "windows-1252"])
def test_any_usual_encoding_comes_out_as_utf_8_with_all_in_its_place(encoding: str) -> None:
    name = "utf-8" if encoding == "utf-8-sig" else encoding
    text = f'<?xml version="1.0" encoding="{name}" standalone="yes"?><MasterObjectList Name="größe"/>'
    after = redacted(text.encode(encoding))
    assert after.startswith(b"\xef\xbb\xbf") == (encoding == "utf-8-sig")
    assert len(after.decode("utf-8-sig")) == len(text)
    assert after.decode("utf-8-sig").index("<Master") == text.index("<Master")
    assert (b"encoding" in after) == (name == "utf-8")


@given(jobs(), st.data())
def test_nothing_of_what_a_job_tells_is_left(tested: object, data: st.DataObject) -> None:
    document = encode(tested)  # type: ignore[arg-type]
    after = redacted(*data.draw(cuts(document)))
    assert after == redacted(document)
    assert len(after.decode()) == len(document.decode())
    for (name, old), (_, new) in zip(*(ATTRIBUTE.findall(text.decode()) for text in (document, after))):
        if name in TELLING:
            words, stand_ins = WORD.findall(unescape(old)), WORD.findall(unescape(new))
            assert all(word != other for word, other in zip(words, stand_ins) if word.isprintable())
        else:
            assert old == new


def test_placements_lose_their_credentials_and_bar_codes() -> None:
    placed = blob(Name="x").replace(
        "/>", f"><PhysicalPlacement><Tapes>{tape()}</Tapes></PhysicalPlacement></Object>"
    )
    texts = re.findall(">([^<>]{4,})<", placed)
    after = redacted(job(chunk(placed))).decode()
    kept = [text for text in texts if f">{text}<" in after]
    assert all(re.fullmatch(r"[A-Z_0-9]+|true|false|[-0-9T:.Z]+", text) for text in kept)
    assert len(kept) < len(texts)


@pytest.mark.parametrize(
    "text",
    [b"<MasterObjectList", b"<a b=c>", b"<!DOCTYPE a><a/>", b"<a>\xff</a>", b"<a/>\xc3", b"<!-- ", b"<a <b/>",
     b'<?xml version="1.0" encoding="ebcdic-cp-us"?><a/>', b"<a>" + b"<!--" + b"x" * 5_000_000],
)  # fmt: skip
def test_what_is_no_xml_is_refused(text: bytes) -> None:
    with pytest.raises(Ds3CodecError):
        redacted(text)
