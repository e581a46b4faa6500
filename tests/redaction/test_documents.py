"""Documents: what stays, what does not, and that both are where they were."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from ds3codec import Ds3CodecError, encode
from ds3codec.redaction.documents import Document
from ds3codec.redaction.stand_ins import StandIns
from ds3codec.testing.strategies import cuts, jobs
from tests.examples import UUID, blob, chunk, error, job, tape
from tests.redaction.findings import SCHEMA_NAMES

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
        "<Objects><Colour>secret</Colour></Objects>",
        "<Objects HttpPort='secret'/>",
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
    forms = [
        re.sub(r"(</?)(?!Obj|Err|Mess|Res|Acc)\w+", r"\1?", one)
        for one in (after, text.replace("==<", "**<"))
    ]
    after, text = (re.sub(r"<\?\w+", "<?", one) for one in forms)
    assert re.findall(r"</?\w+|[<>=]", after) == re.findall(r"</?\w+|[<>=]", text)


def test_the_code_and_the_status_of_an_error_stay() -> None:
    after = redacted(error(Code="NotFound", HttpErrorCode="404", ResourceId="123456")).decode()
    assert "<Code>NotFound</Code><HttpErrorCode>404</HttpErrorCode>" in after
    assert f"<ResourceId>{STAND_INS.text('123456')}</ResourceId>" in after


@pytest.mark.parametrize(
    "spelling",
    ["&#109;y &amp; &#x6d;e &#229;", "&#x000006D;&lt;", "&#1;x", "&#1114111;m", "&#999;&#1000;&#x10000;"],
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
            assert all(
                word != other
                for word, other in zip(words, stand_ins)
                if word.isprintable() and word.strip("·")
            )
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
     b"<a></a b>", b"<a></a 'b'>", b"</>", b"<a xmlns='b' ='c'/>", b"<a xmlns='b' c/>",
     b'<?xml version="1.0" encoding="ebcdic-cp-us"?><a/>', b"<a>&unknown;</a>", b"<a>&</a>",
     b"<a b='&#9999999;'/>",
     b"<a/><?xml version='secret'?>", b'<?xml version="secret"?><a/>', b"<a/><?XML secret?>",
     b"<a>" + b"<!--" + b"x" * 5_000_000],
)  # fmt: skip
def test_what_is_no_xml_is_refused(text: bytes) -> None:
    with pytest.raises(Ds3CodecError):
        redacted(text)


def test_the_place_of_a_value_is_its_element_and_attribute_and_not_its_name() -> None:
    nodes = '<MasterObjectList><Nodes><Node HttpPort="80"/></Nodes></MasterObjectList>'
    assert redacted(nodes.encode()).decode() == nodes
    for text in (
        '<MasterObjectList><Nodes><Node Length="48"/></Nodes></MasterObjectList>',
        '<MasterObjectList><Objects><Object HttpPort="48"/></Objects></MasterObjectList>',
        '<MasterObjectList><Object Length="48"/></MasterObjectList>',
        '<MasterObjectList><Other><Objects ChunkNumber="48"/></Other></MasterObjectList>',
        '<MasterObjectList xmlns="urn:x" CachedSizeInBytes="48"/>',
        '<p:MasterObjectList xmlns:p="urn:x" CachedSizeInBytes="48"/>',
        '<MasterObjectList xmlns:p="urn:x" p:CachedSizeInBytes="48"/>',
        '<MasterObjectList/><MasterObjectList CachedSizeInBytes="48"/>',
        "<Error><Message><HttpErrorCode>48</HttpErrorCode></Message></Error>",
        "<Error><Code>NotFoundHere</Code></Error>",
        '<Other CachedSizeInBytes="48"/>',
    ):
        after = redacted(text.encode()).decode()
        assert len(after) == len(text)
        assert "48" not in after and "NotFoundHere" not in after
    inside = '<MasterObjectList xmlns:p="urn:x"><Objects xmlns="" ChunkNumber="48"/></MasterObjectList>'
    assert 'ChunkNumber="48"' in redacted(inside.encode()).decode()


@pytest.mark.parametrize(
    ("value", "stays"),
    [
        ("4<!-- x -->04", True),
        ("<![CDATA[4]]>0&#52;", True),
        ("<![CDATA[40]]>x", False),
        ("40<Other>4</Other>x", True),
        ("4x<Other/>4", False),
        ("9<?x y?>0210777777", False),
    ],
)
def test_a_value_in_pieces_is_judged_as_a_whole(value: str, stays: bool) -> None:
    document = f"<Error><HttpErrorCode>{value}</HttpErrorCode></Error>"
    for pieces in ([document.encode()], [bytes([one]) for one in document.encode()]):
        after = redacted(*pieces).decode()
        assert len(after) == len(document)
        before_text, after_text = (
            etree.fromstring(text.encode()).xpath("string(*/text()[1])") for text in (document, after)
        )
        assert (before_text == after_text) == stays


def test_what_is_behind_an_element_belongs_to_no_value() -> None:
    after = redacted(b"<Error><HttpErrorCode>40<Other/>48</HttpErrorCode></Error>").decode()
    assert ">40<" in after and "48" not in after


def test_names_that_the_schema_does_not_have_get_stand_ins_that_it_does_not_have_either() -> None:
    document = (
        b'<Objects Colour="a"><Colour x:Colour="a" xmlns:x="urn:x"><Object/></Colour><?Colour a?></Objects>'
    )
    names = re.findall(r"[A-Z]\w+", redacted(document).decode())
    assert names[0] == names[-1] == "Objects"
    assert names[4] == "Object" or "Object" in names
    assert len(set(names) - {"Objects", "Object"}) == 1
    for number in range(300):
        short = redacted(f'<Objects Ab{number % 10}="" Xd="" Yd="" Id=""/>'.encode()).decode()
        assert len(set(re.findall(r" (\w+)=", short))) == 4


@given(
    st.lists(
        st.from_regex(r"[A-Za-z_\u00e4\u4e2d\U00020000][\w.\-\u0301\u00b7]{0,6}", fullmatch=True), unique=True
    )
)
def test_documents_with_names_of_any_kind_stay_well_formed(names: list[str]) -> None:
    names = [name for name in names if is_name(name)]
    document = "".join(
        f'<{name} {name}="x" xmlns:n{name}="urn:{number}"><?n{name}?>' for number, name in enumerate(names)
    )
    document = f"<Objects>{document}{''.join(f'</{name}>' for name in reversed(names))}</Objects>"
    after = etree.fromstring(redacted(document.encode()))
    before = [one.tag for one in etree.fromstring(document.encode()).iter(etree.Element)]
    new = [one.tag for one in after.iter(etree.Element)]
    assert len(set(new)) == len(set(before)) == len(names) + 1
    assert all((old == name) == is_kept(old) for old, name in zip(before, new))


def is_name(name: str) -> bool:
    try:
        etree.fromstring(f"<{name}/>".encode())
    except etree.XMLSyntaxError:
        return False
    return not name.lower().startswith("xml")


def is_kept(name: object) -> bool:
    return str(name) in SCHEMA_NAMES or not re.search("[^_.-]", str(name))


def test_name_spaces_get_stand_ins_but_those_of_xml_itself() -> None:
    spaces = [
        "http://www.w3.org/2001/XMLSchema-instance",
        "http://www.w3.org/XML/1998/namespace",
        "http://customer.example/2026",
    ]
    text = "".join(f' xmlns:p{number}="{uri}"' for number, uri in enumerate(spaces))
    after = redacted(f'<MasterObjectList{text} p0:nil=" true " p0:other="true"/>'.encode()).decode()
    assert spaces[0] in after and spaces[1] in after and "customer" not in after
    assert '=" true "' in after and '="true"' not in after
    assert 'xmlns:xsi="' in redacted(b'<a xmlns:xsi="x"/>').decode()


def test_a_declaration_says_no_more_than_that_it_is_one() -> None:
    for before, after in (
        ('<?xml version="1.0"?>', '<?xml version="1.0"?>'),
        ("<?xml version='1.1' encoding='UTF-8' standalone='no' ?>",) * 2,
        (
            '<?xml version="1.90210777" encoding="latin-1"?>',
            '<?xml version="1.00000000"                   ?>',
        ),
    ):
        assert redacted(f"{before}<a/>".encode()).decode().startswith(after)


def test_names_of_types_stay_where_a_type_is_named() -> None:
    xsi = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:p="http://www.w3.org/2001/XMLSchema"'
    types = [re.findall(r':type="([^"]*)"', redacted(f'<Objects {xsi} xsi:type="{name}"/>'.encode()).decode())
             for name in ("Objects", " Tape ", "p:string", "xsi:int", "secret", "secret:Tape")]  # fmt: skip
    assert types[1] == [" Tape "] and types[2][0].endswith(":string") and types[3] == ["xsi:int"]
    assert "secret" not in str(types)
    assert "string" not in redacted(b'<Objects string="x"/>').decode()
