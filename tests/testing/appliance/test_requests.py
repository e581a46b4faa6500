"""The lists of objects in requests."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from ds3codec.testing.appliance.requests import Listed, ReceivedRequest, Refusal, listed_objects
from ds3codec.testing.strategies import TEXTS

NAMES = st.lists(TEXTS.filter(bool), min_size=1, max_size=5, unique=True)


@given(NAMES, st.integers(0, 2**63 - 1))
def test_what_is_listed_is_what_was_written(names: list[str], size: int) -> None:
    root = etree.Element("Objects")
    for name in names:
        etree.SubElement(root, "Object", Name=name, Size=str(size))
    document = etree.tostring(root)
    assert listed_objects([document[:9], document[9:]], "Size") == [
        Listed(name, None, size) for name in names
    ]


def test_comments_and_instructions_are_passed_over_wherever_they_are() -> None:
    document = (
        b"<!-- a --><?b?><Objects><!-- <Object/> --><Object Name='a' Size='1'><!-- c --></Object><?d?>"
        b"<Object Name='b' Size='2'/></Objects><!-- e -->"
    )
    assert listed_objects([document], "Size") == [Listed("a", None, 1), Listed("b", None, 2)]
    with pytest.raises(Refusal, match="no objects"):
        listed_objects([b"<Objects><!-- <Object/> --></Objects>"], "Size")


def test_entities_and_numbers_beyond_the_wire_are_refused() -> None:
    bomb = (
        b'<!DOCTYPE a [<!ENTITY b "c">]><Objects><Object Name="&b;" Length="9223372036854775808"/></Objects>'
    )
    with pytest.raises(Refusal, match="not a number"):
        listed_objects([bomb], "Length")


def test_a_query_is_known_in_any_case_and_a_body_is_kept_or_counted() -> None:
    request = ReceivedRequest("PUT", "/a%20b?OPERATION=x&replicate", {}, [b"12", b"3"])
    assert (request.path, request.query) == ("/a b", {"operation": "x", "replicate": ""})
    assert request.received(keep=True)[3:] == ([b"12", b"3"], 3)
    assert request.received(keep=False)[3:] == ([], 3)
