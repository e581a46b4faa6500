"""What happens around a reader: failing sources, dropped readers, threads, processes, cancelling."""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
import sys
import tracemalloc
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from ds3codec import AsyncJobReader, JobReader, SourceError, UsageError, aread, decode, iter_blobs
from tests.examples import blob, chunk, element, job, node

NAMES = [f"object {number}" for number in range(5)]
SMALL = job(element("Nodes", {}, node()), chunk(*(blob(Name=name) for name in NAMES)), chunk())


class Failure(Exception):  # noqa: N818  (it is not an error of anything)
    """What a source raises of its own."""


def complete_before(end: int) -> int:
    """How many objects of the small document are complete before a byte."""
    return sum(SMALL.index(b"/>", SMALL.index(name.encode())) + 2 <= end for name in NAMES)


@pytest.mark.parametrize("size", [1, 10**9])
def test_a_source_that_fails_at_any_byte_loses_nothing_and_is_not_the_end(size: int) -> None:
    def source(end: int) -> Iterator[bytes]:
        for at in range(0, end, size):
            yield SMALL[at : min(at + size, end)]
        raise Failure

    for end in range(len(SMALL)):
        blobs = iter_blobs(source(end))
        read = []
        with pytest.raises(SourceError, match="Failure") as caught:
            for item in blobs:
                read.append(item.name)  # noqa: PERF401  (what was appended before the error stays)
        assert read == NAMES[: complete_before(end)]
        assert isinstance(caught.value.__cause__, Failure)
        assert (caught.value.blobs_read, caught.value.bytes_read) == (len(read), end)
        if SMALL.index(b"<Objects") + 100 < end:
            with pytest.raises(SourceError, match="Failure"):
                next(blobs)


@pytest.mark.full
def test_readers_that_are_dropped_leave_nothing_open(tmp_path: Path) -> None:
    path = tmp_path / "response.xml"
    path.write_bytes(SMALL)
    folder = "/proc/self/fd" if sys.platform == "linux" else "/dev/fd"
    before = len(os.listdir(folder))  # noqa: PTH208
    for _ in range(10_000):
        next(iter_blobs(path))
    tracemalloc.start()
    for _ in range(100):
        next(iter_blobs(path))
        with JobReader(path) as reader:
            next(reader)
        aread(unused())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(os.listdir(folder)) == before  # noqa: PTH208
    assert peak < 5_000_000


async def unused() -> AsyncIterator[bytes]:
    yield b""


def numbered(thread: int) -> bytes:
    return job(*[chunk(*(blob(Name=f"{thread}-{number}") for number in range(50)))] * 20)


def test_eight_threads_read_what_each_of_them_is_given() -> None:
    def read(thread: int) -> list[str]:
        return [item.name for _ in range(5) for item in iter_blobs(numbered(thread))]

    with ThreadPoolExecutor(8) as pool:
        for thread, names in enumerate(pool.map(read, range(8))):
            assert names == [f"{thread}-{number}" for number in range(50)] * 100


def read_all(document: bytes) -> list[str | None]:
    return [item.name for item in iter_blobs(document)]


@pytest.mark.parametrize("method", ["fork", "spawn"])
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
def test_a_child_reads_while_its_parent_is_in_the_middle(method: Any) -> None:
    if method not in multiprocessing.get_all_start_methods():
        pytest.skip("no such way to start a process here")
    document = numbered(1)
    blobs = iter_blobs(document[at : at + 1000] for at in range(0, len(document), 1000))
    first = [item.name for item in islice(blobs, 500)]
    with multiprocessing.get_context(method).Pool(1) as pool:
        assert pool.apply(read_all, (numbered(2),)) == [f"2-{number}" for number in range(50)] * 20
        assert [item.name for item in decode(numbered(3)).chunks[0].blobs] == [f"3-{n}" for n in range(50)]
    assert first + [item.name for item in blobs] == [f"1-{number}" for number in range(50)] * 20


def test_cancelling_at_any_wait_does_not_end_a_reader_as_if_the_document_did() -> None:
    size = 40
    waits = len(range(0, len(SMALL), size))

    async def source(stop: int) -> AsyncIterator[bytes]:
        for number, at in enumerate(range(0, len(SMALL), size)):
            if number == stop:
                await asyncio.sleep(60)
            yield SMALL[at : at + size]

    async def read(stop: int) -> tuple[list[str], bool]:
        names: list[str] = []
        reader = aread(source(stop))

        async def consume(opened: AsyncJobReader) -> None:
            async for _, blobs in opened:
                names.extend(str(item.name) for item in blobs)

        task = asyncio.ensure_future(consume(reader))
        for _ in range(10 * waits):
            await asyncio.sleep(0)
        was_done = task.done()
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        if not was_done:
            with pytest.raises(UsageError, match="CancelledError"):
                await anext(reader)
        return names, was_done

    for stop in range(waits):
        names, was_done = asyncio.run(read(stop))
        assert not was_done
        assert names == NAMES[: complete_before(stop * size)]
    assert asyncio.run(read(waits)) == (NAMES, True)
