"""Wraps lxml's pull parser, the core of iterparse: complete markup in, elements out.

Its errors become ours, with places in the whole document; no exception of lxml leaves this module. No DTD or
external file is read. Comments and instructions are dropped, so that trees do not grow.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

from lxml import etree

from ..errors import DecodeError, ForbiddenConstructError, LimitExceededError, NotWellFormedError
from .scanner import Place
from .unknown import Call, call

__all__ = ["Element", "Event", "Parser", "SyntaxFault", "parse"]

Element: TypeAlias = Any
"""An element of a tree. It is Any because lxml's stubs give its name types that the parser never produces."""

Event: TypeAlias = tuple[str, Element]

_OPTIONS: dict[str, Any] = {
    "resolve_entities": "internal",  # only XML's own five: without a DTD there are no others
    "no_network": True,
    "load_dtd": False,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
    "encoding": "utf-8",
}

# The places in a message: that of the error, which we report separately, and that of a start tag, which is
# wrong after skipped passages.
_PLACE_IN_MESSAGE = re.compile(r", line \d+, column \d+.*| line \d+(?= and )", re.DOTALL)
_ENTITY_CODES = (etree.ErrorTypes.ERR_UNDECLARED_ENTITY, etree.ErrorTypes.WAR_UNDECLARED_ENTITY)

# Only libxml2 2.14 and later has a code for its limits; before, their messages are recognised by these words.
# A message that names an element or attribute is not about limits: the name may contain such a word.
_LIMIT_WORDS = re.compile(r"limit|too big|too long|huge|excessive", re.IGNORECASE)
_NAMING_CODES = (
    etree.ErrorTypes.ERR_TAG_NAME_MISMATCH,
    etree.ErrorTypes.ERR_TAG_NOT_FINISHED,
    etree.ErrorTypes.ERR_ATTRIBUTE_REDEFINED,
    etree.ErrorTypes.ERR_ATTRIBUTE_WITHOUT_VALUE,
    etree.ErrorTypes.NS_ERR_ATTRIBUTE_REDEFINED,
    etree.ErrorTypes.NS_ERR_EMPTY,
    etree.ErrorTypes.NS_ERR_QNAME,
    etree.ErrorTypes.NS_ERR_UNDEFINED_NAMESPACE,
    etree.ErrorTypes.NS_ERR_XML_NAMESPACE,
)


class SyntaxFault(NamedTuple):
    """An error of libxml2.

    Attributes:
        code: The kind of error, one of `etree.ErrorTypes`.
        message: The message, without the place; it may quote the document.
        place: The place of the error.
    """

    code: int
    message: str
    place: Place

    def error(self) -> DecodeError:
        """Make our error from it."""
        kind: type[DecodeError] = NotWellFormedError
        if self.code in _ENTITY_CODES:
            kind = ForbiddenConstructError
        elif self.code not in _NAMING_CODES and _LIMIT_WORDS.search(self.message):
            kind = LimitExceededError
        return kind(self.message, line=self.place.line, column=self.place.column)


class Parser:
    """Parses one document.

    Args:
        tags: The names of the elements that events report; the others are only in the tree.
    """

    def __init__(self, tags: tuple[str, ...] | None) -> None:
        self._parser: etree.XMLPullParser[Any] = etree.XMLPullParser(("start", "end"), tag=tags, **_OPTIONS)
        self._call: Call | None = call()
        # The start and the end of the last text, as the parser counts. It does not see the text of runs.
        self._began = self._end = Place()

    def feed(self, text: bytes, place: Place) -> list[Event] | SyntaxFault:
        """Parse complete markup that stands at `place`. Returns the events, or the error."""
        self._began, self._end = self._end, self._end.after(text)
        try:
            self._ask(self._parser.feed, text)
        except etree.XMLSyntaxError as error:
            return _fault(error, self._began, place)
        return list(self._parser.read_events())

    def complaint(self, place: Place) -> SyntaxFault | None:
        """Return libxml2's complaint about the last tag, at `place`, such as an undeclared prefix."""
        for entry in self._parser.feed_error_log.filter_from_errors():
            return SyntaxFault(entry.type, entry.message, place)
        return None

    def _ask(self, function: Callable[..., Any], *arguments: Any) -> None:
        if self._call is None:
            function(*arguments)
        else:
            self._call(function, *arguments)


def _fault(error: etree.XMLSyntaxError, counted: Place, place: Place) -> SyntaxFault:
    message = _PLACE_IN_MESSAGE.sub("", error.msg or "")
    return SyntaxFault(error.code, message, _moved(*error.position, counted, place))


def _moved(line: int, column: int, counted: Place, place: Place) -> Place:
    """Translate a line and a column that the parser counted from `counted` into a place in the document."""
    if line == counted.line:
        return Place(place.line, max(place.column + column - counted.column, 1))
    return Place(place.line + line - counted.line, max(column, 1))


class _OfThread(threading.local):
    """A thread's parser for whole documents: making one takes as long as parsing a small document."""

    def __init__(self) -> None:
        self.parser: etree.XMLParser[Any] = etree.XMLParser(**_OPTIONS)


_of_thread = _OfThread()


def parse(document: bytes) -> Element | None:
    """Parse a whole document; None if something is wrong with it."""
    try:
        return etree.fromstring(document, _of_thread.parser)
    except etree.XMLSyntaxError:
        return None
