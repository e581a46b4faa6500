"""Reads flows of mitmproxy and mitmdump: typed netstrings, with one flow in memory at a time."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ..errors import SourceError
from .coding import decoded
from .recorded import (
    Capture,
    Recorded,
    Response,
    date,
    joined_fields,
    judged,
    not_recorded,
    part_of,
    status_of,
)

__all__ = ["knows", "recorded"]

_LENGTH = re.compile(rb"(0|[1-9]\d{0,11}):")
_FLOW = re.compile(rb"[1-9]\d{1,11}:\d{1,11}:(?:version|type|id|request|response|error|[a-z_]{1,40})[;,]")
_DEEPEST = 30


def knows(start: bytes) -> bool:
    return _FLOW.match(start) is not None


def recorded(capture: Capture) -> Iterator[Recorded]:
    for number, flow in enumerate(_flows(capture), 1):
        request, answer = part_of(flow, "request"), part_of(flow, "response")
        status = status_of(answer.get("status_code"))
        if status is None or flow.get("websocket"):
            yield None, False
            continue
        content = answer.get("content")
        headers = joined_fields(_fields(answer))
        coding = headers.get("content-encoding", "")
        body = decoded([content], coding) if isinstance(content, bytes) else not_recorded()
        yield judged(
            Response(
                f"{capture.name}#{number}",
                body,
                status,
                headers,
                _text(request.get("method")),
                _url(request),
                is_recorded=isinstance(content, bytes),
                time=date(answer.get("timestamp_start")),
            )
        )


def _flows(capture: Capture) -> Iterator[Mapping[str, Any]]:
    stream, number = capture.stream, 0
    while stream.peek(1) or stream.take():
        length = _LENGTH.match(stream.peek(13))
        if length is None:
            raise _malformed(capture, number)
        stream.read(length.end())
        data = stream.read(int(length[1]) + 1)
        if len(data) <= int(length[1]):
            stream.take()  # raises the error that ended the stream, if any
            raise _malformed(capture, number, "it ends within one")
        try:
            flow = _value(data[-1:], memoryview(data)[:-1], 0)
        except (ValueError, KeyError, TypeError, OverflowError):
            raise _malformed(capture, number) from None
        number += 1
        yield flow if isinstance(flow, dict) else {}


def _malformed(capture: Capture, number: int, reason: str = "it is malformed") -> SourceError:
    return SourceError(f"cannot read {capture.name!r} as flows of mitmproxy: {reason}, after flow {number}")


_SCALARS: dict[bytes, Callable[[bytes], Any]] = {
    b",": bytes,
    b";": bytes.decode,
    b"#": lambda data: int(data) if len(data) < 30 else None,
    b"^": float,
    b"!": lambda data: data == b"true",
    b"~": lambda data: None,
}


def _value(kind: bytes, data: memoryview, depth: int) -> Any:
    """Parse a value of the given kind."""
    if kind in _SCALARS:
        return _SCALARS[kind](bytes(data))
    if kind not in (b"]", b"}") or depth > _DEEPEST:
        raise ValueError(kind)
    items = []
    while data:
        length = _LENGTH.match(data[:13])
        if length is None:
            raise ValueError("no length")
        end = length.end() + int(length[1])
        items.append(_value(bytes(data[end : end + 1]), data[length.end() : end], depth + 1))
        data = data[end + 1 :]
    if kind == b"]":
        return items
    return {_text(key): value for key, value in zip(items[::2], items[1::2], strict=True)}


def _text(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _fields(answer: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for field in answer.get("headers") or ():
        if isinstance(field, list) and len(field) == 2:
            yield _text(field[0]), _text(field[1])


def _url(request: Mapping[str, Any]) -> str:
    host, port = _text(request.get("host", "")), request.get("port")
    scheme = _text(request.get("scheme") or "http")
    at = "" if port in (None, {"http": 80, "https": 443}.get(scheme)) else f":{port}"
    return f"{scheme}://{host}{at}{_text(request.get('path', '/'))}"
