"""What goes wrong in a document: which error, at which place, after which blobs.

Each wrong document is read through every door, whole and in single bytes.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from enum import Enum

import pytest

from ds3codec import (
    Blob,
    DecodeError,
    Ds3CodecError,
    ForbiddenConstructError,
    IncrementalDecoder,
    InvalidValueError,
    JobChunk,
    JobNode,
    JobReader,
    LimitExceededError,
    MasterObjectList,
    MissingAttributeError,
    NotWellFormedError,
    ServerErrorResponse,
    TruncatedError,
    UnexpectedDocumentError,
    UnknownNameError,
    aread,
    decode,
    decode_chunk,
    iter_blobs,
)
from ds3codec.wire.members import Member, attributes
from tests.examples import BLOB, JOB, SAMPLE, blob, chunk, element, error, job, node

SINGLE_BYTES = 1
WHOLE = 10**9


def failure(document: bytes, size: int = WHOLE, strict: bool = False) -> tuple[list[str], Ds3CodecError]:
    """The names of the blobs that came before the error, and the error: the same through all doors."""
    pieces = [document[place : place + size] for place in range(0, len(document), size)]
    results = [
        pulled(pieces, strict),
        pushed(pieces, strict),
        asyncio.run(awaited(pieces, strict)),
    ]
    assert [(names, str(error), type(error)) for names, error in results[1:]] == [
        (names, str(error), type(error)) for names, error in results[:-1]
    ]
    return results[0]


def pulled(pieces: list[bytes], strict: bool) -> tuple[list[str], Ds3CodecError]:
    names: list[str] = []
    with pytest.raises(Ds3CodecError) as caught:
        names.extend(name.name for name in iter_blobs(pieces, strict=strict))
    names.clear()
    with pytest.raises(Ds3CodecError) as again:
        for item in iter_blobs(pieces, strict=strict):
            names.append(item.name)  # noqa: PERF401  (what was appended before the error stays)
    assert str(again.value) == str(caught.value)
    return names, again.value


def pushed(pieces: list[bytes], strict: bool) -> tuple[list[str], Ds3CodecError]:
    decoder, names = IncrementalDecoder(strict=strict), []
    with pytest.raises(Ds3CodecError) as caught:
        for push in [
            *[lambda piece=piece: decoder.feed(piece) for piece in pieces],
            decoder.close,
            decoder.close,
        ]:
            names += [item.name for batch in push() for item in batch.blobs]
    return names, caught.value


async def awaited(pieces: list[bytes], strict: bool) -> tuple[list[str], Ds3CodecError]:
    async def source() -> AsyncIterator[bytes]:
        for piece in pieces:
            yield piece

    names: list[str] = []
    with pytest.raises(Ds3CodecError) as caught:
        async for batch in aread(source(), strict=strict):
            names += [item.name for item in batch.blobs]
    return names, caught.value


THREE = chunk(blob(Name="a"), blob(Name="b")), chunk(blob(Name="c"), ChunkNumber="1")


@pytest.mark.parametrize("size", [WHOLE, SINGLE_BYTES])
@pytest.mark.parametrize(
    ("document", "kind"),
    [
        (b"", TruncatedError),
        (b" \n\t ", TruncatedError),
        (b"\xef\xbb\xbf", TruncatedError),
        (b"no XML at all", NotWellFormedError),
        (b"ab", NotWellFormedError),
        (b'{"MasterObjectList": {}}', NotWellFormedError),
        (b"\x00\x01\x02\x03\x04\x05\x06\x07", NotWellFormedError),
        (b"<html><body><p>It works!</p></body></html>", UnexpectedDocumentError),
        (b"<!DOCTYPE html><html><body><br></body></html>", ForbiddenConstructError),
        (b"<ListBucketResult><Name>bucket</Name></ListBucketResult>", UnexpectedDocumentError),
        (b"<Object Name='lone'/>", UnexpectedDocumentError),
        (b'<MasterObjectList xmlns="urn:other"/>', UnexpectedDocumentError),
        (b'<x:MasterObjectList xmlns:x="urn:other"/>', UnexpectedDocumentError),
        (b"<masterobjectlist/>", UnexpectedDocumentError),
        (b' <?xml version="1.0"?>' + job(), NotWellFormedError),
        (b'<?xml version="1.0" encoding="utf-16"?>' + job(), NotWellFormedError),
        (b'<?xml version="1.0" encoding="klingon"?>' + job(), NotWellFormedError),
        (b'<?xml version="1.0" encoding="us-ascii"?>' + job(Name="ä"), NotWellFormedError),
        (job(Name="\x01"), NotWellFormedError),
        (job(Name="&undefined;").replace(b"&amp;", b"&"), ForbiddenConstructError),
        (job("&undefined;"), ForbiddenConstructError),
    ],
)
def test_a_document_that_is_not_a_response_is_an_error_of_its_kind(
    document: bytes, kind: type[DecodeError], size: int
) -> None:
    names, error = failure(document, size)
    assert type(error) is kind
    assert names == []


def test_the_server_s_error_is_raised_with_what_it_says() -> None:
    names, answer = failure(error(RequestId="42"))
    assert isinstance(answer, ServerErrorResponse)
    assert names == []
    assert (answer.code, answer.status, answer.request_id) == ("NotFound", 404, "42")
    assert answer.message == "There is no such job."
    assert answer.resource == answer.error.resource
    assert answer.error.resource_id == 7


def test_a_server_error_that_makes_no_sense_is_raised_as_far_as_it_does() -> None:
    document = (
        b"<Error>\n<Code>Gone</Code><HttpErrorCode>many</HttpErrorCode><Extra><Code>x</Code></Extra></Error>"
    )
    with pytest.raises(ServerErrorResponse) as caught:
        decode(document, strict=True)
    assert (caught.value.code, caught.value.status, caught.value.message) == ("Gone", None, None)


def test_a_server_error_cut_short_is_truncated() -> None:
    with pytest.raises(TruncatedError):
        decode(error()[:-3])


def test_a_response_cut_at_any_byte_is_truncated_after_the_blobs_before_the_cut() -> None:
    document = (
        "\ufeff" + job(*THREE, element("Nodes", {}, node())).decode().replace("bucket", "größe")
    ).encode()
    ends = [place for place in range(len(document)) if document.startswith(b"/>", place)]
    for place in range(len(document)):
        decoder = IncrementalDecoder()
        names = [item.name for batch in decoder.feed(document[:place]) for item in batch.blobs]
        with pytest.raises(TruncatedError) as caught:
            names += [item.name for batch in decoder.close() for item in batch.blobs]
            decoder.close()
        complete = sum(end + 2 <= place for end in ends[:3])
        assert names == ["a", "b", "c"][:complete]
        assert caught.value.blobs_read == len(names)


def test_a_cut_inside_an_unknown_element_has_its_path() -> None:
    with pytest.raises(TruncatedError) as caught:
        decode(job("<New><Deeper>")[: -len("</MasterObjectList>")])
    assert caught.value.path == "/MasterObjectList/New"


@pytest.mark.parametrize("size", [WHOLE, SINGLE_BYTES])
@pytest.mark.parametrize("rest", [b"x", b"<a/>", b"</MasterObjectList>", b"\x00", job(), b"<"])
def test_bytes_after_the_end_are_an_error_after_all_blobs(rest: bytes, size: int) -> None:
    names, error = failure(job(*THREE) + rest, size)
    assert type(error) is NotWellFormedError
    assert names == ["a", "b", "c"]


def test_white_space_and_comments_after_the_end_are_none() -> None:
    assert len(decode(job(*THREE) + b"\n<!-- done -->\n").chunks) == 2


WRONG = {bool: "yes", int: "1_000"}


def wrong(member: Member) -> str | None:
    """A value that the type of a member does not have; None for text, which has all."""
    return None if member.type is str else WRONG.get(member.type, "WRONG")


@pytest.mark.parametrize("size", [WHOLE, SINGLE_BYTES])
@pytest.mark.parametrize(
    ("model", "member"),
    [
        pytest.param(model, member, id=f"{model.__name__}.{member.name}")
        for model in (MasterObjectList, JobNode, JobChunk, Blob)
        for member in attributes(model)
        if wrong(member)
    ],
)
def test_a_wrong_value_is_an_error_at_its_attribute(model: type, member: Member, size: int) -> None:
    value = {member.name: wrong(member)}
    root = value if model is MasterObjectList else {}
    nodes = element("Nodes", {}, node(), node(**(value if model is JobNode else {})))
    third = blob(Name="c", **(value if model is Blob else {}))
    second_chunk = chunk(third, **(value if model is JobChunk else {}))
    document = job(nodes, chunk(blob(Name="a"), blob(Name="b")), second_chunk, **root)
    names, error = failure(document, size, strict=issubclass(member.type, Enum))
    path = {
        MasterObjectList: "/MasterObjectList",
        JobNode: "/MasterObjectList/Nodes/Node[2]",
        JobChunk: "/MasterObjectList/Objects[2]",
        Blob: "/MasterObjectList/Objects[2]/Object[1]",
    }[model]
    assert isinstance(error, InvalidValueError)
    assert error.path == f"{path}/@{member.name}"
    assert repr(wrong(member)) in str(error)
    assert names == ([] if model in (MasterObjectList, JobNode) else ["a", "b"])
    assert error.blobs_read == len(names)
    before = document[: document.index(f'{member.name}="{wrong(member)}"'.encode())]
    assert (error.line, error.column) == (1, before.rindex(b"<") + 1)


@pytest.mark.parametrize("size", [WHOLE, SINGLE_BYTES, 7])
@pytest.mark.parametrize(
    "start", ["", "\ufeff", '<?xml version="1.0"?>\n\n', "<!-- <Object\n Length='x'/> -->"]
)
def test_line_and_column_are_those_of_the_tag(start: str, size: int) -> None:
    text = (
        start
        + job(
            chunk("\n  ", blob(Name="größe\U0001f4fc>"), "ä ", "<!-- > -->", "\t", blob(Length="x"))
        ).decode()
    )
    place = text.rindex("<Object ")
    line = text.count("\n", 0, place) + 1
    column = place - text.rfind("\n", 0, place) - (line == 1 and start == "\ufeff")
    _, error = failure(text.encode(), size)
    assert isinstance(error, DecodeError)
    assert (error.line, error.column) == (line, column)
    assert error.path == "/MasterObjectList/Objects[1]/Object[2]/@Length"


def test_the_place_is_found_in_long_documents() -> None:
    blobs = [blob(Name=f"object {number}") for number in range(5000)]
    blobs[4321] = blob(Length="-")
    document = job(chunk(), chunk(*blobs))
    names, error = failure(document, 1000)
    assert isinstance(error, DecodeError)
    assert error.path == "/MasterObjectList/Objects[2]/Object[4322]/@Length"
    assert error.column == document.index(b'Length="-"') - len('<Object Latest="true" ') + 1
    assert len(names) == error.blobs_read == 4321


@pytest.mark.parametrize("missing", sorted(BLOB))
def test_a_required_attribute_that_is_missing_is_an_error_that_names_the_way_out(missing: str) -> None:
    members = {key: text for key, text in BLOB.items() if key != missing}
    document = job(chunk(blob(), element("Object", members)))
    _, error = failure(document)
    assert isinstance(error, MissingAttributeError)
    assert error.path == f"/MasterObjectList/Objects[1]/Object[2]/@{missing}"
    assert 'missing="none"' in str(error)
    [first, second] = decode(document, missing="none").chunks[0].blobs
    assert [getattr(second, member.field) for member in attributes(Blob) if member.name == missing] == [None]
    assert first.name == "object"


def test_the_root_may_miss_everything_with_missing_none() -> None:
    read = decode(b"<MasterObjectList/>", missing="none")
    assert all(getattr(read, member.field) is None for member in attributes(MasterObjectList))
    assert (read.nodes, read.chunks) == ([], [])


UNKNOWN = {
    "root attribute": (job(Color="red"), "/MasterObjectList/@Color", "Color"),
    "node attribute": (
        job(element("Nodes", {}, node(Color="red"))),
        "/MasterObjectList/Nodes/Node[1]/@Color",
        "Color",
    ),
    "chunk attribute": (job(chunk(Color="red")), "/MasterObjectList/Objects[1]/@Color", "Color"),
    "object attribute": (
        job(chunk(blob(Color="x"))),
        "/MasterObjectList/Objects[1]/Object[1]/@Color",
        "Color",
    ),
    "foreign attribute": (
        job(chunk(blob())).replace(b"Latest=", b'xmlns:x="urn:x" x:Latest="no" Latest='),
        "/MasterObjectList/Objects[1]/Object[1]/@{urn:x}Latest",
        "{urn:x}Latest",
    ),
    "element in the root": (job("<New><Object/></New>"), "/MasterObjectList/New", "New"),
    "element in Nodes": (job("<Nodes><New/></Nodes>"), "/MasterObjectList/Nodes/New", "New"),
    "element in Node": (
        job(element("Nodes", {}, element("Node", {"EndPoint": "a", "Id": "b"}, "<New/>"))),
        "/MasterObjectList/Nodes/Node[1]/New",
        "New",
    ),
    "element in Objects": (job(chunk("<New/>")), "/MasterObjectList/Objects[1]/New", "New"),
    "element in Object": (
        job(chunk(element("Object", BLOB, "<New a='1'><Object/>text</New>"))),
        "/MasterObjectList/Objects[1]/Object[1]/New",
        "New",
    ),
    "object in an object": (
        job(chunk(element("Object", BLOB, blob()))),
        "/MasterObjectList/Objects[1]/Object[1]/Object",
        "Object",
    ),
    "object outside a chunk": (job(blob()), "/MasterObjectList/Object", "Object"),
}


@pytest.mark.parametrize(("document", "path", "name"), UNKNOWN.values(), ids=list(UNKNOWN))
def test_an_unknown_name_is_counted_or_with_strict_an_error(document: bytes, path: str, name: str) -> None:
    with JobReader(document) as reader:
        kept = [item for batch in reader for item in batch.blobs]
        assert reader.unknown == {name: 1}
        assert len(kept) == (document.count(b"<Objects") and min(1, document.count(b"<Object ")))
    _, error = failure(document, strict=True)
    assert isinstance(error, UnknownNameError)
    assert error.path == path
    assert (error.line, error.column is not None) == (1, True)


def test_what_is_no_ones_business_is_not_counted() -> None:
    instance = (
        b'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="x.xsd" Latest='
    )
    document = job("<!-- a -->", "<?b c?>", "\n", chunk(" text ", blob())).replace(b"Latest=", instance)
    with JobReader(document, strict=True) as reader:
        assert [len(batch.blobs) for batch in reader] == [1]
        assert not reader.unknown


@pytest.mark.parametrize("size", [WHOLE, SINGLE_BYTES])
def test_a_duplicate_attribute_is_not_well_formed(size: int) -> None:
    names, error = failure(job(*THREE, chunk(blob()).replace("<Object ", '<Object Name="twice" ')), size)
    assert type(error) is NotWellFormedError
    assert error.path == "/MasterObjectList/Objects[3]"
    assert names == ["a", "b", "c"]


@pytest.mark.parametrize(
    "document",
    [
        job(chunk(blob())).replace(b"<Object ", b"<x:Object "),
        job(chunk(blob())).replace(b" Name=", b" x:Name="),
    ],
)
def test_a_prefix_that_nothing_declares_is_not_well_formed(document: bytes) -> None:
    with pytest.raises(NotWellFormedError, match="prefix x"):
        decode(document)


@pytest.mark.parametrize("size", [WHOLE, SINGLE_BYTES])
def test_bytes_that_are_no_utf_8_are_an_error_where_they_stand(size: int) -> None:
    names, error = failure(job(*THREE, chunk(blob(Name="?"))).replace(b"?", b"\xff\xfe"), size)
    assert type(error) is NotWellFormedError
    assert names == ["a", "b", "c"]


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


@pytest.mark.parametrize(
    "document",
    [
        b'<!DOCTYPE a [<!ENTITY e "expanded">]>' + job(Name="&e;").replace(b"&amp;", b"&"),
        b'<?xml version="1.0"?><!DOCTYPE MasterObjectList SYSTEM "file:///etc/passwd">' + job(),
        b'<!DOCTYPE a [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x"> %p;]>' + job(),
        b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>' + job(),
    ],
)
@pytest.mark.parametrize("size", [WHOLE, SINGLE_BYTES])
def test_a_document_type_declaration_is_forbidden(document: bytes, size: int) -> None:
    names, error = failure(document, size)
    assert type(error) is ForbiddenConstructError
    assert names == []


def test_its_place_is_that_of_the_declaration() -> None:
    with pytest.raises(ForbiddenConstructError) as caught:
        decode(b'<?xml version="1.0"?>\n  <!DOCTYPE a>' + job())
    assert (caught.value.line, caught.value.column) == (2, 3)


HUGE = 20_000_000


@pytest.mark.parametrize(
    "document",
    [
        job(chunk(blob(Name="a"), blob(Name="x" * HUGE))),
        job(chunk(blob(Name="a"), blob()), chunk("text" * (HUGE // 4))),
        job(chunk(blob(Name="a")), f"<!-- {'-x' * (HUGE // 2)} -->"),
        job(chunk(blob(Name="a")), f"<{'n' * HUGE}/>"),
        job(chunk(blob(Name="a"))).replace(b"</Objects>", b"</Objects>" + b" " * HUGE),
        job(chunk(blob(Name="a")), "<a>" * 10_000),
        job(chunk(blob(Name="a")), "<a>" * 101 + "</a>" * 101),
        job(chunk(blob(Name="a")), "".join(f"<n{number}/>" for number in range(1001))),
        job(chunk(blob(Name="a"), *(blob(**{f"N{number}": ""}) for number in range(1001)))),
        error(Message="x" * 2_000_000),
    ],
    ids=[
        "attribute",
        "text",
        "comment",
        "name",
        "space",
        "depth",
        "depth + 1",
        "elements",
        "attributes",
        "message",
    ],
)
def test_what_exceeds_every_response_is_an_error(document: bytes) -> None:
    names: list[str] = []
    with pytest.raises(LimitExceededError) as caught:
        for item in iter_blobs([document]):
            names.append(item.name)  # noqa: PERF401  (what was appended before the error stays)
    assert names[:1] == ([] if document.startswith(b"<Error") else ["a"])
    assert len(str(caught.value)) < 300


def test_elements_nested_a_hundred_deep_are_passed_over() -> None:
    assert decode(job("<a>" * 100 + "</a>" * 100)).chunks == []


def test_a_long_value_is_cut_in_the_message() -> None:
    with pytest.raises(InvalidValueError) as caught:
        decode(job(CachedSizeInBytes="9" * 1_000_000))
    assert len(str(caught.value)) < 300


def test_decode_of_a_lone_chunk_names_decode_chunk_and_the_other_way_round() -> None:
    with pytest.raises(UnexpectedDocumentError, match="decode_chunk"):
        decode(chunk().encode())
    with pytest.raises(UnexpectedDocumentError, match="decode reads it"):
        decode_chunk(job())


def test_a_wrong_value_in_a_lone_chunk_has_its_path() -> None:
    with pytest.raises(InvalidValueError) as caught:
        decode_chunk(chunk(blob(), blob(Length="x")).encode())
    assert caught.value.path == "/Objects/Object[2]/@Length"


def test_many_layouts_in_one_document_are_exact() -> None:
    optional = [member.name for member in attributes(Blob) if not member.required]
    blobs = []
    for number in range(2 ** len(optional)):
        present = [name for place, name in enumerate(optional) if number >> place & 1]
        blobs.append(blob(**{"Name": str(number)} | dict.fromkeys(present, "1")))
    [read] = decode(job(chunk(*blobs))).chunks
    for number, item in enumerate(read.blobs):
        for place, member in enumerate(member for member in attributes(Blob) if not member.required):
            there = getattr(item, member.field) is not None
            assert there == bool(number >> place & 1), (number, member.name)
    assert JOB["Name"] == "job"


def test_more_layouts_than_are_composed_are_read_all_the_same() -> None:
    blobs = [blob(Name=str(number), **{f"X{number}": ""}) for number in range(300)]
    with JobReader(job(chunk(*blobs, *blobs))) as reader:
        read = [item.name for batch in reader for item in batch.blobs]
        assert reader.unknown == {f"X{number}": 2 for number in range(300)}
    assert read == [str(number) for number in range(300)] * 2
