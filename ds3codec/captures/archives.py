"""HAR archives: the entries whose responses are job responses, one entry in memory at a time."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from ..decoding.scanner import begins_as_markup
from ..errors import SourceError, TruncatedError
from ..formats import recognised
from ..sources import pieces
from .coding import decoded
from .recorded import Response, begins_as_job, date, is_ours, is_redirect, joined_fields, missing, passed_over
from .streams import Stream, Tally

__all__ = ["all_archived", "archived"]

_ENTRIES = ["log", "entries"]
_ADVICE = "; of an answer in JSON ask the appliance for XML, with the header Accept: application/xml"
_BEGIN = object()
_PARSED = 32 * 1024 * 1024  # bytes at a time; the parser reads a string again with every piece of it
_BEGINS = ("start_map", "start_array")
_ENDS = ("end_map", "end_array")


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
        method, url = _text(request, "method"), _text(request, "url")
        status = answer.get("status")
        if (
            not isinstance(status, int) or isinstance(status, bool) or not status
        ):  # browsers say 0 where there was no answer
            yield entry, None, False
            continue
        headers, content = _listed_fields(answer), _part(answer, "content")
        data, remarks = _content(content)
        size = _size(content)
        is_recorded = _text(content, "text") is not None or not _is_left_out(content)
        body = Stream(
            decoded(pieces(data), headers.get("content-encoding", "")) if is_recorded else _nothing_recorded()
        )
        is_wanted = not is_redirect(status) and is_ours(method, url, body)
        time = date(entry.get("startedDateTime"))
        response = Response(
            f"{name}#{number}", body, status, headers, method, url, size, is_recorded, remarks, time
        )
        yield entry, response, is_wanted


def _entries(stream: Stream, name: str) -> Iterator[Any]:
    try:
        import ijson  # noqa: PLC0415  (only with the extra)
    except ModuleNotFoundError as error:
        raise missing("ijson", "HAR archives") from error
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
        raise SourceError(f"cannot read {name!r} as HAR: it is JSON, but has no log.entries{_ADVICE}")


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


def _content(content: Mapping[str, Any]) -> tuple[bytes, tuple[str, ...]]:
    """The recorded bytes of a body, and what the recorder says of them that is not true."""
    text = _text(content, "text") or ""
    if content.get("encoding") == "base64":
        data = _from_base64(text)
        if data is not None:
            return data, ()
        return _as_bytes(text), ("the recorder says that the body is base64, but it is plain text",)
    if not begins_as_markup(_as_bytes(text)) and (data := _from_base64(text)) and _is_plausible(data):
        return data, ("the body is base64, which the recorder does not say",)
    return _as_bytes(text), ()


def _from_base64(text: str) -> bytes | None:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except ValueError:
        return None


def _as_bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _is_plausible(data: bytes) -> bool:
    """Tell whether data begins as a body does: with an element, or as compressed data does."""
    return begins_as_job(data) or recognised(data) is not None


def _size(content: Mapping[str, Any]) -> int | None:
    size = content.get("size")
    return size if isinstance(size, int) and not isinstance(size, bool) and size >= 0 else None


def _is_left_out(content: Mapping[str, Any]) -> bool:
    """Whether a body without a text was there all the same."""
    return bool(_size(content)) or "comment" in content


def _nothing_recorded() -> Iterator[bytes]:
    raise TruncatedError("the recorder left the body out")
    yield b""


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
