"""Arrays from the bytes of a run: what they read, and what they leave to others."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ds3codec import Blob
from ds3codec.decoding.columns import Columns
from ds3codec.decoding.forms import Form, form_of
from ds3codec.decoding.runs import Runs
from ds3codec.tables.arrays import Arrays, read_arrays
from ds3codec.wire.members import attributes
from tests.decoding.test_pieces import BOUNDARY, PLAIN
from tests.decoding.test_runs import FORMS
from tests.examples import BLOB, UUID, blob, element

AS_ARRAYS = {"references", "white space", "another order", "unknown", "unknown, unordered", "single quotes"}
AS_ARRAYS |= {"several lines", "chunks of one", "a value in between"}


FIRST = re.compile("""<Object (?:[^"'>]|"[^"]*"|'[^']*')*>""")


def form(text: str) -> Form:
    tag = FIRST.search(text)
    assert tag is not None
    found = form_of(tag[0].encode())
    assert found is not None
    return found


def read(text: str, in_job: bool = True) -> Arrays | None:
    return read_arrays(text.encode(), form(text), in_job, "error")


def columns(text: str) -> Columns:
    """What the decoder reads of the same run."""
    runs = Runs("error")
    tag = FIRST.search(text)
    assert tag is not None
    assert runs.learn(tag[0].encode(), True)
    [passage] = runs.passages(text)
    assert passage.columns is not None
    return passage.columns


def plain(arrays: Arrays) -> tuple[Any, ...]:
    blobs = {field: array.to_pylist() for field, array in arrays.blobs.items()}
    chunks = {field: array.to_pylist() for field, array in arrays.chunks.items()}
    if chunks:
        chunks.setdefault("node_id", [None] * arrays.chunk_count)
    return arrays.blob_count, blobs, list(arrays.boundaries), chunks, arrays.unknown


@pytest.mark.parametrize("name", FORMS)
def test_forms_are_read_as_the_decoder_reads_them_or_not_at_all(name: str) -> None:
    text = "".join(FORMS[name])
    found = read(text)
    assert (found is not None) == (name in AS_ARRAYS)
    if found is not None:
        assert plain(found) == tuple(columns(text))[:5]


VALUES: dict[str, list[str]] = {
    "Length": ["0", "7", "00", "12345678", "123456789", "9999999999999999", "-1", "+1", "1_0", "1" * 17],
    "Offset": ["", " 1", "1 ", "1.0", "/", ":", "٣", "&#49;", "99999999", "100000000"],
    "Latest": ["true", "false", "TRUE", "1", "tru", "truee", "falsE", "", "fals", "falsef"],
    "Name": [
        "",
        "a",
        "twelve bytes",
        "thirteen byte",
        "größe",
        "a&amp;b",
        "&#xE4;" * 5,
        "&nbsp;",
        "'",
        "> =",
    ],
}


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in VALUES.items() for text in texts])
@pytest.mark.parametrize("place", [0, 99, 199])
def test_a_value_is_read_as_the_decoder_reads_it_or_not_at_all(name: str, text: str, place: int) -> None:
    odd = re.sub(f'{name}="[^"]*"', lambda _: f'{name}="{text}"', PLAIN[0])
    run = "".join([*PLAIN[:place], odd, *PLAIN[place:]])
    found = read(run)
    if found is not None:
        assert plain(found) == tuple(columns(run))[:5]
        assert found.blobs[name.lower()].null_count == 0


@given(
    st.lists(
        st.tuples(st.integers(0, 2**63 - 1), st.booleans(), st.text("aä\U0001f4fc ", max_size=30)), min_size=1
    )
)
def test_values_of_any_length_are_exact(values: list[tuple[int, bool, str]]) -> None:
    text = "".join(blob(Length=str(n), Latest=str(flag).lower(), Name=name) for n, flag, name in values)
    found = read(text)
    if max(n for n, _, _ in values) < 10**16:
        assert found is not None
    if found is not None:
        got = zip(*(found.blobs[field].to_pylist() for field in ("length", "latest", "name")))
        assert list(got) == values


NOT_READ = {
    "an end without a beginning": "</Objects>",
    "a beginning without an end": f'<Objects ChunkId="{UUID}" ChunkNumber="1">',
    "an empty chunk": f'</Objects><Objects ChunkId="{UUID}" ChunkNumber="1"/></Objects>',
    "another end": f'</Object><Objects ChunkId="{UUID}" ChunkNumber="1">',
    "a chunk without a number": f'</Objects><Objects ChunkId="{UUID}">',
    "an unknown attribute of a chunk": f'</Objects><Objects A="" ChunkId="{UUID}" ChunkNumber="1">',
    "a wrong number of a chunk": f'</Objects><Objects ChunkId="{UUID}" ChunkNumber="2147483648">',
    "single quotes in a chunk": BOUNDARY.replace('"', "'"),
    "text": "text",
    "a comment": "<!-- -->",
    "a no-break space": "\xa0",
    "a form feed": "\f",
    "a non-character": "\ufffe",
}


@pytest.mark.parametrize("between", NOT_READ.values(), ids=list(NOT_READ))
def test_what_stands_between_objects_is_a_boundary_or_is_not_read(between: str) -> None:
    assert read("".join([*PLAIN[:3], between, *PLAIN[3:6]])) is None
    assert read("".join([*PLAIN[:3], BOUNDARY, *PLAIN[3:6]])) is not None


def test_the_end_of_a_tag_may_stand_in_the_values_of_a_chunk() -> None:
    text = "".join([*PLAIN[:3], BOUNDARY.replace(UUID, "a>'/>"), *PLAIN[3:6]])
    found = read(text)
    assert found is not None
    assert found.chunks["chunk_id"].to_pylist() == ["a>'/>"]


def test_other_chunks_are_not_read_in_a_lone_one() -> None:
    assert read("".join(PLAIN), in_job=False) is not None
    assert read("".join([*PLAIN, BOUNDARY, *PLAIN]), in_job=False) is None


def test_nothing_is_read_of_nothing_and_of_what_is_not_utf_8() -> None:
    assert read_arrays(b"", form(PLAIN[0]), True, "error") is None
    assert read_arrays(PLAIN[0].encode().replace(b"true", b"tr\xffe"), form(PLAIN[0]), True, "error") is None


def test_long_names_of_attributes_are_not_read() -> None:
    assert read("".join([element("Object", BLOB | {"A" * 40: "1"})] * 3)) is not None
    assert read("".join([element("Object", BLOB | {"A" * 60: "1"})] * 3)) is None


def test_the_last_chunk_is_told() -> None:
    found = read("".join([*PLAIN[:3], BOUNDARY, *PLAIN[3:6], BOUNDARY, *PLAIN[:1]]))
    assert found is not None
    assert found.chunk_count == 2
    last = found.last_chunk()
    assert (last.chunk_id, last.chunk_number, last.node_id) == (UUID, 7, None)
    assert set(found.blobs) <= {member.field for member in attributes(Blob)}
