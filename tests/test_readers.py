"""The ways to read a document: what each hands out, and when."""

from __future__ import annotations

import asyncio
import gc
import signal
import subprocess
import sys
import threading
import time
from array import array
from collections import deque
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import chain, islice, repeat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ds3codec import (
    BlobBatch,
    DecodeError,
    Ds3CodecError,
    IncrementalDecoder,
    InvalidValueError,
    JobReader,
    NotWellFormedError,
    SourceError,
    TruncatedError,
    UnexpectedDocumentError,
    UsageError,
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
    with pytest.raises(UsageError, match="the blobs are not here"):
        list(batches[0].chunk.blobs)


def test_the_header_is_there_as_soon_as_the_reader_is_open() -> None:
    document = job(element("Nodes", {}, node(), node(EndPoint="other")), chunk(*LARGE), BucketName="films")
    with JobReader(document) as reader:
        assert reader.header.bucket_name == "films"
        assert [item.end_point for item in reader.header.nodes] == ["10.0.0.1", "other"]
        assert reader.blobs_read < 3000
        assert len(names(list(reader))) == reader.blobs_read == 3000
        assert reader.bytes_read == len(document)
        with pytest.raises(UsageError, match="the chunks are not here"):
            len(reader.header.chunks)


def test_the_header_survives_an_error_in_the_first_chunk() -> None:
    with JobReader(job(chunk(ChunkNumber="first"))) as reader, pytest.raises(InvalidValueError):
        next(reader)


@pytest.mark.parametrize("document", [job(), job(element("Nodes", {}, node())), job("\n")])
def test_a_job_without_chunks_has_a_header_and_no_batches(document: bytes) -> None:
    with JobReader(document) as reader:
        assert list(reader) == []


def test_nodes_after_the_chunks_belong_to_the_header_all_the_same() -> None:
    assert len(decode(job(chunk(), element("Nodes", {}, node()))).nodes) == 1


def test_a_lone_chunk_is_read_through_every_door() -> None:
    document = chunk(blob(Name="a"), blob(Name="b")).encode()
    assert [item.name for item in decode_chunk(document).blobs] == ["a", "b"]
    assert [item.name for item in iter_blobs(document)] == ["a", "b"]
    with JobReader(document) as reader:
        assert reader.is_lone_chunk
        with pytest.raises(UnexpectedDocumentError, match="decode_chunk"):
            reader.header  # noqa: B018
        assert names(list(reader)) == ["a", "b"]
    decoder = IncrementalDecoder()
    with pytest.raises(UsageError, match="not read yet"):
        decoder.header  # noqa: B018
    assert names(decoder.feed(document) + decoder.close()) == ["a", "b"]
    with pytest.raises(UnexpectedDocumentError, match="decode_chunk"):
        decoder.header  # noqa: B018
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
            time.sleep(0.001)
            given += 10
            yield SAMPLE[place : place + 10]

    next(iter_blobs(source()))
    assert given < SAMPLE.index(b"/>", SAMPLE.index(b"<Object ")) + 2 + 10


def test_an_unfinished_source_is_truncated_after_its_blobs() -> None:
    read: list[str] = []
    with pytest.raises(TruncatedError) as caught:
        read.extend(item.name for item in iter_blobs([SAMPLE.removesuffix(b"</MasterObjectList>")]))
    assert caught.value.blobs_read == 5


def test_an_exception_of_the_source_is_the_cause_of_ours() -> None:
    def source() -> Iterator[bytes]:
        yield SAMPLE[:1000]
        raise ConnectionResetError("by peer")

    with pytest.raises(SourceError, match="ConnectionResetError: by peer") as caught:
        list(iter_blobs(source()))
    assert isinstance(caught.value.__cause__, ConnectionResetError)
    assert caught.value.bytes_read == 1000

    async def asynchronous() -> AsyncIterator[bytes]:
        for piece in source():
            yield piece

    async def read() -> None:
        async with aread(asynchronous()) as reader:
            async for _ in reader:
                pass

    with pytest.raises(SourceError, match="ConnectionResetError: by peer"):
        asyncio.run(read())


def test_what_is_no_exception_of_the_source_passes_through() -> None:
    def source() -> Iterator[bytes]:
        yield SAMPLE[:1000]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
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
import itertools, sys
from ds3codec import iter_blobs
def source(objects, chunk_size):
    yield %r
    for number in range(objects):
        if number %% chunk_size == 0:
            yield (b"</Objects>" if number else b"") + b'<Objects ChunkId="c" ChunkNumber="0">'
        yield b'<Object Latest="true" Length="1" Name="object %%d" Offset="0"/>' %% number
    yield b"</Objects></MasterObjectList>"
def joined(parts, number):
    while piece := b"".join(itertools.islice(parts, number)):
        yield piece
before = peak_megabytes()
objects, chunk_size, number = map(int, sys.argv[1:])
count = sum(1 for _ in iter_blobs(joined(source(objects, chunk_size), number)))
print(count, round(1024 * (peak_megabytes() - before)))
"""


@pytest.mark.parametrize("number", [1, 1_000], ids=["pushed one by one", "pushed by the thousand"])
@pytest.mark.parametrize("chunk_size", [1, 30_000])
def test_memory_does_not_grow_with_the_document(chunk_size: int, number: int) -> None:
    objects = 30_000 if number == 1 else 200_000
    script = PEAK_MEMORY + MEMORY % job("").replace(b"</MasterObjectList>", b"")
    command = [sys.executable, "-c", script, str(objects), str(chunk_size), str(number)]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    count, kibibytes = map(int, output.split())
    assert count == objects
    assert kibibytes < 4096  # the blobs of the first, or the text of the second, would be three times that


LONG_FORM = [blob(Name=f"object {number}")[:-2] + "></Object>" for number in range(3)]


@pytest.mark.parametrize("before", [[], LARGE[:200]], ids=["no run", "a run"])
@pytest.mark.parametrize(
    ("after", "kind", "complete"),
    [
        ("", TruncatedError, 3),
        ("</Wrong>", NotWellFormedError, 3),
        ("</Objects></MasterObjectList>garbage", NotWellFormedError, 3),
        (blob(Length="x"), InvalidValueError, 3),
        (blob(Length="x")[:-2] + "></Object></Objects></MasterObjectList>", InvalidValueError, 3),
        ("<Object", TruncatedError, 3),
    ],
)
def test_blobs_before_an_error_are_all_fed_out_and_closing_raises_it(
    before: list[str], after: str, kind: type[DecodeError], complete: int
) -> None:
    document = job(chunk(*before, *LONG_FORM)).removesuffix(b"</Objects></MasterObjectList>") + after.encode()
    decoder = IncrementalDecoder()
    read = names(decoder.feed(document))
    assert len(read) == len(before) + complete
    for _ in range(2):
        with pytest.raises(kind) as caught:
            decoder.close()
        assert caught.value.blobs_read == len(read)
    with pytest.raises(kind):
        decoder.feed(b"more")


class Interruption(BaseException):
    """What is raised from outside, such as by a signal handler."""


@pytest.mark.parametrize("interruption", [Interruption, KeyboardInterrupt])
def test_a_reader_that_was_interrupted_does_not_end_as_if_the_document_did(
    interruption: type[BaseException],
) -> None:
    def source() -> Iterator[bytes]:
        yield job(chunk(*LARGE))[:50_000]
        raise interruption

    for read in (JobReader, iter_blobs):
        reader = read(source())
        with pytest.raises(interruption):
            deque(reader, maxlen=0)
        for _ in range(2):
            with pytest.raises(UsageError, match=f"broken: {interruption.__name__}") as caught:
                next(reader)
            assert isinstance(caught.value.__cause__, interruption)


def test_a_reader_raises_its_error_as_often_as_it_is_asked() -> None:
    for read in (JobReader, iter_blobs):
        reader = read(job(chunk(*LARGE, blob(Length="bad"))))
        errors = []
        for _ in range(3):
            with pytest.raises(InvalidValueError) as caught:
                deque(reader, maxlen=0)
            errors.append(caught.value)
        assert errors[0] is errors[1] is errors[2]


def test_a_complete_reader_stays_at_its_end() -> None:
    for read in (JobReader, iter_blobs):
        reader = read(SAMPLE)
        deque(reader, maxlen=0)
        assert list(reader) == list(reader) == []


@pytest.mark.parametrize("read", [0, 1, 1000])
def test_a_closed_reader_gives_nothing_more_and_says_that_it_is_closed(read: int) -> None:
    with JobReader(job(chunk(*LARGE))) as reader:
        deque(islice(reader, read), maxlen=0)
    with pytest.raises(UsageError, match="reader is closed"):
        next(reader)


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs timers of POSIX")
def test_a_signal_handler_that_raises_breaks_the_reader() -> None:
    def interrupt(*ignored: object) -> None:
        raise Interruption

    previous = signal.signal(signal.SIGALRM, interrupt)
    endless = chain([job("").removesuffix(b"</MasterObjectList>")], repeat(chunk(*LARGE[:200]).encode()))
    blobs = iter_blobs(endless)
    gc.disable()  # what a handler raises while garbage is collected is lost: Hypothesis has a callback there
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.05, 0.5)
        with pytest.raises(Interruption):
            deque(blobs, maxlen=0)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)
        gc.enable()


def test_an_interrupted_push_breaks_the_decoder() -> None:
    class Interrupting(Iterator[bytes]):
        def __next__(self) -> bytes:
            raise KeyboardInterrupt

    decoder = IncrementalDecoder()
    decoder.feed(SAMPLE[:100])
    decoder._decoder._text.feed = lambda data: Interrupting()  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        decoder.feed(SAMPLE[100:])
    for push in (lambda: decoder.feed(b""), decoder.close):
        with pytest.raises(UsageError, match="broken: KeyboardInterrupt"):
            push()


def test_a_cancelled_reader_does_not_end_as_if_the_document_did() -> None:
    async def source() -> AsyncIterator[bytes]:
        yield SAMPLE[:1500]
        await asyncio.sleep(60)

    async def read() -> list[str]:
        found = []
        async with aread(source()) as reader:
            found += names([await anext(reader)])
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(anext(reader), 0.01)
            with pytest.raises(UsageError, match="broken: CancelledError"):
                await anext(reader)
        return found

    assert asyncio.run(read())


def test_a_closed_asynchronous_reader_says_so() -> None:
    async def source() -> AsyncIterator[bytes]:
        yield SAMPLE

    async def read() -> None:
        async with aread(source()) as reader:
            await anext(reader)
        with pytest.raises(UsageError, match="reader is closed"):
            await anext(reader)

    asyncio.run(read())


def test_two_threads_in_one_push_are_an_error_and_the_first_goes_on() -> None:
    decoder = IncrementalDecoder()
    inside, go_on = threading.Event(), threading.Event()
    feed = decoder._decoder._text.feed

    def slow(data: bytes) -> Iterator[bytes]:
        inside.set()
        assert go_on.wait(60)
        yield from feed(data)

    decoder._decoder._text.feed = slow  # type: ignore[method-assign]
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(decoder.feed, SAMPLE)
        assert inside.wait(60)
        for push in (lambda: decoder.feed(b"<"), decoder.close):
            with pytest.raises(UsageError, match="in use"):
                push()
        go_on.set()
        assert len(names(first.result())) == 5
    decoder.close()


def test_a_reader_is_not_closed_by_its_own_source() -> None:
    def source() -> Iterator[bytes]:
        yield SAMPLE[:-200]
        with pytest.raises(UsageError, match="in use"):
            reader.close()
        yield SAMPLE[-200:]

    reader = JobReader(source())
    assert sum(len(blobs) for _, blobs in reader) == 5


def test_an_iterator_that_two_threads_ask_at_once_reads_its_source_once() -> None:
    inside, go_on = threading.Event(), threading.Event()

    def source() -> Iterator[bytes]:
        inside.set()
        assert go_on.wait(60)
        yield SAMPLE

    blobs = iter_blobs(source())
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(list, blobs)
        assert inside.wait(60)
        with pytest.raises(UsageError, match="in use"):
            next(blobs)
        go_on.set()
        assert len(first.result()) == 5


@pytest.mark.parametrize("wrong", [[60, 61], "text", None, 7, array("i", [1, 2])])
def test_what_is_not_bytes_is_not_fed(wrong: Any) -> None:
    decoder = IncrementalDecoder()
    with pytest.raises(SourceError, match=type(wrong).__name__):
        decoder.feed(wrong)
    assert len(names(decoder.feed(SAMPLE))) == 5
    decoder.close()


@pytest.mark.parametrize("wrong", ["response.xml", None, [SAMPLE], SAMPLE])
def test_an_asynchronous_source_is_an_asynchronous_iterable(wrong: Any) -> None:
    with pytest.raises(SourceError, match=f"asynchronous iterable of bytes, not {type(wrong).__name__}"):
        aread(wrong)


def test_an_asynchronous_source_gives_bytes() -> None:
    async def source() -> AsyncIterator[Any]:
        yield SAMPLE.decode()

    async def read() -> None:
        async with aread(source()):
            raise AssertionError

    with pytest.raises(SourceError, match="asynchronous iterable gave str"):
        asyncio.run(read())


def test_a_document_that_breaks_off_is_read_up_to_there() -> None:
    def recording() -> Iterator[bytes]:
        yield job(chunk(*LARGE))[:50_000]
        raise TruncatedError("the recording ends")

    read = []
    with pytest.raises(TruncatedError) as caught:
        for item in iter_blobs(recording()):
            read.append(item.name)  # noqa: PERF401  (what was appended before the error stays)
    assert len(read) > 700
    assert caught.value.blobs_read == len(read)
    assert caught.value.path == "/MasterObjectList/Objects[1]"
    assert (caught.value.line, caught.value.column) == (1, 50_001)


def test_decoding_does_not_touch_the_switch_of_the_collector() -> None:
    was = gc.isenabled()

    def source() -> Iterator[bytes]:
        yield job(chunk(*LARGE * 5))
        gc.disable()
        yield b" "

    try:
        gc.enable()
        decode(source())
        assert not gc.isenabled()
    finally:
        gc.enable() if was else gc.disable()


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
            header = None if reader.is_lone_chunk else reader.header
            return repr((header, list(reader), reader.unknown, reader.bytes_read, reader.blobs_read))
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
