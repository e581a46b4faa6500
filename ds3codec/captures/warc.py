"""Reads WARC files of crawlers, wget and warcio: requests and responses as records.

A request may follow its response. The response then waits for it, in a temporary file if large.
"""

from __future__ import annotations

import re
import tempfile
from collections import OrderedDict, deque
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import IO, NamedTuple

from ..errors import SourceError, TruncatedError
from ..limits import PIECE
from ..sources import pieces
from .exchanges import exchange
from .framing import LINE
from .heads import LONGEST_HEAD, REQUEST_LINE, head_end, read_head
from .recorded import Capture, Recorded, date
from .streams import Stream

__all__ = ["knows", "recorded"]

_BEGIN = re.compile(rb"WARC/\d\.\d{1,2}[ \t]*\r?\n")
_IN_MEMORY = 16 * 1024 * 1024
_MOST_HELD = 1024 * 1024 * 1024  # bytes of a response waiting for its request
_MOST_REQUESTS = 1000

_Fields = Mapping[str, str]


def knows(start: bytes) -> bool:
    return _BEGIN.match(start) is not None


def recorded(capture: Capture) -> Iterator[Recorded]:
    for number, (fields, line, data) in enumerate(_exchanges(capture), 1):
        found = exchange(
            chain([] if line is None else [line, b"\r\n\r\n"], data),
            f"{capture.name}#{number}",
            url=fields.get("warc-target-uri", "").strip("<>") or None,
            time=date(fields.get("warc-date")),
        )
        if found[0] is not None and "warc-truncated" in fields:
            found[0].remarks.append("the recorder says that it has left out a part of the answer")
        yield found


class _Record(NamedTuple):
    fields: _Fields
    size: int
    data: Iterator[bytes]


def _exchanges(capture: Capture) -> Iterator[tuple[_Fields, bytes | None, Iterator[bytes]]]:
    """Yield the fields of each response, the line of its request, if known, and its bytes."""
    requests: OrderedDict[str, bytes] = OrderedDict()  # before their responses
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as file:
        waiting: _Waiting | None = None
        for record in _records(capture):
            keys = _keys(record.fields)
            line = _line(record) if record.fields.get("warc-type") == "request" else None
            if waiting is not None and (line is None or not keys & _keys(waiting.fields)):
                if record.fields.get("warc-type") == "response":
                    yield waiting.fields, None, waiting.data()
                    waiting = None
            elif waiting is not None:
                yield waiting.fields, line, waiting.data()
                waiting = line = None
            if line is not None:
                requests.update(dict.fromkeys(keys, line))
                while len(requests) > _MOST_REQUESTS:
                    requests.popitem(last=False)
            elif record.fields.get("warc-type") == "response":
                known = [requests.pop(key) for key in keys if key in requests]
                if known or record.size > _MOST_HELD:
                    yield record.fields, known[0] if known else None, record.data
                else:
                    waiting = _Waiting(record, file)
            deque(record.data, maxlen=0)
        if waiting is not None:
            yield waiting.fields, None, waiting.data()


class _Waiting:
    """A response waiting for its request."""

    def __init__(self, record: _Record, file: IO[bytes]) -> None:
        self.fields = record.fields
        self._file = file
        self._failure: TruncatedError | None = None
        file.seek(0)
        file.truncate()
        try:
            for piece in record.data:  # in pieces, for a spooled file checks its size only after a write
                file.write(piece)
        except TruncatedError as error:
            self._failure = error

    def data(self) -> Iterator[bytes]:
        self._file.seek(0)
        yield from pieces(self._file)
        if self._failure is not None:
            raise self._failure


def _records(capture: Capture) -> Iterator[_Record]:
    stream, number = capture.stream, 0
    while True:
        stream.skip_space()
        if stream.told or not (stream.peek(1) or stream.take()):
            return
        end = head_end(stream.peek(LINE)) or head_end(stream.peek(LONGEST_HEAD))
        if end is None or not knows(stream.peek(16)):
            raise SourceError(
                f"cannot read {capture.name!r} as WARC: it is malformed after record {number:,}"
            )
        head = read_head(stream.read(end))
        number += 1
        if head.length is None:
            raise SourceError(f"cannot read {capture.name!r} as WARC: record {number:,} has no length")
        yield _Record(head.fields, head.length, _block(stream, head.length))


def _block(stream: Stream, size: int) -> Iterator[bytes]:
    while size:
        data = stream.read(min(size, PIECE))
        if not data:
            raise TruncatedError("the archive ends within a record")
        size -= len(data)
        yield data


def _line(record: _Record) -> bytes | None:
    """Return the first line of a request, without the line end; None if it is malformed."""
    line = REQUEST_LINE.match(Stream(record.data).peek(LINE))
    return None if line is None else line[0]


def _keys(fields: _Fields) -> set[str]:
    """Return the ids that link records; without a link to another record, also the URL."""
    if "warc-concurrent-to" in fields:
        return {fields["warc-concurrent-to"], fields.get("warc-record-id", "")}
    return {fields.get("warc-record-id", ""), fields.get("warc-target-uri", "")}
