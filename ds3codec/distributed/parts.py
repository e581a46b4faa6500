"""Captures as parts that can be read apart from each other: a whole capture, or some chunks of one response.

A large response is cut behind `</Objects>`. Each part is read as a document of its own: what stands before
the first chunk, with the job and its nodes, comes first, then the chunks of the part. That is right where
every `</Objects>` ends a chunk. In a comment, in CDATA or in a processing instruction it does not, nor within
an element that the schema does not have. So each part is looked through first (`is_sound`). If one is not
sound, the response is read as a whole, by its first part.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

import pyarrow as pa
from fsspec.core import get_fs_token_paths
from fsspec.utils import read_block

from ..captures import expand, responses
from ..decoding.text import is_plain_utf_8
from ..errors import Ds3CodecError, FileMissingError, InputError, SourceError
from ..limits import PIECE
from ..models import MasterObjectList
from ..remote import is_url, without_credentials
from ..tables.batches import TableReader
from ..tables.files import ReadOptions
from ..tables.schema import HiddenChunk, hidden_chunks
from ..wire.names import CHUNK_TAG, JOB_TAG, NODES_TAG

__all__ = ["Part", "Rows", "is_sound", "named", "opened", "read", "rows_of", "split"]

_CHUNK_END = f"</{CHUNK_TAG}>".encode()
_JOB_END = f"</{JOB_TAG}>".encode()
_BEGIN = re.compile(rf"\s*(?:<\?xml[^<>]*\?>)?\s*<{JOB_TAG}(?=[\s>])".encode())
_FIRST_CHUNK = re.compile(rf"<{CHUNK_TAG}(?=[\s/>])".encode())
_GOES_ON = re.compile(rf"\s*(?:<{CHUNK_TAG}[\s/>]|{_JOB_END.decode()}|\Z)".encode())
# Nodes behind a chunk are those of the chunks before, too.
_UNSOUND = re.compile(rf"<[!?]|<{NODES_TAG}[\s/>]".encode())
_LONGEST_HEADER = 4 * 1024 * 1024


class Part(NamedTuple):
    """A part of a capture, or all of it.

    Attributes:
        name: The path or URL of the capture.
        options: What fsspec is given to open it.
        start: Where the part begins, up to the end of a chunk: in bytes.
        length: How long it is; None for a whole capture.
        size: How long the capture is.
        header: What stands before its first chunk; empty for a whole capture.
    """

    name: str
    options: Mapping[str, Any]
    start: int = 0
    length: int | None = None
    size: int = 0
    header: bytes = b""


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


def named(paths: str | Iterable[str], options: Mapping[str, Any]) -> list[str]:
    """The captures that paths, folders, URLs and globs stand for, as `captures.expand` has it.

    Raises:
        SourceError: There is none, or nobody knows such URLs.
    """
    listed = [paths] if isinstance(paths, str) else list(paths)
    if not listed:
        raise SourceError("no capture is named")
    found: list[str] = []
    for path in listed:
        if not is_url(path):
            found += expand([path])
            continue
        try:
            system, _, names = get_fs_token_paths(path, "rb", storage_options=dict(options))
        except Exception as error:
            raise SourceError(f"cannot read {_shown(path)}: {type(error).__name__}") from error
        if not names:
            raise SourceError(f"cannot read {_shown(path)}: no file matches")
        found += [path] if len(names) == 1 and "*" not in path else map(system.unstrip_protocol, names)
    return found


def split(name: str, size: int | None, options: Mapping[str, Any]) -> list[Part]:
    """A capture as parts of such a size or more; as one part where it cannot be cut.

    Raises:
        SourceError: It cannot be read.
    """
    whole = Part(name, options)
    if size is None:
        return [whole]
    with opened(whole) as (file, length):
        if length is None or length <= size:
            return [whole]
        head = _read_header(file)
    if not head:
        return [whole]
    starts = range(0, length, size)
    return [Part(name, options, start, size, length, head) for start in starts]


def is_sound(part: Part) -> bool:
    """Whether every `</Objects>` in a part ends a chunk, as far as the part tells."""
    try:
        block, _ = _block(part)
    except SourceError:  # which reading it will say
        return False
    body = block if part.start else block[len(part.header) :]
    return _GOES_ON.match(body) is not None and _UNSOUND.search(body) is None


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
    return _read_whole(part._replace(length=None), options) if part.start == 0 else []


def rows_of(reader: TableReader, origin: str) -> Rows:
    """All rows of a response."""
    table = pa.Table.from_batches(list(reader), reader.schema.remove_metadata())
    told = reader.schema.with_metadata(reader.metadata())
    return Rows(origin, reader.header, table, hidden_chunks(told, table.num_rows))


def _read_whole(part: Part, options: ReadOptions) -> list[Rows]:
    found = []
    origin = part.name
    try:
        with opened(part) as (file, _):
            for response in responses(file, name=part.name):
                origin = response.origin
                found.append(rows_of(TableReader(response.body, **options), origin))
    except Ds3CodecError as error:
        raise _of_input(origin, error) from error
    return found


def _read_block(part: Part, options: ReadOptions) -> list[Rows]:
    try:
        block, is_last = _block(part)
        if part.start and not block:
            return []
        end = () if is_last else (_JOB_END,)
        pieces = (*(() if part.start == 0 else (part.header,)), block, *end)
        return [rows_of(TableReader(pieces, **options), part.name)]
    except Ds3CodecError as error:
        _read_whole(part._replace(length=None), options)  # raises the error in its place
        reason = f"what stands in its chunks cannot be read apart: {error}; read it with blocksize=None"
        raise InputError(part.name, reason) from error


def _of_input(origin: str, error: Ds3CodecError) -> InputError:
    told = str(error)
    return InputError(_shown(origin), told.removeprefix(f"cannot read {origin!r}: "))


def _block(part: Part) -> tuple[bytes, bool]:
    """The bytes of a part, from the end of a chunk to the end of another, and whether nothing follows."""
    with opened(part) as (file, _):
        block: bytes = read_block(file, part.start, part.length, _CHUNK_END)
        return block, file.tell() >= part.size


def _read_header(file: Any) -> bytes:
    """What stands before the first chunk; nothing if the file is not one response that can be cut."""
    held = b""
    while (first := _FIRST_CHUNK.search(held)) is None and len(held) < _LONGEST_HEADER:
        piece = file.read(PIECE)
        if not piece:
            return b""
        held += piece
        if not _BEGIN.match(held) or not is_plain_utf_8(held):
            return b""
    head = held[: first.start()] if first else b""
    begin = _BEGIN.match(head)
    rest = head[begin.end() :] if begin else b""
    return b"" if b"<!" in rest or b"<?" in rest else head


@contextmanager
def opened(part: Part) -> Iterator[tuple[Any, int | None]]:
    """A capture, open, and its length, if that is known."""
    try:
        system, _, (path,) = get_fs_token_paths(part.name, "rb", storage_options=dict(part.options))
        length = system.size(path)
        file = system.open(path, "rb")
    except FileNotFoundError as error:
        raise FileMissingError(error.errno or 2, "no such file", _shown(part.name)) from None
    except Exception as error:
        raise SourceError(f"cannot read {_shown(part.name)}: {type(error).__name__}") from error
    with file:
        try:
            yield file, length
        except OSError as error:
            raise SourceError(f"cannot read {_shown(part.name)}: {error.strerror or error}") from error


def _shown(name: str) -> str:
    return without_credentials(name) if is_url(name) else name
