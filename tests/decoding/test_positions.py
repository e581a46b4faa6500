"""Where markup stands, whatever the pieces: the same for every way of cutting a text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ds3codec.decoding.positions import (
    BROKEN_REFERENCE,
    BROKEN_TAG,
    START_TAG,
    Markup,
    Point,
    Positions,
    markups,
)
from ds3codec.testing.strategies import cuts

PARTS = [
    "<a>",
    "</a>",
    "<b c='\"' d=\"'>\"/>",
    "<größe n='\U0001f4fc'/>",
    "\n  ",
    "text \u00e9\u4e00",
    "&amp;",
    "&#x41;",
    "<!-- <c> & -- -->",
    "<!---->",
    "größe \U0001f4fc",
    "<é/>",
    "<![CDATA[ ]] <c> & ]]]>",
    "<?pi <c> ?>",
    "<!DOCTYPE a>",
    "< e\n f = 'g\nh'\n>",
]
BAD = ["<a b='<'/>", '<a b="1/><c d="2"/>', "<a <b/>", "</a <b/>", "&amp text", "& b", "&<b/>"]

TEXTS = st.lists(st.sampled_from(PARTS), max_size=12).map("".join)


def found(pieces: list[bytes]) -> tuple[list[Markup], tuple[int, int]]:
    """The start tags, the declarations and what is broken first, and the end of the text."""
    positions = Positions()
    markup: list[Markup] = []
    for piece in pieces:
        given_piece = positions.advance(piece, 0)
        positions.settle()
        markup += given_piece.markups()
        if (wrong := given_piece.broken()) is not None:
            return [*markup, wrong], (0, 0)
    return markup, positions.end()


@given(TEXTS, st.sampled_from(["", *BAD]), TEXTS, st.data())
def test_markup_is_where_it_is_however_the_text_is_cut(
    before: str, bad: str, after: str, data: st.DataObject
) -> None:
    text = before + bad + after
    places, end = found(data.draw(cuts(text.encode())))
    assert (places, end) == found([text.encode()])
    if bad:
        assert places[-1].kind == (BROKEN_REFERENCE if bad.startswith("&") else BROKEN_TAG)
        assert (places[-1].line, places[-1].column) == found([before.encode()])[1]
    else:
        lines = text.split("\n")
        assert end == (len(lines), len(lines[-1]) + 1)


@given(TEXTS, st.data())
def test_tags_are_found_by_their_number_while_they_are_in_the_last_two_pieces(
    text: str, data: st.DataObject
) -> None:
    whole = [one for one in markups(Point(), text.encode()) if one.kind == START_TAG]
    positions, complete, read = Positions(), 0, b""
    for piece in data.draw(cuts(text.encode())):
        positions.advance(piece, complete)
        read += piece
        complete = sum(one.kind == START_TAG for one in markups(Point(), read))
    for number, place in positions.find_tags(range(1, complete + 1)).items():
        assert place == (whole[number - 1].line, whole[number - 1].column)
    assert positions.find_tag_number(complete + 7) == (None, None)


def test_every_tag_of_the_last_two_pieces_is_found() -> None:
    positions = Positions()
    for piece, before in ((b"<a><b", 0), (b"/><c/>\n", 1), (b" <d/><e", 3)):
        positions.advance(piece, before)
    assert positions.find_tags(range(9)) == {2: (1, 4), 3: (1, 8), 4: (2, 2)}


UNFINISHED = ["<a b='c", '<a b="é>', "<a", "</a", "<!-- a > b", "<![CDATA[ ]]", "<?a >", "&am", "text", ""]


@given(TEXTS, st.sampled_from(UNFINISHED), st.data())
def test_what_is_unfinished_is_as_long_as_it_is_however_the_text_is_cut(
    before: str, tail: str, data: st.DataObject
) -> None:
    text = f"{before}<end/>{tail}".encode()
    positions = Positions()
    for piece in data.draw(cuts(text)):
        positions.advance(piece, 0)
        positions.settle()
    assert positions.settle().size == len(tail.encode())
    if tail.startswith("<"):
        assert positions.settle().begin == found([text[: len(text) - len(tail.encode())]])[1]
