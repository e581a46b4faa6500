"""What is not well-formed, forbidden, or more than any response has."""

from __future__ import annotations

import pytest

from ds3codec import ForbiddenConstructError, LimitExceededError, NotWellFormedError, decode, iter_blobs
from tests.decoding.failures import SINGLE_BYTES, THREE, WHOLE, failure
from tests.examples import blob, chunk, error, job


@pytest.mark.parametrize("size", [WHOLE, SINGLE_BYTES])
@pytest.mark.parametrize("rest", [b"x", b"<a/>", b"</MasterObjectList>", b"\x00", job(), b"<"])
def test_bytes_after_the_end_are_an_error_after_all_blobs(rest: bytes, size: int) -> None:
    names, error = failure(job(*THREE) + rest, size)
    assert type(error) is NotWellFormedError
    assert names == ["a", "b", "c"]


def test_white_space_and_comments_after_the_end_are_none() -> None:
    assert len(decode(job(*THREE) + b"\n<!-- done -->\n").chunks) == 2


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
