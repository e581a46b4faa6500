"""What may begin where: other documents, the server's error, and names that the schema does not have."""

from __future__ import annotations

import pytest

from ds3codec import (
    InvalidValueError,
    JobReader,
    ServerErrorResponse,
    TruncatedError,
    UnexpectedDocumentError,
    UnknownNameError,
    decode,
    decode_chunk,
)
from tests.decoding.failures import failure
from tests.examples import BLOB, blob, chunk, element, error, job, node


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


def test_a_cut_inside_an_unknown_element_has_its_path() -> None:
    with pytest.raises(TruncatedError) as caught:
        decode(job("<New><Deeper>")[: -len("</MasterObjectList>")])
    assert caught.value.path == "/MasterObjectList/New"


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


def test_elements_nested_a_hundred_deep_are_passed_over() -> None:
    assert decode(job("<a>" * 100 + "</a>" * 100)).chunks == []


def test_decode_of_a_lone_chunk_names_decode_chunk_and_the_other_way_round() -> None:
    with pytest.raises(UnexpectedDocumentError, match="decode_chunk"):
        decode(chunk().encode())
    with pytest.raises(UnexpectedDocumentError, match="decode reads it"):
        decode_chunk(job())


def test_a_wrong_value_in_a_lone_chunk_has_its_path() -> None:
    with pytest.raises(InvalidValueError) as caught:
        decode_chunk(chunk(blob(), blob(Length="x")).encode())
    assert caught.value.path == "/Objects/Object[2]/@Length"
