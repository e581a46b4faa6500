"""Makes captures safe to show: with stand-ins for names, ids, addresses and credentials.

`redact` keeps the form of a body alone, of raw HTTP and of a HAR archive; any other capture becomes raw HTTP.
`documents` takes a body apart, `table` decides what may stay of the body and of the exchange around it, and
`stand_ins` replaces words. Each body is validated meanwhile. One that cannot be parsed is refused, because it
may contain anything.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterator
from dataclasses import replace
from http import HTTPStatus
from typing import Any, NamedTuple

from ..captures import PassedOver, Response, Tally, archives, label, reading
from ..captures.recorded import Capture, Recorded
from ..captures.recorders import reader_of
from ..errors import DecodeError, RedactionError
from ..options import check_type
from ..sinks import Output, Sink
from ..sources import Source
from ..validation import Validation
from . import table
from .documents import Document
from .grammars import is_status
from .stand_ins import StandIns
from .urls import url as redacted_url

__all__ = ["Redacted", "RedactionError", "redact"]

_FRAMING = ("content-encoding", "content-length", "transfer-encoding")
_WITHOUT_BODY = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)
_BEARABLE = ("misrecorded", "server-error", "trailing-bytes")  # rules of form; such captures are safe
_BEGIN = b'{"log": {"version": "1.2", "creator": {"name": "ds3codec", "version": ""}, "entries": ['


class Redacted(NamedTuple):
    """The numbers of exchanges in a redacted capture.

    Attributes:
        responses: The number of job responses, which keep their bodies.
        others: The number of other exchanges, whose bodies were left out.
    """

    responses: int
    others: int


def redact(
    source: Source,
    sink: Sink,
    *,
    key: str | bytes | None = None,
    name: str | None = None,
    sync: bool = True,
    tally: Tally | None = None,
) -> Redacted:
    """Rewrite a capture, in plain UTF-8, with stand-ins for everything private in it.

        redact("response.xml", "to-show.xml")

    A value stays only if its place is known, and the place may have this value: names of the schema; numbers,
    dates, truth values and values of enumerations where the schema has them; the code of a failure; methods,
    statuses, the fixed parts of operations' URLs, registered header names and the values of some headers; the
    measurements of HAR 1.2. Everything else is replaced, a word always with the same stand-in of the same
    length, or left out: exchanges that are not about jobs lose their bodies, and a HAR loses the keys that
    the format does not have. Credentials never stay. Faults stay: `validate` finds the same in the copy, with
    three exceptions. Unknown names are replaced, wrong framing of a recording is corrected, and invalid lines
    of its heads are left out.

    Args:
        source: A path, `"-"` for standard input, or any other source that a decoder reads.
        sink: A path, written atomically and compressed as its ending says, or a binary file object.
        key: The key of the stand-ins: copies with the same key have the same ones. Whoever knows the key can
            guess the originals. By default a random key is used and forgotten.
        name: The capture's name in errors; by default its path.
        sync: As in `JobWriter`.
        tally: Counts what is read, while it is.

    Raises:
        RedactionError: A body cannot be parsed, so it may contain anything.
        SourceError: The capture cannot be read.
        EncodeError: The sink has a wrong type.
        UsageError: `key` or `name` has a wrong type.
        OSError: The sink takes no more bytes.
    """
    check_type("key", key, str, bytes, type(None))
    check_type("name", name, str, type(None))
    secret = (
        os.urandom(16)
        if key is None
        else key.encode("utf-8", "surrogatepass")
        if isinstance(key, str)
        else key
    )
    redaction = _Redaction(label(source) if name is None else name, StandIns(secret))
    with Output(sink, sync=sync) as output:
        for piece in redaction.pieces(source, Tally() if tally is None else tally):
            output.write(piece)
    return Redacted(redaction.responses, redaction.others)


class _Redaction:
    """Redacts one capture."""

    def __init__(self, name: str, stand_ins: StandIns) -> None:
        self.responses = 0
        self.others = 0
        self._name = name
        self._stand_ins = stand_ins

    def pieces(self, source: Source, tally: Tally) -> Iterator[bytes]:
        with reading(source, tally, self._name) as capture:
            read = reader_of(capture)
            if read is archives.recorded:
                yield from self._archive(capture)
            elif read is not None:
                yield from self._exchanges(read(capture))
            else:
                yield from self._body(Response(self._name, capture.stream))

    def _archive(self, capture: Capture) -> Iterator[bytes]:
        yield _BEGIN
        separator = b"\n"
        for entry, response, is_ours in archives.all_archived(capture):
            if response is not None and not is_status(response.status or 0):
                raise RedactionError(f"{response.origin}: the status is not one of HTTP's")
            body = None
            if response is None or not is_ours:
                self.others += 1
            elif response.is_recorded:
                body = b"".join(self._body(response)).decode()
            else:
                self.responses += 1
            is_misnamed = response is not None and not archives.MISNAMED.isdisjoint(response.remarks)
            redacted = _entry(entry, self._stand_ins, body, is_misnamed=is_misnamed)
            yield separator + json.dumps(redacted).encode()
            separator = b",\n"
        yield b"\n]}}\n"

    def _exchanges(self, recorded: Iterator[Recorded | PassedOver]) -> Iterator[bytes]:
        for found in recorded:
            if isinstance(found, PassedOver):
                continue
            response, is_ours = found
            if response is None:
                self.others += 1
                continue
            if response.status is None and not response.remarks:  # a body alone, in an archive with others
                response.status = HTTPStatus.OK
            has_body = is_ours and response.status not in _WITHOUT_BODY
            yield _head(response, self._stand_ins, has_body=has_body)
            if not has_body or not response.is_recorded:
                self.responses, self.others = self.responses + is_ours, self.others + (not is_ours)
                continue
            for piece in self._body(response):
                yield b"%x\r\n%b\r\n" % (len(piece), piece)
            yield b"0\r\n\r\n"
        if not self.responses + self.others:
            raise RedactionError(f"{self._name}: it has no response")

    def _body(self, response: Response) -> Iterator[bytes]:
        """Yield the redacted body piece by piece, while it is validated as a whole."""
        self.responses += 1
        document = Document(self._stand_ins)
        redacted: list[bytes] = []
        is_empty = True
        rest = iter(response.body)

        def read() -> Iterator[bytes]:
            nonlocal is_empty
            for piece in rest:
                is_empty = is_empty and not piece
                redacted.append(document.feed(piece))
                yield piece

        validation = Validation(replace(response, body=read()), select=["form"])
        for _ in validation.steps():
            yield from filter(None, redacted)
            redacted.clear()
        if not is_empty:
            self._check(response, validation)
        try:
            redacted += map(document.feed, rest)  # the bytes after the end of the document
            redacted.append(document.close())
        except DecodeError as error:
            raise RedactionError(f"{response.origin}: {error}") from error
        yield from filter(None, redacted)

    def _check(self, response: Response, validation: Validation) -> None:
        for finding in validation.report.findings:
            if finding.rule not in _BEARABLE:
                raise RedactionError(f"{response.origin}: {finding}")


# The exchange around a body. A request keeps only its method and URL: a client may have sent anything else.


def _head(response: Response, stand_ins: StandIns, *, has_body: bool) -> bytes:
    """Write the request, if known, and the head of the response. A body follows in chunks."""
    lines = []
    if response.method is not None and response.url is not None:
        method, url = table.method(stand_ins, response.method), redacted_url(stand_ins, response.url)
        lines += [f"{method} {url} HTTP/1.1", "Host: redacted", ""]
    status = "unknown" if response.status is None else f"{response.status} {_phrase(response.status)}"
    lines.append(f"HTTP/1.1 {status}")
    lines += [
        f"{table.field_name(stand_ins, name)}: {table.field_value(stand_ins, name, value)}"
        for name, value in response.headers.items()
        if name not in _FRAMING
    ]
    if has_body:
        lines.append("transfer-encoding: chunked")
    elif response.status != HTTPStatus.NO_CONTENT:
        lines.append("content-length: 0")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")


def _entry(entry: Any, stand_ins: StandIns, body: str | None, *, is_misnamed: bool = False) -> Any:
    """Rewrite an entry of a HAR with another body, or without one. A wrong encoding stays wrong."""
    redacted = table.entry(stand_ins, entry)
    if body is not None and (content := redacted["response"].get("content")) is not None:
        before = entry["response"]["content"]
        content |= _misnamed(body, before) if is_misnamed else {"text": body}
    return redacted


def _misnamed(body: str, before: dict[str, Any]) -> dict[str, str]:
    """Write a body whose encoding is wrong: named as base64 although it is not, or the reverse."""
    if before.get("encoding") == "base64":
        return {"encoding": "base64", "text": body}
    return {"text": base64.b64encode(body.encode()).decode()}


def _phrase(status: int | None) -> str:
    try:
        return HTTPStatus(status or 0).phrase
    except ValueError:
        return ""
