"""The columns of a table, and the job in its metadata."""

from __future__ import annotations

import pyarrow as pa
import pytest

from ds3codec import TableError, UsageError, decode
from ds3codec.models import Blob, JobChunk
from ds3codec.tables import arrow_schema, job_from_metadata, read_table
from ds3codec.tables.schema import HiddenChunk, arrow_type, hidden_chunks, metadata
from ds3codec.wire.members import attributes
from tests.examples import SAMPLE, in_full, job


def test_the_columns_are_those_of_the_models() -> None:
    of_chunk = [member.field for member in attributes(JobChunk)]
    of_blob = [member.field for member in attributes(Blob)]
    schema = arrow_schema()
    assert schema.names == [*of_chunk, "node_end_point", *of_blob]
    for member in attributes(Blob):
        kind = schema.field(member.field).type
        assert (kind.value_type if pa.types.is_dictionary(kind) else kind) == arrow_type(member)
    assert schema.field("length").type == pa.int64()
    assert schema.field("in_cache").type == pa.bool_()
    assert schema.field("chunk_number").type == pa.int64()
    texts = {name for name in schema.names if pa.types.is_dictionary(schema.field(name).type)}
    assert texts == {"chunk_id", "node_id", "node_end_point", "bucket"}


def test_each_column_says_what_it_is() -> None:
    for field in arrow_schema(placements=True):
        assert field.metadata[b"wire_name"]
    length = arrow_schema().field("length").metadata
    assert length == {b"wire_name": b"Blob/@Length", b"meaning": b"Bytes in the blob.", b"unit": b"bytes"}
    assert arrow_schema().field("node_end_point").metadata[b"wire_name"] == b"JobNode/@EndPoint"


def test_credentials_are_named_or_not_there() -> None:
    assert "secret_key" not in str(arrow_schema(placements=True))
    assert "secret_key" in str(arrow_schema(credentials=["secret_key"]))
    with pytest.raises(UsageError, match="credentials must be some of"):
        arrow_schema(credentials=["length"])


def test_the_job_comes_back_from_the_metadata() -> None:
    decoded = decode(SAMPLE)
    decoded.chunks = []
    assert in_full(job_from_metadata(read_table(SAMPLE).schema)) == in_full(decoded)
    newer = decode(job(Status="PAUSED"))
    assert not job_from_metadata(arrow_schema().with_metadata(metadata(newer))).status.is_known


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("ds3codec.job", "{", "is not JSON"),
        ("ds3codec.job", "[]", "the job in the table's metadata is wrong"),
        ("ds3codec.job", '{"length": 1}', "the job in the table's metadata is wrong"),
        ("other", "", "no job in its metadata"),
    ],
)
def test_metadata_without_a_job_are_one_error(key: str, value: str, message: str) -> None:
    with pytest.raises(TableError, match=message):
        job_from_metadata(arrow_schema().with_metadata({key: value}))


def test_hidden_chunks_are_forgotten_where_the_rows_have_changed() -> None:
    hidden = [HiddenChunk(0, {"chunk_id": "a"}), HiddenChunk(3, None)]
    schema = arrow_schema().with_metadata(metadata(None, hidden, 7))
    assert hidden_chunks(schema, 7) == hidden
    assert hidden_chunks(schema, 6) == []
    wrong = arrow_schema().with_metadata({"ds3codec.rows": "1", "ds3codec.chunks": "[[1]]"})
    with pytest.raises(TableError, match="the chunks in the table's metadata are wrong"):
        hidden_chunks(wrong, 1)
