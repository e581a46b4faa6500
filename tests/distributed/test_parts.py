"""Parts of captures: together they are the whole, wherever it is cut, or it is not cut."""

from __future__ import annotations

import gzip
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import fsspec
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ds3codec import InputError, SourceError
from ds3codec.distributed.parts import is_sound, named, read, split
from ds3codec.limits import PIECE
from ds3codec.tables import read_table
from ds3codec.tables.schema import plain_schema
from ds3codec.testing.strategies import documents
from tests.captures.examples import with_length
from tests.examples import SAMPLE, UUID, blob, chunk, error, job, node
from tests.servers import serving

CHUNKS = [
    chunk(
        *(blob(Name=f"{number}/{name}") for name in range(number % 4)), ChunkNumber=str(number), NodeId=UUID
    )
    for number in range(20)
]
LARGE = job(f"<Nodes>{node(Id=UUID, EndPoint='10.1.2.3')}</Nodes>", *CHUNKS)


def rows(path: Path | str, size: int | None, **options: Any) -> pa.Table:
    """All rows of a capture that is read in parts of a size."""
    parts = split(str(path), size, {})
    sound = all(map(is_sound, parts)) if len(parts) > 1 else True
    tables = [found.table for part in parts for found in read(part, sound, options)]  # type: ignore[arg-type]
    return pa.concat_tables([plain(table) for table in tables])


def plain(table: pa.Table) -> pa.Table:
    columns = plain_schema(table.schema.remove_metadata())
    return table.cast(columns).combine_chunks()


def saved(tmp_path: Path, document: bytes) -> Path:
    path = tmp_path / "capture"
    path.write_bytes(document)
    return path


@given(documents(), st.integers(1, 400))
def test_the_parts_of_any_document_are_the_whole(document: bytes, size: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        assert rows(saved(Path(folder), document), size).to_pylist() == read_table(document).to_pylist()


@pytest.mark.parametrize("size", [1, 7, 100, 500, 2000, len(LARGE) - 1, len(LARGE)])
def test_every_part_knows_the_job_and_the_nodes(size: int, tmp_path: Path) -> None:
    path = saved(tmp_path, LARGE)
    table = rows(path, size)
    assert table.equals(plain(read_table(LARGE)))
    assert set(table["node_end_point"].to_pylist()) == {"10.1.2.3"}
    for part in split(str(path), size, {}):
        for found in read(part, True, {}):
            assert found.header is not None and found.header.job_id == UUID


def test_a_large_response_is_cut_into_parts_of_the_size(tmp_path: Path) -> None:
    parts = split(str(saved(tmp_path, LARGE)), 1000, {})
    assert len(parts) == -(-len(LARGE) // 1000)
    counts = [sum(found.table.num_rows for found in read(part, True, {})) for part in parts]
    assert sum(counts) == 30 and max(counts) < 10


HEADER = """<MasterObjectList JobId="a>b" Name='größe "数" />' xmlns:p="u">"""
PLAIN = [
    "<Objects ChunkId='>' ChunkNumber=\"1\"><Object Name='größe &lt;/Objects&gt; \"数\" />'/></Objects>",
    """<Objects ChunkNumber='2' Name="数>"/>""",
    "\n<Objects\tChunkNumber='3'\n>\n<Object Name='>'></Object>\n</Objects>\n",
    "<Objects ChunkNumber='4'></Objects >",
    "<Objects ChunkNumber='5'><Object Name='/>' Length='1'/><Object Name=\"'\"/></Objects>",
]
BETWEEN = [
    "<!-- </Objects> <Objects> <Object -->",
    "<!-- > ' \" <Objects -->",
    "<?skip </Objects> <Objects> <Object ?>",
    "<?skip größe 数 > ?>",
]


@pytest.mark.parametrize("head", ["", "<?xml version='1.0' encoding=\"UTF-8\"?>\n"])
@pytest.mark.parametrize("between", ["", *BETWEEN])
def test_a_document_is_the_same_wherever_it_is_cut(head: str, between: str, tmp_path: Path) -> None:
    document = f"{head}{HEADER}{between.join(PLAIN)}</MasterObjectList>".encode()
    path = saved(tmp_path, document)
    whole = plain(read_table(document, missing="none"))
    assert whole.num_rows == 4
    assert all(is_sound(part) for part in split(str(path), 300, {})) == (not between)
    # A cut at each byte, for parts of these sizes begin at each multiple of them.
    for size in range(1, len(document)) if not between else range(len(document) // 2, len(document)):
        assert rows(path, size, missing="none").equals(whole), size


@pytest.mark.parametrize("text", [*BETWEEN, "<![CDATA[</Objects><Objects>]]>"])
@pytest.mark.parametrize(
    "place", ["<MasterObjectList", "<Nodes>", "<Node ", "<Objects ", "<Object ", "</Objects>", "</Master"]
)
def test_markup_that_holds_no_elements_may_stand_anywhere(text: str, place: str, tmp_path: Path) -> None:
    document = LARGE.decode().replace(place, text + place).encode()
    path = saved(tmp_path, document)
    try:
        whole = rows(path, None)
    except InputError as met:
        for size in (50, 300, 1000, len(document) - 1):
            with pytest.raises(InputError) as other:
                rows(path, size)
            assert str(other.value) == str(met)
    else:
        for size in (50, 300, 1000, len(document) - 1):
            assert rows(path, size).equals(whole)


@pytest.mark.parametrize("shift", range(len("</Objects>") + 1))
def test_the_end_of_a_chunk_may_lie_between_two_pieces_of_a_file(shift: int, tmp_path: Path) -> None:
    empty = job(chunk(blob(Name="")), *CHUNKS)
    name = "a" * (PIECE - shift - empty.index(b"</Objects>"))
    document = job(chunk(blob(Name=name)), *CHUNKS)
    assert document.index(b"</Objects>") == PIECE - shift
    assert rows(saved(tmp_path, document), PIECE - 100).equals(plain(read_table(document)))


def test_a_cut_within_an_unknown_element_is_none(tmp_path: Path) -> None:
    document = job(*CHUNKS[:8], f"<Folder>{CHUNKS[9]}</Folder>", *CHUNKS[12:])
    for size in range(50, len(document), 50):
        assert rows(saved(tmp_path, document), size).equals(plain(read_table(document)))


UNSOUND = [
    "<!-- </Objects> -->",
    "<?skip </Objects> ?>",
    "<!-- <Objects> -->",
]


@pytest.mark.parametrize("size", [50, 300, 1000])
@pytest.mark.parametrize("text", UNSOUND)
def test_where_a_cut_could_be_wrong_the_first_part_has_all(text: str, size: int, tmp_path: Path) -> None:
    document = LARGE.replace(b"</Objects>", text.encode() + b"</Objects>", 3)
    path = saved(tmp_path, document)
    assert rows(path, size).equals(plain(read_table(document)))
    parts = split(str(path), size, {})
    assert not all(map(is_sound, parts))
    assert [len(read(part, False, {})) for part in parts] == [1] + [0] * (len(parts) - 1)


def test_nodes_behind_a_chunk_are_those_of_all_chunks(tmp_path: Path) -> None:
    document = job(*CHUNKS[:10], f"<Nodes>{node(Id=UUID)}</Nodes>", *CHUNKS[10:])
    assert rows(saved(tmp_path, document), 400).equals(plain(read_table(document)))


@pytest.mark.parametrize(
    "document",
    [
        b"\xef\xbb\xbf" + LARGE,
        LARGE.decode().encode("utf-16"),
        b'<?xml version="1.0" encoding="latin-1"?>' + LARGE,
        gzip.compress(LARGE, 0),
        with_length(LARGE),
        b"<!-- -->" + LARGE,
        LARGE.replace(b"<Nodes>", b"<Nodes><!-- -->"),
        CHUNKS[-1].encode(),
    ],
)
def test_what_cannot_be_cut_is_one_part(document: bytes, tmp_path: Path) -> None:
    path = saved(tmp_path, document)
    (part,) = split(str(path), 100, {})
    assert part.length is None
    assert rows(path, 100).num_rows == (3 if document == CHUNKS[-1].encode() else 30)


@pytest.mark.parametrize(
    "document",
    [
        LARGE[:-1],
        LARGE[: LARGE.rindex(b"</Objects>") + 10],
        LARGE[: LARGE.rindex(b"</Objects>") - 30],
        LARGE.replace(b'Name="11/1"', b""),
        LARGE.replace(b'Name="11/1"', b'Name="<"'),
        LARGE + b"x",
        LARGE + LARGE,
    ],
)
def test_an_error_is_that_of_the_whole_capture(document: bytes, tmp_path: Path) -> None:
    path = saved(tmp_path, document)
    with pytest.raises(InputError) as whole:
        rows(path, None)
    for size in (50, 400, 1000):
        with pytest.raises(InputError) as met:
            rows(path, size)
        assert str(met.value) == str(whole.value)
    assert str(whole.value).startswith(f"{path}: ")


def test_chunks_within_an_unknown_element_are_not_read_as_others(tmp_path: Path) -> None:
    document = job(*CHUNKS[:8], f"<Folder>{''.join(CHUNKS[8:12])}</Folder>", *CHUNKS[12:])
    for size in (100, 400, 900):
        path = saved(tmp_path, document)
        try:
            assert rows(path, size).equals(plain(read_table(document)))
        except InputError as met:
            assert "blocksize=None" in met.reason


def test_all_responses_of_a_capture_are_read(tmp_path: Path) -> None:
    path = saved(tmp_path, with_length(SAMPLE) + with_length(LARGE))
    (part,) = split(str(path), 1000, {})
    assert [found.origin for found in read(part, True, {})] == [str(path), f"{path}#2"]
    with pytest.raises(InputError, match=r"#2: .*404"):
        read(split(str(saved(tmp_path, with_length(SAMPLE) + with_length(error()))), None, {})[0], True, {})


def test_names_are_found_as_captures_are(tmp_path: Path) -> None:
    for name in ("b.xml", "a.xml", "c.har"):
        (tmp_path / name).write_bytes(SAMPLE)
    assert named(str(tmp_path / "*.xml"), {}) == [str(tmp_path / "a.xml"), str(tmp_path / "b.xml")]
    assert len(named([str(tmp_path)], {})) == 3
    assert named(f"file://{tmp_path}/a.xml", {}) == [f"file://{tmp_path}/a.xml"]
    assert len(named(f"file://{tmp_path}/*.xml", {})) == 2
    for missing in (str(tmp_path / "*.gz"), "memory://none/*.xml", "nothing://x", str(tmp_path / "x")):
        with pytest.raises(SourceError):
            named(missing, {})


@pytest.mark.parametrize(
    ("way", "is_cut"),
    [
        ("ranges", True),
        ("no-head", True),
        ("once-500", True),
        ("no-ranges", False),
        ("none", False),
        ("all-as-range", False),
        ("no-length", False),
        ("encoded", False),
        ("gzip", False),
        ("short-head", True),
        ("long-head", True),
        ("few-ranges", True),
        ("dies-in-ranges", True),
        ("moved", True),
    ],
)
def test_a_response_on_any_server_is_read_once_and_whole(way: str, is_cut: bool) -> None:
    with serving(LARGE) as server:
        url = f"{server.url}/{way}/größe 数.xml?token=a*b"
        assert (len(split(url, 1000, {})) > 1) == is_cut
        assert rows(url, 1000).equals(plain(read_table(LARGE)))


def test_what_cannot_be_opened_is_one_part_whose_reading_says_why(tmp_path: Path) -> None:
    with serving() as server:
        for path, reason in [
            (f"{server.url}/404/a.xml", "HTTP 404"),
            (f"{server.url}/dies/a.xml", "the connection ended too early \\(after"),
            ("http://127.0.0.1:9/a.xml", "Connection refused"),
            (str(tmp_path / "none.xml"), "No such file"),
            (str(tmp_path), "Is a directory"),
        ]:
            (part,) = split(path, 100, {})
            with pytest.raises(InputError, match=reason):
                read(part, True, {})


def test_a_capture_that_changes_is_read_in_one_part(tmp_path: Path) -> None:
    path = saved(tmp_path, LARGE)
    parts = split(str(path), 1000, {})
    path.write_bytes(job(*CHUNKS[:10]))
    assert not all(map(is_sound, parts))


def test_names_are_found_in_archives_and_on_servers(tmp_path: Path) -> None:
    for name in ("b.xml", "a.xml"):
        (tmp_path / name).write_bytes(SAMPLE)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.write(tmp_path / "a.xml", "a.xml")
        archive.write(tmp_path / "a.xml", "folder/b.xml")
    chained = f"zip://*.xml::file://{tmp_path}/a.zip"
    assert named(chained, {}) == [f"zip://a.xml::file://{tmp_path}/a.zip"]
    assert rows(named(chained, {})[0], None).num_rows == read_table(SAMPLE).num_rows
    fsspec.filesystem("memory").pipe("/globbed/a.xml", SAMPLE)
    assert named("memory://globbed/*.xml", {}) == ["memory://globbed/a.xml"]
    page = b'<a href="a.xml">a</a> <a href="b.xml">b</a> <a href="c.txt">c</a>'
    with serving(page) as server:
        folder = f"{server.url.replace('//', '//user:hunter2@')}/page"
        assert named(f"{folder}/*.xml", {}) == [f"{folder}/a.xml", f"{folder}/b.xml"]
        for way, reason in [("500", "HTTP 500"), ("404", "HTTP 404"), ("page", "no file matches")]:
            with pytest.raises(SourceError, match=reason):
                named(f"{server.url}/{way}/*.gz", {})
    with pytest.raises(SourceError, match="Connection refused"):
        named("http://127.0.0.1:9/*.xml", {})
