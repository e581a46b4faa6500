"""The ways to read a document: whole, blob by blob, pulled, pushed, and pulled by an event loop.

All are thin doors to `Decoder`. In each of them an error is raised only after everything that was decoded
before it has been handed out.
"""

from __future__ import annotations

import gc
from collections import Counter, deque
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Generator, Iterator
from functools import cache
from types import TracebackType

from .decoder import Decoder
from .errors import Ds3CodecError, UnexpectedDocumentError
from .layouts import Missing
from .models import Blob, JobChunk, MasterObjectList
from .sources import Source, pieces
from .target import BlobBatch

__all__ = [
    "AsyncJobReader",
    "IncrementalDecoder",
    "JobReader",
    "aread",
    "decode",
    "decode_chunk",
    "iter_blobs",
]

_MANY = 10_000


def decode(source: Source, *, strict: bool = False, missing: Missing = "error") -> MasterObjectList:
    """Decode a whole response.

    For a response of any size in constant memory, see `iter_blobs` and `JobReader`.

    Args:
        source: A path, bytes, a binary file object, or an iterable of bytes; plain, or compressed with
            gzip, bzip2, xz or zstd.
        strict: Take an attribute or element that the schema does not have for an error.
        missing: "none" lets a required attribute that is missing be None, as in responses from before
            API 3.0; by default it is an error.

    Raises:
        SourceError: The source cannot be read.
        DecodeError: The document is wrong; the subclass says how, the attributes where.
        ServerErrorResponse: The document is the server's `Error`.
    """
    with JobReader(source, strict=strict, missing=missing) as reader:
        if reader.header is None:
            raise UnexpectedDocumentError("this is a lone chunk: decode_chunk reads it", path="/Objects")
        job = reader.header
        job.chunks = _gathered(reader)
        return job


def decode_chunk(source: Source, *, strict: bool = False, missing: Missing = "error") -> JobChunk:
    """Decode a lone chunk, the answer to Get Job Chunk. Arguments and errors are those of `decode`."""
    with JobReader(source, strict=strict, missing=missing) as reader:
        if reader.header is not None:
            raise UnexpectedDocumentError("this is a whole job: decode reads it", path="/MasterObjectList")
        [chunk] = _gathered(reader)
        return chunk


def _gathered(reader: JobReader) -> list[JobChunk]:
    """All chunks with their blobs.

    The garbage collector is paused, for it would go over ever more blobs, none of which is garbage.
    """
    chunks: list[JobChunk] = []
    _keep_heap()
    collecting = gc.isenabled()
    gc.disable()
    try:
        for chunk, blobs in reader:
            if chunks and chunks[-1] is chunk:
                chunk.blobs.extend(blobs)
            else:
                chunk.blobs = blobs
                chunks.append(chunk)
    finally:
        if collecting:
            _make_old(reader.blobs_read)
            gc.enable()
    return chunks


@cache
def _keep_heap() -> None:
    """Let the C library keep the memory that was needed for one piece until the next, once for a process.

    glibc gives free memory at the end of its heap back to the system from 128 KiB on. Above the blobs that
    stay, that would be after each piece, and a tenth of the time. The limit grows to twice the largest block
    that was freed (mallopt(3), M_MMAP_THRESHOLD): here one that is never written to.
    """
    bytes(1024 * 1024)


def _make_old(blobs: int) -> None:
    """Let the garbage collector take so many new objects for old ones, as after two rounds over them."""
    if blobs >= _MANY and hasattr(gc, "freeze") and not gc.get_freeze_count():
        gc.freeze()
        gc.unfreeze()


def iter_blobs(source: Source, *, strict: bool = False, missing: Missing = "error") -> Iterator[Blob]:
    """Iterate over all blobs of a response, in constant memory.

        for blob in iter_blobs("response.xml"):
            print(blob.name, blob.offset, blob.length)

    Takes a job or a lone chunk. Arguments and errors are those of `decode`; an error comes after the blobs
    before it.
    """
    with JobReader(source, strict=strict, missing=missing) as reader:
        for batch in reader:
            yield from batch.blobs


class _Door:
    """What all doors show of the decoder behind them."""

    def __init__(self, strict: bool, missing: Missing) -> None:
        self._decoder = Decoder(strict=strict, missing=missing)

    @property
    def header(self) -> MasterObjectList | None:
        """The job with its nodes and without its chunks, as far as it is read; None for a lone chunk."""
        return self._decoder.header

    @property
    def unknown(self) -> Counter[str]:
        """How often each name that the schema does not have came up so far."""
        return self._decoder.unknown

    @property
    def bytes_read(self) -> int:
        """Bytes read from the source so far, before decompression."""
        return self._decoder.bytes_read

    @property
    def blobs_read(self) -> int:
        """Blobs decoded so far."""
        return self._decoder.blobs_read


class JobReader(_Door):
    """Reads a response in batches of blobs, in constant memory: an iterator and a context manager.

        with JobReader("response.xml") as reader:
            for chunk, blobs in reader:
                print(chunk.chunk_number, len(blobs))

    Takes a job or a lone chunk. Arguments and errors are those of `decode`. What is wrong before the first
    chunk is raised on opening.
    """

    def __init__(self, source: Source, *, strict: bool = False, missing: Missing = "error") -> None:
        super().__init__(strict, missing)
        self._pieces = pieces(source)
        self._decoded = self._decode()
        self._ready: list[BlobBatch] = []
        try:
            while not self._decoder.header_complete:
                self._ready = next(self._decoded)
        except BaseException:
            self.close()
            raise
        self._batches = self._iterate()

    def __iter__(self) -> Iterator[BlobBatch]:
        return self._batches

    def __next__(self) -> BlobBatch:
        return next(self._batches)

    def __enter__(self) -> JobReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop reading, and close the file if it was opened here."""
        self._decoded.close()
        self._pieces.close()

    def _decode(self) -> Generator[list[BlobBatch], None, None]:
        for piece in self._pieces:
            yield from self._decoder.feed(piece)
        yield from self._decoder.close()

    def _iterate(self) -> Iterator[BlobBatch]:
        yield from self._ready
        for batches in self._decoded:
            yield from batches


class IncrementalDecoder(_Door):
    """Decodes a response that is pushed to it, in pieces of any size.

        decoder = IncrementalDecoder()
        for piece in response:
            for chunk, blobs in decoder.feed(piece):
                print(chunk.chunk_number, len(blobs))
        decoder.close()

    Takes a job or a lone chunk, plain or compressed. `strict`, `missing` and the errors are those of
    `decode`. Where one call both completes blobs and meets an error, it returns the blobs, and the next
    call raises the error.
    """

    def __init__(self, *, strict: bool = False, missing: Missing = "error") -> None:
        super().__init__(strict, missing)
        self._error: Ds3CodecError | None = None
        self._closed = False

    def feed(self, data: bytes | bytearray | memoryview) -> list[BlobBatch]:
        """Decode more of the response, and return the batches that this completed."""
        if self._closed:
            raise ValueError("the decoder is closed")
        return self._collect(self._decoder.feed(bytes(data)))

    def close(self) -> list[BlobBatch]:
        """Say that the response has ended, and return what was left; an error if it is not complete."""
        if self._closed:
            return []
        batches = self._collect(self._decoder.close())
        self._closed = self._error is None
        return batches

    def _collect(self, decoded: Iterator[list[BlobBatch]]) -> list[BlobBatch]:
        if self._error is not None:
            raise self._error
        collected: list[BlobBatch] = []
        try:
            for batches in decoded:
                collected += batches
        except Ds3CodecError as error:
            self._error = error
            if not collected:
                raise
        return collected


class AsyncJobReader(_Door):
    """What `aread` returns: an asynchronous iterator of batches, and a context manager."""

    def __init__(self, source: AsyncIterable[bytes], *, strict: bool, missing: Missing) -> None:
        super().__init__(strict, missing)
        self._source = source
        self._decoded = self._decode()
        self._ready: deque[BlobBatch] = deque()

    def __aiter__(self) -> AsyncIterator[BlobBatch]:
        return self

    async def __anext__(self) -> BlobBatch:
        while not self._ready:
            self._ready.extend(await self._decoded.__anext__())
        return self._ready.popleft()

    async def __aenter__(self) -> AsyncJobReader:
        while not self._decoder.header_complete:
            self._ready.extend(await self._decoded.__anext__())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._decoded.aclose()

    async def _decode(self) -> AsyncGenerator[list[BlobBatch], None]:
        async for piece in self._source:
            for batches in self._decoder.feed(piece):
                yield batches
        for batches in self._decoder.close():
            yield batches


def aread(
    source: AsyncIterable[bytes], *, strict: bool = False, missing: Missing = "error"
) -> AsyncJobReader:
    """Read a response from an asynchronous iterable of bytes, in batches of blobs.

        async with aread(response.aiter_bytes()) as reader:
            print(reader.header)
            async for chunk, blobs in reader:
                print(chunk.chunk_number, len(blobs))

    Takes a job or a lone chunk, plain or compressed. `strict`, `missing` and the errors are those of
    `decode`.
    """
    return AsyncJobReader(source, strict=strict, missing=missing)
