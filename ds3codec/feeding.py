"""Which bytes the parser gets to see: all but the runs of plain objects.

The parser is given a document up to and with the first object of a run. If a blob comes out of just that tag,
the parser stands in a chunk, between two elements: in no comment, no other element, no value. What follows
directly is then read by `runs`, as long as it is of the same plain form, and the parser goes on behind it.
Whatever a run is not sure of goes through the parser like everything else. In a document without such runs
they are looked for ever more seldom.
"""

from __future__ import annotations

from .errors import Ds3CodecError
from .limits import PIECE
from .parsing import PushParser
from .runs import Runs
from .target import BLOB_TAG, CHUNK_TAG, Target

__all__ = ["Feed"]

_BEGIN, _END, _CLOSING = f"<{BLOB_TAG} ".encode(), b"/>", f"</{CHUNK_TAG}>".encode()

# Bytes of a run that are worth the detour, and pieces at most in which none is looked for after a failure.
_SHORTEST = 3072
_LONGEST_WAIT = 64

# Bytes of an object that are kept until more of it comes.
_MOST_HELD = 4096


class Feed:
    """Gives one document to a parser, piece by piece."""

    def __init__(self, target: Target, parser: PushParser, runs: Runs) -> None:
        self._target = target
        self._parser = parser
        self._runs = runs
        self._held = b""  # after a run: the beginning of an object
        self._waiting: list[bytes] = []  # pieces that cannot complete anything
        self._waiting_size = 0
        self._in_run = False
        self._failures = 0  # since the last run
        self._wait = 0  # pieces in which no run is looked for

    def push(self, piece: bytes) -> Ds3CodecError | None:
        """Decode a piece; the error that this met, with its place."""
        if b">" not in piece and self._waiting_size + len(piece) < PIECE:
            self._waiting.append(piece)
            self._waiting_size += len(piece)
            return None
        return self._push(self._with_waiting(piece))

    def _with_waiting(self, piece: bytes) -> bytes:
        """A piece, with those before it that could not complete anything."""
        if not self._waiting:
            return piece
        data = b"".join([*self._waiting, piece])
        self._waiting.clear()
        self._waiting_size = 0
        return data

    def _push(self, piece: bytes) -> Ds3CodecError | None:
        if self._wait:
            self._wait -= 1
            return self._parser.push(piece)
        data, self._held, done = self._held + piece, b"", 0
        while not self._wait:
            if not self._in_run:
                begin, end = _next_run(data, done)
                if begin < 0:
                    break
                error = self._parser.push(data[done:begin]) or self._enter(data[begin:end])
                if error is not None:
                    return error
                done = end
            if self._in_run:
                done = self._read(data, done)
            if self._in_run:
                self._held = data[done:]
                return None
        if not done and len(data) > 4 * _SHORTEST:
            self._fail()
        return self._parser.push(data[done:])

    def flush(self) -> Ds3CodecError | None:
        """Decode what waits for more; the error that this met."""
        rest = self._held + self._with_waiting(b"")
        self._held = b""
        return (self._parser.push(rest) if rest else None) or self._parser.verify()

    def close(self) -> Ds3CodecError | None:
        """Say that the document has ended; the error that this met."""
        return self.flush() or self._parser.push(None)

    def _enter(self, tag: bytes) -> Ds3CodecError | None:
        """Parse the tag before a run, and see whether it was one."""
        before = self._target.blobs_in_chunk
        error = self._parser.push(tag)
        is_blob = before is not None and self._target.blobs_in_chunk == before + 1
        self._in_run = is_blob and self._parser.is_utf_8 and self._runs.learn(tag)
        if not self._in_run:
            self._fail()
        return error

    def _read(self, data: bytes, begin: int) -> int:
        """Read a run that begins here; where the rest of the data begins."""
        closing = data.find(_CLOSING, begin)
        last = data.rfind(_END, begin) if closing < 0 else -1
        end = closing if closing >= 0 else last + len(_END) if last >= 0 else begin
        run = data[begin:end]
        blobs = self._runs.read(run) if run else []
        if blobs is None:
            self._in_run = False
            self._fail()
            return begin
        self._target.add(blobs, self._runs.unknown)
        self._parser.skip(run)
        self._failures = 0
        # What is held is no complete tag: the end of the input need not be waited for.
        self._in_run = closing < 0 and len(data) - end <= _MOST_HELD and data.find(b">", end) < 0
        return end

    def _fail(self) -> None:
        self._failures += 1
        self._wait = min(2**self._failures, _LONGEST_WAIT)


def _next_run(data: bytes, start: int) -> tuple[int, int]:
    """Where the first tag of the next run begins and ends; -1 where there is no run of any length."""
    begin = data.find(_BEGIN, start)
    while 0 <= begin <= len(data) - _SHORTEST:
        closing = data.find(_CLOSING, begin, begin + _SHORTEST)
        if closing < 0:
            end = data.find(_END, begin)
            return (begin, end + len(_END)) if end >= 0 else (-1, -1)
        begin = data.find(_BEGIN, closing)
    return -1, -1
