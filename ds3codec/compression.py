"""Compressed bytes in, plain bytes out, for each compression that `formats` has, known by its first bytes.

The output comes in pieces of bounded size, however much a small input expands to. Several compressed
streams in a row are one input, as their own tools have it. What is not compressed passes unchanged, also
behind a stream.

Internal: names here may change in any release.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any

from .errors import CompressionError, DecodeError, SourceError, TruncatedError
from .formats import Compression, longest_magic, recognised
from .limits import PIECE

__all__ = ["Decompressor", "decompressed"]


class Decompressor:
    """Decompresses one input, push by push.

    Args:
        compression: The compression, for one that first bytes do not tell.
    """

    def __init__(self, compression: Compression | None = None) -> None:
        self._head: bytes | None = b"" if compression is None else None  # held until the format is known
        self._compression = compression
        self._stream: Any = None if compression is None else self._opened(compression)
        self._between = b""  # the beginning of what follows a stream, as long as it may be another one

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Decompress more, and yield the plain bytes that this completes, in pieces.

        Raises:
            CompressionError: The data is damaged, or the library for it is missing.
        """
        if self._head is not None:
            data = self._head + data
            if len(data) < longest_magic():
                self._head = data
                return
            self._recognise(data)
        # The libraries copy what they leave of a piece, time and again.
        for start in range(0, len(data), PIECE):
            yield from self._plain(data[start : start + PIECE])

    def close(self) -> Iterator[bytes]:
        """Yield what is left at the end of the input.

        Raises:
            TruncatedError: The input ends too early.
        """
        head, self._head = self._head, None
        if head is not None:
            self._compression = recognised(head)
        is_cut = self._stream is not None or head is not None
        if is_cut and self._compression is not None:
            raise TruncatedError(f"the {self._compression.name} data ends before it is complete")
        yield from filter(None, (head, self._between))

    def _recognise(self, head: bytes) -> None:
        self._head = None
        self._compression = recognised(head)

    def _opened(self, compression: Compression) -> Any:
        try:
            return compression.decompressor()
        except ModuleNotFoundError as error:
            raise CompressionError(f"the input is compressed with {compression.lack}") from error

    def _plain(self, data: bytes) -> Iterator[bytes]:
        while data or self._stream is not None:
            if self._compression is None:
                yield data
                return
            if self._stream is None:
                if not self._compression.magics:
                    return  # nothing tells what follows
                data = (self._between + data).lstrip(b"\0")  # padding between streams
                self._between = data if len(data) < longest_magic() else b""
                if self._between or not data:
                    return
                if not data.startswith(self._compression.magics):
                    self._compression = None  # what follows is not compressed
                    continue
                self._stream = self._opened(self._compression)
            plain, damage = self._unpacked(data, self._compression.step)
            if plain:
                yield plain
            if damage is not None:
                raise CompressionError(f"the {self._compression.name} data is damaged: {damage}") from None
            data = b""
            if self._stream.eof:
                data = self._stream.unused_data
                self._stream = None
            elif self._stream.needs_input:
                return

    def _unpacked(self, data: bytes, step: int) -> tuple[bytes, Exception | None]:
        """Decompress some 64 KiB, or what there is of them; return the damage that follows, if any."""
        parts: list[bytes] = []
        size = 0
        try:
            while size < PIECE:
                parts.append(self._stream.decompress(data, step))
                data = b""
                size += len(parts[-1])
                if self._stream.eof or self._stream.needs_input:
                    break
        except MemoryError:
            raise
        except Exception as error:  # each library has one of its own for damaged data
            return b"".join(parts), error
        return b"".join(parts), None


def decompressed(data: Iterable[bytes], compression: Compression | None = None) -> Iterator[bytes]:
    """Decompress data, of a compression that first bytes do not tell, or of any that they do.

    All that is there comes before an error.
    """
    decompressor = Decompressor(compression)
    try:
        for piece in data:
            yield from decompressor.feed(piece)
    except (DecodeError, SourceError):
        with suppress(DecodeError):  # the first error is the one to report
            yield from decompressor.close()
        raise
    yield from decompressor.close()
