"""Recorded responses, and helpers to read them and to recognise job responses."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

from ..decoding.scanner import root_name
from ..errors import SourceError, TruncatedError, cut, public_name
from ..operations import operation_for
from ..wire.names import CHUNK_TAG, JOB_TAG
from .streams import PassedOver, Stream

__all__ = [
    "PROLOG",
    "Beside",
    "Capture",
    "Recorded",
    "Response",
    "begins_as_job",
    "date",
    "from_base64",
    "is_ours",
    "is_redirect",
    "joined_fields",
    "judged",
    "listed_fields",
    "missing",
    "not_recorded",
    "part_of",
    "passed_over",
    "status_of",
    "text_of",
]

PROLOG = 4096  # bytes of a body in which its first element is sought
_ROOTS = (JOB_TAG.encode(), CHUNK_TAG.encode())
_DATE = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,](\d+))?\s?(Z|[+-]\d\d:?\d\d)?", re.ASCII)
_1970 = datetime(1970, 1, 1, tzinfo=timezone.utc)


@dataclass(slots=True)
class Response:
    """One recorded response.

    Attributes:
        origin: The capture's name; from the second response of a raw dump on, and for every entry of a HAR,
            followed by its number, such as `job.har#3`. Numbers begin at 1 and count all final responses of
            the capture, including skipped ones.
        body: The body without transfer and content coding, in pieces of at most 64 KiB or so. Iterate it
            once, and before asking for the next response. Iteration may raise TruncatedError (after the
            available bytes), CompressionError or SourceError.
        status: The status code; None for a lone body.
        headers: The header fields, by their names in lower case; empty for a lone body.
        method: The method of the request; None if the request is unknown.
        url: The URL of the request as recorded, with or without the host; None if unknown.
        size: The size of the body in bytes, according to the recorder; None if it has none.
        is_recorded: False if the body was not recorded; browsers leave large ones out.
        time: The time, in UTC, of the request or of the start of the answer, whichever the recorder stores;
            None if neither.
        remarks: False statements of the recording about the response, and oddities of its head. More may be
            added until the body is read.
    """

    origin: str
    body: Iterable[bytes] = field(repr=False)
    status: int | None = None
    # Hidden from the repr, like the URL: both may contain credentials.
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    method: str | None = None
    url: str | None = field(default=None, repr=False)
    size: int | None = None
    is_recorded: bool = True
    remarks: list[str] = field(default_factory=list)
    time: datetime | None = None


# A recorder's result for an exchange: the response, if any, and whether it is a job response.
Recorded = tuple[Response | None, bool]

# Opens a file beside a capture, by its name; returns None if there is none.
Beside = Callable[[str], Iterator[bytes] | None]


@dataclass(slots=True)
class Capture:
    """A capture that a recorder reads.

    Attributes:
        name: Its name in origins and messages.
        stream: Its content.
        beside: The function that opens files beside it.
        depth: The number of archives around it.
        within: The function that reads a file in this one; it gives the reason if it skips that.
    """

    name: str
    stream: Stream
    beside: Beside
    depth: int
    within: Callable[[Capture], Iterator[Recorded | PassedOver] | PassedOver]


def is_ours(method: str | None, url: str | None, body: Stream) -> bool:
    if method is not None and url is not None and operation_for(method, url) is not None:
        return True
    return begins_as_job(body.peek(PROLOG))


def begins_as_job(body: bytes) -> bool:
    """Tell whether the root of a body is a job or a lone chunk, in any namespace."""
    return root_name(body[:PROLOG]).rpartition(b":")[2] in _ROOTS


def is_redirect(status: int | None) -> bool:
    return status is not None and 300 <= status < 400


def passed_over(name: str, response: Response | None) -> PassedOver:
    """Describe a skipped exchange: a redirect, another answer, or no answer."""
    if response is None:
        return PassedOver(name, "a request without an answer", "response")
    asked = ""
    if response.method is not None and response.url is not None:
        place = response.url.partition("#")[0].partition("?")[0]
        asked = f" to {cut(response.method)} {cut(public_name(place))}"
    if is_redirect(response.status):
        return PassedOver(name, f"a redirect, {response.status}, as the answer{asked}", "redirect")
    return PassedOver(name, f"the answer {response.status}{asked}, which is not about jobs", "response")


def missing(package: str, captures: str) -> SourceError:
    """Make the error for captures that need a missing package."""
    return SourceError(f"{captures} are read with {package}, which is missing: pip install 'ds3codec[cli]'")


def not_recorded() -> Iterator[bytes]:
    """Stand in for a body that was not recorded; raises TruncatedError."""
    raise TruncatedError("the body was not recorded")
    yield b""


def joined_fields(fields: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Map the names of header fields, in lower case, to their values, joined by commas."""
    values: dict[str, list[str]] = {}
    for name, value in fields:
        values.setdefault(name.lower(), []).append(value)
    return {name: ", ".join(listed) for name, listed in values.items()}


def judged(response: Response) -> Recorded:
    """Pair a response with whether it is a job response, by its request or the start of its body."""
    body = response.body if isinstance(response.body, Stream) else Stream(iter(response.body))
    response.body = body
    return response, not is_redirect(response.status) and is_ours(response.method, response.url, body)


def date(value: object) -> datetime | None:
    """Parse a recorder's date: an ISO 8601 string, or seconds since 1970; None for anything else."""
    try:
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return _1970 + timedelta(seconds=value)
        found = _DATE.fullmatch(value) if isinstance(value, str) else None
        if found is None:
            return (
                value.replace(tzinfo=timezone.utc)
                if isinstance(value, datetime) and not value.tzinfo
                else None
            )
        day, time, fraction, zone = found.groups()
        zone = "+00:00" if zone in (None, "Z") else f"{zone[:3]}:{zone[-2:]}"
        found_date = datetime.fromisoformat(f"{day}T{time}.{fraction or '':0<6.6}{zone}")
        return found_date.astimezone(timezone.utc)
    except (ValueError, OverflowError):
        return None


def part_of(of: object, key: str) -> Mapping[str, Any]:
    """Return the object under a key, or an empty one."""
    part = of.get(key) if isinstance(of, dict) else None
    return part if isinstance(part, dict) else {}


def status_of(value: object) -> int | None:
    """Return a value as a status code; None if it is not one, or 0."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value else None


def from_base64(text: str) -> bytes | None:
    """Decode base64, which may contain white space; None if it is something else."""
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except ValueError:
        return None


def text_of(of: object, key: str) -> str | None:
    """Return the string under a key, or None."""
    value = of.get(key) if isinstance(of, dict) else None
    return value if isinstance(value, str) else None


def listed_fields(listed: object) -> dict[str, str]:
    """Collect header fields from a list of objects with name and value."""
    return joined_fields(
        (entry["name"], text_of(entry, "value") or "")
        for entry in (listed if isinstance(listed, list) else ())
        if isinstance(entry, dict) and isinstance(entry.get("name"), str)
    )
