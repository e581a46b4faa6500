"""HAR archives: the entries whose responses are job responses, one entry in memory at a time."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from ..errors import SourceError
from ..sources import pieces
from .coding import decoded
from .recorded import Response, is_ours, is_redirect, joined_fields, package
from .streams import Stream, Tally

__all__ = ["all_archived", "archived"]

_ENTRIES = ["log", "entries"]
_BEGIN = object()
_PARSED = 1024 * 1024  # bytes at a time; the parser reads a string again with every piece of it
_BEGINS = ("start_map", "start_array")
_ENDS = ("end_map", "end_array")


def archived(stream: Stream, name: str, tally: Tally) -> Iterator[Response]:
    for _, response, is_wanted in all_archived(stream, name):
        if response is not None and is_wanted:
            yield response
        elif response is None or not is_redirect(response.status):
            tally.skipped += 1


def all_archived(stream: Stream, name: str) -> Iterator[tuple[Any, Response | None, bool]]:
    """All entries, the response of each, if there is one, and whether it has to do with jobs."""
    for number, entry in enumerate(_entries(stream, name), 1):
        request, answer = _part(entry, "request"), _part(entry, "response")
        method, url = _text(request, "method"), _text(request, "url")
        status = answer.get("status")
        if (
            not isinstance(status, int) or isinstance(status, bool) or not status
        ):  # browsers say 0 where there was no answer
            yield entry, None, False
            continue
        headers = _listed_fields(answer)
        body = Stream(_content(_part(answer, "content"), headers))
        is_wanted = not is_redirect(status) and is_ours(method, url, body)
        yield entry, Response(f"{name}#{number}", body, status, headers, method, url), is_wanted


def _entries(stream: Stream, name: str) -> Iterator[Any]:
    ijson = package("ijson", "HAR archives")
    is_har = False
    number = 0
    try:
        for entry in _items(ijson.basic_parse(stream, use_float=True, buf_size=_PARSED), ijson.ObjectBuilder):
            is_har = True
            if entry is not _BEGIN:
                number += 1
                yield entry
    except (ijson.JSONError, UnicodeDecodeError):
        # Not what ijson says, for it quotes the place, and with it perhaps credentials.
        reason = f"no well-formed JSON after entry {number}"
        raise SourceError(f"cannot read {name!r} as HAR: {reason}") from None
    if not is_har:
        raise SourceError(f"cannot read {name!r} as HAR: it is JSON, but has no log.entries")


def _items(events: Iterable[tuple[str, Any]], new_builder: Callable[[], Any]) -> Iterator[Any]:
    """`_BEGIN` where the array `log.entries` begins, and then what is in it, one by one.

    ijson's own paths are not used, for they are as long as the names around a value, at every value.
    """
    depth, keys, inside = 0, ["", ""], False
    builder = new_builder()
    for event, value in events:
        depth -= event in _ENDS
        if inside and depth >= len(_ENTRIES) + 1:
            builder.event(event, value)
            if depth == len(_ENTRIES) + 1 and event not in _BEGINS:
                yield builder.value
                builder = new_builder()
        elif event == "map_key" and depth <= len(_ENTRIES):
            keys[depth - 1 :] = [value, ""][: 3 - depth]
        else:
            inside = event == "start_array" and depth == len(_ENTRIES) and keys == _ENTRIES
            if inside:
                yield _BEGIN
        depth += event in _BEGINS


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
    listed = answer.get("headers")
    return joined_fields(
        (entry["name"], _text(entry, "value") or "")
        for entry in (listed if isinstance(listed, list) else ())
        if isinstance(entry, dict) and isinstance(entry.get("name"), str)
    )
