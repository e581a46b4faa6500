"""Writes models as bytes, in the appliance's own form.

That form has no white space, sorts attributes by name, leaves nulls out and closes empty elements themselves.
As in decoding, the elements of one kind share a layout, here the set of members that are not None. For each
layout `encoding` composes a function that checks the common case and writes the tag with one f-string; items
that fail its checks go to a plain loop. The output leaves in pieces, so a chunk's blobs may come from a
generator of any length.

Internal: the public names are in `ds3codec` itself.
"""

from __future__ import annotations

import dataclasses
import io
import itertools
from collections.abc import Iterable
from types import TracebackType
from typing import TypeVar

from .call_guard import CallGuard
from .encoding import Tags, write_element
from .errors import EncodeError, UsageError
from .limits import MOST_BLOBS
from .models import Blob, JobChunk, JobNode, MasterObjectList, ServerError
from .sinks import Output, Sink
from .streamed_lists import streamed
from .wire.members import elements, wire_name
from .wire.names import ERROR

__all__ = ["JobWriter", "encode"]

_STREAMED: object = streamed("chunks")
_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'
_JOB_TAG, _CHUNK_TAG = map(wire_name, (MasterObjectList, JobChunk))
_NODE = next(member for member in elements(MasterObjectList) if member.type is JobNode)
_BLOB_TAG = next(member.name for member in elements(JobChunk) if member.type is Blob)

Item = TypeVar("Item")


def encode(job: MasterObjectList | JobChunk | ServerError, *, declaration: bool = False) -> bytes:
    """Encode a job, a lone chunk or a server's error as UTF-8 in the appliance's own form.

    Args:
        job: The model to write. Members that are None are left out, even required ones, so that a response
            from before API 3.0 comes out as it went in.
        declaration: Begin with an XML declaration; the appliance itself rarely writes one.

    Raises:
        EncodeError: A member cannot be written; `path` names it.
    """
    if isinstance(job, ServerError):
        start = _DECLARATION if declaration else ""
        return "".join([start, *write_element(ERROR, job, f"/{ERROR.name}")]).encode()
    if not isinstance(job, (MasterObjectList, JobChunk)):
        raise EncodeError(f"expected a MasterObjectList or a JobChunk, not {type(job).__name__}")
    if isinstance(job, JobChunk):
        header, chunks = None, [job]
    else:
        header, chunks = dataclasses.replace(job, chunks=[]), job.chunks
    output = io.BytesIO()
    with JobWriter(output, header, declaration=declaration) as writer:
        for chunk in _several(chunks, f"/{_JOB_TAG}/{_CHUNK_TAG}"):
            writer.write(chunk)
    return output.getvalue()


class JobWriter:
    """Writes a job piece by piece, in constant memory; a context manager.

        with JobReader("response.xml") as reader, JobWriter("copy.xml", reader.header) as writer:
            for chunk, blobs in reader:
                writer.write(chunk, blobs)

    Args:
        sink: A path, or a binary file object. A file appears under its path only once it is complete. Until
            then it has another name, nobody else can read it, and it is deleted if the block ends with an
            error. It takes over the mode of the file that it replaces and, if allowed, the owner. An ending
            such as `.gz` or `.zst` selects the compression.
        header: The job with its nodes and without chunks; None to write a lone chunk.
        declaration: Begin with an XML declaration.
        sync: Wait until a file is on the disk before it appears under its path.

    Raises:
        EncodeError: A member cannot be written, or the document would be invalid.
        OSError: The sink cannot be written to, or takes no more bytes.
        UsageError: The writer was entered before, is not open, or is in use by another call.

    After a failed write, or an exception in the generator of the blobs, the document is incomplete. Every
    later call and the end of the block raise the error again, or a `UsageError` with the exception as its
    cause.
    """

    def __init__(
        self,
        sink: Sink,
        header: MasterObjectList | None,
        *,
        declaration: bool = False,
        sync: bool = True,
    ) -> None:
        if header is not None and not isinstance(header, MasterObjectList):
            raise EncodeError(f"the header must be a MasterObjectList or None, not {type(header).__name__}")
        if header is not None and header.chunks is not _STREAMED and header.chunks:
            raise EncodeError("the header must have no chunks: give them to write()", path=f"/{_JOB_TAG}")
        self._output = Output(sink, sync=sync)
        self._header = header
        self._declaration = declaration
        self._job_tags = Tags(MasterObjectList, _JOB_TAG, "")
        self._node_tags = Tags(JobNode, _NODE.name, "/>")
        self._chunk_tags = Tags(JobChunk, _CHUNK_TAG, "")
        self._blob_tags = Tags(Blob, _BLOB_TAG, "/>")
        self._parts: list[str] = []
        self._root_is_empty = True
        self._chunk: tuple[JobChunk, str] | None = None  # the open chunk, and its start tag
        self._chunk_is_empty = True
        self._chunks = 0
        self._blobs = 0
        self._unwritten = 0  # the number of tags in the parts
        self._open = self._entered = False
        self._guard = CallGuard("writer")

    def __enter__(self) -> JobWriter:
        if self._entered:
            raise UsageError("a writer writes one document: make another writer for the next")
        self._entered = True
        start = self._begin()
        self._output.open()
        self._open = True
        self._parts += start
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open = False
        if error is not None:
            self._output.discard()
            return
        try:
            with self._guard:
                self._end()
        except BaseException:
            self._output.discard()
            raise
        self._output.close()

    def write(self, chunk: JobChunk, blobs: Iterable[Blob] | None = None) -> None:
        """Write a chunk, or more of the same one.

        If the chunk is the one written last, the blobs are added to it; so the batches of a `JobReader` can
        be written.

        Args:
            chunk: The chunk's own attributes.
            blobs: Its blobs, perhaps from a generator; by default `chunk.blobs`.
        """
        if not self._open:
            raise UsageError("write() belongs inside the writer's with block")
        with self._guard:
            self._write(chunk, blobs)

    def _write(self, chunk: JobChunk, blobs: Iterable[Blob] | None) -> None:
        self._begin_chunk(chunk)
        path = f"{self._chunk_path(self._chunks)}/{_BLOB_TAG}"
        rest = iter(_several(chunk.blobs if blobs is None else blobs, path))
        while some := list(itertools.islice(rest, MOST_BLOBS)):
            if self._chunk_is_empty:
                self._parts.append(">")
                self._chunk_is_empty = False
            self._parts.append(self._blob_tags.write_all(some, self._blob_path))
            self._blobs += len(some)
            self._unwritten += len(some)
            if self._unwritten >= MOST_BLOBS:
                self._flush()

    def _begin(self) -> list[str]:
        start = [_DECLARATION] if self._declaration else []
        if self._header is None:
            return start
        start.append(self._job_tags.write(self._header, lambda: f"/{_JOB_TAG}"))
        if self._header.nodes:
            self._root_is_empty = False
            path = f"/{_JOB_TAG}/{_NODE.wrapper}/{_NODE.name}"
            start.append(f"><{_NODE.wrapper}>")
            for number, node in enumerate(_several(self._header.nodes, f"/{_JOB_TAG}/{_NODE.wrapper}"), 1):
                start.append(self._node_tags.write(node, f"{path}[{number}]".__str__))
            start.append(f"</{_NODE.wrapper}>")
        return start

    def _begin_chunk(self, chunk: JobChunk) -> None:
        start = self._chunk_tags.write(chunk, lambda: self._chunk_path(self._chunks + 1))
        if self._chunk is not None and self._chunk[0] is chunk and self._chunk[1] == start:
            return
        if self._header is None and self._chunks:
            raise EncodeError("a lone chunk is one chunk: a job of several needs a header")
        self._end_chunk()
        if self._header is not None and self._root_is_empty:
            self._root_is_empty = False
            self._parts.append(">")
        self._parts.append(start)
        self._unwritten += 1
        self._chunk = chunk, start
        self._chunk_is_empty = True
        self._chunks += 1
        self._blobs = 0

    def _end_chunk(self) -> None:
        if self._chunk is not None:
            self._parts.append("/>" if self._chunk_is_empty else f"</{_CHUNK_TAG}>")

    def _end(self) -> None:
        self._end_chunk()
        if self._header is not None:
            self._parts.append("/>" if self._root_is_empty else f"</{_JOB_TAG}>")
        elif self._chunk is None:
            raise EncodeError("nothing was written: a document without a header is one chunk")
        self._flush()

    def _flush(self) -> None:
        self._output.write("".join(self._parts).encode())
        self._parts.clear()
        self._unwritten = 0

    def _chunk_path(self, number: int) -> str:
        return f"/{_CHUNK_TAG}" if self._header is None else f"/{_JOB_TAG}/{_CHUNK_TAG}[{number}]"

    def _blob_path(self, number: int) -> str:
        return f"{self._chunk_path(self._chunks)}/{_BLOB_TAG}[{self._blobs + number + 1}]"


def _several(items: Iterable[Item], path: str) -> Iterable[Item]:
    if not isinstance(items, Iterable):
        raise EncodeError(f"expected an iterable, not {type(items).__name__}", path=path)
    return items
