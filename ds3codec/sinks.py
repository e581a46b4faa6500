"""Writes bytes to a binary file object, or atomically to a path.

A file at a path is compressed as the ending of its name says.

It is first written next to its final place, as an unfinished file that nobody else can read. Once complete,
it is synced and replaces the old file, whose mode and owner it takes over. If anything fails, it is deleted,
and the old file stays.

Internal: names here may change in any release.
"""

from __future__ import annotations

import contextlib
import errno
import io
import os
import stat
from types import TracebackType
from typing import Any

from .errors import Ds3CodecError, EncodeError, UsageError, public_name, quoted_name, shown
from .formats import COMPRESSIONS, FOREIGN_ENDINGS, Compression, compression_named, compression_of
from .options import BinarySink, Sink
from .remote import is_url

__all__ = ["BinarySink", "Output", "Sink"]

_LONGEST_NAME = 40  # characters of the final name that the unfinished file's name repeats


class Output:
    """Writes to a sink; a context manager. If the block raises, the file at a path stays as it was.

    Args:
        sink: The destination of the bytes.
        sync: Wait until a file is on the disk before it appears under its path.
        compression: The name of a compression, or its ending without the dot. By default the ending of the
            path decides.

    Raises:
        EncodeError: The sink has a wrong type.
        UsageError: The compression does not exist.
    """

    def __init__(self, sink: Sink, *, sync: bool = True, compression: str | None = None) -> None:
        if isinstance(sink, io.TextIOBase):
            raise EncodeError("expected a binary file object, not one for text; open it with mode 'wb'")
        if is_url(sink):
            raise EncodeError(f"cannot write to {quoted_name(str(sink))}: URLs are only read from")
        self._file: _File | None = None
        self._compression = None if compression is None else _chosen(compression)
        self._compressor: Any = None
        if isinstance(sink, (str, os.PathLike)):
            self._file = _File(sink, sync)
            self._compression = self._compression or _said_by_ending(sink)
        elif not callable(getattr(sink, "write", None)) or isinstance(sink, type):
            raise EncodeError(f"expected a path or a binary file object, not {type(sink).__name__}")
        self._sink: BinarySink | None = None if self._file is not None else sink  # type: ignore[assignment]

    def open(self) -> None:
        """Get ready to write.

        Raises:
            OSError: The path cannot be written to.
            EncodeError: The path is invalid, or the compression's library is missing.
        """
        if self._compression is not None:
            try:
                self._compressor = self._compression.compressor()
            except ModuleNotFoundError as error:
                raise EncodeError(f"cannot compress with {self._compression.lack}") from error
        if self._file is not None:
            self._sink = self._file.open()

    def write(self, data: bytes) -> None:
        """Write all of `data`. A failure may leave a part of it written.

        Raises:
            OSError: The sink takes no more bytes. An OSError of the sink passes through unchanged.
            EncodeError: The sink does not take bytes.
            UsageError: The sink is closed.
        """
        self._put(data if self._compressor is None else self._compressor.compress(data))

    def _put(self, data: bytes) -> None:
        try:
            _write_all(self._sink, data)
        except OSError as error:
            if self._file is not None:
                error.filename = self._file.name
            raise
        except Ds3CodecError:
            raise
        except TypeError as error:
            raise EncodeError(f"expected a path or a binary file object: {error}") from error
        except ValueError as error:  # it is closed
            raise UsageError(f"the sink takes nothing: {error}") from error

    def close(self) -> None:
        """Finish writing, and let the file appear under its path."""
        try:
            if self._compressor is not None:
                self._put(self._compressor.flush())
            if self._file is not None:
                self._file.finish()
        except BaseException as error:
            self.discard()
            if isinstance(error, OSError) and self._file is not None:
                error.filename, error.filename2 = self._file.name, None
            raise

    def discard(self) -> None:
        """Drop the unfinished file; the path stays as it was."""
        if self._file is not None:
            self._file.discard()

    def __enter__(self) -> Output:
        self.open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.discard()


def _said_by_ending(path: str | os.PathLike[str]) -> Compression | None:
    """Find the compression by the ending of a path. Raises EncodeError for one that is not supported."""
    name = os.fsdecode(path)
    found = compression_of(name)
    if found is None and name.lower().endswith(FOREIGN_ENDINGS):
        endings = ", ".join(ending for one in COMPRESSIONS for ending in one.endings)
        raise EncodeError(
            f"cannot write {quoted_name(name)}: the supported endings of compressed files are {endings}"
        )
    return found


def _chosen(name: str) -> Compression:
    found = compression_named(name)
    if found is None:
        names = ", ".join(one.name for one in COMPRESSIONS if one.endings)
        raise UsageError(f"compression must be one of {names}, or None, not {shown(name)}")
    return found


def _write_all(sink: BinarySink | None, data: bytes) -> None:
    if sink is None:
        raise UsageError("the output is not open")
    rest = memoryview(data)
    while rest:
        written = sink.write(data if len(rest) == len(data) else bytes(rest))
        if written is None and isinstance(sink, io.RawIOBase):
            raise BlockingIOError(errno.EAGAIN, "the sink is non-blocking, and takes no more bytes now")
        if not isinstance(written, int) or isinstance(written, bool):
            return  # sinks that take everything often return None or True
        if not 0 < written <= len(rest):
            raise OSError(errno.EIO, f"the sink took {written} of {len(rest)} bytes")
        rest = rest[written:]


class _File:
    """A file that appears under its path once it is complete, or an existing pipe or device."""

    def __init__(self, path: str | os.PathLike[str], sync: bool) -> None:
        self._path = os.fsdecode(path)
        self.name: str = public_name(self._path)
        self._sync = sync
        self._file: io.FileIO | None = None
        self._final = ""
        self._unfinished = ""
        self._replaced: os.stat_result | None = None

    def open(self) -> io.FileIO:
        try:
            self._file = self._opened()
        except ValueError as error:
            raise EncodeError(f"cannot write to {quoted_name(self._path)}: {error}") from error
        except OSError as error:
            error.filename = self.name  # not the name of the unfinished file
            raise
        return self._file

    def _opened(self) -> io.FileIO:
        self._final = os.path.realpath(self._path)
        self._replaced = _status(self._final)
        # Files under /proc and /dev may have no other name: pipes of a shell, or deleted files.
        found = self._replaced or _status(self._path)
        if found is not None and (self._replaced is None or not stat.S_ISREG(found.st_mode)):
            return io.FileIO(self._path, "w")  # a pipe or a device: nothing can take its place
        folder, name = os.path.split(self._final)
        self._unfinished = os.path.join(folder, f".{name[:_LONGEST_NAME]}.{os.urandom(4).hex()}.part")
        return io.FileIO(self._unfinished, "x", opener=_open_private)

    def finish(self) -> None:
        """Move the file to its final place."""
        if self._file is None:
            return
        if self._unfinished:
            self._settle_mode(self._file)
            if self._sync:
                os.fsync(self._file.fileno())
        self._file.close()
        if self._unfinished:
            os.replace(self._unfinished, self._final)
            self._unfinished = ""
            if self._sync:
                _sync_folder(os.path.dirname(self._final))

    def __del__(self) -> None:
        # After an interrupt there may be nobody else to discard the file.
        self.discard()

    def discard(self) -> None:
        """Delete the unfinished file. Raises nothing, so that it does not hide the error that led here."""
        with contextlib.suppress(OSError):
            if self._file is not None:
                self._file.close()
        with contextlib.suppress(OSError):
            if self._unfinished:
                os.unlink(self._unfinished)

    def _settle_mode(self, file: io.FileIO) -> None:
        """Give a file the owner and mode of the one that it replaces, or the mode of a new file.

        If the group cannot be kept, its permissions are dropped, so that no other group gets them.
        """
        if not hasattr(os, "fchmod"):
            return
        if self._replaced is None:
            os.fchmod(file.fileno(), _mode_of_new_files(os.path.dirname(self._final)))
            return
        mode = stat.S_IMODE(self._replaced.st_mode)
        try:
            os.fchown(file.fileno(), self._replaced.st_uid, self._replaced.st_gid)
        except OSError:  # only root may give files away
            mode &= ~(stat.S_ISUID | stat.S_ISGID)
            try:
                os.fchown(file.fileno(), -1, self._replaced.st_gid)
            except OSError:
                mode &= ~stat.S_IRWXG
        os.fchmod(file.fileno(), mode)


def _status(path: str) -> os.stat_result | None:
    try:
        return os.stat(path)
    except FileNotFoundError:
        return None


def _open_private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _mode_of_new_files(folder: str) -> int:
    """Find the mode of new files in a folder. Reading the umask would change it process-wide."""
    with contextlib.suppress(AttributeError, OSError):  # not every system supports files without a name
        return _mode(os.open(folder, os.O_TMPFILE | os.O_WRONLY, 0o666))
    path = os.path.join(folder, f".{os.urandom(8).hex()}.part")
    try:
        return _mode(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
    finally:
        with contextlib.suppress(FileNotFoundError):  # an interrupt may have come before it was created
            os.unlink(path)


def _mode(descriptor: int) -> int:
    """Return the mode of an open file, and close it."""
    with open(descriptor, "wb") as file:
        return stat.S_IMODE(os.fstat(file.fileno()).st_mode)


def _sync_folder(folder: str) -> None:
    """Sync a folder, so that the new name of a file lasts; not every system can."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
