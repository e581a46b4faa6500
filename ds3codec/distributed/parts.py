"""Captures as parts that can be read apart from each other: a whole capture, or some chunks of one response.

A large response is cut behind `</Objects>`. Each part is read as a document of its own: what stands before
the first chunk, with the job and its nodes, comes first, then the chunks of the part. That is right where
every `</Objects>` ends a chunk. In a comment, in CDATA or in a processing instruction it does not, nor within
an element that the schema does not have. So each part is looked through first (`is_sound`). If one is not
sound, the response is read as a whole, by its first part.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from ..captures import Response, responses
from ..captures.paths import Paths, each_path, survey
from ..captures.streams import PassedOver, Stream
from ..decoding.scanner import (
    begins,
    first_end,
    has_only_tags,
    is_plain,
    root_name,
    text_before_markup,
)
from ..decoding.text import is_plain_utf_8
from ..errors import Ds3CodecError, InputError, SourceError, public_name, quoted_name
from ..limits import PIECE
from ..models import MasterObjectList
from ..options import ReadOptions
from ..remote import is_url, length, matching
from ..sources import Source, opened, pieces
from ..tables.batches import TableReader
from ..tables.schema import HiddenChunk, hidden_chunks
from ..wire.names import CHUNK_TAG, JOB_TAG, NODES_TAG

__all__ = ["Part", "Rows", "is_sound", "named", "read", "reason_of", "rows_of", "split", "surveyed"]

_JOB_END = f"</{JOB_TAG}>".encode()
_CHUNK_END_SIZE = len(f"</{CHUNK_TAG}>")
_LONGEST_HEADER = 4 * 1024 * 1024


class Part:
    """A part of a capture, or all of it. Its repr has no secret, for Dask logs what a task was given.

    Attributes:
        name: The path or URL of the capture, as it may be shown.
        start: Where the part begins, up to the end of a chunk: in bytes.
        length: How long it is; None for a whole capture.
        size: How long the capture is.
        header: What stands before its first chunk; empty for a whole capture.
    """

    def __init__(
        self,
        path: str,
        options: Mapping[str, Any],
        *,
        start: int = 0,
        length: int | None = None,
        size: int = 0,
        header: bytes = b"",
    ) -> None:
        self._path = path
        self._options = options
        self.name: str = public_name(path)
        self.start = start
        self.length = length
        self.size = size
        self.header = header

    def __repr__(self) -> str:
        return f"Part({self.name!r}, start={self.start}, length={self.length})"

    def opened(self, start: int) -> Any:
        """Open the capture from a byte on. Raises SourceError."""
        return opened(self._path, self._options, start)

    def whole(self) -> AbstractContextManager[Source]:
        """Open all of the capture; a file is its path, for others may belong to it. Raises SourceError."""
        return self.opened(0) if is_url(self._path) else nullcontext(self._path)

    def responses(self, source: Source) -> Iterator[Response]:
        """Read the responses of the capture, which is open. Raises SourceError."""
        return responses(source, name=self._path)

    def stored(self) -> int | None:
        """Find how long the capture is, if that is known. Raises SourceError."""
        return length(self._path, self._options) if is_url(self._path) else Path(self._path).stat().st_size


class Rows(NamedTuple):
    """The rows of a response, or of a part of it.

    Attributes:
        origin: Which response it is.
        header: The job; None for a lone chunk.
        table: The rows.
        hidden: The chunks that no row shows.
    """

    origin: str
    header: MasterObjectList | None
    table: pa.Table
    hidden: list[HiddenChunk]


def named(paths: Paths, options: Mapping[str, Any]) -> list[str]:
    """Find the captures that paths, folders, URLs and globs stand for. Raises SourceError as `surveyed`."""
    return surveyed(paths, options)[0]


def surveyed(paths: Paths, options: Mapping[str, Any]) -> tuple[list[str], list[PassedOver]]:
    """Find the captures that paths stand for, as `captures.survey` has it, and what is passed over.

    Raises:
        SourceError: There is none, or they cannot be listed.
    """
    listed = each_path(paths)
    if not listed:
        raise SourceError("no capture is named")
    found: list[str] = []
    passed_over: list[PassedOver] = []
    for path in listed:
        captures, others = (matching(path, options), []) if is_url(path) else survey(path)
        found += captures
        passed_over += others
    return found, passed_over


def split(path: str, size: int | None, options: Mapping[str, Any]) -> list[Part]:
    """Cut a capture into parts of such a size or more; into one where it cannot be cut.

    That is one, too, where the server does not say how long it is or knows no ranges, or where nothing can be
    read at all, which reading that part will say.
    """
    whole = Part(path, options)
    try:
        stored = None if size is None else whole.stored()
        if size is None or stored is None or stored <= size:
            return [whole]
        with whole.opened(0) as file:
            header = _read_header(file)
        with whole.opened(1) as file:  # a server may know no ranges, or say so and answer with all
            is_cut = header[1:] == Stream(pieces(file)).peek(len(header) - 1) if header else False
    except (OSError, SourceError):
        return [whole]
    if not is_cut:
        return [whole]
    starts = range(0, stored, size)
    return [Part(path, options, start=at, length=size, size=stored, header=header) for at in starts]


def is_sound(part: Part) -> bool:
    """Tell whether every `</Objects>` in a part ends a chunk, and the capture ends with the last part."""
    try:
        block, is_last = _block(part)
    except SourceError:  # which reading it will say
        return False
    body = block if part.start else block[len(part.header) :]
    if is_last and block and first_end(block, JOB_TAG) != len(block.rstrip()):
        return False
    # Nodes behind a chunk are those of the chunks before, too.
    return _goes_on(body.lstrip()) and has_only_tags(body) and next(begins(body, NODES_TAG), None) is None


def _goes_on(body: bytes) -> bool:
    """Tell whether a chunk begins what stands behind another, or the job ends there."""
    return not body or root_name(body) == CHUNK_TAG.encode() or first_end(body, JOB_TAG) == len(_JOB_END)


def read(part: Part, is_sound: bool, options: ReadOptions) -> list[Rows]:
    """The rows of each response in a part.

    Args:
        part: The part.
        is_sound: Whether all parts of its capture are sound.
        options: How it is read.

    Raises:
        InputError: The capture cannot be read. Where it is cut, the error is the one of the whole capture.
    """
    if part.length is not None and is_sound:
        return _read_block(part, options)
    return _read_whole(part, options) if part.start == 0 else []


def rows_of(reader: TableReader, origin: str) -> Rows:
    """All rows of a response."""
    table = pa.Table.from_batches(list(reader), reader.schema.remove_metadata())
    told = reader.schema.with_metadata(reader.metadata())
    return Rows(origin, reader.header, table, hidden_chunks(told, table.num_rows))


def _alone(options: ReadOptions) -> ReadOptions:
    """Read on one thread: there is a task for each core."""
    return {**options, "threads": 1}


def _read_whole(part: Part, options: ReadOptions) -> list[Rows]:
    found = []
    origin = part.name
    try:
        with part.whole() as source:
            for response in part.responses(source):
                origin = response.origin
                found.append(rows_of(TableReader(response.body, **_alone(options)), origin))
    except Ds3CodecError as error:
        raise InputError(origin, reason_of(origin, error)) from error
    return found


def reason_of(name: str, error: Ds3CodecError) -> str:
    """What an error says, without the name of the capture."""
    return str(error).removeprefix(f"cannot read {quoted_name(name)}: ")


def _read_block(part: Part, options: ReadOptions) -> list[Rows]:
    try:
        block, is_last = _block(part)
        if part.start and not block:
            return []
        end = () if is_last else (_JOB_END,)
        pieces = (*(() if part.start == 0 else (part.header,)), block, *end)
        return [rows_of(TableReader(pieces, **_alone(options)), part.name)]
    except Ds3CodecError as error:
        _read_whole(part, options)  # raises the error in its place
        reason = f"what stands in its chunks cannot be read apart: {error}; read it with blocksize=None"
        raise InputError(part.name, reason) from error


def _block(part: Part) -> tuple[bytes, bool]:
    """The bytes of a part, from the end of a chunk to the end of another, and whether nothing follows.

    Raises:
        SourceError: They cannot be read, or the capture is no longer as long as it was.
    """
    least = part.length or 0
    held, searched, end = bytearray(), least, -1
    with part.opened(part.start) as file:
        for piece in pieces(file):
            held += piece
            end = first_end(held, CHUNK_TAG, searched)
            if end >= 0:
                break
            searched = max(least, len(held) - _CHUNK_END_SIZE + 1)
    if end < 0 and part.start + len(held) != part.size:
        raise SourceError(
            f"cannot read {quoted_name(part.name)}: it had {part.size} bytes, and now has others"
        )
    end = len(held) if end < 0 else end
    begin = 0
    if part.start:  # the chunk that begins before is in another part
        first = first_end(held, CHUNK_TAG)
        begin = end if first < 0 else first
    with memoryview(held) as view:
        return bytes(view[begin:end]), part.start + end == part.size


def _read_header(file: Any) -> bytes:
    """What stands before the first chunk; nothing if the file is not one response that can be cut."""
    stream = Stream(pieces(file))
    held = stream.peek(PIECE)
    if root_name(held) != JOB_TAG.encode() or text_before_markup(held).strip() or not is_plain_utf_8(held):
        return b""
    while (first := next(begins(held, CHUNK_TAG), None)) is None:
        if len(held) == len(held := stream.peek(2 * len(held))) or len(held) > _LONGEST_HEADER:
            return b""
    return held[:first] if is_plain(held[:first]) else b""
