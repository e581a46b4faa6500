"""Bytes in, batches of blobs out: the one decoder behind every way to read a document.

`Decoder` pushes the input, in pieces of 64 KiB at most, through lxml's parser, whose target builds the
models (see `target`). After each piece it hands out what that piece completed, so nothing piles up and
nothing waits. An error ends the decoding: first what was decoded before it is handed out, then it is
raised, with its place. The exceptions of lxml and libxml2 are translated here and go no further.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from lxml import etree

from .compression import Decompressor
from .errors import (
    DecodeError,
    Ds3CodecError,
    ForbiddenConstructError,
    LimitExceededError,
    NotWellFormedError,
    ServerErrorResponse,
    TruncatedError,
)
from .layouts import Missing
from .limits import LONGEST_STALL, PIECE
from .models import MasterObjectList
from .positions import Positions
from .target import BlobBatch, Target

__all__ = ["Decoder"]

_TRUNCATED = "the document ends before it is complete"
_PLACE_IN_MESSAGE = re.compile(r", line \d+, column \d+.*", re.DOTALL)
_BLANK = b"\xef\xbb\xbf \t\r\n"
_ENTITY_CODES = (etree.ErrorTypes.ERR_UNDECLARED_ENTITY, etree.ErrorTypes.WAR_UNDECLARED_ENTITY)
_LIMIT_WORDS = re.compile(r"limit|too big|too long|huge|excessive", re.IGNORECASE)


class Decoder:
    """Decodes one document, push by push.

    Attributes:
        bytes_read: Bytes fed so far, before decompression.
        blobs_read: Blobs handed out so far.
    """

    def __init__(self, *, strict: bool, missing: Missing) -> None:
        if missing not in ("error", "none"):
            raise ValueError(f'missing must be "error" or "none", not {missing!r}')
        self.bytes_read = 0
        self.blobs_read = 0
        self._target = Target(strict, missing)
        target: Any = self._target  # the stubs ask for callbacks that we have no use for
        # "internal" for the five entities of XML; the target refuses a DTD, so there are no others.
        self._parser = etree.XMLParser(
            target=target, resolve_entities="internal", no_network=True, load_dtd=False, huge_tree=False
        )
        self._decompressor = Decompressor()
        self._positions = Positions()
        self._stalled = 0
        self._blank = True

    @property
    def header(self) -> MasterObjectList | None:
        """The job as far as it is read, with its nodes and no chunks; None for a lone chunk."""
        return self._target.header

    @property
    def header_complete(self) -> bool:
        """Whether the header is read: a chunk began, or the document ended."""
        return self._target.header_complete

    @property
    def unknown(self) -> Counter[str]:
        """How often each name that the schema does not have came up."""
        return self._target.unknown

    def feed(self, data: bytes) -> Iterator[list[BlobBatch]]:
        """Decode more bytes: for each piece of them, the batches that it completed.

        Raises:
            DecodeError: The document is wrong; what came before the place was handed out.
            ServerErrorResponse: The document is the server's error.
        """
        self.bytes_read += len(data)
        yield from self._parse_all(self._decompressor.feed(data))

    def close(self) -> Iterator[list[BlobBatch]]:
        """Say that the input has ended. Yields and raises as `feed` does."""
        yield from self._parse_all(self._decompressor.close())
        yield from self._parse(None)

    def _parse_all(self, inputs: Iterator[bytes]) -> Iterator[list[BlobBatch]]:
        try:
            for data in inputs:
                for start in range(0, len(data), PIECE):
                    yield from self._parse(data[start : start + PIECE])
        except DecodeError as error:
            error.path = error.path or self._target.path()
            error.blobs_read = self.blobs_read
            raise

    def _parse(self, piece: bytes | None) -> Iterator[list[BlobBatch]]:
        """Push a piece, or the end of the input, through the parser, and hand out what came of it."""
        error = self._push(piece)
        batches = self._target.take()
        self.blobs_read += sum(len(batch.blobs) for batch in batches)
        if error is None and piece is not None:
            error = self._stall(len(piece), moved=bool(batches))
        yield batches
        if error is not None:
            if isinstance(error, DecodeError):
                error.blobs_read = self.blobs_read
            raise error

    def _push(self, piece: bytes | None) -> Ds3CodecError | None:
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
        except etree.XMLSyntaxError as error:
            return self._translated(error, ended=piece is None)
        except DecodeError as error:
            return self._placed(error, piece or b"")
        except ServerErrorResponse as error:
            return error
        return None

    def _check_namespaces(self) -> None:
        """Only complained of by libxml2: a prefix that is not declared."""
        if self._parser.feed_error_log:
            for entry in self._parser.feed_error_log.filter_from_errors():
                raise NotWellFormedError(
                    entry.message, line=entry.line, column=entry.column, path=self._target.path()
                )

    def _stall(self, size: int, moved: bool) -> LimitExceededError | None:
        """Not limited by libxml2: how much of a tag or a text it takes before anything comes of it."""
        self._stalled = 0 if moved or self._target.moved else self._stalled + size
        self._target.moved = False
        if self._stalled <= LONGEST_STALL:
            return None
        return LimitExceededError(
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
        line, column = error.position
        return kind(message, line=line or None, column=column or None, path=self._target.path())

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
