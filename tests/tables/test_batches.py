"""Record batches and tables against the decoder: the same rows, errors and memory, whatever the document."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ds3codec import (
    AzureTarget,
    Ds3CodecError,
    Ds3Target,
    InvalidValueError,
    JobReader,
    MasterObjectList,
    S3Target,
    UsageError,
    decode,
    decode_chunk,
    limits,
    to_dict,
)
from ds3codec.limits import PIECE
from ds3codec.tables import job_from_metadata, read_table, record_batches
from ds3codec.tables.batches import TableReader
from ds3codec.testing.strategies import cuts, documents
from ds3codec.wire.members import elements
from tests.decoding.test_pieces import BOUNDARY, NAME, PLAIN
from tests.decoding.test_runs import FORMS
from tests.examples import BLOB, SAMPLE, UUID, blob, chunk, element, error, in_full, job, node

NODES = element("Nodes", {}, node(Id=UUID, EndPoint="here"), node(Id="other", EndPoint="there"))


def rows_of(decoded: MasterObjectList) -> list[dict[str, Any]]:
    """The rows that the table of a job has."""
    end_points: dict[str | None, str] = {node.id: node.end_point for node in decoded.nodes}
    return [
        {
            "chunk_id": chunk.chunk_id,
            "chunk_number": chunk.chunk_number,
            "node_id": chunk.node_id,
            "node_end_point": end_points.get(chunk.node_id),
            **{name: value for name, value in to_dict(blob).items() if name != "physical_placement"},
        }
        for chunk in decoded.chunks
        for blob in chunk.blobs
    ]


def check(document: bytes, pieces: list[bytes] | None = None, **options: Any) -> pa.Table:
    """Hold a table against the decoder."""
    decoded = decode(document, **options)
    table = read_table(document if pieces is None else pieces, **options)
    table.validate(full=True)
    assert table.to_pylist() == rows_of(decoded)
    header = job_from_metadata(table.schema)
    decoded.chunks = []
    assert in_full(header) == in_full(decoded)
    return table


@given(documents(), st.data())
def test_a_table_has_the_rows_of_the_decoder(document: bytes, data: st.DataObject) -> None:
    check(document, data.draw(cuts(document)))


@given(documents())
def test_a_document_in_memory_is_the_same_table(document: bytes) -> None:
    """A small one is read at once."""
    assert_same(document)


def assert_same(document: bytes) -> None:
    whole, streamed = read_table(document), record_batches(document).read_all()
    whole.validate(full=True)
    assert whole.schema.equals(streamed.schema, check_metadata=True)
    assert whole.to_pylist() == streamed.to_pylist()


def test_chunks_that_no_row_shows_are_the_same_in_a_small_document() -> None:
    empty, full, other = chunk(), chunk(blob(), blob()), chunk(blob(), ChunkNumber="1", NodeId=UUID)
    for chunks in (
        [],
        [empty],
        [empty, empty],
        [full, full, other],
        [empty, full, empty, other, empty, empty],
    ):
        assert_same(job(NODES, *chunks))
        assert_same(job(*chunks))
    assert_same(full.encode())
    assert_same(empty.encode())


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("times", [1, pytest.param(20, marks=pytest.mark.full)])
def test_runs_in_many_forms_are_the_same_rows(form: str, times: int) -> None:
    check(job(NODES, chunk(*FORMS[form] * times, NodeId=UUID)))


def test_chunks_of_any_size_are_the_same_rows() -> None:
    some = [chunk(*PLAIN[:size], ChunkNumber=str(size), NodeId=UUID) for size in (0, 1, 2, 0, 199, 1, 0)]
    check(job(NODES, *some * 10))


LONG = job(chunk(*(f"{plain}{BOUNDARY if at % 7 == 6 else ''}" for at, plain in enumerate(PLAIN * 2))))
ODD = [b"&amp;", b"&#65;", b"&nbsp;", b"&", b"<", b">", b'"', b"'", b"\0", b"\t", b"\n", b"\xc3\xa4", b"\xc3"]
ODD += [
    b"\xef\xbf\xbe",
    b"",
    b" ",
    b"-",
    b"+",
    b"0",
    b"_",
    b"9" * 20,
    b"/>",
    b"<!-- -->",
    b"\r",
    b"=",
    b"\x7f",
]


@pytest.mark.parametrize("odd", ODD)
@given(st.integers(0, len(LONG)), st.sampled_from([0, 1, 2]), st.data())
def test_what_is_odd_is_read_as_the_decoder_reads_it(
    odd: bytes, place: int, cut: int, data: st.DataObject
) -> None:
    document = LONG[:place] + odd + LONG[place + cut :]
    assert outcome(read_table, document) == outcome(decode, document)


def outcome(read: Any, document: bytes) -> object:
    """The rows of a document, or the error that it is."""
    try:
        done = read(document)
    except Ds3CodecError as met:
        return type(met), str(met)
    return done.to_pylist() if isinstance(done, pa.Table) else rows_of(done)


@pytest.mark.parametrize("odd", ODD)
@given(st.lists(st.integers(0, len(LONG)), min_size=1, max_size=3), st.data())
def test_threads_change_neither_rows_nor_errors(odd: bytes, places: list[int], data: st.DataObject) -> None:
    document = LONG
    for place in places:
        document = document[:place] + odd + document[place:]
    pieces = data.draw(cuts(document))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limits, "WIDE", 4000)
        alone, together = (with_error(iter(pieces), threads=number) for number in (1, 3))
    assert alone == together == with_error(iter([document]))
    assert not any(thread.name.startswith("ds3codec") for thread in threading.enumerate())


def with_error(source: Iterator[bytes], **options: Any) -> tuple[object, list[Any], object]:
    """The rows of a document, and its error with all that it says."""
    rows: list[Any] = []
    try:
        for batch in record_batches(source, **options):
            rows += batch.to_pylist()
    except Ds3CodecError as error:
        return type(error), rows, vars(error)
    return None, rows, None


@pytest.mark.parametrize("threads", [0, -1, 1.5, True, "2"])
def test_a_number_of_threads_that_is_none_is_refused(threads: Any) -> None:
    with pytest.raises(UsageError, match="threads must be a whole number"):
        record_batches(SAMPLE, threads=threads)


@pytest.mark.parametrize("members", [{"Length": "x"}, {"Latest": "True"}, {"Offset": "9223372036854775808"}])
def test_what_was_read_before_an_error_comes_before_it(members: dict[str, str]) -> None:
    document = job(chunk(*PLAIN, blob(**members), *PLAIN))
    got: list[Any] = []
    with pytest.raises(InvalidValueError) as caught:
        for batch in record_batches(document):
            got += batch.to_pylist()
    assert len(got) == len(PLAIN) == caught.value.blobs_read
    with pytest.raises(InvalidValueError) as expected:
        decode(document)
    assert str(caught.value) == str(expected.value)


@pytest.mark.parametrize("document", [b"", b"<html/>", error(), b"<MasterObjectList>"])
def test_what_is_wrong_before_the_first_chunk_is_raised_at_once(document: bytes) -> None:
    with pytest.raises(Ds3CodecError) as caught:
        record_batches(document)
    with pytest.raises(type(caught.value)):
        decode(document)


@pytest.mark.parametrize("size", [1, 7, 100, 10**6])
def test_batches_have_at_most_the_rows_that_are_asked_for(size: int) -> None:
    document = job(chunk(*PLAIN), chunk(*PLAIN[:3], ChunkNumber="1"))
    batches = list(record_batches(document, batch_size=size))
    assert all(0 < batch.num_rows <= size for batch in batches)
    assert [row for batch in batches for row in batch.to_pylist()] == rows_of(decode(document))
    assert all(batch.schema.equals(batches[0].schema, check_metadata=True) for batch in batches)


@pytest.mark.parametrize("size", [0, -1, 1.5, None])
def test_a_size_that_is_none_is_refused(size: Any) -> None:
    with pytest.raises(UsageError, match="batch_size"):
        record_batches(SAMPLE, batch_size=size)


def test_the_options_are_those_of_decode() -> None:
    without_length = element("Object", {key: text for key, text in BLOB.items() if key != "Length"})
    old = job(chunk(*[without_length] * 300))
    check(old, missing="none")
    with pytest.raises(Ds3CodecError, match="Length is missing"):
        read_table(old)
    new = job(chunk(*[blob(Name=NAME, StorageClass="new")] * 300))
    with pytest.raises(Ds3CodecError, match="unknown attribute StorageClass"):
        read_table(new, strict=True)
    check(new)
    assert read_table(job(chunk(), Status="PAUSED")).num_rows == 0


def test_a_lone_chunk_is_a_table_without_a_job() -> None:
    document = chunk(*PLAIN, NodeId=UUID).encode()
    table = read_table(document)
    assert table.column("length").to_pylist() == [one.length for one in decode_chunk(document).blobs]
    assert set(table.column("node_id").to_pylist()) == {UUID}
    assert set(table.column("node_end_point").to_pylist()) == {None}


def test_ids_are_ids_in_either_form() -> None:
    as_element = element("Object", BLOB, f"<Id>{UUID}</Id>")
    document = job(chunk(*[as_element, blob(Id="b"), blob()] * 50))
    assert check(document).column("id").to_pylist() == [UUID, "b", None] * 50


def test_unknown_attributes_of_arrays_are_counted() -> None:
    reader = TableReader(job(chunk(*[blob(Name=NAME, StorageClass="new")] * 1000)))
    assert sum(batch.num_rows for batch in reader) == 1000
    assert reader.unknown == {"StorageClass": 1000}


def test_a_piece_is_not_waited_for_beyond_its_end() -> None:
    def source() -> Iterator[bytes]:
        yield LONG[: LONG.rindex(b"<Object ") + 20]
        raise OSError("gone")

    got = 0
    with pytest.raises(Ds3CodecError, match="gone"):
        for batch in record_batches(source()):
            got += batch.num_rows
    assert got == len(rows_of(decode(LONG))) - 1


def test_placements_come_on_request_without_credentials() -> None:
    table = read_table(SAMPLE, placements=True)
    placements = table.column("physical_placement").to_pylist()
    assert placements[:4] == [None] * 4
    decoded = decode(SAMPLE).chunks[2].blobs[0].physical_placement
    assert decoded is not None
    assert placements[4] == to_dict(decoded)
    names = {
        member.field
        for kind in (AzureTarget, Ds3Target, S3Target)
        for member in elements(kind)
        if member.credential
    }
    assert len(names) == 4
    assert not names & words(table.schema.field("physical_placement"))
    wanted = read_table(SAMPLE, credentials=["secret_key"]).schema.field("physical_placement")
    assert names & words(wanted) == {"secret_key"}


def words(field: pa.Field) -> set[str]:
    return set(re.findall(r"\w+", str(field.type)))


@pytest.mark.parametrize("names", [["password"], "secret_key"])
def test_credentials_that_do_not_exist_are_refused(names: Any) -> None:
    with pytest.raises(UsageError, match="credentials must be some of account_key, admin_secret_key"):
        read_table(SAMPLE, credentials=names)


def test_a_path_is_read_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "response.xml").write_bytes(SAMPLE)
    assert read_table(tmp_path / "response.xml").equals(read_table(SAMPLE), check_metadata=True)
    with JobReader(SAMPLE) as reader:
        assert sum(len(blobs) for _, blobs in reader) == read_table(SAMPLE).num_rows


def test_chunks_without_rows_do_not_pile_up() -> None:
    reader = TableReader(job(chunk(*PLAIN[:10]), *[chunk()] * 3000, chunk(*PLAIN[:10])), batch_size=50)
    taken, take = [], reader._gathered.take

    def counted(end_points: Mapping[str, str]) -> pa.RecordBatch:
        taken.append(reader._gathered.chunk_count)
        return take(end_points)

    reader._gathered.take = counted  # type: ignore[method-assign]
    names = [row["name"] for batch in reader for row in batch.to_pylist()]
    assert names == [NAME + str(number) for number in range(10)] * 2
    assert sum(taken) > 3000
    assert max(taken) <= 60 + PIECE // len(chunk())  # for those of a piece come together
