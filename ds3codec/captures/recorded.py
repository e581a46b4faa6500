"""A recorded response, and whether it is a job response."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from ..errors import SourceError, TruncatedError
from ..operations import operation_for
from .streams import Stream

__all__ = ["OURS", "PROLOG", "Response", "is_ours", "is_redirect", "joined_fields", "missing", "not_recorded"]

PROLOG = 4096  # bytes in which the first element of a body is looked for
# Every alternative is told by its first bytes, so that no input makes the search slow.
OURS = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:\s|<\?(?:(?!\?>).)*\?>|<!--(?:(?!-->).)*-->)*"
    rb"<(?:[\w.-]+:)?(?:MasterObjectList|Objects)[\s/>]",
    re.DOTALL,
)


@dataclass(slots=True)
class Response:
    """One recorded response.

    Attributes:
        origin: The capture's name; from the second response of a raw dump on, and for every entry of a HAR,
            followed by its number, such as `job.har#3`. Numbers begin at 1 and count all final responses of
            the capture, also those that are skipped.
        body: The body without transfer and content coding, in pieces of at most 64 KiB or so; to be
            iterated once, and before the next response is asked for. While iterated it may raise
            TruncatedError (after the bytes that are there), CompressionError or SourceError.
        status: The status code; None for a body alone.
        headers: The header fields, their names in lower case; empty for a body alone.
        method: The method of the request; None where the request is not known.
        url: The URL of the request as it was recorded, with or without the host; None where it is not known.
        size: How long the recorder says that the body was, in bytes; None where it does not say.
        is_recorded: Whether the body was recorded; browsers leave large ones out.
        remarks: What the recording says of the response that is not true, and what is odd in its head. More
            may come until the body is read.
    """

    origin: str
    body: Iterable[bytes] = field(repr=False)
    status: int | None = None
    # Not shown, for both may hold credentials.
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    method: str | None = None
    url: str | None = field(default=None, repr=False)
    size: int | None = None
    is_recorded: bool = True
    remarks: list[str] = field(default_factory=list)


def is_ours(method: str | None, url: str | None, body: Stream) -> bool:
    if method is not None and url is not None and operation_for(method, url) is not None:
        return True
    return OURS.match(body.peek(PROLOG)) is not None


def is_redirect(status: int | None) -> bool:
    return status is not None and 300 <= status < 400


def missing(package: str, captures: str) -> SourceError:
    """The error for captures that are read with a package that is not there."""
    return SourceError(
        f"{captures} are read with {package}, which is missing: pip install 'ds3codec[captures]'"
    )


def not_recorded() -> Iterator[bytes]:
    """The body of a response that was recorded without it."""
    raise TruncatedError("the body was not recorded")
    yield b""


def joined_fields(fields: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Header fields by their names in lower case; values of one name have commas between them."""
    values: dict[str, list[str]] = {}
    for name, value in fields:
        values.setdefault(name.lower(), []).append(value)
    return {name: ", ".join(listed) for name, listed in values.items()}
