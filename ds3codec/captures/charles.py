"""Reads sessions of Charles in JSON (.chlsj), with one transaction in memory at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ..errors import SourceError
from .coding import decoded
from .recorded import (
    Capture,
    Recorded,
    Response,
    date,
    from_base64,
    judged,
    listed_fields,
    not_recorded,
    part_of,
    status_of,
    text_of,
)
from .values import JSONError, items_at

__all__ = ["knows", "recorded"]

_SESSION = re.compile(rb'\[\s*\{\s*"')
_KEYS = re.compile(rb'"(host|method|path)"\s*:')


def knows(start: bytes) -> bool:
    return _SESSION.match(start) is not None and set(_KEYS.findall(start)) == {b"host", b"method", b"path"}


def recorded(capture: Capture) -> Iterator[Recorded]:
    for number, transaction in enumerate(_transactions(capture), 1):
        answer = part_of(transaction, "response")
        status = status_of(answer.get("status"))
        if status is None:
            yield None, False
            continue
        headers = listed_fields(part_of(answer, "header").get("headers"))
        content = answer.get("body")
        has_body = isinstance(content, dict)
        sent = part_of(answer, "sizes").get("body")
        is_recorded = has_body or sent == 0
        data = _content(content) if isinstance(content, dict) else b""
        coding = headers.get("content-encoding", "")
        body = decoded([data], coding) if is_recorded else not_recorded()
        times = part_of(transaction, "times")
        yield judged(
            Response(
                f"{capture.name}#{number}",
                body,
                status,
                headers,
                text_of(transaction, "method"),
                _url(transaction),
                is_recorded=is_recorded,
                time=date(times.get("responseBegin", times.get("start"))),
            )
        )


def _transactions(capture: Capture) -> Iterator[Any]:
    number = 0
    try:
        for transaction in items_at(capture.stream):
            number += 1
            yield transaction
    except JSONError as error:
        reason = f"it is not well-formed JSON after transaction {number}, at {error}"
        raise SourceError(f"cannot read {capture.name!r} as a session of Charles: {reason}") from None


def _content(content: Mapping[str, Any]) -> bytes:
    text, coded = text_of(content, "text"), text_of(content, "encoded")
    if text is None and coded is not None:
        data = from_base64(coded)
        if data is not None:
            return data
        text = coded
    return (text or "").encode("utf-8", "surrogatepass")


def _url(transaction: Mapping[str, Any]) -> str:
    scheme, host = text_of(transaction, "scheme") or "http", text_of(transaction, "host") or ""
    path, query = text_of(transaction, "path") or "/", text_of(transaction, "query")
    return f"{scheme}://{host}{path}" + (f"?{query}" if query else "")
