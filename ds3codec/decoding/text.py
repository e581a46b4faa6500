"""Stored bytes in, text out: decompressed, and in UTF-8 wherever its encoding is a usual one.

The first bytes, or the XML declaration, say how a document is encoded. UTF-16, UTF-32 and the encodings of
one byte a character are changed into UTF-8 here, and UTF-8 is checked, so that everything after this sees
whole characters of one encoding. Of any other encoding the bytes pass unchanged: the parser may know it.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator

from ..compression import Decompressor
from ..errors import NotWellFormedError, TruncatedError, UnexpectedDocumentError
from ..foreign import foreign, may_be_foreign
from ..limits import PIECE

__all__ = ["Text", "is_plain_utf_8"]

# The encodings that the first bytes tell of (XML 1.0, appendix F), longer ones first, and whether these bytes
# are a mark, not text.
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
_DECLARATION = re.compile(
    rb"""<\?xml[ \t\r\n]+version[ \t\r\n]*=[ \t\r\n]*["']1\.[0-9]+["']
    (?:[ \t\r\n]+encoding[ \t\r\n]*=[ \t\r\n]*["'](?P<encoding>[A-Za-z0-9._-]+)["'])?
    (?:[ \t\r\n]+standalone[ \t\r\n]*=[ \t\r\n]*["'](?:yes|no)["'])?
    [ \t\r\n]*\?>""",
    re.VERBOSE,
)
_SINGLE_BYTES = re.compile(r"us-ascii|ascii|latin-?1|iso-8859-([1-9]|1[03456])|windows-125[0-8]")


def is_plain_utf_8(head: bytes) -> bool:
    """Whether a document with such a beginning is in UTF-8."""
    return _encoding_of(head)[0] == "utf-8"


class Text:
    """The text of one document.

    Attributes:
        is_utf_8: Whether the text that comes out is UTF-8. Known as soon as there is any.
    """

    def __init__(self) -> None:
        self.is_utf_8: bool = False
        self._decompressor = Decompressor()
        self._head: bytes | None = b""  # held until the encoding is known
        self._encoding: str | None = None
        self._rest = b""  # the beginning of a character

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The text that `data` completes, in pieces.

        Raises:
            CompressionError: The data are damaged.
            NotWellFormedError: The text is not in its encoding.
        """
        for piece in _bounded(self._decompressor.feed(data)):
            yield from (
                self._recognised(piece, is_last=False) if self._head is not None else self._decoded(piece)
            )

    def close(self) -> Iterator[bytes]:
        """What is left at the end of the input; raises TruncatedError if it ends too early."""
        for piece in _bounded(self._decompressor.close()):
            yield from self._recognised(piece, is_last=False)
        if self._head is not None:
            yield from self._recognised(b"", is_last=True)
        if self._rest:
            raise TruncatedError("the document ends within a character")

    def _recognised(self, piece: bytes, is_last: bool) -> Iterator[bytes]:
        """The first text, once its encoding is known, without the mark that it may begin with."""
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
        self.is_utf_8 = self._encoding is not None
        if start and head.startswith(head[:start], start):
            raise NotWellFormedError("a second byte order mark")
        yield from self._decoded(head[start:])

    def _decoded(self, piece: bytes) -> Iterator[bytes]:
        """The same in UTF-8, as far as it is known to be, and in whole characters."""
        if self._encoding is None or (self._encoding == "utf-8" and piece.isascii() and not self._rest):
            if piece:
                yield piece
            return
        data, self._rest = self._rest + piece, b""
        try:
            text = data.decode(self._encoding)
        except UnicodeDecodeError as error:
            text = data[: error.start].decode(self._encoding)
            if text:
                yield text.encode()
            if error.end < len(data) or not _is_begun(data[error.start :], self._encoding):
                name = self._encoding.upper()
                raise NotWellFormedError(f"bytes that are not {name}: {error.reason}") from None
            self._rest = data[error.start :]
        else:
            if text:
                yield text.encode()


def _bounded(inputs: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces of 64 KiB at most."""
    for data in inputs:
        for start in range(0, len(data), PIECE):
            yield data[start : start + PIECE]


def _may_declare(head: bytes) -> bool:
    """Whether a text begins with a declaration that is not complete."""
    marked = head.removeprefix(codecs.BOM_UTF8)
    is_begun = b"<?xml ".startswith(marked[:6]) or _DECLARES.match(marked) is not None
    return is_begun and b"?>" not in marked and len(marked) < _LONGEST_DECLARATION


def _encoding_of(head: bytes) -> tuple[str | None, int]:
    """How a document is encoded, None if that is for the parser to know, and where its text begins."""
    for first, encoding, is_mark in _BEGINNINGS:
        if head.startswith(first):
            return encoding, len(first) if is_mark else 0
    if _DECLARES.match(head) is None:
        return "utf-8", 0
    declaration = _DECLARATION.match(head)
    if declaration is None:
        return None, 0
    name = (declaration["encoding"] or b"utf-8").decode().lower()
    return (name if name == "utf-8" or _SINGLE_BYTES.fullmatch(name) else None), 0


def _is_begun(data: bytes, encoding: str) -> bool:
    """Whether more bytes could make a character of these."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        return decoder.decode(data) == ""
    except UnicodeDecodeError:
        return False
