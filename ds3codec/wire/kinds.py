"""The text of single values: what the schema's types accept, no more and no less, and what we write.

Each parser takes the text as the XML parser gives it, and raises ValueError with the reason. They are
exact, not fast; the functions that `layouts` composes, and the columns of `runs`, take the common forms by
themselves and come here with the rest.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from enum import Enum
from functools import cache, partial
from typing import Any, TypeVar

from xsdata.models.datatype import XmlDateTime

from ..errors import shown
from .members import Member

__all__ = [
    "ATTRIBUTE_ESCAPES",
    "BOOLEANS",
    "NO_CHARACTER",
    "TEXT_ESCAPES",
    "Values",
    "format_value",
    "parser",
    "values_of",
]

WHITE_SPACE = " \t\n\r"
_INTEGER = re.compile(r"[+-]?([0-9]+)")
_DATE_TIME = re.compile(
    r"(-?(?:[1-9][0-9]{4,}|[0-9]{4}))-([0-9]{2})-([0-9]{2})"
    r"T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]+))?"
    r"(?:(Z)|([+-])([0-9]{2}):([0-9]{2}))?"
)
# What XML 1.0 does not have in any spelling (section 2.2).
NO_CHARACTER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

# What has to be escaped for a text to be read back as it was.
TEXT_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
ATTRIBUTE_ESCAPES = TEXT_ESCAPES | str.maketrans({'"': "&quot;", "\t": "&#9;", "\n": "&#10;"})

V = TypeVar("V")


class Values(dict[str, V]):
    """Texts and their values; a text that is not there is tried without white space around it."""

    def __init__(self, values: dict[str, V], expected: str, strip: str = "") -> None:
        super().__init__(values)
        self._expected = expected
        self._strip = strip

    def __missing__(self, text: str) -> V:
        value = self.get(text.strip(self._strip) if self._strip else text)
        if value is None:
            raise ValueError(f"{shown(text)} is not {self._expected}")
        return value


BOOLEANS: Values[bool] = Values(
    {"true": True, "false": False, "TRUE": True, "FALSE": False, "1": True, "0": False},
    "a boolean (true, false, TRUE, FALSE, 1 or 0)",
    WHITE_SPACE,
)


@cache
def values_of(enumeration: type[Enum]) -> Values[Enum]:
    """The values of an enumeration by their texts."""
    values = {member.value: member for member in enumeration}
    return Values(values, f"one of {', '.join(values)}")


def parser(member: Member) -> Callable[[str], Any]:
    """The function that turns the text of `member` into its value, or raises ValueError."""
    if member.type is str:
        return str
    if member.type is bool:
        return BOOLEANS.__getitem__
    if member.type is int and member.minimum is not None and member.maximum is not None:
        return partial(_parse_integer, minimum=member.minimum, maximum=member.maximum)
    if member.type is XmlDateTime:
        return _parse_date_time
    if isinstance(member.type, type) and issubclass(member.type, Enum):
        return values_of(member.type).__getitem__
    raise TypeError(f"no parser for {member}")


def _parse_integer(text: str, minimum: int, maximum: int) -> int:
    match = _INTEGER.fullmatch(text.strip(WHITE_SPACE))
    if match:
        digits = match[1].lstrip("0")
        number = int(digits or "0") if len(digits) <= len(str(maximum)) else maximum + 2
        number = -number if match[0][0] == "-" else number
        if minimum <= number <= maximum:
            return number
    raise ValueError(f"{shown(text)} is not a whole number from {minimum} to {maximum}")


def _parse_date_time(text: str) -> XmlDateTime:
    """XML Schema 1.0, part 2, section 3.2.7; digits beyond the nanosecond are dropped."""
    match = _DATE_TIME.fullmatch(text.strip(WHITE_SPACE))
    if match:
        year, month, day, hour, minute, second = map(int, match.group(1, 2, 3, 4, 5, 6))
        fraction, is_utc, sign, hours, minutes = match.group(7, 8, 9, 10, 11)
        shift = int(hours) * 60 + int(minutes) if sign else 0
        if (
            year != 0
            and 1 <= month <= 12
            and (1 <= day <= 28 or 28 < day <= monthrange(year % 400 + 400, month)[1])
            and (hour <= 23 or (hour == 24 and minute == second == 0 and not (fraction or "").strip("0")))
            and minute <= 59
            and second <= 59
            and (not sign or int(minutes) <= 59)
            and shift <= 14 * 60
        ):
            nanoseconds = int((fraction or "").ljust(9, "0")[:9])
            offset = None if not is_utc and not sign else -shift if sign == "-" else shift
            return XmlDateTime(year, month, day, hour, minute, second, nanoseconds, offset)
    raise ValueError(f"{shown(text)} is not a date and time (YYYY-MM-DDThh:mm:ss.sssZ)")


def format_value(member: Member, value: Any) -> str:
    """The text of a value in the appliance's form, not yet escaped; ValueError where it has none.

    An enumeration's value that the schema does not know is its text, as decoding has kept it.
    """
    kinds = (member.type, str) if issubclass(member.type, Enum) else member.type
    if not isinstance(value, kinds) or (member.type is int and isinstance(value, bool)):
        raise ValueError(
            f"{_shown(member, value)} is of type {type(value).__name__}, not {member.type.__name__}"
        )
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, XmlDateTime):
        return _format_date_time(value)
    if isinstance(value, int):
        if member.minimum is None or member.maximum is None or not member.minimum <= value <= member.maximum:
            raise ValueError(f"{value} is not from {member.minimum} to {member.maximum}")
        return str(int(value))
    found = NO_CHARACTER.search(value)
    if found:
        raise ValueError(f"{_shown(member, value)} has U+{ord(found[0]):04X}, which XML cannot carry")
    return str(value)


def _shown(member: Member, value: object) -> str:
    """A value as a message may show it."""
    return "the value" if member.credential else shown(value)


def _format_date_time(value: XmlDateTime) -> str:
    """Milliseconds always, finer only where there is more; UTC as `Z`."""
    fraction = f"{value.fractional_second:09d}"
    while len(fraction) > 3 and fraction.endswith("000"):
        fraction = fraction[:-3]
    whole = str(value.replace(fractional_second=0, offset=None))
    zone = "" if value.offset is None else str(value.replace(fractional_second=0))[len(whole) :]
    text = f"{whole}.{fraction}{zone}"
    if tuple(_parse_date_time(text)) != tuple(value):
        raise ValueError(f"{shown(value)} is not a date and time")
    return text
