"""Parses, checks and writes values, for each kind of simple type.

`Kind.parse` and `Kind.format` are exact: they accept the same as the schema's type, no more and no less. The
other methods are faster ways to the same result: `writing` is source for functions that are compiled for one
layout, `reader` is the quickest parser of one text, and `column` converts many texts.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from enum import Enum
from functools import cache
from typing import Any, TypeVar

from xsdata.models.datatype import XmlDateTime

from ..errors import shown
from ..model_bases.credential import Credential
from ..model_bases.enumeration import OpenEnumeration
from .characters import NO_CHARACTER, WHITE_SPACE
from .members import Member

__all__ = [
    "Boolean",
    "DateTime",
    "Enumeration",
    "Kind",
    "Secret",
    "Text",
    "WholeNumber",
    "format_value",
    "kind_of",
]

Column = list[Any]


class Kind:
    """The base of all kinds of simple types.

    Attributes:
        type: The Python type of its values.
    """

    type: type

    def parse(self, text: str) -> Any:
        """Turn a text into its value. Raises ValueError for an invalid text."""
        raise NotImplementedError

    def format(self, value: Any) -> str:
        """Write a value of the type in the appliance's form, not yet escaped.

        For a value without such a form, raise ValueError with a predicate, such as "is not from 0 to 9".
        """
        raise NotImplementedError

    def column(self, texts: Column) -> Column:
        """Turn texts into their values. Raises ValueError for an invalid text."""
        return list(map(self.reader(), texts))

    def reader(self) -> Callable[[str], Any]:
        """Return the quickest function equivalent to `parse`."""
        return self.parse

    def writing(self, value: str, kind: str) -> tuple[str, str]:
        """Write source: a test that the variable `value` can be written, and its text for a format string.

        `kind` is the name of this object in the source. The text is not escaped; only `Text` needs that.
        """
        return f"({value}_text := {kind}.format_any({value}))", f"{value}_text"

    def format_any(self, value: Any) -> str:
        """Write a value of any type. Raises ValueError, as `format` does, for another type, too."""
        if not self.has(value):
            raise ValueError(f"is of type {type(value).__name__}, not {self.type.__name__}")
        return self.format(value)

    def has(self, value: Any) -> bool:
        """Tell whether a value has the type."""
        return isinstance(value, self.type)


class Text(Kind):
    """Any text; it is its own value."""

    type = str

    def parse(self, text: str) -> str:
        return text

    def format(self, value: str) -> str:
        found = NO_CHARACTER.search(value)
        if found:
            raise ValueError(f"has U+{ord(found[0]):04X}, which XML cannot carry")
        return str(value)

    def reader(self) -> Callable[[str], Any]:
        return str

    def column(self, texts: Column) -> Column:
        """Return the same texts; if all are equal, as a single string object."""
        if texts[:1] != texts[-1:]:
            return texts
        alike = texts[:1] * len(texts)
        return alike if texts == alike else texts

    def writing(self, value: str, kind: str) -> tuple[str, str]:
        return f"{value} is not None", value


V = TypeVar("V")


class _Values(dict[str, V]):
    """A dict from texts to values. An unknown text is looked up again without white space around it."""

    def __init__(self, values: dict[str, V], expected: str, strip: str = "") -> None:
        super().__init__(values)
        self._expected = expected
        self._strip = strip

    def __missing__(self, text: str) -> V:
        value = self.get(text.strip(self._strip) if self._strip else text)
        if value is None:
            raise ValueError(f"{shown(text)} is not {self._expected}")
        return value


class _Listed(Kind):
    """A type whose values are listed with their texts."""

    def __init__(self, values: _Values[Any]) -> None:
        self._values = values

    def parse(self, text: str) -> Any:
        return self._values[text]

    def reader(self) -> Callable[[str], Any]:
        return self._values.__getitem__


class Boolean(_Listed):
    """A truth value: in XML Schema's spellings, or the documentation's capitals."""

    type = bool

    def __init__(self) -> None:
        values = {"true": True, "false": False, "TRUE": True, "FALSE": False, "1": True, "0": False}
        expected = "a boolean (true, false, TRUE, FALSE, 1 or 0)"
        super().__init__(_Values(values, expected, WHITE_SPACE))

    def format(self, value: bool) -> str:
        return "true" if value else "false"

    def writing(self, value: str, kind: str) -> tuple[str, str]:
        return f"({value} is True or {value} is False)", f"'true' if {value} else 'false'"


class Enumeration(_Listed):
    """One of a few texts. Others can be written, too, because newer appliances may have more."""

    def __init__(self, enumeration: type[OpenEnumeration]) -> None:
        self.type = enumeration
        values = {member.value: member for member in enumeration}
        super().__init__(_Values(values, f"one of {', '.join(values)}"))

    def format(self, value: str) -> str:
        return _TEXT.format(value)

    def has(self, value: Any) -> bool:
        return isinstance(value, self.type) or (isinstance(value, str) and not isinstance(value, Enum))


class Secret(Kind):
    """Any text, hidden in a credential."""

    type = Credential

    def parse(self, text: str) -> Credential:
        return Credential(text)

    def format(self, value: Credential) -> str:
        return _TEXT.format(value.reveal())


class WholeNumber(Kind):
    """A whole number between two limits."""

    type = int
    _TEXT = re.compile(r"[+-]?([0-9]+)")

    def __init__(self, minimum: int, maximum: int) -> None:
        self._minimum = minimum
        self._maximum = maximum
        # Texts with fewer digits than the maximum are in range, unless the minimum is above zero.
        self._digits = len(str(maximum)) - 1 if minimum <= 0 < maximum else 0

    def parse(self, text: str) -> int:
        if len(text) <= self._digits and text.isdigit() and text.isascii():
            return int(text)
        match = self._TEXT.fullmatch(text.strip(WHITE_SPACE))
        if match:
            digits = match[1].lstrip("0")
            too_long = len(digits) > len(str(max(abs(self._minimum), abs(self._maximum))))
            number = self._maximum + 1 if too_long else int(digits or "0")
            number = -number if match[0][0] == "-" and not too_long else number
            if self._minimum <= number <= self._maximum:
                return number
        raise ValueError(f"{shown(text)} is not a whole number from {self._minimum} to {self._maximum}")

    def format(self, value: int) -> str:
        if not self._minimum <= value <= self._maximum:
            raise ValueError(f"is not from {self._minimum} to {self._maximum}")
        return str(int(value))

    def has(self, value: Any) -> bool:
        return isinstance(value, int) and not isinstance(value, bool)

    def column(self, texts: Column) -> Column:
        """Turn texts into numbers, without a check of each if they are only digits."""
        joined = "".join(texts)
        if self._digits and joined.isdigit() and joined.isascii():
            numbers = list(map(int, texts))
            if max(numbers) <= self._maximum:
                return numbers
        return list(map(self.parse, texts))

    def writing(self, value: str, kind: str) -> tuple[str, str]:
        return f"{value}.__class__ is int and {self._minimum} <= {value} <= {self._maximum}", value


class DateTime(Kind):
    """A date and time: XML Schema 1.0, part 2, section 3.2.7. Digits beyond the nanosecond are dropped."""

    type = XmlDateTime
    _TEXT = re.compile(
        r"(-?(?:[1-9][0-9]{4,}|[0-9]{4}))-([0-9]{2})-([0-9]{2})"
        r"T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]+))?"
        r"(?:(Z)|([+-])([0-9]{2}):([0-9]{2}))?"
    )

    def parse(self, text: str) -> XmlDateTime:
        match = self._TEXT.fullmatch(text.strip(WHITE_SPACE))
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

    def format(self, value: XmlDateTime) -> str:
        """Write milliseconds always, finer fractions only if present, and UTC as `Z`."""
        fraction = f"{value.fractional_second:09d}"
        while len(fraction) > 3 and fraction.endswith("000"):
            fraction = fraction[:-3]
        whole = str(value.replace(fractional_second=0, offset=None))
        zone = "" if value.offset is None else str(value.replace(fractional_second=0))[len(whole) :]
        text = f"{whole}.{fraction}{zone}"
        try:
            if tuple(self.parse(text)) == tuple(value):
                return text
        except ValueError:
            pass
        raise ValueError("is not a date and time")


_TEXT = Text()
_BOOLEAN = Boolean()
_DATE_TIME = DateTime()
_SECRET = Secret()


def kind_of(member: Member) -> Kind:
    """Find the kind of a member's simple type."""
    return _kind_of(member.type, member.minimum, member.maximum)


@cache
def _kind_of(kind: Any, minimum: int | None, maximum: int | None) -> Kind:
    if kind is int and minimum is not None and maximum is not None:
        return WholeNumber(minimum, maximum)
    if isinstance(kind, type) and issubclass(kind, OpenEnumeration):
        return Enumeration(kind)
    simple: dict[Any, Kind] = {str: _TEXT, bool: _BOOLEAN, XmlDateTime: _DATE_TIME, Credential: _SECRET}
    if kind not in simple:
        raise TypeError(f"there is no kind of simple type for {kind}")
    return simple[kind]


def format_value(member: Member, value: Any) -> str:
    """Write a value of a member, not escaped yet. Raises ValueError, without quoting a credential."""
    try:
        return kind_of(member).format_any(value)
    except ValueError as error:
        raise ValueError(f"{'the value' if member.credential else shown(value)} {error}") from None
