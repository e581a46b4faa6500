"""Runs of plain objects, which the parser does not see, are read as the parser would read them.

Pieces of two thousand bytes are too short for a run, so a document in such pieces goes through trees whole.
That is what the same document in large pieces is held against: what comes out, and which error ends it where.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ds3codec import Blob, DecodeError, IncrementalDecoder, JobReader, decode, iter_blobs
from ds3codec.decoding.scanner import Place
from ds3codec.decoding.trees import Trees
from ds3codec.testing import reference
from ds3codec.testing.strategies import cuts, models
from ds3codec.wire.kinds import format_value
from ds3codec.wire.members import Member, attributes
from tests.examples import BLOB, CHUNK, PLACEMENT, UUID, blob, chunk, element, job

CHUNKS = [("ChunkId", "c"), ("ChunkNumber", "7"), ("NodeId", "n")]
START = element("Objects", CHUNK)[:-2] + ">"
NAME = "a name that is long enough for a few objects to be a run " * 20
TAPES = "<PhysicalPlacement><Tapes/></PhysicalPlacement>"


def through_the_parser(document: bytes) -> Iterator[bytes]:
    """Pieces that are too short for runs."""
    return (document[start : start + 2000] for start in range(0, len(document), 2000))


def outcome(source: Iterable[bytes], **options: Any) -> dict[str, Any]:
    """All that comes of a document, and of the error that ends it."""
    found: dict[str, Any] = {"blobs": [], "chunks": []}
    try:
        with JobReader(source, **options) as reader:
            found["header"] = None if reader.is_lone_chunk else reader.header
            for of_chunk, blobs in reader:
                found["blobs"] += blobs
                if not found["chunks"] or found["chunks"][-1] is not of_chunk:
                    found["chunks"].append(of_chunk)
            found["unknown"] = reader.unknown
    except DecodeError as error:
        found["error"] = type(error)
        found |= {name: getattr(error, name) for name in ("message", "path", "line", "column", "blobs_read")}
    return found


def boundaries() -> st.SearchStrategy[str]:
    """The end of a chunk and the start of the next."""
    return st.builds(
        lambda between, blanks, members: (
            f"{between}</Objects>{between}<Objects"
            + "".join(f'{blanks}{name}="{text}"' for name, text in members)
            + ">"
        ),
        st.sampled_from(["", "", "\n", "\r\n  "]),
        st.sampled_from([" ", " ", "\n", "  "]),
        st.permutations(CHUNKS).map(lambda members: members[:4] if len(members) > 4 else members)
        | st.just([*CHUNK.items()])
        | st.just([*CHUNK.items(), ("NodeId", "a &amp; b")]),
    )


@st.composite
def runs(draw: st.DrawFn) -> str:
    """Objects that look alike, or nearly so: some may lack attributes that others have."""
    members = draw(st.permutations(attributes(Blob))) if draw(st.booleans()) else attributes(Blob)
    left_out = draw(st.sets(st.sampled_from([member for member in members if not member.required])))
    some_lack = draw(st.booleans())
    between = draw(st.sampled_from(["", "", "\n    ", "\r\n\t", " "]))
    blanks = draw(st.sampled_from([" ", " ", "\n      ", "\t"]))
    quote = draw(st.sampled_from(['"', '"', "'"]))
    end = draw(st.sampled_from(["/>", "/>", " />", "></Object>", "\n/>"]))
    children = draw(st.sampled_from(["", "", "", TAPES, PLACEMENT]))
    unknown = draw(st.sampled_from(["", "", ' StorageClass="&lt;new&#62;"', ' A="1" B=""']))
    blobs = draw(st.lists(models(Blob, appliance=True, physical_placement=st.none()), min_size=1, max_size=6))

    def tag(item: Blob) -> str:
        present = [
            member
            for member in members
            if member.required or (member not in left_out and not (some_lack and draw(st.booleans())))
        ]
        texts = [
            f"{blanks}{member.name}={quoted(member, getattr(item, member.field), quote)}"
            for member in present
        ]
        start = f"<Object{''.join(texts)}{unknown}"
        return (
            f"{start}>{between}{children}</Object>" if children and draw(st.booleans()) else f"{start}{end}"
        )

    return between.join(tag(replace(item, name=NAME + item.name)) for item in blobs)


def quoted(member: Member, value: Any, quote: str = '"') -> str:
    """An attribute's value; None, where a tag has it nevertheless, as what its type has."""
    if value is None:
        value = {int: 7, bool: True}.get(member.type, "text")
    text = escape(
        format_value(member, value),
        {"\t": "&#9;", "\n": "&#10;", "\r": "&#13;", '"': "&quot;", "'": "&apos;"},
    )
    return f"{quote}{text}{quote}"


def raw(**members: str) -> str:
    """An object whose values stand in it as they are."""
    return "<Object" + "".join(f' {name}="{text}"' for name, text in (BLOB | members).items()) + "/>"


def placed(old: str, new: str, count: int = -1) -> str:
    """An object whose placement has something else in it."""
    return f"{blob()[:-2]}>{PLACEMENT.replace(old, new, count)}</Object>"


BOUNDARY = f'</Objects><Objects ChunkId="{UUID}" ChunkNumber="7">'
PLAIN = [blob(Name=NAME + str(number)) for number in range(100)]
MANY = "".join(PLAIN)

# What looks like a run and is none, or is between runs.
LEGAL = [
    "\n\n  ",
    "</Objects>" + START,
    f"</Objects>\n  {START}{blob()}</Objects>\n{START}{blob()}{blob()}",
    ('</Objects><Objects ChunkId="c" ChunkNumber="1" NodeId="n">' + blob()) * 9,
    ('</Objects><Objects ChunkId="c" ChunkNumber="1" New="n">' + blob()) * 9,
    ('</Objects><Objects ChunkId="c" ChunkNumber="+01">' + blob()) * 9,
    ("</Objects><Objects ChunkId='c&#10;' ChunkNumber='1'>" + blob()) * 9,
    f"</Objects>text{START}",
    f"</Objects>{blob()}{START}",
    f"</Objects><!-- a -->{START}{blob()}",
    (blob()[:-2] + f">\n {PLACEMENT}\n</Object>\n") * 5,
    (blob()[:-2] + f">{PLACEMENT}</Object></Objects>{START}") * 5,
    blob()[:-2] + f">{PLACEMENT}{PLACEMENT}</Object>",
    placed("<Tapes>", "<Tapes><!-- a -->"),
    placed("<Tapes>", "<New/><Tapes>"),
    placed("<Tapes>", '<Tapes a="1">'),
    placed("text", "&lt;&#233;><![CDATA[<b>]]>"),
    placed("text", "&lt;&#233;"),
    placed("text", "a > b"),
    placed("</Tape>", "<Id>a</Id><FullOfData>true</FullOfData><FullOfData>true</FullOfData></Tape>"),
    "".join(placed("text", text) for text in ("text", "text", "&amp;", "", "text", "other")),
    placed("<Tapes>", "><Tapes>"),
    placed("text", "a" + chr(13) + chr(10) + "b"),
    placed(">7<", "> +7 <"),
    blob()[:-2] + f">text{PLACEMENT}text</Object>",
    blob()[:-2] + f"><Stranger/>{PLACEMENT}</Object>",
    f"<!-- {MANY} -->",
    f"<![CDATA[{MANY}]]>",
    f"<?skip {MANY}?>",
    f"<Stranger>{MANY}</Stranger>",
    "</Objects><Objects" + START[8:-1] + "/>" + START,
    f"<!-- {blob()} -->",
    f"<![CDATA[{blob()}]]>",
    f"<?skip {blob()}?>",
    "text &amp; text",
    blob()[:-2] + ">" + TAPES + "</Object>",
    blob()[:-2] + "></Object>",
    blob()[:-2] + "> </Object>",
    blob(StorageClass="new"),
    f"<Stranger>{blob()}</Stranger>",
    blob().replace('"', "'"),
    blob().replace(" ", "\n"),
    raw(Name="a/>b>"),
    raw(Name="&#x1F4FC;&#65;&apos;"),
    raw(Name="a\tb\nc"),
    raw(Name="\x7f\x85\ufeff\ufdd0"),
    blob(Length="+7"),
    blob(Length=" 8 "),
    blob(Length="9223372036854775807"),
    blob(Latest=" TRUE"),
    f'{blob()[:-2]} xmlns:other="urn:other" other:Name="n"/>',
    f'{blob()[:-2]} xmlns=""/>',
    f'{blob()[:-2]} xmlns="urn:other"/>',
    f"{blob()[:-2]} xml:space='preserve'/>",
    "text &#38; &amp; text",
    raw(Name="&#x1F4FC;&#xDf;&#x20;", Bucket="&#223;&#9;"),
]
ILLEGAL = [
    f"</Objects>{START.replace('ChunkNumber=', 'ChunkNumbers=')}",
    ('</Objects><Objects ChunkId="c" ChunkNumber="x">' + blob()) * 2,
    ('</Objects><Objects ChunkId="c" ChunkId="c" ChunkNumber="1">' + blob()) * 2,
    ('</Objects><Objects ChunkId="c" ChunkNumber="1" p:a="">' + blob()) * 2,
    ('</Objects><Objects ChunkId="&#0;" ChunkNumber="1">' + blob()) * 2,
    ('</Objects><Objects ChunkId="a<b" ChunkNumber="1">' + blob()) * 2,
    f'</Objects><Objects ChunkId="{blob()}" ChunkNumber="1">{blob()}',
    f'</Objects><Objects ChunkId="{blob(Name="x")}{blob()}" ChunkNumber="1">',
    placed(">7<", ">x<"),
    placed("text", "&no;"),
    placed("</Tape>", "<Id>a</Id><FullOfData>x</FullOfData><FullOfData>true</FullOfData></Tape>"),
    placed("text", "]]>"),
    placed("text", chr(1)),
    placed("text", chr(0xFFFF)),
    placed("</Tape>", "</Tapes>", 1),
    placed("</Tape>", "</Tape<>", 1),
    f"{blob()[:-2]}>{PLACEMENT}</Object<>",
    f"{blob()[:-2]}>{PLACEMENT}<</Object>",
    f"{blob()[:-2]}>{PLACEMENT.replace('<Tapes>', '<<Tapes>')}</Object>",
    blob()[:-2] + f">{PLACEMENT}</Objects>",
    blob()[:-2] + f">{PLACEMENT}</Object></Object>",
    blob(Length="x")[:-2] + f">{PLACEMENT}</Object>",
    f'<Object Name="{MANY}',
    "\n</Object>",
    f"</Objects>\n{START}</Object>",
    blob(Length="4_096"),
    blob(Length="9223372036854775808"),
    blob(Length="\u0663"),
    blob(Latest="yes"),
    element("Object", {name: text for name, text in BLOB.items() if name != "Length"}),
    raw(Name="&unknown;"),
    raw(Name="a & b"),
    raw(Name="a<b"),
    *(raw(Name=character) for character in "\x01\x08\x0b\x0c\x1f\ufffe\uffff"),
    raw(Name="&#0;"),
    blob()[:-2] + ' Length="1"/>',
    f'<Object Latest="{blob()}',
    f"<!-- -- {blob()} -->",
    "]]>",
    "</Objects></MasterObjectList>" + blob(),
    "</MasterObjectList>",
    "<",
    raw(Name="\0"),
    "\0",
    "<!-- \0 -->",
    blob().replace('" Name', " Name"),
    blob().replace(' Name="', " Name="),
    blob().replace('" Name', "' Name"),
    blob().replace("/>", ""),
    blob()[:-2],
    "text &amp text",
    "a & b",
    "&",
    blob().replace("<Object", "<other:Object"),
    blob().replace(" Name", " other:Name"),
    blob().replace(" Name", " :Name"),
    f'{blob()[:-2]} xmlns="http://www.w3.org/2000/xmlns/"/>',
    f'{blob()[:-2]} xmlns:xml="urn:other"/>',
    f"<Stranger>{blob().replace('<Object', '<other:Object')}</Stranger>",
    "</Objects ",
    "<!-- a",
    "<![CDATA[ a",
    "<?a",
]
HEADS = ["", "\ufeff", '<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n', "<!-- a -->\n", "\n"]


RUNS = st.lists(st.one_of(runs(), runs(), boundaries()), min_size=1, max_size=6)
PASSAGES = st.lists(st.one_of(runs(), runs(), boundaries(), st.sampled_from(LEGAL)), max_size=6)


def of_passages(passages: list[str], head: str = "") -> bytes:
    start, end = job("here").decode().split("here")
    return "".join([head, start, START, *passages, "</Objects>", end]).encode()


@given(PASSAGES, st.sampled_from(HEADS), st.data())
def test_a_document_with_runs_is_read_as_the_parser_reads_it(
    passages: list[str], head: str, data: st.DataObject
) -> None:
    document = of_passages(passages, head)
    expected = outcome(through_the_parser(document))
    assert "error" not in expected
    assert outcome([document]) == expected
    assert outcome(data.draw(cuts(document))) == expected


@given(RUNS, st.sampled_from(HEADS))
def test_a_document_of_runs_is_read_as_the_reference_reads_it(passages: list[str], head: str) -> None:
    document = of_passages(passages, head)
    assert decode(document) == reference.decode(document)


@given(
    PASSAGES,
    st.sampled_from(ILLEGAL),
    RUNS,
    st.sampled_from([{}, {"strict": True}, {"missing": "none"}]),
    st.data(),
)
def test_an_error_among_runs_is_the_one_that_the_parser_meets(
    before: list[str], wrong: str, after: list[str], options: dict[str, Any], data: st.DataObject
) -> None:
    document = of_passages([*before, wrong, *after])
    expected = outcome(through_the_parser(document), **options)
    assert "error" in expected or options
    assert outcome([document], **options) == expected
    assert outcome(data.draw(cuts(document)), **options) == expected


@given(PASSAGES, st.sampled_from(["", *ILLEGAL]), st.booleans(), st.data())
def test_pushing_gives_each_blob_with_the_push_that_completes_it(
    passages: list[str], wrong: str, is_cut: bool, data: st.DataObject
) -> None:
    document = of_passages([*passages, wrong])
    if is_cut:
        document = document[: data.draw(st.integers(1, len(document) - 1))]
    expected = outcome([document])
    decoder, blobs, error = IncrementalDecoder(), [], None
    try:
        for piece in data.draw(cuts(document)):
            blobs += [item for batch in decoder.feed(piece) for item in batch.blobs]
        assert decoder.close() == []
    except DecodeError as caught:
        error = caught
    assert blobs == expected["blobs"]
    assert type(error) is expected.get("error", type(None))


@given(RUNS, st.data())
def test_a_truncated_run_gives_the_objects_before_the_cut(passages: list[str], data: st.DataObject) -> None:
    document = of_passages(passages)
    cut = document[: data.draw(st.integers(1, len(document) - 1))]
    assert outcome([cut]) == outcome(through_the_parser(cut))


@pytest.mark.parametrize("passage", LEGAL + ILLEGAL)
def test_what_stands_in_the_middle_of_a_run_is_read_as_the_parser_reads_it(passage: str) -> None:
    document = of_passages(["\n".join(PLAIN), passage, *PLAIN, passage])
    assert outcome([document]) == outcome(through_the_parser(document))


@pytest.mark.parametrize("passage", ILLEGAL)
@pytest.mark.parametrize("size", [1, 7, 500, 65536])
def test_an_error_is_the_same_for_every_way_of_cutting_the_input(passage: str, size: int) -> None:
    document = of_passages([*PLAIN[:4], passage, *PLAIN[:4]])
    pieces = [document[start : start + size] for start in range(0, len(document), size)]
    assert outcome(pieces) == outcome([document])


@pytest.mark.parametrize("uri", ["", "urn:other", "http://www.w3.org/2000/xmlns/"])
def test_objects_that_declare_a_name_space_are_left_to_the_parser(uri: str) -> None:
    declaring = [f'{plain[:-2]} xmlns="{{}}"/>' for plain in PLAIN[:40]]
    document = of_passages([declaring[0].format(""), *(one.format(uri) for one in declaring[1:])])
    found = outcome([document])
    assert found == outcome(through_the_parser(document))
    assert len(found["blobs"]) == (40 if uri == "" else 1)


@pytest.mark.parametrize("encoding", ["iso-8859-1", "windows-1252", "utf-16", "utf-16-le", "utf-7"])
def test_a_run_in_another_encoding_is_left_to_the_parser(encoding: str) -> None:
    text = of_passages([blob(Name=f"+AOk- größe {number} {NAME}") for number in range(100)]).decode()
    document = f'<?xml version="1.0" encoding="{encoding}"?>{text}'.encode(encoding)
    assert outcome([document]) == outcome(through_the_parser(document))


def test_a_run_in_less_than_its_encoding_allows_is_left_to_the_parser() -> None:
    text = of_passages([*PLAIN[:10], *(blob(Name=f"größe {NAME}") for _ in range(10))])
    document = b'<?xml version="1.0" encoding="us-ascii"?>' + text
    found = outcome([document])
    assert found["error"] is outcome(through_the_parser(document))["error"]
    assert all(item.name.isascii() for item in found["blobs"])


def seen(blobs: list[str], monkeypatch: pytest.MonkeyPatch, size: int = 1 << 20) -> float:
    """Which part of a document with these objects goes through trees, given pieces of so many bytes."""
    document, sizes = job(chunk(*blobs)), list[int]()
    feed = Trees.feed

    def counting(self: Trees, text: bytes, place: Place) -> None:
        sizes.append(len(text))
        feed(self, text, place)

    monkeypatch.setattr(Trees, "feed", counting)
    pieces = (document[start : start + size] for start in range(0, len(document), size))
    assert sum(1 for _ in iter_blobs(pieces)) == document.count(b"<Object ")
    return sum(sizes) / len(document)


def test_of_a_run_trees_have_the_first_object(monkeypatch: pytest.MonkeyPatch) -> None:
    rest = len(job(chunk(PLAIN[0]))) / len(job(chunk(*PLAIN)))
    assert seen(PLAIN, monkeypatch) == pytest.approx(rest)


def test_a_run_goes_on_from_piece_to_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    assert seen(PLAIN, monkeypatch, 10_000) < 0.1


@pytest.mark.parametrize("name", ["größe", "数", "a.b-c", "_"])
@pytest.mark.parametrize("size", [1, 50, 10_000])
def test_an_unknown_element_of_any_name_is_passed_over_in_any_pieces(name: str, size: int) -> None:
    inside = f"<{name}><{name}>text</{name}>{blob()}</{name}>"
    document = of_passages([blob(Name="a"), inside, blob(Name="b"), '<p:a xmlns:p="urn:a"/>'])
    found = outcome(document[start : start + size] for start in range(0, len(document), size))
    assert [item.name for item in found["blobs"]] == ["a", "b"]
    assert found["unknown"] == {name: 1, "{urn:a}a": 1}
