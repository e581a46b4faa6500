"""Which bytes are read as arrays: pieces of a run, gathered to a size at which numpy pays.

What cannot be read as arrays is read as the decoder reads it: first slice by slice, for it may be one odd tag
among thousands, then as columns and through the parser.
"""

from __future__ import annotations

from collections.abc import Callable

from ..decoding.feed import Feed, last_end
from ..decoding.parser import PushParser
from ..decoding.runs import Runs
from ..decoding.target import Target
from ..limits import PIECE
from .arrays import read_arrays
from .rows import Rows

__all__ = ["WideFeed"]

_WIDE = 1024 * 1024


class WideFeed(Feed):
    """Gives one document to a parser, but for the runs that are read as arrays."""

    def __init__(self, target: Target, parser: PushParser, runs: Callable[[], Runs]) -> None:
        super().__init__(target, parser, runs)
        self._gathered: list[bytes] = []
        self._size = 0

    def feed(self, piece: bytes) -> None:
        """Decode a piece, or keep it until there are more. Raises what `PushParser.feed` raises."""
        if not self._in_run:
            super().feed(piece)
            return
        self._gathered.append(piece)
        self._size += len(piece)
        if self._size >= _WIDE:
            self._feed_gathered()

    def flush(self) -> None:
        self._feed_gathered()
        super().flush()

    def close(self) -> None:
        self._feed_gathered()
        super().close()

    def _feed_gathered(self) -> None:
        pieces = b"".join(self._gathered)
        self._gathered, self._size = [], 0
        if pieces:
            super().feed(pieces)

    def _read(self, data: bytes, begin: int) -> int:
        end = last_end(data, begin)
        done = end if self._read_arrays(data[begin:end]) else self._read_slices(data, begin, end)
        if self._in_run:
            self._in_run = self._may_go_on(data, done)
        return done

    def _read_slices(self, data: bytes, begin: int, end: int) -> int:
        """Read a run slice by slice, up to `end` at most; where the rest begins."""
        done = begin
        while done < end and self._in_run:
            part = data[done : min(done + PIECE, end)]
            part = part[: last_end(part, 0)] or data[done:end]
            self._detours = 0
            read = len(part) if self._read_arrays(part) else super()._read(part, 0)
            if not read:
                break
            done += read
        return done

    def _read_arrays(self, text: bytes) -> bool:
        """Read a part of a run as arrays; whether that can be done."""
        if not text:
            return False
        runs = self._runs
        arrays = read_arrays(text, runs.form, runs.in_job, runs.missing)
        if arrays is None:
            return False
        rows: Rows = self._target.chunks  # type: ignore[assignment]
        rows.add_arrays(arrays)
        for name in arrays.unknown:
            self._target.unknown[name] += arrays.blob_count
        self._parser.skip(text)
        self._failures = 0
        return True
