"""Reads items that Burp Suite exports as XML, in base64 or not, with one in memory at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from lxml import etree

from ..decoding.scanner import root_name
from ..errors import SourceError
from .exchanges import exchange
from .framing import LINE
from .recorded import Capture, Recorded, date, from_base64

__all__ = ["knows", "recorded"]

_ROOT, _SIGN = b"items", b"burpVersion"  # the latter an attribute of the root
_TIME = re.compile(r"\w{3} (\w{3} \d\d \d\d:\d\d:\d\d) (?:UTC|GMT) (\d{4})")
_MOST_ELEMENTS = 10_000  # per item
_LONGEST_ITEM = 1024 * 1024 * 1024


def knows(start: bytes) -> bool:
    return root_name(start) == _ROOT and _SIGN in start


def recorded(capture: Capture) -> Iterator[Recorded]:
    number = 0
    for item in _items(capture):
        number += 1
        origin = f"{capture.name}#{number}"
        answer = _bytes(item.find("response"))
        if not answer:
            yield None, False
            continue
        yield exchange(
            [_bytes(item.find("request")), b"\r\n", answer],
            origin,
            url=_text(item, "url"),
            time=_date(_text(item, "time")),
        )


def _items(capture: Capture) -> Iterator[Any]:
    # lxml expands entities in attributes even so; Burp never declares any.
    if b"!ENTITY" in capture.stream.peek(LINE).partition(_SIGN)[0]:
        raise SourceError(f"cannot read {capture.name!r} as an export of Burp: it declares entities")
    parser = etree.XMLPullParser(
        ("start", "end"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=True,
        remove_comments=True,
        remove_pis=True,
    )
    number, depth, elements, size = 0, 0, 0, 0
    try:
        for piece in capture.stream:
            size += len(piece)
            parser.feed(piece)
            for event, element in parser.read_events():
                elements += 1
                depth += 1 if event == "start" else -1
                if event == "end" and depth == 1:
                    number, elements, size = number + 1, 0, 0
                    yield element
                    _forget(element)
            if elements > _MOST_ELEMENTS or size > _LONGEST_ITEM:
                reason = f"item {number + 1:,} is larger than any that it writes"
                raise SourceError(f"cannot read {capture.name!r} as an export of Burp: {reason}")
        parser.close()
    except etree.XMLSyntaxError as error:
        line, column = error.position
        place = f"after item {number:,}, at line {line:,}, column {column:,}"
        reason = f"it is not well-formed XML {place}"
        raise SourceError(f"cannot read {capture.name!r} as an export of Burp: {reason}") from None


def _forget(element: Any) -> None:
    """Free the memory of an element and of those before it."""
    element.clear()
    parent = element.getparent()
    while element.getprevious() is not None:
        del parent[0]


def _text(item: Any, name: str) -> str | None:
    text: str | None = item.findtext(name)
    return text or None


def _bytes(message: Any) -> bytes:
    text = "" if message is None else message.text or ""
    if message is not None and message.get("base64") == "true":
        data = from_base64(text)
        if data is not None:
            return data
    return str(text).encode()


def _date(text: str | None) -> datetime | None:
    found = _TIME.fullmatch(text or "")
    if found is None:
        return date(text)
    try:
        return date(datetime.strptime(f"{found[1]} {found[2]}", "%b %d %H:%M:%S %Y"))
    except ValueError:
        return None
