"""What is around a body, with stand-ins: a recorded exchange as raw HTTP, and as an entry of a HAR.

Only what is known to tell nothing stays: methods, status codes, what the URLs of operations have in common,
and some headers. Bodies that have nothing to do with jobs are left out, and so is what a client sent.
"""

from __future__ import annotations

import base64
import re
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, unquote

from ..captures import Response
from ..operations import OPERATIONS
from .stand_ins import StandIns

__all__ = ["head", "redacted_entry"]

_FRAMING = ("content-encoding", "content-length", "transfer-encoding")
_SHOWN_HEADERS = (
    *("accept", "accept-encoding", "accept-ranges", "age", "cache-control", "connection", "content-encoding"),
    *("content-length", "content-type", "date", "expires", "keep-alive", "last-modified", "pragma"),
    *("retry-after", "transfer-encoding", "vary"),
)
# Of a HAR, texts that stay, by their keys.
_SHOWN_TEXTS = frozenset(
    ["encoding", "expires", "httpVersion", "method", "mimeType", "name", "startedDateTime", "statusText"]
)
_NAMED_BY_CLIENTS = frozenset(["queryString", "cookies"])
_PART = re.compile(r"[^/?&=#;]+")
_UNRESERVED = "!$'()*+,:@"


def _constants() -> frozenset[str]:
    """The words that the URLs of operations have in common."""
    texts = [text for item in OPERATIONS for pair in ((item.path, ""), *item.query) for text in pair if text]
    return frozenset(
        part.lower() for text in texts for part in _PART.findall(text) if not part.startswith("{")
    )


_CONSTANTS = _constants()


def head(response: Response, stand_ins: StandIns, *, has_body: bool) -> bytes:
    """The request, where it is known, and the head of a response whose body, if any, comes in chunks."""
    lines = []
    if response.method is not None and response.url is not None:
        lines += [f"{response.method} {redacted_url(response.url, stand_ins)} HTTP/1.1", "Host: redacted", ""]
    lines.append(f"HTTP/1.1 {response.status} {_phrase(response.status)}")
    lines += [
        f"{name}: {_header(name, value, stand_ins)}"
        for name, value in response.headers.items()
        if name not in _FRAMING
    ]
    if has_body:
        lines.append("transfer-encoding: chunked")
    elif response.status != HTTPStatus.NO_CONTENT:
        lines.append("content-length: 0")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")


def redacted_url(url: str, stand_ins: StandIns) -> str:
    """A URL, or a path with its query, in which the operation can still be recognised."""

    def replaced(match: re.Match[str]) -> str:
        part = match[0]
        if part.lower() in _CONSTANTS:
            return part
        return quote(stand_ins.text(unquote(part)), safe=_UNRESERVED)

    scheme = re.match(r"https?://", url, re.IGNORECASE)
    start = scheme.end() if scheme else 0
    return url[:start] + _PART.sub(replaced, url[start:])


def redacted_entry(entry: Any, stand_ins: StandIns, body: str | None, *, is_misrecorded: bool = False) -> Any:
    """An entry of a HAR with another body, or with none; what it says wrongly of it stays wrong."""
    redacted = _redacted(entry, "", stand_ins)
    if not isinstance(redacted, dict):
        return redacted
    request, response = redacted.get("request"), redacted.get("response")
    if isinstance(request, dict):
        request.pop("postData", None)
    if isinstance(response, dict) and isinstance(response.get("content"), dict):
        content, before = response["content"], entry["response"]["content"]
        content.pop("encoding", None)
        content.pop("text", None)
        if body is not None:
            content |= _misrecorded(body, before) if is_misrecorded else {"text": body}
    return redacted


def _misrecorded(body: str, before: dict[str, Any]) -> dict[str, str]:
    """A body of which is said that it is base64 though it is not, or not said though it is."""
    if before.get("encoding") == "base64":
        return {"encoding": "base64", "text": body}
    return {"text": base64.b64encode(body.encode()).decode()}


def _redacted(value: Any, key: str, stand_ins: StandIns) -> Any:
    if isinstance(value, dict):
        # What begins with an underscore is a recorder's own, under names of any kind.
        redacted = {
            name: _redacted(one, name, stand_ins) for name, one in value.items() if not name.startswith("_")
        }
        name = value.get("name")
        if isinstance(name, str) and isinstance(value.get("value"), str):  # a header, or the like
            redacted["value"] = _header(name.lower(), value["value"], stand_ins)
            if key in _NAMED_BY_CLIENTS:
                redacted["name"] = redacted_url(name, stand_ins)
        return redacted
    if isinstance(value, list):
        return [_redacted(one, key, stand_ins) for one in value]
    if not isinstance(value, str) or key in _SHOWN_TEXTS:
        return value
    return redacted_url(value, stand_ins) if key == "url" else stand_ins.secret(value)


def _header(name: str, value: str, stand_ins: StandIns) -> str:
    return value if name in _SHOWN_HEADERS else stand_ins.secret(value)


def _phrase(status: int | None) -> str:
    try:
        return HTTPStatus(status or 0).phrase
    except ValueError:
        return ""
