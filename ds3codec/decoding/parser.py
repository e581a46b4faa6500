"""lxml's pull parser, which is what iterparse is inside: complete markup in, elements out.

Its errors are translated into ours and placed in the whole document; no exception of lxml goes further. No
DTD or external file is read. Comments and instructions are not kept, so no tree grows of them.
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
"""An element of a tree. As lxml's stubs have it, its name may be what the parser never makes."""

Event: TypeAlias = tuple[str, Element]

_OPTIONS: dict[str, Any] = {
    "resolve_entities": "internal",  # the five of XML: without a DTD there are no others
    "no_network": True,
    "load_dtd": False,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
    "encoding": "utf-8",
}

# The place of the error, which is told apart from the message, and of a tag, which skipped passages falsify.
_PLACE_IN_MESSAGE = re.compile(r", line \d+, column \d+.*| line \d+(?= and )", re.DOTALL)
_ENTITY_CODES = (etree.ErrorTypes.ERR_UNDECLARED_ENTITY, etree.ErrorTypes.WAR_UNDECLARED_ENTITY)

# libxml2 has a code for its limits only since 2.14; before, their messages tell. Messages that name an
# element or an attribute, which may be called so, are not about limits.
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
        code: Its kind, one of `etree.ErrorTypes`.
        message: Its words, without the place; they may quote the text.
        place: Where it is.
    """

    code: int
    message: str
    place: Place

    def error(self) -> DecodeError:
        """Make an error of ours of it."""
        kind: type[DecodeError] = NotWellFormedError
        if self.code in _ENTITY_CODES:
            kind = ForbiddenConstructError
        elif self.code not in _NAMING_CODES and _LIMIT_WORDS.search(self.message):
            kind = LimitExceededError
        return kind(self.message, line=self.place.line, column=self.place.column)


class Parser:
    """Parses one document.

    Args:
        tags: The names of the elements of which events tell; all others are only in the tree.
    """

    def __init__(self, tags: tuple[str, ...] | None) -> None:
        self._parser: etree.XMLPullParser[Any] = etree.XMLPullParser(("start", "end"), tag=tags, **_OPTIONS)
        self._call: Call | None = call()
        # Where the last text stood, as the parser counts, which is not given all text.
        self._began = self._end = Place()

    def feed(self, text: bytes, place: Place) -> list[Event] | SyntaxFault:
        """Parse a text of complete markup, which stands at `place`: what begins and ends, or the error."""
        self._began, self._end = self._end, self._end.after(text)
        try:
            self._ask(self._parser.feed, text)
        except etree.XMLSyntaxError as error:
            return _fault(error, self._began, place)
        return list(self._parser.read_events())

    def complaint(self, place: Place) -> SyntaxFault | None:
        """Give what libxml2 only complains of in the last tag, which stands at `place`, such as a prefix."""
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
    """Move a place behind one that the parser has counted otherwise, to where it is in the document."""
    if line == counted.line:
        return Place(place.line, max(place.column + column - counted.column, 1))
    return Place(place.line + line - counted.line, max(column, 1))


class _OfThread(threading.local):
    """The parser of a thread for whole documents: to make one takes as long as to parse a small one."""

    def __init__(self) -> None:
        self.parser: etree.XMLParser[Any] = etree.XMLParser(**_OPTIONS)


_of_thread = _OfThread()


def parse(document: bytes) -> Element | None:
    """Parse a whole document; None if something is wrong with it."""
    try:
        return etree.fromstring(document, _of_thread.parser)
    except etree.XMLSyntaxError:
        return None
