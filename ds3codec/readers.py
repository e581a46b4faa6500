"""The ways to read a document: whole, blob by blob, in columns, pulled, pushed, and pulled by an event loop.

Each of them wraps a `Decoder`. An error is raised only after everything that was decoded before it has been
handed out, and ends the reading for good.

Internal: what is public of this is in `ds3codec` itself.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Generator, Iterator
from contextlib import closing
from functools import partial
from types import TracebackType
from typing import Any, TypeVar

from .call_guard import CallGuard
from .decoding.chunks import Batches, BlobBatch, Stretches
from .decoding.columns import Column, Columns
from .decoding.decoder import Decoder, WideReader
from .decoding.memory import keep_heap, make_old
from .decoding.whole import read_whole
from .errors import DecodeError, Ds3CodecError, SourceError, UnexpectedDocumentError, UsageError
from .models import Blob, JobChunk, MasterObjectList
from .options import Missing
from .sources import Source, advice_for_async, as_bytes, pieces, source_failed

__all__ = [
    "AsyncJobReader",
    "Column",
    "ColumnReader",
    "Columns",
    "IncrementalDecoder",
    "JobReader",
    "aread",
    "decode",
    "decode_chunk",
    "iter_blobs",
]

Part = TypeVar("Part")

_MANY = 10_000
_LONE = "this is a lone chunk, without a header: decode_chunk reads it, and its batches are those of a job"


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
    whole = read_whole(source, missing)
    if isinstance(whole, MasterObjectList):
        return whole
    with JobReader(source, strict=strict, missing=missing) as reader:
        job = reader.header
        job.chunks = _gathered(reader)
        return job


def decode_chunk(source: Source, *, strict: bool = False, missing: Missing = "error") -> JobChunk:
    """Decode a lone chunk, the answer to Get Job Chunk. Arguments and errors are those of `decode`."""
    whole = read_whole(source, missing)
    if isinstance(whole, JobChunk):
        return whole
    with JobReader(source, strict=strict, missing=missing) as reader:
        if not reader.is_lone_chunk:
            raise UnexpectedDocumentError("this is a whole job: decode reads it", path="/MasterObjectList")
        [chunk] = _gathered(reader)
        return chunk


def _gathered(reader: JobReader) -> list[JobChunk]:
    """All chunks with their blobs."""
    chunks: list[JobChunk] = []
    keep_heap()
    for chunk, blobs in reader:
        if chunks and chunks[-1] is chunk:
            chunk.blobs.extend(blobs)
        else:
            chunk.blobs = blobs
            chunks.append(chunk)
        if reader.blobs_read >= _MANY:
            make_old()
    return chunks


def iter_blobs(source: Source, *, strict: bool = False, missing: Missing = "error") -> Iterator[Blob]:
    """Iterate over all blobs of a response, in constant memory.

        for blob in iter_blobs("response.xml"):
            print(blob.name, blob.offset, blob.length)

    Takes a job or a lone chunk, and opens it when the first blob is asked for. Arguments and errors are those
    of `decode`; an error comes after the blobs before it, and again whenever another blob is asked for.
    """
    return _Blobs(source, strict, missing)


class _Blobs(Iterator[Blob]):
    """The blobs of a response one by one."""

    def __init__(self, source: Source, strict: bool, missing: Missing) -> None:
        self._open = partial(JobReader, source, strict=strict, missing=missing)
        self._guard = CallGuard("iterator", end=StopIteration)
        self._reader: JobReader | None = None
        self._blobs: Iterator[Blob] = iter(())

    def __next__(self) -> Blob:
        for blob in self._blobs:
            return blob
        with self._guard:
            if self._reader is None:
                self._reader = self._open()
            for batch in self._reader:
                blobs = iter(batch.blobs)
                for blob in blobs:
                    self._blobs = blobs
                    return blob
            raise StopIteration


class _Door:
    """What all ways to read show of their decoder."""

    def __init__(self, guard: CallGuard, strict: bool, missing: Missing) -> None:
        self._decoder = Decoder(Batches(), strict=strict, missing=missing)
        self._guard = guard

    @property
    def header(self) -> MasterObjectList:
        """The job with its nodes and without its chunks, as far as it is read.

        Raises:
            UnexpectedDocumentError: The document is a lone chunk, which has none.
            UsageError: Nothing of the job is read yet.
        """
        header = self._decoder.header
        if header is None and self._decoder.header_complete:
            raise UnexpectedDocumentError(_LONE, path="/Objects")
        if header is None:
            raise UsageError("the header is not read yet: it is there with the first batch, at the latest")
        return header

    @property
    def is_lone_chunk(self) -> bool:
        """Whether the document is a lone chunk, which has no header, rather than a job."""
        return self._decoder.header is None and self._decoder.header_complete

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
    chunk is raised on opening. After an error, and after an exception from outside (of the source, of a
    signal handler), the reader does not go on: it raises the error again, or a `UsageError` with the
    exception as its cause. So it does when it is closed.
    """

    def __init__(self, source: Source, *, strict: bool = False, missing: Missing = "error") -> None:
        super().__init__(CallGuard("reader", end=StopIteration), strict, missing)
        self._pieces = pieces(source)
        self._decoded = _decoded(self._decoder, self._pieces)
        self._ready: deque[BlobBatch] = deque()
        try:
            while not self._decoder.header_complete:
                self._ready.extend(next(self._decoded))
        except BaseException:
            self.close()
            raise

    def __iter__(self) -> Iterator[BlobBatch]:
        return self

    def __next__(self) -> BlobBatch:
        try:
            return self._ready.popleft()
        except IndexError:
            pass
        with self._guard:
            while True:
                batches = next(self._decoded)
                if batches:
                    self._ready.extend(batches[1:])
                    return batches[0]

    def __enter__(self) -> JobReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop reading, and close the file if it was opened here; a UsageError while another call reads."""
        self._guard.close()
        self._ready.clear()
        self._decoded.close()
        self._pieces.close()


class ColumnReader:
    """Reads a response in columns: an iterator, for what in this package asks for no models.

    Arguments and errors are those of `decode`; `wide` reads long passages, where it can.
    """

    def __init__(
        self,
        source: Source,
        *,
        strict: bool = False,
        missing: Missing = "error",
        wide: WideReader | None = None,
    ) -> None:
        self._decoder = Decoder(Stretches(), strict=strict, missing=missing, wide=wide)
        self._source = source

    @property
    def header(self) -> MasterObjectList | None:
        """The job with its nodes and without its chunks, as far as it is read; None for a lone chunk."""
        return self._decoder.header

    @property
    def unknown(self) -> Counter[str]:
        """How often each name that the schema does not have came up so far."""
        return self._decoder.unknown

    def __iter__(self) -> Generator[Columns, None, None]:
        for parts in _decoded(self._decoder, pieces(self._source)):
            yield from parts


def _decoded(decoder: Decoder[Part], data: Generator[bytes, None, None]) -> Generator[list[Part], None, None]:
    """What comes of each piece of data; at the end, and after an error, these are closed."""
    with closing(data):
        while True:
            try:
                piece = next(data, None)
            except (DecodeError, SourceError) as error:  # such as a recording that is cut, or a dead peer
                yield from decoder.break_off(error)
                return
            if piece is None:
                break
            yield from decoder.feed(piece)
        yield from decoder.close()


class IncrementalDecoder(_Door):
    """Decodes a response that is pushed to it, in pieces of any size.

        decoder = IncrementalDecoder()
        for piece in response:
            for chunk, blobs in decoder.feed(piece):
                print(chunk.chunk_number, len(blobs))
        decoder.close()

    Takes a job or a lone chunk, plain or compressed. `strict`, `missing` and the errors are those of
    `decode`. Each blob is returned by the call of `feed` that completes it, so nothing is left for `close`.
    Where a call of `feed` both completes blobs and meets an error, it returns the blobs; the next call, of
    `feed` or `close`, raises the error, and so does every later one.
    """

    def __init__(self, *, strict: bool = False, missing: Missing = "error") -> None:
        super().__init__(CallGuard("decoder"), strict, missing)
        self._ended = False

    def feed(self, data: bytes | bytearray | memoryview) -> list[BlobBatch]:
        """Decode more of the response, and return the batches that this completed."""
        piece = as_bytes(data, "feed was given")
        with self._guard:
            return self._collected(self._decoder.feed(piece))

    def close(self) -> list[BlobBatch]:
        """Say that the response has ended: an error if it is not complete.

        Returns:
            An empty list, for `feed` has returned all that was complete.
        """
        if self._ended:
            return []
        with self._guard:
            batches = self._collected(self._decoder.close())
        self._guard.check()
        self._ended = True
        self._guard.close()
        return batches

    def _collected(self, decoded: Iterator[list[BlobBatch]]) -> list[BlobBatch]:
        collected: list[BlobBatch] = []
        try:
            for batches in decoded:
                collected += batches
        except Ds3CodecError as error:
            if not collected:
                raise
            self._guard.fail(error)
        return collected


class AsyncJobReader(_Door):
    """What `aread` returns: an asynchronous iterator of batches, and a context manager.

    It does not go on after an error, after an exception from outside (such as a time-out that cancels the
    task that waits for a batch), nor when it is closed; see `JobReader`.
    """

    def __init__(
        self, source: AsyncIterable[bytes], *, strict: bool = False, missing: Missing = "error"
    ) -> None:
        super().__init__(CallGuard("reader", end=StopAsyncIteration, goes_on=self._goes_on), strict, missing)
        advice = advice_for_async(source)
        if advice:
            raise SourceError(advice)
        self._decoded = _decoded_from(self._decoder, source)
        self._ready: deque[BlobBatch] = deque()

    def _goes_on(self) -> bool:
        decoded: Any = self._decoded  # whose type does not have all that it has
        return bool(decoded.ag_running)

    def __aiter__(self) -> AsyncIterator[BlobBatch]:
        return self

    async def __anext__(self) -> BlobBatch:
        with self._guard:
            while not self._ready:
                self._ready.extend(await self._decoded.__anext__())
            return self._ready.popleft()

    async def __aenter__(self) -> AsyncJobReader:
        with self._guard:
            while not self._decoder.header_complete:
                self._ready.extend(await self._decoded.__anext__())
            return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Stop reading; a UsageError while another call reads."""
        self._guard.close()
        self._ready.clear()
        await self._decoded.aclose()


async def _decoded_from(
    decoder: Decoder[BlobBatch], source: AsyncIterable[bytes]
) -> AsyncGenerator[list[BlobBatch], None]:
    """What comes of each piece that a source gives."""
    data = aiter(source)
    while True:
        try:
            piece = as_bytes(await anext(data), "an asynchronous iterable gave")
        except StopAsyncIteration:
            break
        except (DecodeError, SourceError) as error:
            for batches in decoder.break_off(error):
                yield batches
            return
        except Exception as error:
            failure = source_failed(error, f"the {type(source).__name__}")
            failure.__cause__ = error
            for batches in decoder.break_off(failure):
                yield batches
            return
        for batches in decoder.feed(piece):
            yield batches
    for batches in decoder.close():
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
