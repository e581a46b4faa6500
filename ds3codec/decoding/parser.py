"""lxml's parser, fed piece by piece. It tells its target what begins and ends; its errors are `DecodeError`.

No tree is built, no DTD or external file is read, and what libxml2 does not limit is limited here. The
exceptions of lxml and libxml2 are translated, with their place, and go no further.

The outcome is the same for any way of cutting the text. libxml2 waits for the end of a tag, of a reference,
and may then find it in text that has nothing to do with it, or never. So what has no end is found here: a
tag with a `<` in it, a reference without a semicolon.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Protocol

from lxml import etree

from ..errors import (
    DecodeError,
    ForbiddenConstructError,
    LimitExceededError,
    NotWellFormedError,
    TruncatedError,
)
from ..foreign import ENOUGH
from ..limits import LONGEST_NAME, LONGEST_STALL
from .dictionary import Call, call, count
from .positions import BROKEN, BROKEN_REFERENCE, CONTENT, DECLARATION, Markup, Piece, Point, Positions

__all__ = ["ParserTarget", "PushParser"]

_TRUNCATED = "the document ends before it is complete"
_NO_DOCUMENT = "there is no document: the input is empty or only white space"
_BROKEN_TAG = "a tag has a '<' in it: its end or a closing quote is missing, or the '<' is not escaped"
_BROKEN_REFERENCE = "an '&' begins no reference: its semicolon is missing, or the '&' is not escaped"
_NULL = "a NUL character, which XML cannot carry"
_TOO_LONG = f"a tag, a comment or a text of more than {LONGEST_STALL} bytes"
_UNQUOTED = "the XML in this element is not well-formed"

# The place of the error, which is told apart from the message, and of a tag, which skipped passages falsify.
_PLACE_IN_MESSAGE = re.compile(r", line \d+, column \d+.*| line \d+(?= and )", re.DOTALL)
_BLANK = b" \t\r\n"
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

# What libxml2 finds wrong in text that is all there, though it may look at it only when the input has ended.
_WRONG_IN_TEXT = (etree.ErrorTypes.ERR_MISPLACED_CDATA_END, etree.ErrorTypes.ERR_INVALID_CHAR)

# What may be a name with a prefix, of an element or of an attribute.
_PREFIXES = (
    re.compile(rb"""<[^\s<>"'=/:&;]*:"""),
    re.compile(rb""":[^\s<>"'=/:&;]*\s*=\s*["']"""),
)
_OUR_ROOT = re.compile(rb"<(MasterObjectList|Objects|Error|\?xml)[\s/>]")
_NAME = re.compile(rb"""[<\s][^\s<>"'=/]+(?=[\s=/>])""")


class ParserTarget(Protocol):
    """What the parser asks of its target, apart from lxml's own methods (`start`, `end`, `data`, `close`).

    Attributes:
        started: How many elements have begun.
        suspect: The number of the start tag that an error raised by the target is about, counted from 1.
        check_prefixes: To be called, if there is one, before an element or attribute is believed.
    """

    started: int
    suspect: int | None
    check_prefixes: Callable[[], None] | None

    @property
    def names_length(self) -> int:
        """How many characters there were in names that the schema does not have."""

    def finish(self) -> bool:
        """Say that no more input comes; whether the document is complete."""

    def progressed(self) -> bool:
        """Whether anything has begun or ended since this was last asked."""

    def path(self) -> str | None:
        """Where in the document the parser stands."""

    def is_in_secret(self, tag: bytes) -> bool:
        """Whether what stands here, or in a start tag with these first bytes, may be a credential."""


class PushParser:
    """Parses one document after the other, each piece by piece.

    Attributes:
        is_utf_8: Whether the text is UTF-8, whatever it declares; to be set before its first piece.

    Args:
        target: What the parser calls.
        positions: Follows the text.
    """

    def __init__(self, target: ParserTarget, positions: Positions) -> None:
        self._target = target
        self._parsers: dict[bool, etree.XMLParser[Any]] = {}
        self.begin(positions)

    def begin(self, positions: Positions) -> None:
        """Be ready for a document, after one that was parsed to its end without an error."""
        self.is_utf_8 = False
        self._first = b""  # the first byte that is not blank
        self._positions = positions
        self._tail = b""  # the last bytes, which may begin a name
        self._in_doubt = False  # whether a name may have a prefix
        self._unsure: list[Piece] = []  # since anything came of the text, in which markup may be broken
        self._begun = False
        self._call: Call | None = None
        self._counted = 0  # of the names that the target has met

    def feed(self, piece: bytes) -> None:
        """Parse a piece.

        Raises:
            DecodeError: The document is wrong; with its place.
            ServerErrorResponse: The document is the server's error.
        """
        self._run(self._feed, piece)

    def close(self) -> None:
        """Say that the input has ended. Raises what `feed` raises."""
        self._run(self._finish)

    def _run(self, step: Callable[..., None], *arguments: Any) -> None:
        """Take a step of parsing, and raise its errors with their places."""
        try:
            step(*arguments)
            return
        except etree.XMLSyntaxError as error:
            self._count_unseen()
            found = self._translated(error, ended=step == self._finish)
        except DecodeError as error:
            self._count_unseen()
            found = self._placed(error)
        # Not where libxml2's error is caught, or it would come along: it may quote credentials, and cannot be
        # pickled, which is how errors leave a process.
        raise found from None

    def is_between_elements(self) -> bool:
        """Whether the text so far ends with a tag, of which and of all before it the target has been told."""
        point = self._positions.settle()
        if point.inside != CONTENT or point.size > 0 or self._positions.pieces()[-1].broken() is not None:
            return False
        return self._positions.tags() == self._target.started

    def skip(self, passage: bytes) -> None:
        """Leave out complete elements that follow where the parser stands, between two elements."""
        self._positions.skip(passage)
        self._tail = b""

    def verify(self) -> None:
        """Raise the error of broken markup in the text so far: libxml2 may still wait for its end."""
        found = self._broken()
        if found is not None:
            raise self._error_of(found)

    def end(self) -> tuple[int, int]:
        """Line and column of the end of the text so far."""
        return self._positions.end()

    def _feed(self, piece: bytes) -> None:
        """Give a piece to lxml, up to what is certainly wrong."""
        self._first = self._first or piece.lstrip(_BLANK)[:1]
        null = piece.find(b"\0")
        text = piece if null < 0 else piece[:null]
        given = self._positions.advance(text, self._target.started)
        rest = self._given_up(text) if given.point is not None else 0
        self._give(text[:-rest] if rest else text)
        if rest:
            self._check_markup()
        if null >= 0:
            self._check_markup()
            line, column = self._positions.end()
            raise NotWellFormedError(_NULL, line=line, column=column, path=self._target.path())
        self._check_progress(given)

    def _given_up(self, text: bytes) -> int:
        """How many bytes at the end of a piece lxml need not see, for they begin a tag that is broken."""
        point = self._positions.settle()
        if max(point.size, point.longest) > LONGEST_STALL:
            raise self._too_long(point)
        return min(point.size, len(text)) if point.inside in BROKEN and self.is_utf_8 else 0

    def _give(self, text: bytes) -> None:
        """Give text to lxml."""
        if not text:
            return
        if not self._begun:
            self._begun, self._call = True, call()
        self._in_doubt = (self._in_doubt and self._tail != b"") or _has_prefixes(self._tail + text)
        self._tail = b"" if text.endswith(b">") else (self._tail + text)[-LONGEST_NAME:]
        self._target.check_prefixes = self._check_prefixes if self._in_doubt else None
        self._ask(self._parser().feed, text)
        if self._target.names_length != self._counted and self._call is None:
            count(self._target.names_length - self._counted)
            self._counted = self._target.names_length

    def _finish(self) -> None:
        """Tell lxml that nothing more comes."""
        complete = self._target.finish()
        if not complete:
            self._check_markup()
        self._ask(self._parser().close)
        if not complete:
            raise self._truncated()

    def _parser(self) -> etree.XMLParser[Any]:
        """The parser of the document; where it is known to be UTF-8, one that believes no declaration."""
        if self.is_utf_8 not in self._parsers:
            callbacks: Any = self._target  # the stubs ask for callbacks that we have no use for
            # "internal" for the five entities of XML; the target refuses a DTD, so there are no others.
            parser: Any = etree.XMLParser(
                target=callbacks,
                resolve_entities="internal",
                no_network=True,
                load_dtd=False,
                huge_tree=False,
                encoding="utf-8" if self.is_utf_8 else None,
            )
            self._parsers[self.is_utf_8] = parser
        return self._parsers[self.is_utf_8]

    def _ask(self, function: Callable[..., Any], *arguments: Any) -> None:
        if self._call is None:
            function(*arguments)
        else:
            self._call(function, *arguments)

    def _count_unseen(self) -> None:
        """Count the names that libxml2 may have met in the last piece, though the target has not."""
        if self._call is None:
            point = self._positions.settle()
            texts = [piece.text for piece in self._positions.pieces()[-1:]]
            names = {name for text in texts for name in _NAME.findall(text)}
            count(sum(map(len, names)) + max(point.size, point.longest))

    # What libxml2 does not complain of, or only at times.

    def _check_prefixes(self) -> None:
        """Raise what libxml2 only complains of: a prefix that is not declared."""
        log = self._parser().feed_error_log
        for entry in log.filter_from_errors() if log else ():
            line, column = self._positions.actual(entry.line, entry.column)
            raise NotWellFormedError(self._discreet(entry.message, line, column), path=self._target.path())

    def _too_long(self, point: Point) -> LimitExceededError:
        """What libxml2 would take without end before anything comes of it: a tag, a comment, a text."""
        line, column = point.begin if point.inside != CONTENT else (None, None)
        return LimitExceededError(_TOO_LONG, line=line, column=column, path=self._target.path())

    def _check_progress(self, given: Piece) -> None:
        """Look for broken markup where nothing comes of the tags in a piece: libxml2 may wait for its end."""
        if b"<" not in given.text:
            return
        if self._target.progressed():
            self._unsure = [given]
        else:
            self._check_markup()
            self._unsure = []

    def _check_markup(self) -> None:
        """Raise the error of the first broken markup of which nothing has come."""
        broken = self._broken()
        if broken is not None:
            raise self._error_of(broken)

    def _broken(self) -> Markup | None:
        if not self.is_utf_8:
            return None
        pieces = [*self._unsure, *self._positions.pieces()[-1:]]
        return next((found for piece in pieces if (found := piece.broken()) is not None), None)

    def _error_of(self, broken: Markup) -> DecodeError:
        message = _BROKEN_REFERENCE if broken.kind == BROKEN_REFERENCE else _BROKEN_TAG
        return NotWellFormedError(message, line=broken.line, column=broken.column, path=self._target.path())

    # Errors, with their places.

    def _placed(self, error: DecodeError) -> DecodeError:
        """Add line and column to an error, where they can be found."""
        if error.line is None and self._target.suspect is not None:
            error.line, error.column = self._positions.find_tag_number(self._target.suspect)
        elif isinstance(error, ForbiddenConstructError):
            found = (markup for piece in self._positions.pieces() for markup in piece.markups())
            declaration = next((markup for markup in found if markup.kind == DECLARATION), None)
            if declaration is not None:
                error.line, error.column = declaration.line, declaration.column
        return error

    def _truncated(self) -> TruncatedError:
        line, column = self._positions.end()
        message = _TRUNCATED if self._first else _NO_DOCUMENT
        return TruncatedError(message, line=line, column=column, path=self._target.path())

    def _translated(self, error: etree.XMLSyntaxError, ended: bool) -> DecodeError:
        """Turn an error of libxml2 into a DecodeError."""
        line, column = self._positions.actual(*error.position)
        broken = self._broken()
        if broken is not None and (broken.line, broken.column) < (line, column):
            return self._error_of(broken)
        if ended and self._is_cut(error.code):
            return self._truncated()
        kind, message = self._kind(error.code, _PLACE_IN_MESSAGE.sub("", error.msg))
        path = self._target.path()
        discreet = self._discreet(message, line, column)
        return kind(discreet, line=line or None, column=column or None, path=path)

    def _is_cut(self, code: int) -> bool:
        """Whether an error that libxml2 has at the end of the input comes of that end."""
        if code == etree.ErrorTypes.ERR_DOCUMENT_END:  # something follows the root
            return False
        if self._first not in (b"<", b""):
            return False
        return self._positions.settle().inside != CONTENT or code not in _WRONG_IN_TEXT

    def _kind(self, code: int, message: str) -> tuple[type[DecodeError], str]:
        if code in _ENTITY_CODES:
            return ForbiddenConstructError, message
        if code not in _NAMING_CODES and _LIMIT_WORDS.search(message):
            return LimitExceededError, message
        if code == etree.ErrorTypes.ERR_DOCUMENT_EMPTY and self._first:
            return NotWellFormedError, self._before_document() or f"this is not XML: {message}"
        return NotWellFormedError, message

    def _before_document(self) -> str | None:
        """What stands before the document, if one follows; not its text, which nobody knows."""
        text = self._positions.pieces()[0].text[:ENOUGH]
        root = _OUR_ROOT.search(text)
        if root is None:
            return None
        count = len(text[: root.start()].decode("utf-8", "replace"))
        return f"{count} characters of other text stand before <{root[1].decode()}, where the document begins"

    def _discreet(self, message: str, line: int, column: int) -> str:
        """A message of libxml2, which may quote the text here; but none from where credentials may be."""
        return _UNQUOTED if self._target.is_in_secret(self._positions.tag_before(line, column)) else message


def _has_prefixes(text: bytes) -> bool:
    """Whether a name in a text may have a prefix, or declare one."""
    return b"xmlns" in text or (b":" in text and any(pattern.search(text) for pattern in _PREFIXES))
