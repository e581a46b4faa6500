"""What is encoded decodes to the same, and what is decoded encodes to the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ds3codec import JobChunk, JobReader, JobWriter, MasterObjectList, decode, decode_chunk, encode
from ds3codec.testing.strategies import chunks, cuts, jobs
from tests.examples import in_full

SAMPLE = (Path(__file__).parent / "data" / "close-aggregating-job.xml").read_bytes()


@given(jobs(), st.booleans())
def test_an_encoded_job_decodes_to_itself(job: MasterObjectList, declaration: bool) -> None:
    decoded = decode(encode(job, declaration=declaration), strict=True)
    assert decoded == job
    assert in_full(decoded) == in_full(job)


@given(chunks())
def test_an_encoded_chunk_decodes_to_itself(chunk: JobChunk) -> None:
    assert decode_chunk(encode(chunk), strict=True) == chunk


@given(jobs(appliance=True))
def test_a_document_in_the_appliances_form_encodes_to_itself(job: MasterObjectList) -> None:
    document = encode(job)
    assert encode(decode(document)) == document


def test_the_sample_document_encodes_to_itself() -> None:
    assert encode(decode(SAMPLE)) == SAMPLE


@pytest.mark.parametrize(
    "document",
    [
        b'<Objects ChunkId="a" ChunkNumber="0"/>',
        b'<Objects ChunkId="a" ChunkNumber="0" NodeId="n"><Object Latest="true" Length="1" Name=""'
        b' Offset="0"/>'
        b'<Object Latest="false" Length="9223372036854775807" Name="&amp;&lt;&gt;&quot;\'&#9;&#10;&#13;"'
        b' Offset="-1"/></Objects>',
    ],
)
def test_a_lone_chunk_in_the_appliances_form_encodes_to_itself(document: bytes) -> None:
    assert encode(decode_chunk(document)) == document


@given(job=jobs(), data=st.data())
def test_batches_written_as_they_are_read_give_the_same_document(
    job: MasterObjectList, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    document = encode(job)
    copy = tmp_path_factory.mktemp("copies", numbered=True) / "copy.xml"
    with (
        JobReader(data.draw(cuts(document))) as reader,
        JobWriter(copy, reader.header) as writer,
    ):
        for chunk, blobs in reader:
            writer.write(chunk, blobs)
    assert copy.read_bytes() == document
