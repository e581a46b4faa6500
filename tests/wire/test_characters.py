"""Which characters a text may have as they are, held against lxml's own writing and reading."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from ds3codec.testing.strategies import CHARACTERS
from ds3codec.wire.characters import (
    ATTRIBUTE_ESCAPES,
    NO_CHARACTER,
    TEXT_ESCAPES,
    are_plain,
    special_bytes,
    unescaped,
)

TEXTS = st.text(CHARACTERS)


@given(TEXTS)
def test_an_escaped_attribute_is_read_as_it_was(text: str) -> None:
    written = text.translate(ATTRIBUTE_ESCAPES)
    assert etree.fromstring(f'<a b="{written}"/>').get("b") == text
    assert unescaped(written) == text


@given(TEXTS)
def test_an_escaped_text_is_read_as_it_was(text: str) -> None:
    assert (etree.fromstring(f"<a>{text.translate(TEXT_ESCAPES)}</a>").text or "") == text


@given(st.lists(TEXTS, max_size=4))
def test_texts_are_plain_where_nothing_has_to_be_escaped(texts: list[str]) -> None:
    assert are_plain(texts) == all(text == text.translate(ATTRIBUTE_ESCAPES) for text in texts)


@pytest.mark.parametrize("character", ["\x00", "\x08", "\x0b", "\x1f", "\ud800", "\ufffe", "\uffff"])
def test_what_xml_cannot_carry_is_not_plain(character: str) -> None:
    assert NO_CHARACTER.search(f"a{character}")
    assert not are_plain(["a", f"b{character}"])


@given(st.text(st.sampled_from('a"&>é\t\n\r\x01<')))
def test_special_bytes_are_controls_and_less_than_signs(text: str) -> None:
    assert special_bytes(text.encode()) == sum(character < " " or character == "<" for character in text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("&#x1F4FC;", "\U0001f4fc"),
        ("&#xfF;&#255;", "ÿÿ"),
        ("&lt;&gt;&amp;&quot;&apos;", "<>&\"'"),
        ("a&#10;b", "a\nb"),
    ],
)
def test_references_stand_for_characters(text: str, value: str) -> None:
    assert unescaped(text) == value == etree.fromstring(f'<a b="{text}"/>').get("b")


@pytest.mark.parametrize(
    "text", ["&", "&#0;", "&#xD800;", "&#x110000;", "&nbsp;", "&amp", "&#xFFFF;", "& a", "&#;"]
)
def test_what_is_not_a_reference_of_xml_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"references|range"):
        unescaped(text)
    with pytest.raises(etree.XMLSyntaxError):
        etree.fromstring(f'<a b="{text}"/>')
