"""The common parts of the file formats of tables. Each format is an entry of `formats` and a module here.

A file appears at its path only once it is complete, and not at all if the response is wrong.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from importlib import import_module
from typing import Any, Protocol

import pyarrow as pa

from ..compression import decompressed
from ..errors import TableError, UsageError
from ..formats import compression_of
from ..remote import is_url
from ..sinks import Output, Sink
from ..sources import BinaryFile, opened, pieces

__all__ = [
    "Batches",
    "FileBatches",
    "as_file",
    "check_compression",
    "first_line",
    "open_table",
    "plain_pieces",
    "seekable",
    "write_table",
    "written",
    "written_as_is",
]


class Batches(Protocol):
    """Record batches of one schema, with the metadata that is known after the last."""

    schema: pa.Schema

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        """Iterate over the batches, in order."""

    def metadata(self) -> dict[bytes, bytes]:
        """Return the schema's metadata for everything read."""


def write_table(batches: Batches, sink: Sink, form: str) -> None:
    """Write batches as a file.

    Args:
        batches: The batches.
        sink: A path or a binary file object.
        form: The name of a table format.

    Raises:
        UsageError: The format does not support these columns, or this ending.
        OSError: The sink cannot be written to.
    """
    _module(form).write(batches, sink)


def open_table(source: str | os.PathLike[str] | BinaryFile, form: str) -> FileBatches:
    """Open a table file.

    Args:
        source: A path or a binary file object. CSV and JSON Lines may be compressed.
        form: The name of a table format.

    Raises:
        SourceError: The source cannot be read.
        TableError: It is not a file of this format.
    """
    try:
        found: FileBatches = _module(form).read(source)
    except pa.ArrowException as error:
        raise TableError(f"this is not in the format {form}: {first_line(error)}") from error
    return found


def _module(form: str) -> Any:
    return import_module(f".{form}", __package__)


class FileBatches:
    """The record batches of a file.

    Attributes:
        schema: Their schema.
        rows: The number of rows; None if unknown before the end.
    """

    def __init__(
        self, schema: pa.Schema, batches: Callable[[], Iterable[pa.RecordBatch]], rows: int | None = None
    ) -> None:
        self.schema: pa.Schema = schema
        self.rows: int | None = rows
        self._batches = batches

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        try:
            yield from self._batches()
        except (pa.ArrowException, OSError) as error:
            raise TableError(f"the table is damaged: {first_line(error)}") from error

    def metadata(self) -> dict[bytes, bytes]:
        """Return the metadata of the schema."""
        return dict(self.schema.metadata or {})


def first_line(error: Exception) -> str:
    """Return the first line of an error's message."""
    return str(error).splitlines()[0] if str(error) else type(error).__name__


# Reading.


def seekable(source: Any) -> pa.NativeFile | pa.PythonFile:
    """Open a source as a seekable file, or its whole content."""
    if not isinstance(source, (str, os.PathLike)) or is_url(source):
        return pa.BufferReader(b"".join(pieces(source)))
    opened(source).close()  # raises an error with a better reason
    return pa.OSFile(os.fspath(source))


def plain_pieces(source: Any) -> Iterator[bytes]:
    """Read a source, compressed or not, as pieces of plain bytes."""
    return decompressed(pieces(source))


def as_file(plain: Iterator[bytes]) -> Any:
    """Make a file object from pieces."""
    return io.BufferedReader(_Plain(plain))


class _Plain(io.RawIOBase):
    """Pieces as a file object."""

    def __init__(self, plain: Iterator[bytes]) -> None:
        self._plain = plain
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            piece = next(self._plain, None)
            if piece is None:
                return 0
            self._rest = memoryview(piece)
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size


# Writing.


@contextmanager
def written(sink: Sink, compression: str | None = None, *, sync: bool = True) -> Iterator[Any]:
    """Open a sink as a file object; at a path, the file appears once the block ends without an error."""
    with Output(sink, sync=sync, compression=compression) as output:
        yield _Writable(output)


def written_as_is(sink: Sink, form: str, *, sync: bool = True) -> AbstractContextManager[Any]:
    """Open a sink for a format with internal compression."""
    if isinstance(sink, (str, os.PathLike)) and compression_of(sink) is not None:
        raise UsageError(f"a {form} file compresses its own data: leave out the second ending")
    return written(sink, sync=sync)


class _Writable(io.RawIOBase):
    """An output as a file object."""

    def __init__(self, output: Output) -> None:
        self._output = output

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        piece = bytes(data)
        self._output.write(piece)
        return len(piece)


def check_compression(name: str) -> None:
    """Reject a compression that pyarrow lacks, for a format with internal compression."""
    try:
        is_known = name == "none" or pa.Codec.is_available(name)
    except (TypeError, ValueError):
        is_known = False
    if not is_known:
        raise UsageError(f"there is no compression {name!r}")
