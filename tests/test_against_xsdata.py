"""The streaming decoder against xsdata's own parser: the same models from every document."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xsdata.formats.dataclass.context import XmlContext
from xsdata.formats.dataclass.parsers import XmlParser
from xsdata.formats.dataclass.parsers.config import ParserConfig
from xsdata.formats.dataclass.parsers.handlers import LxmlEventHandler

from ds3codec import Blob, BlobBatch, IncrementalDecoder, JobChunk, JobReader, MasterObjectList, aread, decode
from ds3codec.bindings import attributes
from tests.strategies import cuts, documents

CONFIG = ParserConfig(fail_on_converter_warnings=True, fail_on_unknown_attributes=True)
PARSER = XmlParser(context=XmlContext(), config=CONFIG, handler=LxmlEventHandler)


def assert_same(ours: MasterObjectList, theirs: MasterObjectList) -> None:
    assert ours == theirs
    assert repr(ours) == repr(theirs)  # equal dates may differ in their offset


def assembled(header: MasterObjectList | None, batches: Iterable[BlobBatch]) -> MasterObjectList:
    assert header is not None
    chunks: dict[int, JobChunk] = {}
    for chunk, blobs in batches:
        chunks.setdefault(id(chunk), chunk).blobs.extend(blobs)
    header.chunks = list(chunks.values())
    return header


@given(documents())
def test_decode_equals_xsdata(document: bytes) -> None:
    assert_same(decode(document), PARSER.from_bytes(document, MasterObjectList))


@given(documents(), st.data())
def test_pulling_pieces_of_any_size_equals_xsdata(document: bytes, data: st.DataObject) -> None:
    with JobReader(data.draw(cuts(document))) as reader:
        job = assembled(reader.header, list(reader))
    assert_same(job, PARSER.from_bytes(document, MasterObjectList))


@given(documents(), st.data())
def test_pushing_pieces_of_any_size_equals_xsdata(document: bytes, data: st.DataObject) -> None:
    decoder = IncrementalDecoder()
    batches = [batch for piece in data.draw(cuts(document)) for batch in decoder.feed(piece)]
    batches += decoder.close()
    assert_same(assembled(decoder.header, batches), PARSER.from_bytes(document, MasterObjectList))


@given(documents(), st.data())
def test_awaiting_pieces_of_any_size_equals_xsdata(document: bytes, data: st.DataObject) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for piece in data.draw(cuts(document)):
            await asyncio.sleep(0)
            yield piece

    async def read() -> MasterObjectList:
        async with aread(pieces()) as reader:
            return assembled(reader.header, [batch async for batch in reader])

    assert_same(asyncio.run(read()), PARSER.from_bytes(document, MasterObjectList))


@given(documents())
def test_single_bytes_equal_xsdata(document: bytes) -> None:
    job = decode(document[place : place + 1] for place in range(len(document)))
    assert_same(job, PARSER.from_bytes(document, MasterObjectList))


@given(documents(booleans=(("FALSE", "false", "0"), ("TRUE", "true", "1"))))
def test_the_documented_booleans_mean_what_xsdata_reads_from_the_others(document: bytes) -> None:
    models = (MasterObjectList, JobChunk, Blob)
    names = "|".join(member.name for model in models for member in attributes(model) if member.type is bool)
    spelling = re.compile(rf"({names})=(.)(TRUE|FALSE)\2".encode())
    plain = spelling.sub(lambda match: match[0].replace(match[3], match[3].lower()), document)
    assert_same(decode(document), PARSER.from_bytes(plain, MasterObjectList))


@pytest.mark.parametrize("count", [0, 1, 511, 512, 513, 2000])
def test_a_chunk_of_many_blobs_equals_xsdata(count: int) -> None:
    blobs = "".join(
        f'<Object Latest="true" Length="{number}" Name="{number}" Offset="0"/>' for number in range(count)
    )
    chunk = f'<Objects ChunkId="a" ChunkNumber="0">{blobs}</Objects>'
    theirs = PARSER.from_string(chunk, JobChunk)
    with JobReader(chunk.encode()) as reader:
        ours = list(reader)
    assert [blob for batch in ours for blob in batch.blobs] == theirs.blobs
    assert all(len(batch.blobs) <= 512 for batch in ours)
    assert all(batch.blobs for batch in ours) or (count == 0 and len(ours) == 1)
