"""The ways to read a document: what each hands out, and when."""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ds3codec import (
    BlobBatch,
    Ds3CodecError,
    IncrementalDecoder,
    InvalidValueError,
    JobReader,
    TruncatedError,
    aread,
    decode,
    decode_chunk,
    iter_blobs,
)
from tests.examples import PEAK_MEMORY, SAMPLE, blob, chunk, element, job, node

LARGE = [blob(Name=f"object {number:06}") for number in range(3000)]


def names(batches: list[BlobBatch]) -> list[str]:
    return [item.name for batch in batches for item in batch.blobs]


def test_blobs_come_in_the_order_of_the_document() -> None:
    document = job(chunk(*LARGE[:1000]), chunk(), chunk(*LARGE[1000:], ChunkNumber="2"))
    assert [item.name for item in iter_blobs(document)] == [f"object {number:06}" for number in range(3000)]
    assert [len(part.blobs) for part in decode(document).chunks] == [1000, 0, 2000]


def test_an_empty_chunk_is_one_batch_with_no_blobs() -> None:
    with JobReader(job(chunk(), chunk(blob()), chunk(ChunkNumber="2"))) as reader:
        assert [(batch.chunk.chunk_number, len(batch.blobs)) for batch in reader] == [(0, 0), (0, 1), (2, 0)]


def test_a_large_chunk_comes_in_batches_that_share_its_attributes() -> None:
    with JobReader(job(chunk(*LARGE))) as reader:
        batches = list(reader)
    assert len(batches) > 2
    assert all(0 < len(batch.blobs) <= 512 for batch in batches)
    assert all(batch.chunk is batches[0].chunk for batch in batches)
    assert batches[0].chunk.blobs == []


def test_the_header_is_there_as_soon_as_the_reader_is_open() -> None:
    document = job(element("Nodes", {}, node(), node(EndPoint="other")), chunk(*LARGE), BucketName="films")
    with JobReader(document) as reader:
        assert reader.header is not None
        assert reader.header.bucket_name == "films"
        assert [item.end_point for item in reader.header.nodes] == ["10.0.0.1", "other"]
        assert reader.blobs_read < 3000
        assert len(names(list(reader))) == reader.blobs_read == 3000
        assert reader.bytes_read == len(document)
        assert reader.header.chunks == []


def test_the_header_survives_an_error_in_the_first_chunk() -> None:
    with JobReader(job(chunk(ChunkNumber="first"))) as reader:
        assert reader.header is not None
        with pytest.raises(InvalidValueError):
            next(reader)


@pytest.mark.parametrize("document", [job(), job(element("Nodes", {}, node())), job("\n")])
def test_a_job_without_chunks_has_a_header_and_no_batches(document: bytes) -> None:
    with JobReader(document) as reader:
        assert reader.header is not None
        assert list(reader) == []


def test_nodes_behind_the_chunks_belong_to_the_header_all_the_same() -> None:
    assert len(decode(job(chunk(), element("Nodes", {}, node()))).nodes) == 1


def test_a_lone_chunk_is_read_through_every_door() -> None:
    document = chunk(blob(Name="a"), blob(Name="b")).encode()
    assert [item.name for item in decode_chunk(document).blobs] == ["a", "b"]
    assert [item.name for item in iter_blobs(document)] == ["a", "b"]
    with JobReader(document) as reader:
        assert reader.header is None
        assert names(list(reader)) == ["a", "b"]
    decoder = IncrementalDecoder()
    assert names(decoder.feed(document) + decoder.close()) == ["a", "b"]
    assert decoder.header is None
    assert decode_chunk(chunk().encode()).blobs == []


def test_a_reader_that_is_left_early_closes_its_file(tmp_path: Path) -> None:
    path = tmp_path / "response.xml"
    path.write_bytes(job(chunk(*LARGE)))
    with JobReader(path) as reader:
        next(reader)
    blobs = iter_blobs(path)
    next(blobs)
    del blobs
    gc.collect()  # an open file would be a ResourceWarning, which is an error here


def test_a_reader_is_its_own_iterator() -> None:
    with JobReader(job(chunk(blob()), chunk(blob()))) as reader:
        assert len(next(reader).blobs) == 1
        assert len(list(reader)) == 1
        assert list(reader) == []


def test_what_one_push_completes_is_returned_before_its_error_is_raised() -> None:
    decoder = IncrementalDecoder()
    assert names(decoder.feed(job(chunk(blob(Name="good"), blob(Length="bad"))))) == ["good"]
    for push in (lambda: decoder.feed(b"more"), decoder.close, decoder.close):
        with pytest.raises(InvalidValueError):
            push()


def test_a_push_without_blobs_raises_at_once() -> None:
    with pytest.raises(InvalidValueError):
        IncrementalDecoder().feed(job(chunk(blob(Length="bad"))))


def test_a_blob_is_returned_by_the_push_that_completes_it() -> None:
    decoder = IncrementalDecoder()
    start, end = job(chunk(blob(Name="a"), blob(Name="b"))).split(
        b'<Object Latest="true" Length="0" Name="b"'
    )
    assert names(decoder.feed(start)) == ["a"]
    assert names(decoder.feed(b'<Object Latest="true" Length="0" Name="b"')) == []
    assert names(decoder.feed(end)) == ["b"]
    assert decoder.close() == []


def test_pushing_takes_any_buffer_and_ends_with_close() -> None:
    decoder = IncrementalDecoder()
    decoder.feed(bytearray(SAMPLE[:100]))
    decoder.feed(memoryview(SAMPLE)[100:])
    assert decoder.close() == []
    assert decoder.close() == []
    assert (decoder.bytes_read, decoder.blobs_read) == (len(SAMPLE), 5)
    with pytest.raises(ValueError, match="closed"):
        decoder.feed(b"")


def test_an_asynchronous_source_is_read_no_further_than_needed() -> None:
    given: list[int] = []

    async def source() -> AsyncIterator[bytes]:
        for place in range(0, len(SAMPLE), 100):
            given.append(place)
            yield SAMPLE[place : place + 100]

    async def first() -> BlobBatch:
        async with aread(source()) as reader:
            assert reader.header is not None
            assert reader.header == decode_header()
            assert len(given) * 100 < len(SAMPLE)
            async for batch in reader:
                return batch
        raise AssertionError

    assert asyncio.run(first()).chunk.chunk_number == 0


def decode_header() -> object:
    with JobReader(SAMPLE) as reader:
        return reader.header


def test_an_asynchronous_reader_works_without_its_context() -> None:
    async def source() -> AsyncIterator[bytes]:
        yield SAMPLE

    async def all_names() -> list[str]:
        return names([batch async for batch in aread(source())])

    assert asyncio.run(all_names()) == [item.name for item in iter_blobs(SAMPLE)]


def test_a_slow_source_is_read_no_further_than_its_first_blob() -> None:
    given = 0

    def source() -> Iterator[bytes]:
        nonlocal given
        for place in range(0, len(SAMPLE), 10):
            given += 10
            yield SAMPLE[place : place + 10]

    next(iter_blobs(source()))
    assert given < SAMPLE.index(b"/>", SAMPLE.index(b"<Object ")) + 2 + 10


def test_an_unfinished_source_is_truncated_behind_its_blobs() -> None:
    read: list[str] = []
    with pytest.raises(TruncatedError) as caught:
        read.extend(item.name for item in iter_blobs([SAMPLE.removesuffix(b"</MasterObjectList>")]))
    assert caught.value.blobs_read == 5


def test_an_error_of_the_source_itself_passes_through() -> None:
    def source() -> Iterator[bytes]:
        yield SAMPLE[:1000]
        raise ConnectionResetError("by peer")

    with pytest.raises(ConnectionResetError):
        list(iter_blobs(source()))


def collector() -> tuple[object, ...]:
    return gc.isenabled(), gc.get_threshold(), gc.get_freeze_count() > 0, len(gc.callbacks)


@pytest.mark.parametrize("frozen", [True, False])
@pytest.mark.parametrize("enabled", [True, False])
def test_decoding_leaves_the_collector_as_it_was(enabled: bool, frozen: bool) -> None:
    was = gc.isenabled()
    try:
        gc.enable() if enabled else gc.disable()
        if frozen:
            gc.freeze()
        before = collector()
        decode(SAMPLE)
        decode(job(chunk(*[blob()] * 20_000)))
        with pytest.raises(TruncatedError):
            decode(SAMPLE[:-1])
        assert collector() == before
    finally:
        gc.unfreeze()
        gc.enable() if was else gc.disable()


def test_what_a_large_decode_gives_is_old_at_once() -> None:
    gc.enable()
    whole = decode(job(chunk(*[blob()] * 20_000)))
    young = {id(item) for generation in (0, 1) for item in gc.get_objects(generation)}
    assert not any(id(item) in young for item in whole.chunks[0].blobs)


def test_missing_takes_two_words() -> None:
    with pytest.raises(ValueError, match="missing"):
        decode(SAMPLE, missing="ignore")  # type: ignore[arg-type]


MEMORY = """
import sys
from ds3codec import iter_blobs
def source(objects, chunk_size):
    yield %r
    for number in range(objects):
        if number %% chunk_size == 0:
            yield (b"</Objects>" if number else b"") + b'<Objects ChunkId="c" ChunkNumber="0">'
        yield b'<Object Latest="true" Length="1" Name="object %%d" Offset="0"/>' %% number
    yield b"</Objects></MasterObjectList>"
before = peak_megabytes()
count = sum(1 for _ in iter_blobs(source(int(sys.argv[1]), int(sys.argv[2]))))
print(count, round(1024 * (peak_megabytes() - before)))
"""


@pytest.mark.parametrize("chunk_size", [1, 100_000])
def test_memory_does_not_grow_with_the_document(chunk_size: int) -> None:
    script = PEAK_MEMORY + MEMORY % job("").replace(b"</MasterObjectList>", b"")
    command = [sys.executable, "-c", script, "100000", str(chunk_size)]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    count, kibibytes = map(int, output.split())
    assert count == 100_000
    assert kibibytes < 4096  # the blobs alone would be ten times that


DOCUMENTS = [
    SAMPLE,
    job(chunk(blob())),
    job(chunk(*(blob(**{f"New{place}": "1"}) for place in range(40)))),
    chunk(blob(), blob()).encode(),
    SAMPLE[:900],
    job(chunk(blob(Length="x"))),
    b"<a/>",
    b"",
    job("<New/>", chunk(blob(Color="red"))),
]


def outcome(document: bytes, strict: bool) -> str:
    """All that comes of a document, as a text."""
    try:
        with JobReader(document, strict=strict) as reader:
            return repr((reader.header, list(reader), reader.unknown, reader.bytes_read, reader.blobs_read))
    except Ds3CodecError as error:
        return repr((type(error), str(error), vars(error)))


def outcome_alone(document: bytes, strict: bool) -> str:
    """The same in a thread that has read nothing before."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(outcome, document, strict).result()


ALONE = {
    (document, strict): outcome_alone(document, strict) for document in DOCUMENTS for strict in (False, True)
}


@given(st.lists(st.tuples(st.sampled_from(DOCUMENTS), st.booleans()), max_size=8))
def test_a_document_is_read_the_same_whatever_was_read_before(sequence: list[tuple[bytes, bool]]) -> None:
    assert [outcome(*one) for one in sequence] == [ALONE[one] for one in sequence]


def test_threads_do_not_disturb_each_other() -> None:
    def work(number: int) -> list[str]:
        return [outcome(DOCUMENTS[(number + step) % len(DOCUMENTS)], strict=False) for step in range(90)]

    with ThreadPoolExecutor(4) as pool:
        for number, outcomes in enumerate(pool.map(work, range(4))):
            assert outcomes == [
                ALONE[DOCUMENTS[(number + step) % len(DOCUMENTS)], False] for step in range(90)
            ]
