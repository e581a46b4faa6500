"""Stored bytes in, text out: decompressed, in UTF-8 wherever its first bytes tell how it is encoded.

UTF-16 and UTF-32 are changed into UTF-8 here, so that everything after this sees one encoding. Text in
another encoding, which its XML declaration has to name, passes unchanged: the parser knows what to do.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator

from .compression import Decompressor
from .errors import NotWellFormedError, TruncatedError
from .limits import PIECE

__all__ = ["Text"]

_MARK = codecs.BOM_UTF8
_LONGEST_HEAD = 4
# The encodings that the first bytes tell of (XML 1.0, appendix F), longer ones first, and whether these bytes
# are a mark.
_ENCODINGS = (
    (codecs.BOM_UTF32_LE, "utf-32-le", True),
    (codecs.BOM_UTF32_BE, "utf-32-be", True),
    (b"<\0\0\0", "utf-32-le", False),
    (b"\0\0\0<", "utf-32-be", False),
    (b"<\0?\0", "utf-16-le", False),
    (b"\0<\0?", "utf-16-be", False),
    (codecs.BOM_UTF16_LE, "utf-16-le", True),
    (codecs.BOM_UTF16_BE, "utf-16-be", True),
    (_MARK, "utf-8", True),
)


def _bounded(inputs: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces of 64 KiB at most."""
    for data in inputs:
        for start in range(0, len(data), PIECE):
            yield data[start : start + PIECE]


class Text:
    """The text of one document.

    Attributes:
        is_utf_8: Whether it is UTF-8 whatever its declaration says, for its first bytes say so or it was
            another encoding before. Known as soon as there is any text.
    """

    def __init__(self) -> None:
        self.is_utf_8 = False
        self._decompressor = Decompressor()
        self._head: bytes | None = b""  # held until the encoding is known
        self._decoder: codecs.IncrementalDecoder | None = None

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The text that `data` completes, in pieces.

        Raises:
            CompressionError: The data are damaged.
            NotWellFormedError: The text is not in its encoding.
        """
        for piece in _bounded(self._decompressor.feed(data)):
            yield from self._decoded(piece)

    def close(self) -> Iterator[bytes]:
        """What is left at the end of the input; raises TruncatedError if it ends too early."""
        for piece in _bounded(self._decompressor.close()):
            yield from self._decoded(piece)
        if self._head:
            yield from self._recognised(self._head)
        if self._decoder is not None and self._decoder.getstate()[0]:
            raise TruncatedError("the document ends within a character")

    def _decoded(self, piece: bytes) -> Iterator[bytes]:
        if self._head is not None:
            piece, self._head = self._head + piece, None
            if len(piece) < _LONGEST_HEAD:
                self._head = piece
                return
            yield from self._recognised(piece)
        elif self._decoder is not None:
            yield from self._in_utf_8(self._decoder, piece)
        else:
            yield piece

    def _recognised(self, piece: bytes) -> Iterator[bytes]:
        """The first piece of the text, without the mark that it may begin with."""
        for first, encoding, is_mark in _ENCODINGS:
            if piece.startswith(first):
                self.is_utf_8 = True
                piece = piece[len(first) :] if is_mark else piece
                if encoding != "utf-8":
                    self._decoder = codecs.getincrementaldecoder(encoding)()
                break
        if self._decoder is not None:
            yield from self._in_utf_8(self._decoder, piece)
        elif piece:
            yield piece

    def _in_utf_8(self, decoder: codecs.IncrementalDecoder, piece: bytes) -> Iterator[bytes]:
        try:
            text = decoder.decode(piece)
        except UnicodeDecodeError as error:
            good = error.object[: error.start].decode(error.encoding)
            if good:
                yield good.encode()
            raise NotWellFormedError(
                f"bytes that are not {error.encoding[:6].upper()}: {error.reason}"
            ) from None
        if text:
            yield text.encode()
