"""The streaming decoder against the reference, and the reference against xsdata's parser."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ds3codec import Blob, BlobBatch, IncrementalDecoder, JobChunk, JobReader, MasterObjectList, aread, decode
from ds3codec.testing import reference
from ds3codec.testing.reference import WrongDocumentError
from ds3codec.testing.strategies import cuts, documents
from ds3codec.wire.members import attributes
from tests.examples import JOB, blob, chunk, element, in_full, job


def assert_same(ours: MasterObjectList, theirs: MasterObjectList) -> None:
    assert ours == theirs
    assert in_full(ours) == in_full(theirs)


def assembled(header: MasterObjectList | None, batches: Iterable[BlobBatch]) -> MasterObjectList:
    assert header is not None
    header.chunks = []
    for of_chunk, blobs in batches:
        if header.chunks and header.chunks[-1] is of_chunk:
            of_chunk.blobs += blobs
        else:
            of_chunk.blobs = blobs
            header.chunks.append(of_chunk)
    return header


def pulled(pieces: list[bytes]) -> MasterObjectList:
    with JobReader(pieces) as reader:
        return assembled(reader.header, list(reader))


def pushed(pieces: list[bytes]) -> MasterObjectList:
    decoder = IncrementalDecoder()
    batches = [batch for piece in pieces for batch in decoder.feed(piece)]
    batches += decoder.close()
    return assembled(decoder.header, batches)


def awaited(pieces: list[bytes]) -> MasterObjectList:
    async def source() -> AsyncIterator[bytes]:
        for piece in pieces:
            await asyncio.sleep(0)
            yield piece

    async def read() -> MasterObjectList:
        async with aread(source()) as reader:
            return assembled(reader.header, [batch async for batch in reader])

    return asyncio.run(read())


@given(documents(), st.data())
def test_every_way_of_reading_equals_the_reference(document: bytes, data: st.DataObject) -> None:
    expected = reference.decode(document)
    assert_same(decode(document), expected)
    for read in (pulled, pushed, awaited):
        assert_same(read(data.draw(cuts(document))), expected)
    assert_same(pushed([document[place : place + 1] for place in range(len(document))]), expected)


@given(documents(booleans=(("FALSE", "false", "0"), ("TRUE", "true", "1"))))
def test_the_documented_booleans_mean_what_the_others_mean(document: bytes) -> None:
    models = (MasterObjectList, JobChunk, Blob)
    names = "|".join(member.name for model in models for member in attributes(model) if member.type is bool)
    spelling = re.compile(rf"({names})=(.)(TRUE|FALSE)\2".encode())
    plain = spelling.sub(lambda match: match[0].replace(match[3], match[3].lower()), document)
    assert_same(decode(document), reference.decode(plain))


NO_LENGTH = element("Object", {"Latest": "true", "Name": "a", "Offset": "0"})


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"<MasterObjectList",
        chunk().encode(),
        b"<!DOCTYPE MasterObjectList>" + job(),
        job(chunk(blob(Length="4_096"))),
        job(chunk(blob(Length="9223372036854775808"))),
        job(chunk(NO_LENGTH)),
        job(chunk("<p:Object/>")),
        job() + b"x",
    ],
)
def test_the_reference_refuses_what_decode_refuses(document: bytes) -> None:
    with pytest.raises(WrongDocumentError):
        reference.decode(document)


def test_strict_and_missing_are_those_of_decode() -> None:
    unknown = job("<Stranger/>", chunk(blob(StorageClass="new"), "<Stranger/>"), Priority="NEW")
    assert_same(decode(unknown), reference.decode(unknown))
    for wrong in (
        job("<Stranger/>"),
        job(chunk("<Stranger/>")),
        job(chunk(blob(A="1"))),
        job(Priority="NEW"),
    ):
        with pytest.raises(WrongDocumentError):
            reference.decode(wrong, strict=True)
    old = element("MasterObjectList", {"JobId": JOB["JobId"]}, chunk(NO_LENGTH)).encode()
    assert_same(decode(old, missing="none"), reference.decode(old, missing="none"))
