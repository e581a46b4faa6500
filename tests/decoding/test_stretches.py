"""A document as columns says what it says as models, whoever read it: runs or the parser."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ds3codec import InvalidValueError, JobChunk, decode
from ds3codec.decoding.chunks import Stretches
from ds3codec.decoding.columns import Columns
from ds3codec.decoding.decoder import Decoder
from ds3codec.testing.strategies import cuts, documents
from tests.examples import BLOB, PLACEMENT, blob, chunk, element, job


def stretches_of(pieces: list[bytes]) -> list[Columns]:
    decoder = Decoder(Stretches(), strict=False, missing="error")
    stretches = [stretch for piece in pieces for parts in decoder.feed(piece) for stretch in parts]
    stretches += [stretch for parts in decoder.close() for stretch in parts]
    assert decoder.blobs_read == sum(stretch.blob_count for stretch in stretches)
    return stretches


def chunks_in(stretches: list[Columns]) -> list[JobChunk]:
    """Follow the boundaries, as whoever takes columns has to."""
    chunks: list[JobChunk] = []
    for stretch in stretches:
        blobs, begun = stretch.blob_models(), stretch.chunk_models()
        ends = [*stretch.boundaries, stretch.blob_count]
        if ends[0]:
            chunks[-1].blobs += blobs[: ends[0]]
        for item, begin, end in zip(begun, ends, ends[1:]):
            item.blobs = blobs[begin:end]
            chunks.append(item)
    return chunks


@given(st.data(), documents())
def test_columns_say_what_models_say(data: st.DataObject, document: bytes) -> None:
    assert chunks_in(stretches_of(data.draw(cuts(document)))) == decode(document).chunks


@pytest.mark.parametrize("in_chunk", [1, 3, 50, 2_000])
@pytest.mark.parametrize("piece", [1_000, 65_536])
@pytest.mark.parametrize("between", ["", "<!-- a comment -->", "<Unknown/>", "\n  "])
def test_runs_and_what_the_parser_reads_are_one_sequence(in_chunk: int, piece: int, between: str) -> None:
    blobs = [
        element("Object", BLOB | {"Name": f"object {at}"}, *[PLACEMENT] * (at % 701 == 700))
        for at in range(2_000)
    ]
    chunks = [
        chunk("".join(blobs[at : at + in_chunk]), between, ChunkNumber=str(at))
        for at in range(0, len(blobs), in_chunk)
    ]
    document = job(*chunks, chunk(), chunk(blob()))
    pieces = [document[start : start + piece] for start in range(0, len(document), piece)]
    assert chunks_in(stretches_of(pieces)) == decode(document).chunks


def test_what_comes_before_an_error_is_handed_out() -> None:
    decoder = Decoder(Stretches(), strict=False, missing="error")
    document = job(chunk(*[blob(Name=f"object {at}") for at in range(2_000)], blob(Length="x")))
    stretches: list[Columns] = []
    with pytest.raises(InvalidValueError) as caught:
        for parts in decoder.feed(document):
            stretches += parts
    assert caught.value.blobs_read == sum(stretch.blob_count for stretch in stretches) == 2_000
