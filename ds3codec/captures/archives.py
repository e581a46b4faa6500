"""HAR archives: the entries whose responses are job responses, one entry in memory at a time.

JSON that is something else is named, with what to do.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from typing import Any

from ..decoding.scanner import begins_as_markup
from ..errors import SourceError
from ..formats import recognised
from ..sources import pieces
from .coding import decoded
from .recorded import (
    Response,
    begins_as_job,
    date,
    is_ours,
    is_redirect,
    joined_fields,
    not_recorded,
    passed_over,
)
from .streams import Stream, Tally
from .values import JSONError, Values

__all__ = ["all_archived", "archived"]

_STATUS = re.compile(r"[1-9]\d\d", re.ASCII)
_WITHOUT_BODY = (204, 304)
_AROUND = 'put {"log": {"entries": [...]}} around them'
# JSON that is no HAR: the keys that it is known by (of an array, its first item), its name, and what to do.
_OTHERS = (
    (("MasterObjectList",), "an answer in JSON", "ask the appliance for XML: Accept: application/xml"),
    (("Error",), "an answer in JSON", "ask the appliance for XML: Accept: application/xml"),
    (("Objects",), "an answer in JSON", "ask the appliance for XML: Accept: application/xml"),
    (
        ("host", "method", "path"),
        "a session of Charles",
        "export it as an HTTP archive: File, Export Session, HTTP Archive (.har)",
    ),
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
    (("http_interactions",), "a cassette of VCR", "record with a proxy that writes HAR, or with curl -i"),
    (("interactions",), "a cassette of vcrpy", "record with a proxy that writes HAR, or with curl -i"),
    (("mappings",), "mappings of WireMock", "record with a proxy that writes HAR, or with curl -i"),
    (("responses", "totals"), "a report of ds3codec", "give the captures that it is about"),
    (("request", "response"), "entries of a HAR without the archive", _AROUND),
    (("entries",), "entries of a HAR without the archive", _AROUND),
    (("log",), "an archive that has no log.entries", "export it again"),
)


def archived(stream: Stream, name: str, tally: Tally) -> Iterator[Response]:
    for number, (_, response, is_wanted) in enumerate(all_archived(stream, name), 1):
        if response is not None and is_wanted:
            yield response
        else:
            tally.pass_over(passed_over(f"{name}#{number}", response))


def all_archived(stream: Stream, name: str) -> Iterator[tuple[Any, Response | None, bool]]:
    """All entries, the response of each, if there is one, and whether it has to do with jobs."""
    for number, entry in enumerate(_entries(stream, name), 1):
        request, answer = _part(entry, "request"), _part(entry, "response")
        method, url, status = _text(request, "method"), _text(request, "url"), _status(answer)
        content = _part(answer, "content")
        has_text = _text(content, "text") is not None and (content["text"] != "" or content.get("size") != -1)
        if not (status or has_text):  # browsers say 0 where there was no answer
            yield entry, None, False
            continue
        entry["response"]["status"] = status
        headers = _listed_fields(answer)
        data, remarks = _content(content)
        if not status:
            remarks.append("its status is not known")
        is_recorded = has_text or _has_none(content, method, status)
        body = Stream(
            decoded(pieces(data), headers.get("content-encoding", "")) if is_recorded else not_recorded()
        )
        is_wanted = not is_redirect(status) and is_ours(method, url, body)
        time = date(entry.get("startedDateTime"))
        response = Response(
            f"{name}#{number}", body, status, headers, method, url, _size(content), is_recorded, remarks, time
        )
        yield entry, response, is_wanted


def _entries(stream: Stream, name: str) -> Iterator[Any]:
    values = Values(stream)
    is_har = False
    number = -1  # that of an entry, behind the sign that they begin
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
    """What JSON is that is no HAR, and what to do."""
    lines = "JSON Lines, a value a line: " if values.has_more else ""
    for keys, name, advice in _OTHERS:
        if values.keys.issuperset(keys):
            return f"it is {lines}{name}; {advice}"
    return f"it is {lines}JSON that has no log.entries; record as HAR, or as raw HTTP with curl -i"


def _status(answer: Mapping[str, Any]) -> int | None:
    """The status code, also where a script wrote it as a text, or as a number with a point."""
    status = answer.get("status")
    if isinstance(status, str) and _STATUS.fullmatch(status):
        return int(status)
    if isinstance(status, float) and status.is_integer():
        return int(status)
    return status if isinstance(status, int) and not isinstance(status, bool) else None


def _content(content: Mapping[str, Any]) -> tuple[bytes, list[str]]:
    """The recorded bytes of a body, and what the recorder says of them that is not true."""
    text = _text(content, "text") or ""
    if content.get("encoding") == "base64":
        data = _from_base64(text)
        if data is not None:
            return data, []
        return _as_bytes(text), ["the recorder says that the body is base64, but it is plain text"]
    if not begins_as_markup(_as_bytes(text)) and (data := _from_base64(text)) and _is_plausible(data):
        return data, ["the body is base64, which the recorder does not say"]
    if "text" not in content and "_file" in content:
        return b"", ["the recorder put the body in a file of its own; it can also embed it in the archive"]
    return _as_bytes(text), []


def _from_base64(text: str) -> bytes | None:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except ValueError:
        return None


def _as_bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _is_plausible(data: bytes) -> bool:
    """Whether data begins as a body does: with an element, or as compressed data do."""
    return begins_as_job(data) or recognised(data) is not None


def _size(content: Mapping[str, Any]) -> int | None:
    size = content.get("size")
    return size if isinstance(size, int) and not isinstance(size, bool) and size >= 0 else None


def _has_none(content: Mapping[str, Any], method: str | None, status: int | None) -> bool:
    """Whether a response has no body, and not one that was not recorded."""
    is_empty = content.get("size") == 0 and "comment" not in content
    return is_empty or method == "HEAD" or status in _WITHOUT_BODY or is_redirect(status)


def _part(of: object, key: str) -> Mapping[str, Any]:
    part = of.get(key) if isinstance(of, dict) else None
    return part if isinstance(part, dict) else {}


def _text(of: Mapping[str, Any], key: str) -> str | None:
    value = of.get(key)
    return value if isinstance(value, str) else None


def _listed_fields(answer: Mapping[str, Any]) -> dict[str, str]:
    listed = answer.get("headers")
    return joined_fields(
        (entry["name"], _text(entry, "value") or "")
        for entry in (listed if isinstance(listed, list) else ())
        if isinstance(entry, dict) and isinstance(entry.get("name"), str)
    )
