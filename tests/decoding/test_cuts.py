"""What comes of a document hangs neither on how it is cut nor on what is a run; libxml2 agrees with it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from ds3codec import (
    DecodeError,
    IncrementalDecoder,
    LimitExceededError,
    NotWellFormedError,
    ServerErrorResponse,
    limits,
    validate,
)
from ds3codec.testing.mutations import Mutation, mutations
from ds3codec.testing.strategies import documents
from tests.decoding.test_pieces import NAME, PLAIN, START, of_passages, outcome
from tests.examples import blob, chunk, job


def cut_everywhere(document: bytes) -> Iterator[list[bytes]]:
    """The document in two pieces, for each place between them; and in single bytes."""
    for place in range(len(document) + 1):
        yield [document[:place], document[place:]]
    yield [document[place : place + 1] for place in range(len(document))]


def all_of(*pieces: bytes) -> object:
    """All that comes of a document, also if that is the server's error."""
    try:
        return outcome(pieces)
    except ServerErrorResponse as error:
        return error.error


@pytest.mark.full
@pytest.mark.parametrize("shortest", [limits.SHORTEST_RUN, 1])
@given(mutations().map(lambda mutation: mutation.document) | documents())
def test_no_cut_changes_what_comes_out(shortest: int, document: bytes) -> None:
    document = document[:1500]
    expected = all_of(document)
    with patch.object(limits, "SHORTEST_RUN", shortest):
        for pieces in cut_everywhere(document):
            assert all_of(*pieces) == expected, pieces[0]


def is_accepted(pieces: list[bytes]) -> bool:
    """Whether a document is well-formed, as far as decoding says."""
    decoder = IncrementalDecoder(missing="none")
    try:
        for piece in pieces:
            decoder.feed(piece)
        decoder.close()
    except NotWellFormedError:
        return False
    except (DecodeError, ServerErrorResponse):
        return True
    return True


@given(mutations(), st.integers(1, 2000))
def test_what_is_not_well_formed_is_what_libxml2_does_not_accept(mutation: Mutation, size: int) -> None:
    document = mutation.document
    if mutation.rule in ("truncated", "damaged-compression"):
        return  # which have errors of their own
    try:
        etree.fromstring(document)
        expected = True
    except etree.XMLSyntaxError:
        expected = False
    pieces = [document[place : place + size] for place in range(0, len(document), size)]
    assert is_accepted([document]) == is_accepted(pieces) == expected


# What reached no reader, or not always, among objects that look otherwise.
ODD = {
    "a new attribute": '<Object Latest="true" Length="0" Name="a>b" New="" Offset="0"/>',
    "quotes": "<Object Latest='true' Length='0' Name='a/>b' Offset='0'/>",
}


@pytest.mark.parametrize("odd", ODD.values(), ids=list(ODD))
@pytest.mark.parametrize("head", ["", "<!-- <Object/> -->"])
def test_the_push_that_completes_a_blob_gives_it(odd: str, head: str) -> None:
    document = of_passages([odd, *[blob(Name=f"n{number}") for number in range(60)]], head)
    decoder = IncrementalDecoder()
    assert sum(len(batch.blobs) for batch in decoder.feed(document)) == 61
    assert decoder.close() == []
    broken = document.replace(b"</Objects>", b"</Object>")
    decoder = IncrementalDecoder()
    assert sum(len(batch.blobs) for batch in decoder.feed(broken)) == decoder.blobs_read == 61


@pytest.mark.parametrize(
    "odd",
    [
        '<Object p:Length="99" Latest="true" Length="0" Name="a>b" Offset="0"/>',
        '<p:Object Latest="true" Length="0" Name="a>b" Offset="0"/>',
        '<Object Latest="true" Length="0" Name="a>b" Offset="0"><p:New/></Object>',
        '<Object Latest="true" \x01Length="0" Name="b" Offset="0"/>',
        '<Object Latest="true" Length="0"\x0bName="b" Offset="0"/>',
        "<Obj\x01ect/>",
        "<Objects\x01/>",
    ],
)
def test_what_is_wrong_in_a_tag_is_wrong_wherever_it_is_cut(odd: str) -> None:
    document = of_passages([blob(Name="a"), odd, blob(Name="c")])
    expected = outcome([document])
    assert expected["error"] is NotWellFormedError
    assert [item.name for item in expected["blobs"]] == ["a"]
    for pieces in cut_everywhere(document):
        assert outcome(pieces) == expected, pieces[0]
    assert validate(document).counts["not-well-formed"] == 1
    assert not {"missing-attribute", "wrong-document"}.intersection(validate(document).counts)


def test_half_a_name_is_no_root() -> None:
    document = job().replace(b"<Master", b"<Ma\x01ster", 1)
    with pytest.raises(NotWellFormedError):
        IncrementalDecoder().feed(document)


@pytest.mark.parametrize("wrong", ["\0</Objects>", f"</Objects>{START}\0", f"</Objects>\0{START}", "\0"])
def test_a_null_between_two_tags_is_found(wrong: str) -> None:
    for before in (PLAIN[:3], PLAIN):
        document = of_passages([*before, wrong, *PLAIN[:30]])
        assert outcome([document])["error"] is NotWellFormedError
        assert outcome([document]) == outcome([document[:1000], document[1000:]])
        assert validate(document).counts["not-well-formed"] == 1


@pytest.mark.full
@pytest.mark.parametrize("size", [100, 5_000, 65_536, 10_000_000])
def test_a_large_object_is_limited_in_any_pieces(size: int) -> None:
    inside = "<PhysicalPlacement>" + "<New/>" * limits.MOST_ELEMENTS + "</PhysicalPlacement>"
    document = of_passages([blob(Name="a"), f"{blob()[:-2]}>{inside}</Object>", blob()])
    found = outcome(document[place : place + size] for place in range(0, len(document), size))
    assert found["error"] is LimitExceededError
    assert found["path"] == "/MasterObjectList/Objects[1]/Object[2]"
    assert [item.name for item in found["blobs"]] == ["a"]


ABANDON = """
import sys, resource
from ds3codec import IncrementalDecoder, iter_blobs
document = sys.stdin.buffer.read()
def abandon(count):
    for _ in range(count):
        next(iter_blobs([document]))
        IncrementalDecoder().feed(document)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
before = abandon(2_000)
print((abandon(20_000) - before) / 20_000)
"""


@pytest.mark.full
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the unit of ru_maxrss is the system's")
def test_a_reader_that_is_abandoned_leaves_nothing() -> None:
    document = job(chunk(*[blob(Name=NAME[:40])] * 5)).removesuffix(b"</Objects></MasterObjectList>")
    done = subprocess.run([sys.executable, "-c", ABANDON], input=document, capture_output=True, check=True)
    assert float(done.stdout) < 0.1  # KiB for each
