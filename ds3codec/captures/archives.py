"""Reads HAR archives, with one entry in memory at a time.

Other JSON is refused with an error that names it and advises what to do.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ..decoding.scanner import begins_as_markup
from ..errors import SourceError
from ..formats import recognised
from ..sources import pieces
from .coding import decoded
from .recorded import (
    Beside,
    Capture,
    Recorded,
    Response,
    begins_as_job,
    date,
    from_base64,
    is_ours,
    is_redirect,
    listed_fields,
    not_recorded,
    part_of,
    text_of,
)
from .streams import Stream
from .values import JSONError, Values, is_json

__all__ = ["MISNAMED", "all_archived", "knows", "recorded"]

_NO_BASE64 = "the recorder says that the body is base64, but it is plain text"
_UNNAMED_BASE64 = "the body is base64, which the recorder does not say"
MISNAMED: frozenset[str] = frozenset([_NO_BASE64, _UNNAMED_BASE64])
"""Remarks on bodies whose encoding is wrong."""

_Body = tuple[Iterator[bytes] | None, list[str]]  # the bytes, and the remarks
_STATUS = re.compile(r"[1-9]\d\d", re.ASCII)
_WITHOUT_BODY = (204, 304)
_INTERIM = range(100, 200)
_AROUND = 'put {"log": {"entries": [...]}} around them'
# Other JSON: the keys that identify it (of an array, those of the first item), its name, and advice.
_OTHERS = (
    (("MasterObjectList",), "an answer in JSON", "ask the appliance for XML: Accept: application/xml"),
    (("Error",), "an answer in JSON", "ask the appliance for XML: Accept: application/xml"),
    (("Objects",), "an answer in JSON", "ask the appliance for XML: Accept: application/xml"),
    (
        ("info", "item"),
        "a collection of Postman, which has requests and no more than examples of answers",
        "save the answers themselves, or record them with curl -i",
    ),
    (
        ("_type", "resources"),
        "an export of Insomnia, which has requests and no answers",
        "export the responses as HAR",
    ),
    (("constants", "events"), "a network log of Chrome", "export a HAR from the network panel of its tools"),
    (("mappings",), "mappings of WireMock", "record with a proxy that writes HAR, or with curl -i"),
    (("responses", "totals"), "a report of ds3codec", "give the captures that it is about"),
    (("request", "response"), "entries of a HAR without the archive", _AROUND),
    (("entries",), "entries of a HAR without the archive", _AROUND),
    (("log",), "an archive that has no log.entries", "export it again"),
)


def knows(start: bytes) -> bool:
    return is_json(start)


def recorded(capture: Capture) -> Iterator[Recorded]:
    for _, response, is_wanted in all_archived(capture):
        yield response, is_wanted


def all_archived(capture: Capture) -> Iterator[tuple[Any, Response | None, bool]]:
    """Read all entries, each with its response, if any, and whether that is a job response."""
    for number, entry in enumerate(_entries(capture.stream, capture.name), 1):
        request, answer = part_of(entry, "request"), part_of(entry, "response")
        method, url, status = text_of(request, "method"), text_of(request, "url"), _status(answer)
        content = part_of(answer, "content")
        data, remarks = _content(content, capture.beside)
        is_switched = status in _INTERIM  # to WebSocket, whose messages browsers list separately
        if is_switched or not (status or data):  # browsers write status 0 for a request without an answer
            yield entry, None, False
            continue
        entry["response"]["status"] = status
        headers = listed_fields(answer.get("headers"))
        if not status:
            remarks.append("its status is not known")
        if data is None and _has_none(content, method, status):
            data = iter(())
        coding = headers.get("content-encoding", "")
        body = Stream(not_recorded() if data is None else decoded(data, coding))
        is_wanted = not is_redirect(status) and is_ours(method, url, body)
        response = Response(
            f"{capture.name}#{number}",
            body,
            status,
            headers,
            method,
            url,
            _size(content),
            is_recorded=data is not None,
            remarks=remarks,
            time=date(text_of(entry, "startedDateTime")),
        )
        yield entry, response, is_wanted


def _entries(stream: Stream, name: str) -> Iterator[Any]:
    values = Values(stream)
    is_har = False
    number = -1  # of an entry; `items` yields None once before the first
    try:
        for number, entry in enumerate(values.items("log", "entries")):
            is_har = True
            if number:
                yield entry
    except JSONError as error:
        if is_har or not values.has_more:
            what = "another value follows" if values.has_more else "no well-formed JSON"
            reason = f"{what} after entry {max(number, 0)}, at {error}"
            raise SourceError(f"cannot read {name!r} as HAR: {reason}") from None
    if not is_har:
        raise SourceError(f"cannot read {name!r} as HAR: {_foreign(values)}")


def _foreign(values: Values) -> str:
    """Describe JSON that is not a HAR, and advise what to do."""
    lines = "JSON Lines, a value a line: " if values.has_more else ""
    for keys, name, advice in _OTHERS:
        if values.keys.issuperset(keys):
            return f"it is {lines}{name}; {advice}"
    return f"it is {lines}JSON that has no log.entries; record as HAR, or as raw HTTP with curl -i"


def _status(answer: Mapping[str, Any]) -> int | None:
    """Return the status code; scripts may have written it as a string or a float."""
    status = answer.get("status")
    if isinstance(status, str) and _STATUS.fullmatch(status):
        return int(status)
    if isinstance(status, float) and status.is_integer():
        return int(status)
    return status if isinstance(status, int) and not isinstance(status, bool) else None


def _content(content: Mapping[str, Any], beside: Beside) -> _Body:
    """Return the recorded bytes of a body, with remarks on false statements of the recorder."""
    for key, read in _BODIES:
        if (text := text_of(content, key)) is not None:
            data, remarks = read(text, content, beside)
            if data is not None or remarks:
                return data, remarks
    return None, []


def _of_text(text: str, content: Mapping[str, Any], beside: Beside) -> _Body:
    if text == "" and content.get("size") == -1:
        return None, []  # the body was not recorded; it need not be empty
    if content.get("encoding") == "base64":
        data = from_base64(text)
        if data is not None:
            return pieces(data), []
        return pieces(_as_bytes(text)), [_NO_BASE64]
    if not begins_as_markup(_as_bytes(text)):
        if (data := from_base64(text)) and _is_plausible(data):
            return pieces(data), [_UNNAMED_BASE64]
        if (data := _from_characters(text)) and recognised(data) is not None:
            return pieces(data), ["the body is compressed, each byte written as a character"]
    return pieces(_as_bytes(text)), []


def _of_base64(text: str, content: Mapping[str, Any], beside: Beside) -> _Body:
    return _of_text(text, {"encoding": "base64"}, beside)


def _of_file(name: str, content: Mapping[str, Any], beside: Beside) -> _Body:
    data = beside(name)
    return data, [] if data else ["the recorder put the body in a file of its own, which is not beside it"]


# The keys of a body: the first is that of HAR 1.2, the last that of Playwright; other recorders use the rest.
_BODIES: tuple[tuple[str, Callable[..., _Body]], ...] = (
    ("text", _of_text),
    ("_textBase64", _of_base64),
    ("textBase64", _of_base64),
    ("_bodyBase64", _of_base64),
    ("_base64", _of_base64),
    ("_file", _of_file),
)


def _from_characters(text: str) -> bytes | None:
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return None


def _as_bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _is_plausible(data: bytes) -> bool:
    """Tell whether data begins like a body: with an element, or as compressed data."""
    return begins_as_job(data) or recognised(data) is not None


def _size(content: Mapping[str, Any]) -> int | None:
    size = content.get("size")
    return size if isinstance(size, int) and not isinstance(size, bool) and size >= 0 else None


def _has_none(content: Mapping[str, Any], method: str | None, status: int | None) -> bool:
    """Tell whether a response is known to have no body, as opposed to an unrecorded one."""
    is_empty = content.get("size") == 0 and "comment" not in content
    return is_empty or method == "HEAD" or status in _WITHOUT_BODY or is_redirect(status)
