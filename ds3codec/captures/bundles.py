"""Reads ZIP and tar archives of captures like folders, Fiddler's archives included.

Growth on unpacking, the number of files and the depth of nesting are limited, against archive bombs.
"""

from __future__ import annotations

import lzma
import posixpath
import tarfile
import tempfile
import zipfile
import zlib
from collections import deque
from collections.abc import Callable, Iterator
from typing import IO, NamedTuple

from ..compression import decompressed
from ..errors import CompressionError, DecodeError, Ds3CodecError, SourceError
from ..limits import PIECE
from . import fiddler
from .recorded import Beside, Capture, Recorded
from .streams import PassedOver, Stream

__all__ = ["ENDINGS", "knows", "recorded"]

ENDINGS = (".zip", ".saz", ".tar", ".tgz", ".tar.gz", ".tar.bz2", ".tar.xz", ".tar.zst")
"""Endings of the names of archives of captures; many documents are ZIPs, too, but have other endings."""

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_FIRST_OF_DOCUMENTS = (b"[Content_Types].xml", b"_rels/", b"docProps/", b"mimetype", b"META-INF/")
_TAR = slice(257, 262)
_DEEPEST = 3
_MOST_FILES = 10_000
_IN_MEMORY = 16 * 1024 * 1024
_MOST_STORED = 4 * 1024 * 1024 * 1024  # bytes of a ZIP; it is copied to a file, for zipfile has to seek
_LONGEST_LIST = 8 * 1024 * 1024  # bytes of a ZIP's central directory, which zipfile expands in memory
_END, _END_64 = b"PK\x05\x06", b"PK\x06\x07"
_MOST_GROWTH = 300  # times the bytes of the archive
_LEAST_GROWTH = 64 * 1024 * 1024
_LONGEST_HEAD = 4 * 1024 * 1024  # bytes before the data of a tar member
_FAILURES = (
    *(zipfile.BadZipFile, zipfile.LargeZipFile, tarfile.TarError, zlib.error, lzma.LZMAError),
    *(NotImplementedError, RuntimeError, EOFError, OSError, ValueError, OverflowError, IndexError, KeyError),
)


def knows(start: bytes) -> bool:
    return start.startswith(_ZIP) or start[_TAR] == b"ustar"


def is_document(start: bytes) -> bool:
    """Tell whether a ZIP is an office document or the like, by the name of its first file."""
    return start.startswith(_ZIP) and start.startswith(_FIRST_OF_DOCUMENTS, 30)


def recorded(capture: Capture) -> Iterator[Recorded | PassedOver]:
    if capture.depth >= _DEEPEST:
        raise SourceError(f"cannot read {capture.name!r}: it is an archive in {_DEEPEST} others")
    growth = _Growth(capture)
    failure: SourceError | None = None
    captures = 0
    for count, file in enumerate(_files(capture, growth), 1):
        if count > _MOST_FILES:
            raise growth.refused(f"it has more than {_MOST_FILES:,} files")
        try:
            found = _within(capture, file)
            if isinstance(found, PassedOver):
                yield found
            elif found is not None:
                captures += 1
                yield from found
        except _RefusedError:
            raise
        except SourceError as error:  # other captures in the archive may be sound
            failure = failure or error
        except DecodeError as error:
            failure = failure or SourceError(f"cannot read {capture.name!r}: {error}")
    if failure is not None:
        raise failure
    if not captures:
        reason = "no capture in it, by names and first bytes of its files"
        raise SourceError(f"cannot read {capture.name!r}: {reason}")


def _files(capture: Capture, growth: _Growth) -> Iterator[_File]:
    try:
        yield from (_of_zip if capture.stream.peek(4) in _ZIP else _of_tar)(capture, growth)
    except Ds3CodecError:
        raise
    except _FAILURES as error:
        raise SourceError(f"cannot read {capture.name!r}: {_reason(error)}") from None


class _RefusedError(SourceError):
    """An archive exceeds a limit."""


class _File(NamedTuple):
    name: str
    data: Iterator[bytes]
    beside: Beside


class _Growth:
    """Limits the unpacked bytes of an archive relative to its stored bytes."""

    def __init__(self, capture: Capture) -> None:
        self.stored = 0
        self._name = capture.name
        self._given = 0

    def counted(self, read: Callable[[int], bytes]) -> Iterator[bytes]:
        """Read a file of the archive, and count its bytes."""
        while True:
            try:
                piece = read(PIECE)
            except Ds3CodecError:
                raise
            except _FAILURES as error:
                raise CompressionError(_reason(error)) from None
            if not piece:
                return
            self._given += len(piece)
            if self._given > max(_MOST_GROWTH * self.stored, _LEAST_GROWTH):
                raise self.refused(f"it grows to more than {_MOST_GROWTH} times its size; unpack it first")
            yield piece

    def refused(self, reason: str) -> _RefusedError:
        return _RefusedError(f"cannot read {self._name!r} any further: {reason}")


def _within(capture: Capture, file: _File) -> Iterator[Recorded | PassedOver] | PassedOver | None:
    """Read one file of an archive; None for what is hidden, or read with another file."""
    name, base = file.name, posixpath.basename(file.name)
    is_hidden = any(part.startswith((".", "__MACOSX")) for part in name.split("/"))
    if is_hidden or not base or fiddler.is_part(base, file.beside):
        return None
    stream = Stream(decompressed(file.data))
    inner = Capture(f"{capture.name}/{name}", stream, file.beside, capture.depth + 1, capture.within)
    return capture.within(inner)


def _of_zip(capture: Capture, growth: _Growth) -> Iterator[_File]:
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as file:
        for piece in capture.stream:
            growth.stored += file.write(piece)
            if growth.stored > _MOST_STORED:
                raise growth.refused(f"it is a ZIP of more than {_MOST_STORED >> 30} GiB; unpack it first")
        _check_list(file, growth)
        with zipfile.ZipFile(file) as archive:
            if any(one.flag_bits & 1 for one in archive.infolist()):
                raise SourceError(f"cannot read {capture.name!r}: it is encrypted; unpack it first")
            names = {one.filename for one in archive.infolist()[: _MOST_FILES + 1] if not one.is_dir()}

            def opened(name: str) -> Iterator[bytes]:
                try:
                    member = archive.open(name)
                except _FAILURES as error:
                    raise CompressionError(_reason(error)) from None
                with member:
                    yield from growth.counted(member.read)

            for name in sorted(names):
                yield _File(name, opened(name), _beside(name, names, opened))


def _check_list(file: IO[bytes], growth: _Growth) -> None:
    """Refuse a ZIP whose list of files is too long."""
    file.seek(max(0, growth.stored - 66_000))
    tail = file.read()
    at = tail.rfind(_END)
    is_long = at >= 0 and int.from_bytes(tail[at + 12 : at + 16], "little") > _LONGEST_LIST
    if is_long or _END_64 in tail[max(0, at - 20) : at]:
        raise growth.refused("it is a ZIP with more files or bytes than are read; unpack it first")


def _beside(name: str, names: set[str], opened: Callable[[str], Iterator[bytes]]) -> Beside:
    folder = posixpath.dirname(name)

    def beside(other: str) -> Iterator[bytes] | None:
        path = posixpath.normpath(posixpath.join(folder, other))
        return opened(path) if path in names else None

    return beside


def _of_tar(capture: Capture, growth: _Growth) -> Iterator[_File]:
    file = _TarFile(capture.stream, growth)
    with tarfile.open(fileobj=file, mode="r|", bufsize=PIECE) as archive:  # type: ignore[call-overload]
        while True:
            file.begin_head()
            member = archive.next()
            if member is None:
                return
            archive.members = []  # tarfile would keep every member
            data = archive.extractfile(member) if member.isfile() else None
            if data is None:
                continue
            file.end_head()
            found = growth.counted(data.read)
            yield _File(member.name, found, lambda name: None)
            deque(found, maxlen=0)


class _TarFile:
    """A capture as a file object for `tarfile`, with a limit on the head of a member."""

    def __init__(self, stream: Stream, growth: _Growth) -> None:
        self._stream = stream
        self._growth = growth
        self._left: int | None = _LONGEST_HEAD

    def begin_head(self) -> None:
        self._left = _LONGEST_HEAD

    def end_head(self) -> None:
        self._left = None

    def read(self, size: int) -> bytes:
        data = self._stream.read(size)
        self._growth.stored += len(data)
        if self._left is not None:
            self._left -= len(data)
            if self._left < 0:
                raise self._growth.refused("the head of a file in it is too long")
        return data


def _reason(error: Exception) -> str:
    if isinstance(error, NotImplementedError):
        return "it is compressed in a way that is not known: unpack it first"
    return "the archive is damaged"
