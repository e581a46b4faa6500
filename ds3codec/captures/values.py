"""Reads JSON larger than memory: the items of one array in it, one by one.

Brackets and strings are scanned only to find the end of a value; the standard library parses the value. A
number may be of any size (None if Python cannot represent it), and an error has its line and column. Values
nested deeper than any archive needs are replaced by null, for the standard library would fail on them.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from ..decoding.scanner import Place
from .streams import Stream

__all__ = ["JSONError", "Values", "is_json", "items_at"]

_JSON = re.compile(rb'\s*(?:\{|\[\s*[\[{"\]])')

_SPACE = re.compile(rb"[ \t\r\n]*")
_STRUCTURE = re.compile(rb'["{}\[\]]')
_SCALAR = re.compile(rb'[^\s"{}\[\],:]*')
_IN_STRING = re.compile(rb'[^"\\]*(?:\\.[^"\\]*){0,999}', re.DOTALL)
_DEEPEST = 50
_MOST_DIGITS = 4000  # Python refuses integers that are much longer


def is_json(start: bytes) -> bool:
    """Tell whether data begins with an object or an array."""
    return _JSON.match(start) is not None


class JSONError(Exception):
    """A syntax error.

    Attributes:
        place: Its line and column.
    """

    def __init__(self, place: Place) -> None:
        super().__init__(f"line {place.line:,}, column {place.column:,}")
        self.place: Place = place


def items_at(stream: Stream, *path: str) -> Iterator[Any]:
    """Yield the items of the array at a path of keys. Raises JSONError after the last one before an error."""
    return islice(Values(stream).items(*path), 1, None)


class Values:
    """Reads a JSON document front to back.

    Attributes:
        keys: The keys of the outermost object read so far; for an array, those of its first item.
        has_more: True if another value follows the outermost one, as in JSON Lines.
    """

    def __init__(self, stream: Stream) -> None:
        self.keys: set[str] = set()
        self.has_more: bool = False
        self._stream = stream
        self._text = b""
        self._at = 0
        self._place = Place()  # of the start of the text

    def items(self, *path: str) -> Iterator[Any]:
        """Yield None at the start of the array at a path of keys, then its items.

        Raises:
            JSONError: There is a syntax error; all items before it have been yielded.
        """
        yield from self._items(path, is_outermost=True)
        self.has_more = bool(self._next())
        if self.has_more:
            raise self._error()

    def _items(self, path: tuple[str, ...], *, is_outermost: bool = False) -> Iterator[Any]:
        first = self._next()
        if path and first == b"{":
            for key in self._members():
                if is_outermost and len(self.keys) < 100:
                    self.keys.add(key)
                if key == path[0]:
                    yield from self._items(path[1:])
                else:
                    self._skip()
        elif not path and first == b"[":
            yield None
            for _ in self._separated(b"]"):
                yield self._value()
        elif is_outermost and first == b"[":
            for place, _ in enumerate(self._separated(b"]")):
                if place:
                    self._skip()
                elif isinstance(item := self._value(), dict):
                    self.keys.update(item)
        else:
            self._skip()

    def _members(self) -> Iterator[str]:
        for _ in self._separated(b"}"):
            key = self._value() if self._next() == b'"' else None
            if not isinstance(key, str) or self._next() != b":":
                raise self._error()
            self._at += 1
            yield key

    def _separated(self, end: bytes) -> Iterator[None]:
        """Skip the brackets and commas around the values; yield where the caller reads one."""
        self._at += 1
        if self._next() != end:
            yield
            while self._next() == b",":
                self._at += 1
                yield
        if self._next() != end:
            raise self._error()
        self._at += 1

    def _next(self) -> bytes:
        """Return the next byte other than white space; nothing at the end."""
        while True:
            self._at = _SPACE.match(self._text, self._at).end()  # type: ignore[union-attr]
            if self._at < len(self._text) or not self._more():
                return self._text[self._at : self._at + 1]

    def _more(self) -> bool:
        """Read another piece; return whether there was one."""
        piece = self._stream.take()
        self._place = self._place.after(self._text[: self._at])
        self._text, self._at = self._text[self._at :] + piece, 0
        return bool(piece)

    def _value(self) -> Any:
        self._next()
        place, before, at = self._place, self._text, self._at
        data = b"".join(self._parts())
        try:
            text = data.decode()
            return json.loads(text, parse_int=_whole, parse_float=_finite, parse_constant=_finite)
        except UnicodeDecodeError as error:
            end = error.start
        except json.JSONDecodeError as error:
            end = len(text[: error.pos].encode())
        raise JSONError(place.after(before[:at]).after(data[:end]))

    def _skip(self) -> None:
        for _ in self._parts():
            """Discard it."""

    def _parts(self) -> Iterator[bytes]:
        """Take the next value, in pieces, with null for anything nested too deeply."""
        if self._next() not in (b'"', b"{", b"["):
            yield self._scalar()
            return
        depth, start = 0, self._at
        while True:
            found = _STRUCTURE.search(self._text, self._at)
            self._at = found.end() if found else len(self._text)
            is_closed = found is not None
            if found is not None and found[0] == b'"':
                is_closed = self._pass_string()
            while not is_closed:
                if depth <= _DEEPEST:
                    yield self._text[start : self._at]
                if not self._more():
                    raise self._error()
                start = 0
                is_closed = found is None or self._pass_string()
            if found is not None and found[0] in b"{[":
                depth += 1
                if depth == _DEEPEST + 1:
                    yield self._text[start : found.start()] + b"null"
            elif found is not None and found[0] in b"}]":
                depth -= 1
                if depth == _DEEPEST:
                    start = self._at
            if depth <= 0 and found is not None:
                yield self._text[start : self._at]
                return

    def _scalar(self) -> bytes:
        while True:
            end = _SCALAR.match(self._text, self._at).end()  # type: ignore[union-attr]
            if end < len(self._text) or not self._more():
                break
        if end == self._at:
            raise self._error()
        self._at, start = end, self._at
        return self._text[start:end]

    def _pass_string(self) -> bool:
        """Skip to the end of a string; return whether it was found."""
        while True:
            end = _IN_STRING.match(self._text, self._at).end()  # type: ignore[union-attr]
            if self._text[end : end + 1] == b'"':
                self._at = end + 1
                return True
            if end == self._at:  # the text ends, or ends in a backslash: more has to be read
                return False
            self._at = end

    def _error(self) -> JSONError:
        return JSONError(self._place.after(self._text[: self._at]))


def _whole(text: str) -> int | None:
    return int(text) if len(text) < _MOST_DIGITS else None


def _finite(text: str) -> float | None:
    number = float(text)
    return number if math.isfinite(number) else None
