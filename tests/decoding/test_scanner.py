"""Where markup is, for those who ask: all of a text is in it, and what a text begins with is told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ds3codec.decoding.scanner import (
    CDATA,
    COMMENT,
    EDGES,
    EMPTY_TAG,
    END_TAG,
    INSTRUCTION,
    START_TAG,
    begins,
    begins_as_markup,
    ends_element,
    exact_kind,
    first_end,
    markups,
    root_name,
    start_tag,
    text_before_markup,
)

PIECES = {
    b"<a>": START_TAG,
    b"<b c='>'/>": EMPTY_TAG,
    b"</a\n>": END_TAG,
    b"<!-- <a> -->": COMMENT,
    b"<!---->": COMMENT,
    b"<![CDATA[<]]>": CDATA,
    b"<?p <?>": INSTRUCTION,
    b'<p:q r = "\'"/>': EMPTY_TAG,
    b"text": None,
    b"&amp;": None,
    b" > ": None,
}


@given(
    st.lists(st.sampled_from(sorted(PIECES))),
    st.sampled_from([b"", b"<", b"<!-- ", b"<a b='", b"<![CDATA[ ]]", b"<!DOCTYPE a>", b"<a <b>", b"a"]),
)
def test_all_of_a_text_is_in_its_markup_up_to_what_is_not_complete(pieces: list[bytes], rest: bytes) -> None:
    text = b"".join(pieces)
    kinds, told, end = [], b"", 0
    for markup in markups(text + rest):
        assert markup.start == end
        kind = exact_kind(text + rest, markup)
        opening, ending = EDGES[kind]
        content = (text + rest)[markup.begin + len(opening) : markup.end - len(ending)]
        told += (text + rest)[end : markup.begin] + opening + content + ending
        kinds.append(kind)
        end = markup.end
    assert text.startswith(told)
    assert text_before_markup(text[end:]) == text[end:]
    assert kinds == [kind for kind in map(PIECES.get, pieces) if kind is not None]


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"<a>", b"a"),
        (b"\xef\xbb\xbf\n<a/>", b"a"),
        (b"<?xml version='1.0'?><!-- <b> --><?c <d>?> <p:a b='c'>", b"p:a"),
        (b"<!-- a --><!-- b --> <a", b"a"),
        (b"<!DOCTYPE html PUBLIC '-//W3C'>", b"html"),
        (b"<?xml?><!doctype\thtml>", b"html"),
        (b"<!-- <a>", b""),
        (b"<?b <a>", b""),
        (b"text <a>", b""),
        (b"</a>", b""),
        (b"<![CDATA[<a>]]>", b""),
        (b"", b""),
    ],
)
def test_the_root_is_the_first_tag_behind_what_may_come_before_it(head: bytes, name: bytes) -> None:
    assert root_name(head) == name


def test_what_begins_as_markup_is_told_by_its_first_bytes() -> None:
    for head in (b"<a", b" \n<?xml", b"\xef\xbb\xbf<!--", b"</a>"):
        assert begins_as_markup(head)
    for head in (b"", b"a<b>", b"{", b"< a", b"<", b"<\0a\0", b"\x1f\x8b"):
        assert not begins_as_markup(head)


def test_tags_of_a_name_are_found_and_those_of_longer_names_are_not() -> None:
    text = b"<Object a='>'/><Objects>\n<Object\n/></Objects><Object></Object><Objects/>"
    assert [text[at : at + 9] for at in begins(text, "Object")] == [b"<Object a", b"<Object\n/", b"<Object><"]
    assert [start_tag(text, at) for at in begins(text, "Objects")] == [b"<Objects>", b"<Objects/>"]
    assert start_tag(text, 0) == b"<Object a='>'/>"
    assert start_tag(b"<a b='>", 0) == b"<a b='>"
    assert text[: first_end(text, "Objects")].endswith(b"/></Objects>")
    assert first_end(text, "Objects", first_end(text, "Objects")) == -1


def test_an_element_ends_with_an_end_tag_or_an_empty_one() -> None:
    for text in (b"<a/>", b"text</a>", b"<a b='c' />", b"</MasterObjectList\n>"):
        assert ends_element(text + b"rest", len(text))
    for text in (b"<a>", b"a>", b"", b"</a", b"</a> "):
        assert not ends_element(text + b"/>", len(text))
