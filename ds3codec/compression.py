"""Decompresses bytes in any compression of `formats`, which the first bytes identify.

The output comes in pieces of bounded size, however much a small input expands. Several compressed streams in
a row count as one input, as they do for gzip and the like. Bytes that are not compressed pass unchanged, even
after a compressed stream.

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
        compression: The compression, if the first bytes do not identify it.
    """

    def __init__(self, compression: Compression | None = None) -> None:
        self._head: bytes | None = b"" if compression is None else None  # held until the format is known
        self._compression = compression
        self._stream: Any = None if compression is None else self._opened(compression)
        self._between = b""  # the bytes after a stream, until it is clear whether another stream begins

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Decompress more data and yield the plain bytes in pieces.

        Raises:
            CompressionError: The data is damaged, or the library for it is missing.
        """
        if self._head is not None:
            data = self._head + data
            if len(data) < longest_magic():
                self._head = data
                return
            self._recognise(data)
        # The libraries copy the unused rest of a piece in each call, so pieces are kept small.
        for start in range(0, len(data), PIECE):
            yield from self._plain(data[start : start + PIECE])

    def close(self) -> Iterator[bytes]:
        """Yield the remaining bytes at the end of the input.

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
                    return  # no magic identifies what follows
                data = (self._between + data).lstrip(b"\0")  # padding between streams
                self._between = data if len(data) < longest_magic() else b""
                if self._between or not data:
                    return
                if not data.startswith(self._compression.magics):
                    self._compression = None  # the rest is not compressed
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
        """Decompress up to 64 KiB. Returns them, with the error if the data behind them is damaged."""
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
        except Exception as error:  # each library raises its own exception for damaged data
            return b"".join(parts), error
        return b"".join(parts), None


def decompressed(data: Iterable[bytes], compression: Compression | None = None) -> Iterator[bytes]:
    """Decompress data in the given compression, or in the one that its first bytes identify.

    All intact bytes are yielded before an error is raised.
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
