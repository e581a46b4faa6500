"""Recognises harmless values in the parts of HTTP: each function tells whether a text is one.

They accept less than the standards: numbers of at most 15 digits, and only words from closed lists.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from http import HTTPStatus

__all__ = [
    "Accepts",
    "any_of",
    "is_date",
    "is_media_type",
    "is_number",
    "is_phrase",
    "is_status",
    "items_of",
    "one_of",
    "option_of",
    "weighted",
]

Accepts = Callable[[str], bool]

_DAYS = "Mon|Tue|Wed|Thu|Fri|Sat|Sun"
_MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_DATE = re.compile(
    rf"(?:{_DAYS}), (?:0[1-9]|[12]\d|3[01]) (?:{_MONTHS}) (?:19|20)\d\d"
    r" (?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60) GMT",
    re.ASCII,
)
_NUMBER = re.compile(r"\d{1,15}", re.ASCII)
_WEIGHT = re.compile(r"q=(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)", re.ASCII)
_CHARSET = re.compile(
    r"""charset=("?)(?:utf-?(?:8|16|16le|16be|32)|us-ascii|ascii|iso-8859-(?:1|15)|windows-125[0-8])\1""",
    re.IGNORECASE,
)

_MEDIA_TYPES = frozenset(
    (
        *("application/xml", "text/xml", "text/html", "text/plain", "application/json", "text/css", "*/*"),
        *("application/octet-stream", "application/xhtml+xml", "application/x-www-form-urlencoded", "text/*"),
        *("multipart/form-data", "application/javascript", "text/javascript", "application/*", "image/*"),
        *("image/png", "image/svg+xml", "image/webp", "image/avif", "image/jpeg", "image/gif", "x-unknown"),
    )
)


def one_of(words: Iterable[str]) -> Accepts:
    """Make a function that accepts these words in any case."""
    known = frozenset(word.lower() for word in words)
    return lambda text: text.lower() in known


def any_of(*grammars: Accepts) -> Accepts:
    """Make a function that accepts what any of these accepts."""
    return lambda text: any(accepts(text) for accepts in grammars)


def items_of(accepts: Accepts) -> Accepts:
    """Make a function that accepts such items, separated by commas."""
    return lambda text: all(accepts(item.strip(" \t")) for item in text.split(","))


def option_of(names: Iterable[str]) -> Accepts:
    """Make a function that accepts `name=number` with one of these names."""
    is_name = one_of(names)

    def accepts(text: str) -> bool:
        name, equals, number = text.partition("=")
        return bool(equals) and is_name(name) and is_number(number)

    return accepts


def weighted(accepts: Accepts) -> Accepts:
    """Make a function that also accepts a weight after the text, such as `;q=0.5`."""

    def accepts_weighted(text: str) -> bool:
        value, _, weight = text.rpartition(";")
        return accepts(value.strip() if _WEIGHT.fullmatch(weight.strip()) else text)

    return accepts_weighted


def is_number(text: str) -> bool:
    """Tell whether a text is a number of a size usual in HTTP."""
    return _NUMBER.fullmatch(text) is not None


def is_date(text: str) -> bool:
    """Tell whether a text is an HTTP date (RFC 9110, section 5.6.7)."""
    return _DATE.fullmatch(text) is not None


def is_media_type(text: str) -> bool:
    """Tell whether a text is a usual media type, with a usual character set or without parameters."""
    media_type, semicolon, parameter = text.partition(";")
    is_usual = not semicolon or _CHARSET.fullmatch(parameter.strip()) is not None
    return is_usual and media_type.strip().lower() in _MEDIA_TYPES


def is_status(code: int) -> bool:
    """Tell whether a number is a status code; browsers write 0 if they got no answer."""
    return code == 0 or 100 <= code <= 999


is_phrase: Accepts = one_of(["", *(status.phrase for status in HTTPStatus)])
"""Tells whether a text is the phrase of a status, or empty."""
