"""lxml's parser, fed piece by piece: its target is told what begins and ends, its errors become ours.

No tree is built, no DTD or external file is read, and what libxml2 does not limit is limited here. The
exceptions of lxml and libxml2 are translated, with their place, and go no further.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol

from lxml import etree

from .bindings import credentials
from .errors import (
    DecodeError,
    Ds3CodecError,
    ForbiddenConstructError,
    LimitExceededError,
    NotWellFormedError,
    ServerErrorResponse,
    TruncatedError,
)
from .limits import LONGEST_STALL, PIECE
from .models import MasterObjectList
from .positions import Positions

__all__ = ["ParserTarget", "PushParser", "bounded"]

_TRUNCATED = "the document ends before it is complete"
# The place of the error, which is told apart from the message, and of a tag, which skipped passages falsify.
_PLACE_IN_MESSAGE = re.compile(r", line \d+, column \d+.*| line \d+(?= and )", re.DOTALL)
_BLANK = b"\xef\xbb\xbf \t\r\n"
_ENTITY_CODES = (etree.ErrorTypes.ERR_UNDECLARED_ENTITY, etree.ErrorTypes.WAR_UNDECLARED_ENTITY)
_LIMIT_WORDS = re.compile(r"limit|too big|too long|huge|excessive", re.IGNORECASE)


class ParserTarget(Protocol):
    """What the parser asks of its target, besides lxml's own methods (`start`, `end`, `data`, `close`).

    Attributes:
        suspect: The tag that an error raised by the target is about: its name and attributes.
    """

    suspect: tuple[str, Mapping[str, str]] | None

    def finish(self) -> bool:
        """Say that no more input comes; whether the document is complete."""

    def progressed(self) -> bool:
        """Whether anything has begun or ended since this was last asked."""

    def path(self) -> str | None:
        """Where in the document the parser stands."""


def bounded(inputs: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces that are small enough to be pushed."""
    for data in inputs:
        for start in range(0, len(data), PIECE):
            yield data[start : start + PIECE]


class PushParser:
    """Parses one document after the other, each piece by piece."""

    def __init__(self, target: ParserTarget, positions: Positions) -> None:
        self._target = target
        callbacks: Any = target  # the stubs ask for callbacks that we have no use for
        # "internal" for the five entities of XML; the target refuses a DTD, so there are no others.
        self._parser = etree.XMLParser(
            target=callbacks, resolve_entities="internal", no_network=True, load_dtd=False, huge_tree=False
        )
        self.begin(positions)

    def begin(self, positions: Positions) -> None:
        """Be ready for a document, after one that was parsed to its end without an error."""
        self._positions = positions
        self._stalled = 0
        self._blank = True

    def push(self, piece: bytes | None) -> Ds3CodecError | None:
        """Parse a piece, or with None the end of the input; the error that this met, with its place."""
        try:
            if piece is None:
                complete = self._target.finish()
                self._parser.close()
                if not complete:
                    raise TruncatedError(_TRUNCATED, path=self._target.path())
            else:
                self._blank = self._blank and not piece.strip(_BLANK)
                self._parser.feed(piece)
                self._check_namespaces()
                self._positions.advance(piece)
                self._check_progress(len(piece))
        except etree.XMLSyntaxError as error:
            return self._translated(error, ended=piece is None)
        except DecodeError as error:
            return self._placed(error, piece or b"")
        except ServerErrorResponse as error:
            return error
        return None

    def skip(self, passage: bytes) -> None:
        """Leave out complete elements that stand where the parser stands, behind an element."""
        self._positions.skip(passage)

    def _check_namespaces(self) -> None:
        """Only complained of by libxml2: a prefix that is not declared."""
        if self._parser.feed_error_log:
            for entry in self._parser.feed_error_log.filter_from_errors():
                raise NotWellFormedError(
                    entry.message, line=entry.line, column=entry.column, path=self._target.path()
                )

    def _check_progress(self, size: int) -> None:
        """Not limited by libxml2: how much of a tag or a text it takes before anything comes of it."""
        self._stalled = 0 if self._target.progressed() else self._stalled + size
        if self._stalled > LONGEST_STALL:
            raise LimitExceededError(
                f"a tag or text of more than {LONGEST_STALL} bytes", path=self._target.path()
            )

    def _placed(self, error: DecodeError, piece: bytes) -> DecodeError:
        """An error of ours, with line and column where they can be found."""
        place = None
        if self._target.suspect is not None:
            place = self._positions.find_tag(piece, *self._target.suspect)
        elif isinstance(error, ForbiddenConstructError):
            place = self._positions.find_text(piece, b"<!DOCTYPE")
        if place is not None:
            error.line, error.column = place
        return error

    def _translated(self, error: etree.XMLSyntaxError, ended: bool) -> DecodeError:
        """An error of libxml2 as one of ours."""
        kind, message = self._kind(error.code, _PLACE_IN_MESSAGE.sub("", error.msg), ended)
        line, column = self._positions.actual(*error.position)
        path = self._target.path()
        if path is not None and path.rpartition("/")[2] in credentials(MasterObjectList):
            message = "the text of this element is not well-formed"  # libxml2's words may quote it
        return kind(message, line=line or None, column=column or None, path=path)

    def _kind(self, code: int, message: str, ended: bool) -> tuple[type[DecodeError], str]:
        if code in _ENTITY_CODES:
            return ForbiddenConstructError, message
        if _LIMIT_WORDS.search(message):
            return LimitExceededError, message
        if code == etree.ErrorTypes.ERR_DOCUMENT_EMPTY and not self._blank:
            return NotWellFormedError, f"this is no XML: {message}"
        if not ended or code == etree.ErrorTypes.ERR_DOCUMENT_END:
            return NotWellFormedError, message
        if self._blank:
            return TruncatedError, "there is no document: the input is empty or only white space"
        return TruncatedError, _TRUNCATED
