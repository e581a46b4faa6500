"""What goes wrong in a document: which error, at which place, after which blobs.

Each wrong document is read through every door, whole and in single bytes.
"""

from __future__ import annotations

from enum import Enum

import pytest

from ds3codec import (
    Blob,
    DecodeError,
    ForbiddenConstructError,
    IncrementalDecoder,
    InvalidValueError,
    JobChunk,
    JobNode,
    MasterObjectList,
    NotWellFormedError,
    TruncatedError,
    UnexpectedDocumentError,
    decode,
)
from ds3codec.wire.members import Member, attributes
from tests.decoding.failures import SINGLE_BYTES, THREE, WHOLE, failure
from tests.examples import blob, chunk, element, job, node


@pytest.mark.parametrize("size", [WHOLE, SINGLE_BYTES])
@pytest.mark.parametrize(
    ("document", "kind"),
    [
        (b"", TruncatedError),
        (b" \n\t ", TruncatedError),
        (b"\xef\xbb\xbf", TruncatedError),
        (b"no XML at all", NotWellFormedError),
        (b"ab", NotWellFormedError),
        (b'{"MasterObjectList": {}}', UnexpectedDocumentError),
        (b"\x00\x01\x02\x03\x04\x05\x06\x07", NotWellFormedError),
        (b"<html><body><p>It works!</p></body></html>", UnexpectedDocumentError),
        (b"<!DOCTYPE html><html><body><br></body></html>", UnexpectedDocumentError),
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


def test_a_long_value_is_cut_in_the_message() -> None:
    with pytest.raises(InvalidValueError) as caught:
        decode(job(CachedSizeInBytes="9" * 1_000_000))
    assert len(str(caught.value)) < 300
