"""Which bytes the parser gets to see: all but the runs of objects.

The parser is given a document up to the end of an object. If it then stands in a chunk, between two elements,
it is not inside a comment, a value or another element. `runs` reads what follows, for as long as it looks
like that object, across chunks and pieces. What a run cannot read goes through the parser, which must then
stand between two elements again. In a document without runs, the feed looks for them less and less often.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from ..limits import PIECE
from ..wire.names import BLOB_TAG, CHUNK_TAG
from .parser import PushParser
from .target import Target

if TYPE_CHECKING:
    from .runs import Runs

__all__ = ["Feed", "last_end"]

_BEGIN, _END = f"<{BLOB_TAG}".encode(), f"</{BLOB_TAG}>".encode()
_TAG = re.compile(rb"""%b\s(?:[^<>"']|"[^"<]*"|'[^'<]*')*>""" % _BEGIN)

# How a run may end before the next piece: between two chunks, in a tag, or in an object with children.
_BOUNDARY = rb"(?:</%b>\s*(?:<%b\s[^<>]*>\s*)?)?" % ((CHUNK_TAG.encode(),) * 2)
_UNFINISHED = re.compile(rb"\s*%b(?:<[^<>]*|%b\s[^<>]*[^/<>]>.*)?" % (_BOUNDARY, _BEGIN), re.DOTALL)

# Bytes of a run that are worth the detour, and pieces at most in which none is looked for after a failure.
_SHORTEST = 3072
_LONGEST_WAIT = 64

# How many passages of a piece may go through the parser before runs cost more than they save.
_MOST_DETOURS = 16

# Bytes of an object that are kept until more of it comes.
_MOST_HELD = 16 * 1024


class Feed:
    """Gives one document to a parser, piece by piece.

    Args:
        target: The parser's target.
        parser: Reads what runs cannot.
        runs: Makes what reads the runs, when the first may begin.
    """

    def __init__(self, target: Target, parser: PushParser, runs: Callable[[], Runs]) -> None:
        self._target = target
        self._parser = parser
        self._make_runs = runs
        self._held = b""  # after a run: the beginning of an object
        self._waiting: list[bytes] = []  # pieces that cannot complete anything
        self._waiting_size = 0
        self._in_run = False
        self._failures = 0  # since the last run
        self._wait = 0  # pieces in which no run is looked for
        self._detours = 0  # passages of this piece that went through the parser

    def feed(self, piece: bytes) -> None:
        """Decode a piece. Raises what `PushParser.feed` raises."""
        if b">" not in piece and self._waiting_size + len(piece) < PIECE:
            self._waiting.append(piece)
            self._waiting_size += len(piece)
        else:
            self._feed(self._with_waiting(piece))

    def flush(self) -> None:
        """Decode what waits for more, in a document that goes no further."""
        self._feed_rest()
        self._parser.verify()

    def close(self) -> None:
        """Say that the document has ended."""
        self._feed_rest()
        self._parser.close()

    def _feed_rest(self) -> None:
        rest = self._held + self._with_waiting(b"")
        self._held = b""
        if rest:
            self._parser.feed(rest)

    @cached_property
    def _runs(self) -> Runs:
        return self._make_runs()

    def _with_waiting(self, piece: bytes) -> bytes:
        """A piece, with those before it that could not complete anything."""
        if not self._waiting:
            return piece
        data = b"".join([*self._waiting, piece])
        self._waiting.clear()
        self._waiting_size = 0
        return data

    def _feed(self, piece: bytes) -> None:
        if self._wait:
            self._wait -= 1
            self._parser.feed(piece)
            return
        data, self._held, done = self._held + piece, b"", 0
        self._detours = 0
        while self._detours < _MOST_DETOURS:
            if not self._in_run:
                tag, end = _next_object(data, done)
                if not tag:
                    break
                self._detours += 1
                self._parser.feed(data[done:end])
                done = end
                self._in_run = self._is_in_step() and self._runs.learn(tag, self._target.may_have_chunks)
            if not self._in_run:
                self._fail()
                break
            done = self._read(data, done)
            if self._in_run:
                self._held = data[done:]
                return
        else:
            self._fail()
        if not done and len(data) > 4 * _SHORTEST:
            self._fail()
        self._parser.feed(data[done:])

    def _read(self, data: bytes, begin: int) -> int:
        """Read a run that begins here; where the rest of the data begins."""
        end = last_end(data, begin)
        done = begin
        try:
            for text, columns in self._runs.passages(data[begin:end].decode()):
                passage = text.encode()
                done += len(passage)
                if columns is not None:
                    self._target.add(columns)
                    self._parser.skip(passage)
                    if len(passage) >= _SHORTEST:
                        self._failures = 0
                    continue
                self._parser.feed(passage)
                self._detours += 1
                if self._detours >= _MOST_DETOURS or not self._is_in_step():
                    self._in_run = False
                    return done
        except UnicodeDecodeError:
            self._in_run = False
            return done
        self._in_run = self._may_go_on(data, done)
        return done

    def _is_in_step(self) -> bool:
        """Whether the parser stands in a chunk, between two elements."""
        return self._target.is_in_chunk and self._parser.is_utf_8 and self._parser.is_between_elements()

    def _may_go_on(self, data: bytes, begin: int) -> bool:
        """Whether the rest of the data may be the beginning of something that runs have."""
        rest = data[begin : begin + _MOST_HELD + 1]
        if len(rest) > _MOST_HELD or _END in rest or _UNFINISHED.fullmatch(rest) is None:
            return False
        return self._target.may_have_chunks or not rest.lstrip().startswith(b"</")

    def _fail(self) -> None:
        self._failures += 1
        self._wait = min(2**self._failures, _LONGEST_WAIT)


def last_end(data: bytes, begin: int) -> int:
    """Find where the last element ends that is all there, be it with `/>` or with an object's end tag."""
    last = data.rfind(b"/>", begin)
    end = last + len(b"/>") if last >= 0 else begin
    closing = data.rfind(_END, end)
    return closing + len(_END) if closing >= 0 else end


def _next_object(data: bytes, start: int) -> tuple[bytes, int]:
    """Find the next complete object: its tag, and where it ends. No tag if a run is not worth it."""
    begin = data.find(_BEGIN, start)
    while 0 <= begin <= len(data) - _SHORTEST:
        tag = _TAG.match(data, begin)
        if tag is not None:
            end = tag.end()
            if tag[0].endswith(b"/>"):
                return tag[0], end
            closing = data.find(_END, end)
            if closing < 0:
                break
            after = closing + len(_END)
            return data[begin:after] if closing == end else tag[0], after
        begin = data.find(_BEGIN, begin + len(_BEGIN))
    return b"", 0
