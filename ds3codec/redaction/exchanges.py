"""What is around a body, with stand-ins: a recorded exchange as raw HTTP, and as an entry of a HAR.

`table` says what may stay. Bodies that have nothing to do with jobs are left out, and so is what a client
sent: of a request its method and URL are left.
"""

from __future__ import annotations

import base64
from http import HTTPStatus
from typing import Any

from ..captures import Response
from . import table
from .stand_ins import StandIns
from .urls import url as redacted_url

__all__ = ["head", "redacted_entry"]

_FRAMING = ("content-encoding", "content-length", "transfer-encoding")


def head(response: Response, stand_ins: StandIns, *, has_body: bool) -> bytes:
    """The request, where it is known, and the head of a response whose body, if any, comes in chunks."""
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


def redacted_entry(entry: Any, stand_ins: StandIns, body: str | None, *, is_misrecorded: bool = False) -> Any:
    """An entry of a HAR with another body, or with none; what it says wrongly of it stays wrong."""
    redacted = table.entry(stand_ins, entry)
    if body is not None and (content := redacted["response"].get("content")) is not None:
        before = entry["response"]["content"]
        content |= _misrecorded(body, before) if is_misrecorded else {"text": body}
    return redacted


def _misrecorded(body: str, before: dict[str, Any]) -> dict[str, str]:
    """A body of which is said that it is base64 though it is not, or not said though it is."""
    if before.get("encoding") == "base64":
        return {"encoding": "base64", "text": body}
    return {"text": base64.b64encode(body.encode()).decode()}


def _phrase(status: int | None) -> str:
    try:
        return HTTPStatus(status or 0).phrase
    except ValueError:
        return ""
