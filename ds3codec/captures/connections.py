"""Reassembles the TCP connections in a packet capture: the bytes of each direction, in order.

Segments may come out of order, twice, or overlap: early ones are held, and repeated bytes are dropped. A hole
that stays open, because the capture lost or cut a packet, becomes a `Gap` once too much is held or the
connection has ended. The held bytes are limited per direction and in total; so is the number of connections.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from heapq import heappop, heappush
from typing import NamedTuple

from .segments import ACK, FIN, RST, SYN, Segment

__all__ = ["End", "Gap", "Passage", "passages"]

_MOST_HELD = 4 * 1024 * 1024  # bytes held in one direction after a hole
_MOST_HELD_IN_ALL = 64 * 1024 * 1024
_MOST_CONNECTIONS = 2_000
_COST = 200  # bytes of overhead per held segment
_PATIENCE = 100_000_000  # nanoseconds to wait for a segment that the receiver has, but the capture not yet
_NUMBERS = 1 << 32


class Gap(NamedTuple):
    """A hole in the bytes of a direction.

    Attributes:
        length: The number of missing bytes.
        is_cut: True if the recorder truncated a packet; False if it missed one.
    """

    length: int
    is_cut: bool


class End(NamedTuple):
    """The end of a direction.

    Attributes:
        is_orderly: True if the sender ended it; False if the connection was reset, or the capture ends.
    """

    is_orderly: bool


class Passage(NamedTuple):
    """A piece of one direction of a connection.

    Attributes:
        connection: A number that is unique in the capture.
        is_back: True if its direction is opposite to that of the connection's first captured segment.
        time: The time of capture of its segment, in nanoseconds since 1970.
        piece: Bytes, or a mark in their place.
    """

    connection: int
    is_back: bool
    time: int
    piece: bytes | Gap | End


def passages(segments: Iterable[Segment]) -> Iterator[Passage]:
    """Put the segments of a capture in order, connection by connection."""
    connections = _Connections()
    for segment in segments:
        passage = connections.next_passage(segment)
        if passage is not None:
            yield passage
        else:
            yield from connections.passages(segment)
    yield from connections.rest()


class _Held(NamedTuple):
    data: bytes
    length: int
    time: int
    seen: int


class _Direction:
    """The segments of one direction that were captured early.

    Sequence numbers are as on the wire, but do not wrap.
    """

    def __init__(self) -> None:
        self.next: int | None = None  # number of the next byte to pass on
        self.end: int | None = None  # number after the last byte
        self.received = 0  # number up to which the other side acknowledged
        self.has_ended = False
        self.size = 0
        self.waiting_since: int | None = None
        self._held: dict[int, _Held] = {}
        self._numbers: list[int] = []  # of the held segments, as a heap

    def absolute(self, number: int) -> int:
        """Unwrap a sequence number, near the next byte to pass on."""
        if self.next is None:
            return number + _NUMBERS
        return self.next + (number - self.next + _NUMBERS // 2) % _NUMBERS - _NUMBERS // 2

    def hold(self, at: int, segment: Segment) -> int:
        """Hold a segment; return the bytes of memory this takes."""
        before = self._held.get(at)
        if at + segment.length <= (self.next or 0):
            return 0
        if before is not None and len(before.data) >= len(segment.data):
            return 0
        if before is None:
            heappush(self._numbers, at)
        self._held[at] = _Held(segment.data, segment.length, segment.time, segment.seen)
        size = len(segment.data) + (_COST if before is None else -len(before.data))
        self.size += size
        return size

    def first(self) -> tuple[int, _Held] | None:
        """Find the first held segment."""
        return (self._numbers[0], self._held[self._numbers[0]]) if self._numbers else None

    def release(self) -> int:
        """Release the first held segment; return the bytes of memory this frees."""
        size = len(self._held.pop(heappop(self._numbers)).data) + _COST
        self.size -= size
        return size


class _Connection:
    def __init__(self, number: int, segment: Segment) -> None:
        self.number = number
        self.first = segment.source
        self.directions = (_Direction(), _Direction())
        self.time = segment.time


class _Connections:
    def __init__(self) -> None:
        self._known: OrderedDict[tuple[bytes, bytes], _Connection] = OrderedDict()
        self._count = 0
        self._held = 0

    def next_passage(self, segment: Segment) -> Passage | None:
        """Pass on a segment if it is the next of its connection; the fast path of nearly all segments."""
        source, target = segment.source, segment.target
        connection = self._known.get((source, target) if source < target else (target, source))
        if connection is None or segment.flags & (SYN | FIN | RST) or not segment.data:
            return None
        is_back = source != connection.first
        direction, other = connection.directions[is_back], connection.directions[not is_back]
        following, seen = direction.next, other.absolute(segment.seen)
        if (
            following is None
            or other.next is None
            or following % _NUMBERS != segment.number
            or direction.size
            or direction.has_ended
            or len(segment.data) != segment.length
            or seen != other.next
            or other.size
        ):
            return None
        direction.next = following + segment.length
        other.received = seen
        connection.time = segment.time
        return Passage(connection.number, is_back, segment.time, segment.data)

    def passages(self, segment: Segment) -> Iterator[Passage]:
        ends = (segment.source, segment.target)
        key = ends if ends[0] < ends[1] else (ends[1], ends[0])
        connection = self._known.get(key)
        if connection is not None and self._is_another(connection, segment):
            yield from self._forget(key)
            connection = None
        if connection is None:
            if not segment.length and not segment.flags & SYN:
                return
            self._count += 1
            connection = self._known[key] = _Connection(self._count, segment)
            if len(self._known) > _MOST_CONNECTIONS:
                yield from self._forget(next(iter(self._known)))
        else:
            self._known.move_to_end(key)  # also if it has ended: its last segments may be repeated
        yield from self._take(connection, segment)

    def rest(self) -> Iterator[Passage]:
        """Yield all held segments, at the end of the capture."""
        for key in list(self._known):
            yield from self._forget(key)

    def _is_another(self, connection: _Connection, segment: Segment) -> bool:
        """Tell whether a segment begins a new connection between known ports."""
        if not segment.flags & SYN or segment.flags & ACK:
            return False
        direction = connection.directions[segment.source != connection.first]
        return direction.next is not None and direction.absolute(segment.number + 1) != direction.next

    def _take(self, connection: _Connection, segment: Segment) -> Iterator[Passage]:
        is_back = segment.source != connection.first
        direction, other = connection.directions[is_back], connection.directions[not is_back]
        connection.time = max(connection.time, segment.time)
        if segment.flags & ACK:
            other.received = max(other.received, other.absolute(segment.seen))
        if not direction.has_ended:
            at = direction.absolute(segment.number + bool(segment.flags & SYN))
            direction.next = at if direction.next is None else direction.next
            if segment.length:
                self._held += direction.hold(at, segment)
            if segment.flags & FIN and direction.end is None:
                direction.end = at + segment.length
        is_last = bool(segment.flags & RST)
        yield from self._in_order(connection, is_back=is_back, is_last=is_last)
        yield from self._in_order(connection, is_back=not is_back, is_last=is_last)

    def _in_order(
        self, connection: _Connection, *, is_back: bool, is_last: bool = False
    ) -> Iterator[Passage]:
        """Pass on the segments that are in order, or all if they are the last."""
        direction, other = connection.directions[is_back], connection.directions[not is_back]
        while (first := direction.first()) is not None:
            begin, held = first
            is_early = begin > (direction.next or 0) or self._is_answer(other, held)
            if is_early and not (is_last or self._is_lost(connection, direction, begin)):
                return
            if not is_early:
                direction.waiting_since = None
            self._held -= direction.release()
            yield from self._passed(connection, direction, begin, held, is_back)
        if direction.has_ended:
            return
        is_complete = direction.end is not None and (direction.next or 0) >= direction.end
        if is_complete or is_last:
            direction.has_ended = True
            yield Passage(connection.number, is_back, connection.time, End(is_complete))

    def _is_answer(self, other: _Direction, held: _Held) -> bool:
        """Tell whether a segment may answer bytes of the other direction that are not captured yet."""
        return other.next is not None and not other.has_ended and other.absolute(held.seen) > other.next

    def _is_lost(self, connection: _Connection, direction: _Direction, begin: int) -> bool:
        """Tell whether to stop waiting for a missing segment."""
        if direction.size > _MOST_HELD or self._held > _MOST_HELD_IN_ALL:
            return True
        if direction.received < begin:  # not acknowledged, so it will be sent again
            return False
        if direction.waiting_since is None:
            direction.waiting_since = connection.time
        return connection.time - direction.waiting_since > _PATIENCE

    def _passed(
        self, connection: _Connection, direction: _Direction, begin: int, held: _Held, is_back: bool
    ) -> Iterator[Passage]:
        at = direction.next or 0
        end, captured = begin + held.length, begin + len(held.data)
        if end <= at:
            return
        direction.next = end
        if begin > at:
            yield Passage(connection.number, is_back, held.time, Gap(begin - at, is_cut=False))
            at = begin
        if captured > at:
            yield Passage(connection.number, is_back, held.time, held.data[at - begin :])
        if end > max(at, captured):
            missing = Gap(end - max(at, captured), is_cut=True)
            yield Passage(connection.number, is_back, held.time, missing)

    def _forget(self, key: tuple[bytes, bytes]) -> Iterator[Passage]:
        connection = self._known.pop(key)
        for is_back in (False, True):
            yield from self._in_order(connection, is_back=is_back, is_last=True)
