"""Paths: where an error stands, at each level of a document."""

from __future__ import annotations

import pytest

from ds3codec import UnknownNameError, decode
from ds3codec.decoding.batches import Batches
from ds3codec.decoding.location import IN_JOB, Location
from tests.examples import BLOB, blob, chunk, element, job, node


@pytest.mark.parametrize(
    ("document", "path"),
    [
        (job("<a/>"), "/MasterObjectList/a"),
        (job("<Nodes><a/></Nodes>"), "/MasterObjectList/Nodes/a"),
        (job(element("Nodes", {}, node(), node(Color="red"))), "/MasterObjectList/Nodes/Node[2]/@Color"),
        (job(chunk(), chunk(blob(), "<a/>")), "/MasterObjectList/Objects[2]/a"),
        (
            job(chunk(), chunk(blob(), element("Object", BLOB, "<a><b/></a>"))),
            "/MasterObjectList/Objects[2]/Object[2]/a",
        ),
    ],
)
def test_the_path_of_an_unknown_name_counts_as_xpath_does(document: bytes, path: str) -> None:
    with pytest.raises(UnknownNameError) as caught:
        decode(document, strict=True)
    assert caught.value.path == path


def test_the_way_into_unknown_elements_leads_out_again() -> None:
    at = Location(Batches())
    assert at.path() is None
    at.level, at.root = IN_JOB, "MasterObjectList"
    assert at.enter("a")
    assert at.outer_level == IN_JOB
    assert not at.enter("b")
    assert (at.path(), at.outer_level) == ("/MasterObjectList/a", None)
    at.leave()
    at.leave()
    assert (at.level, at.path(), at.outer_level) == (IN_JOB, "/MasterObjectList", None)


def test_a_credential_may_stand_in_any_unknown_element_and_in_one_of_its_name() -> None:
    at = Location(Batches())
    assert [at.is_in_secret(tag) for tag in (b"<Object ", b"<SecretKey>", b"<x:SecretKey>")] == [
        False,
        True,
        True,
    ]
    at.enter("a")
    assert at.is_in_secret(b"<Object ")
