"""HAR archives: every entry whose response is one of ours, one entry in memory at a time."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..errors import SourceError
from ..sources import pieces
from .coding import decoded
from .recorded import Response, Tally, add_field, is_ours, is_redirect, package
from .streams import Stream

__all__ = ["archived"]


def archived(stream: Stream, name: str, tally: Tally) -> Iterator[Response]:
    for number, entry in enumerate(_entries(stream, name), 1):
        request, answer = _part(entry, "request"), _part(entry, "response")
        method, url = _text(request, "method"), _text(request, "url")
        status = answer.get("status")
        if not isinstance(status, int) or not status:  # browsers say 0 where there was no answer
            tally.skipped += 1
            continue
        if is_redirect(status):
            continue
        headers = _listed_fields(answer)
        body = Stream(_content(_part(answer, "content"), headers))
        if is_ours(method, url, body):
            yield Response(f"{name}#{number}", body, status, headers, method, url)
        else:
            tally.skipped += 1


def _entries(stream: Stream, name: str) -> Iterator[Any]:
    ijson = package("ijson", "HAR archives")
    is_har = False
    number = 0

    def noticed(events: Iterable[tuple[str, str, Any]]) -> Iterator[tuple[str, str, Any]]:
        nonlocal is_har
        for prefix, event, value in events:
            is_har = is_har or (prefix == "log.entries" and event == "start_array")
            yield prefix, event, value

    try:
        for entry in ijson.items(noticed(ijson.parse(stream, use_float=True)), "log.entries.item"):
            number += 1
            yield entry
    except (ijson.JSONError, UnicodeDecodeError):
        # Not what ijson says, for it quotes the place, and with it perhaps credentials.
        reason = f"no well-formed JSON behind entry {number}"
        raise SourceError(f"cannot read {name!r} as HAR: {reason}") from None
    if not is_har:
        raise SourceError(f"cannot read {name!r} as HAR: it is JSON, but has no log.entries")


def _content(content: Mapping[str, Any], headers: Mapping[str, str]) -> Iterator[bytes]:
    text = _text(content, "text") or ""
    if content.get("encoding") != "base64":
        yield from pieces(text.encode("utf-8", "surrogatepass"))
        return
    try:
        data = base64.b64decode("".join(text.split()), validate=True)
    except ValueError:
        raise SourceError("the base64 text of a HAR entry is damaged") from None
    yield from decoded(pieces(data), headers.get("content-encoding", ""))


def _part(of: object, key: str) -> Mapping[str, Any]:
    part = of.get(key) if isinstance(of, dict) else None
    return part if isinstance(part, dict) else {}


def _text(of: Mapping[str, Any], key: str) -> str | None:
    value = of.get(key)
    return value if isinstance(value, str) else None


def _listed_fields(answer: Mapping[str, Any]) -> dict[str, str]:
    fields: dict[str, str] = {}
    listed = answer.get("headers")
    for entry in listed if isinstance(listed, list) else ():
        if isinstance(entry, dict) and isinstance(entry.get("name"), str):
            add_field(fields, entry["name"], _text(entry, "value") or "")
    return fields
