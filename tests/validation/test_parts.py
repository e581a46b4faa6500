"""Parts: what the checks are told of chunks, with the places where it stands."""

from __future__ import annotations

import re
from collections import deque

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ds3codec import decode
from ds3codec.decoding.scanner import Place
from ds3codec.validation import Validation
from ds3codec.validation.checks.base import Check, Context
from ds3codec.validation.parts import Part, Passage
from tests.examples import blob, chunk, element, job

LONG = "a name that is long enough for a few objects to be a run " * 4


class Collected(Check):
    """Keeps what it is told."""

    def __init__(self) -> None:
        super().__init__(Context(lambda *_: None, None))
        self.parts: list[Part] = []

    def part(self, part: Part) -> None:
        self.parts.append(part)


def parts_of(document: bytes) -> list[Part]:
    validation, collected = Validation(document), Collected()
    validation._checks = [collected]
    deque(validation.steps(), maxlen=0)
    return collected.parts


@given(st.lists(st.integers(0, 12), min_size=1, max_size=40), st.sampled_from(["", "\n ", "<!-- a -->"]))
def test_parts_have_all_chunks_and_blobs_where_they_stand(sizes: list[int], between: str) -> None:
    chunks = []
    for number, size in enumerate(sizes):
        objects = [blob(Name=f"{LONG}{number}-{place}") + between for place in range(size)]
        chunks.append(chunk(*objects, ChunkNumber=str(number)) + between)
    document = job(*chunks)
    parts = parts_of(document)
    names = [name for part in parts for name in part.blobs("name")]
    paths = [part.blob_place(at).path for part in parts for at in range(part.blob_count)]
    numbers = [part.blob_place(at).chunk_number for part in parts for at in range(part.blob_count)]
    read = decode(document).chunks
    assert names == [one.name for item in read for one in item.blobs]
    assert paths == [
        f"/MasterObjectList/Objects[{number}]/Object[{place}]"
        for number, item in enumerate(read, 1)
        for place in range(1, len(item.blobs) + 1)
    ]
    assert numbers == [number for number, size in enumerate(sizes) for _ in range(size)]
    assert sum(part.chunk_count for part in parts) == len(sizes)
    empty = [part.chunk_place(at).path for part in parts for at in part.ended_empty]
    assert empty == [f"/MasterObjectList/Objects[{at}]" for at, size in enumerate(sizes, 1) if not size]


def test_a_lone_chunk_has_a_path_of_its_own() -> None:
    [*_, last] = parts_of(element("Objects", {"ChunkId": "a", "ChunkNumber": "1"}, blob(), blob()).encode())
    assert last.blob_place(0, "Length").path == "/Objects/Object[1]/@Length"


@pytest.mark.parametrize("start", [(1, 1), (7, 30)])
def test_a_passage_knows_lines_and_columns(start: tuple[int, int]) -> None:
    text = f"\n  {blob(Name='größe')}</Objects>\n<Objects a='1'>\t{blob()}"
    passage = Passage(text, Place(*start))
    for offset in range(len(text)):
        before = text[:offset]
        lines = before.count("\n")
        column = offset - before.rfind("\n") if lines else start[1] + offset
        assert passage.at(len(before.encode()))[:2] == (start[0] + lines, column)
    assert [passage.tag(offset) for offset in passage.blobs] == re.findall(r"<Object [^>]*>", text)
    assert [passage.tag(offset) for offset in passage.chunks] == ["<Objects a='1'>"]
    assert passage.last_tag() == passage.of_blob(1)
