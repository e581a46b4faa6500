"""Objects with children are read from the text up to what needs the parser."""

from __future__ import annotations

import pytest

from ds3codec import decode
from ds3codec.decoding.nested import Nested
from tests.examples import PLACEMENT, blob, chunk, job, tape

BOUNDARY = '</Objects><Objects ChunkId="c" ChunkNumber="7">'
PLACED = f"{blob()[:-2]}>{PLACEMENT}</Object>"
PLAIN = blob()


@pytest.mark.parametrize(
    ("text", "plain", "placed"),
    [
        (PLACED, PLAIN, [True]),
        (f"\n  {PLACED}\n{PLAIN}", f"\n  {PLAIN}\n{PLAIN}", [True, False]),
        (PLACED + BOUNDARY + PLACED, PLAIN + BOUNDARY + PLAIN, [True, True]),
    ],
)
def test_objects_are_read_with_and_without_their_children(text: str, plain: str, placed: list[bool]) -> None:
    read = Nested("error").read(text, "/>")
    assert read is not None
    assert (read.length, read.plain) == (len(text), plain)
    expected = decode(job(chunk(PLACED))).chunks[0].blobs[0].physical_placement
    assert read.children["physical_placement"] == [expected if has_it else None for has_it in placed]


@pytest.mark.parametrize(
    "other",
    [
        "<!-- a -->",
        f"{PLAIN}text",
        "<Stranger/>",
        PLACED.replace("<Tapes>", "<Tapes><Stranger/>"),
        PLACED.replace("<Tape>", '<Tape a="1">'),
        PLACED.replace(">7<", ">x<"),
        PLACED.replace("</Object>", ""),
        "</Objects></MasterObjectList>",
    ],
)
def test_what_needs_the_parser_ends_it(other: str) -> None:
    read = Nested("error").read(PLACED + PLACED + other, "/>")
    assert read is not None
    assert read.length == 2 * len(PLACED)


@pytest.mark.parametrize(
    "text",
    [
        PLAIN,
        f"text{PLACED}",
        PLACED.replace("text", "a > b"),
        PLACED.replace("text", "a\rb"),
        PLACED.replace("text", "&unknown;"),
        PLACED.replace("text", "\x01"),
        f"<!-- {PLACED} -->",
    ],
)
def test_nothing_is_read_of_what_is_in_doubt(text: str) -> None:
    assert Nested("error").read(text, "/>") is None


def test_a_tape_that_lacks_a_member_is_left_to_the_parser_unless_it_may_lack_it() -> None:
    lacking = tape().replace("<FullOfData>true</FullOfData>", "")
    assert lacking != tape()
    text = f"{PLAIN[:-2]}><PhysicalPlacement><Tapes>{lacking}{lacking}</Tapes></PhysicalPlacement></Object>"
    read = Nested("none").read(text, "/>")
    assert read is not None
    assert read.length == len(text)


def test_many_sequences_of_tags_are_read_as_the_parser_reads_them() -> None:
    names = [part.split(">")[0] for part in tape().split("<") if part.endswith("/>")]
    tapes = [tape().replace(f"<{name}>", "") for name in names] * 3
    assert len(set(tapes)) > 4
    placement = f"<PhysicalPlacement><Tapes>{''.join(tapes)}</Tapes></PhysicalPlacement>"
    text = f"{PLAIN[:-2]}>{placement}</Object>"
    read = Nested("none").read(text, "/>")
    assert read is not None
    [placed] = read.children["physical_placement"]
    [parsed] = (
        decode([job(chunk(text))[at : at + 1] for at in range(len(job(chunk(text))))], missing="none")
        .chunks[0]
        .blobs
    )
    assert placed == parsed.physical_placement
    assert [each.present for each in placed.tapes] == [
        each.present for each in parsed.physical_placement.tapes
    ]
