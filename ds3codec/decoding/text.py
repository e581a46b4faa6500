"""Turns stored bytes into text: decompressed, and in UTF-8.

The first bytes or the XML declaration tell the encoding of a document. Every encoding is changed into UTF-8,
and UTF-8 is checked, so that all later stages see whole characters in one encoding.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import lru_cache

from lxml import etree

from ..compression import Decompressor
from ..errors import NotWellFormedError, TruncatedError, UnexpectedDocumentError, shown
from ..limits import PIECE
from ..lookalikes import foreign, may_be_foreign

__all__ = ["DECLARATION", "TextStream", "is_plain_utf_8"]

# The first bytes that tell an encoding (XML 1.0, appendix F), longer ones first; True if they are a byte
# order mark and not text.
_BEGINNINGS = (
    (codecs.BOM_UTF32_LE, "utf-32-le", True),
    (codecs.BOM_UTF32_BE, "utf-32-be", True),
    (b"<\0\0\0", "utf-32-le", False),
    (b"\0\0\0<", "utf-32-be", False),
    (b"<\0?\0", "utf-16-le", False),
    (b"\0<\0?", "utf-16-be", False),
    (codecs.BOM_UTF16_LE, "utf-16-le", True),
    (codecs.BOM_UTF16_BE, "utf-16-be", True),
    (codecs.BOM_UTF8, "utf-8", True),
)
_LONGEST_BEGINNING = 8  # two marks
_LONGEST_DECLARATION = 1024
_DECLARES = re.compile(rb"<\?xml[ \t\r\n]")
DECLARATION: re.Pattern[bytes] = re.compile(
    rb"""<\?xml[ \t\r\n]+version[ \t\r\n]*=[ \t\r\n]*["']1\.(?P<minor>[0-9]+)["']
    (?P<told>[ \t\r\n]+encoding[ \t\r\n]*=[ \t\r\n]*["'](?P<encoding>[A-Za-z0-9._-]+)["'])?
    (?:[ \t\r\n]+standalone[ \t\r\n]*=[ \t\r\n]*["'](?:yes|no)["'])?
    [ \t\r\n]*\?>""",
    re.VERBOSE,
)
# Python's codecs that are not meant for files.
_NO_ENCODINGS = frozenset(["idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape"])


def is_plain_utf_8(head: bytes) -> bool:
    """Tell whether a document that begins with `head` is in UTF-8."""
    try:
        return _encoding_of(head)[0] == "utf-8"
    except NotWellFormedError:
        return False


class TextStream:
    """The text of one document, in UTF-8."""

    def __init__(self) -> None:
        self._decompressor = Decompressor()
        self._head: bytes | None = b""  # held until the encoding is known
        self._encoding = "utf-8"
        self._decoder: codecs.IncrementalDecoder = codecs.getincrementaldecoder("utf-8")()

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Decode more data, and yield the text in pieces.

        Raises:
            CompressionError: The data are damaged.
            NotWellFormedError: The bytes are invalid in the document's encoding.
        """
        for piece in _bounded(self._decompressor.feed(data)):
            yield from (
                self._recognised(piece, is_last=False) if self._head is not None else self._decoded(piece)
            )

    def close(self) -> Iterator[bytes]:
        """Yield the remaining text at the end of the input. Raises TruncatedError if it ends too early."""
        for piece in _bounded(self._decompressor.close()):
            yield from self._recognised(piece, is_last=False)
        if self._head is not None:
            yield from self._recognised(b"", is_last=True)
        if self._decoder.getstate()[0]:
            raise TruncatedError("the document ends within a character")

    def _recognised(self, piece: bytes, is_last: bool) -> Iterator[bytes]:
        """Yield the first text, once its encoding is known, without a byte order mark."""
        head = (self._head or b"") + piece
        is_short = len(head) < _LONGEST_BEGINNING or _may_declare(head) or may_be_foreign(head)
        if not is_last and is_short:
            self._head = head
            return
        self._head = None
        if what := foreign(head):
            kind = UnexpectedDocumentError if what.is_text else NotWellFormedError
            raise kind(f"this is {what.what}")
        self._encoding, start = _encoding_of(head)
        self._decoder = codecs.getincrementaldecoder(self._encoding)()
        if start and head.startswith(head[:start], start):
            raise NotWellFormedError("a second byte order mark")
        yield from self._decoded(head[start:])

    def _decoded(self, piece: bytes) -> Iterator[bytes]:
        """Yield a piece in UTF-8, in whole characters, up to the first invalid byte."""
        before = self._decoder.getstate()
        if self._encoding == "utf-8" and not before[0] and piece.isascii():
            if piece:
                yield piece
            return
        try:
            text = self._decoder.decode(piece).encode()
        except UnicodeError as error:
            self._decoder.setstate(before)
            yield from self._decoded_up_to_error(piece)
            name = self._encoding.upper()
            reason = getattr(error, "reason", error)
            raise NotWellFormedError(f"bytes that are not {name}: {reason}") from None
        if text:
            yield text

    def _decoded_up_to_error(self, piece: bytes) -> Iterator[bytes]:
        """Yield the characters before the invalid bytes."""
        characters: list[str] = []
        with suppress(UnicodeError):
            characters.extend(self._decoder.decode(piece[at : at + 1]) for at in range(len(piece)))
        if text := "".join(characters).encode(errors="ignore"):
            yield text


def _bounded(inputs: Iterable[bytes]) -> Iterator[bytes]:
    """Divide bytes into pieces of at most 64 KiB."""
    for data in inputs:
        for start in range(0, len(data), PIECE):
            yield data[start : start + PIECE]


def _may_declare(head: bytes) -> bool:
    """Tell whether a text begins with an incomplete XML declaration."""
    marked = head.removeprefix(codecs.BOM_UTF8)
    is_begun = b"<?xml ".startswith(marked[:6]) or _DECLARES.match(marked) is not None
    return is_begun and b"?>" not in marked and len(marked) < _LONGEST_DECLARATION


def _encoding_of(head: bytes) -> tuple[str, int]:
    """Find the encoding of a document, and the offset of its text.

    Raises:
        NotWellFormedError: The declared encoding is unknown, or contradicts the first bytes.
    """
    for first, encoding, is_mark in _BEGINNINGS:
        if head.startswith(first):
            return encoding, len(first) if is_mark else 0
    declaration = DECLARATION.match(head)
    name = declaration["encoding"].decode() if declaration and declaration["encoding"] else "utf-8"
    if not _is_usable(name):
        raise NotWellFormedError(
            f"the declared encoding {shown(name)} is unknown, or is not that of the document"
        )
    return name.lower(), 0


@lru_cache
def _is_usable(name: str) -> bool:
    """Tell whether Python and libxml2 know an encoding, and it writes the declaration as ASCII does."""
    try:
        codec = codecs.lookup(name)
        begins = "<?xml".encode(codec.name) == b"<?xml"
    except (LookupError, UnicodeError):
        return False
    return begins and codec.name not in _NO_ENCODINGS and any(map(_libxml2_knows, (name, codec.name)))


def _libxml2_knows(encoding: str) -> bool:
    try:
        etree.XMLParser(encoding=encoding)
    except LookupError:
        return False
    return True
