"""The parts of tags and instructions are where they were, and references are spelled as they were."""

from __future__ import annotations

import pytest

from ds3codec import NotWellFormedError
from ds3codec.redaction.markup import (
    characters,
    check_names,
    declaration,
    instruction_parts,
    names_in,
    renamed,
    respelled,
    tag_parts,
)


def test_a_tag_is_a_name_and_pairs_whatever_is_in_the_values() -> None:
    tag = """Object  a = 'x"y=' b="c'=" c='' d:e\t=\n"> /" """
    parts = tag_parts(tag)
    assert "".join(parts) == tag
    assert parts[2::4] == ['x"y=', "c'=", "", "> /"]
    assert [names_in(part)[-1] for part in parts[:-1:4]] == ["a", "b", "c", "d:e"]
    assert names_in(parts[0]) == ["Object", "a"]
    assert renamed(parts[0], str.upper) == "OBJECT  A "
    assert tag_parts("Object") == ["Object"]


@pytest.mark.parametrize("tag", ["a", "a ", "a b='c'", "a\tb = 'c'\nd=\"'\" ", "p:a q:b=''", "größe 数=''"])
def test_names_are_where_a_tag_has_them(tag: str) -> None:
    check_names(tag_parts(tag)[::4])


@pytest.mark.parametrize(
    "tag",
    ["", " a", "a b", "a b=c", "a b='c' d", "a b='c'd='e'", "a b= c='d'", "a b=c='d'", "a ='b'", "a/ b='c'",
     "a b='c'/ ", "a 'b' c='d'", "a 'b=' c='d'", "a b' c=\"d\" e' ", "!a b='c'", "?a b='c'"],
)  # fmt: skip
def test_a_tag_has_nothing_but_names_and_values(tag: str) -> None:
    with pytest.raises(NotWellFormedError):
        check_names(tag_parts(tag)[::4])


@pytest.mark.parametrize(
    ("text", "parts"), [("a b c", ("a", " b c")), ("a", ("a", "")), (" a", ("", " a")), ("", ("", ""))]
)
def test_an_instruction_is_a_target_and_the_rest(text: str, parts: tuple[str, str]) -> None:
    assert instruction_parts(text) == parts


def test_references_are_read_and_written_as_they_were() -> None:
    spelled = "a&#98;&#x63;&#x0000064;&lt;&#228;"
    assert characters(spelled) == "abcd<\u00e4"
    assert respelled(spelled, "abcd<\u00e4", "abcd<\u00e4") == spelled
    assert respelled(spelled, "abcd<\u00e4", "ABCD<\u00fc") == "A&#66;&#x43;&#x0000044;&lt;&#252;"
    for wrong in (
        "&",
        "&a;",
        "&amp",
        "&#;",
        "&#x;",
        "&#1114112;",
        "&#99999999999999999999;",
        "& amp;",
        "&#\u0663;",
    ):
        with pytest.raises(NotWellFormedError):
            characters(wrong)


def test_a_declaration_is_one_or_is_refused() -> None:
    assert declaration('xml version="1.0" encoding="utf-16" ') == 'xml version="1.0"                   '
    for wrong in (
        'xml version="2.0"',
        "xml",
        'xml version="1.0" secret="x"',
        'xml version="1.0" standalone="secret"',
    ):
        with pytest.raises(NotWellFormedError):
            declaration(wrong)
