"""Anything writable, as a place for bytes: a binary file object as it is, or a path, atomically.

What goes to a path is compressed as the ending of its name says.

What goes to a path is first written beside it, into an unfinished file that nobody else can read. When all is
there, it is synced and takes the place of what the path named before, with the mode and owner of that. When
anything fails, it is deleted, and the path names what it named.

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

_LONGEST_NAME = 40  # characters of the final name that the unfinished file's has, too


class Output:
    """Writes to a sink; a context manager, which leaves a path as it was if the block raises.

    Args:
        sink: Where the bytes go.
        sync: Whether what goes to a path is on the disk before it takes its place there.
        compression: The name of a compression, or its ending without the dot. None for the one that the
            ending of a path says, if it says one.

    Raises:
        EncodeError: The sink is of a wrong type.
        UsageError: There is no such compression.
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
        """Be ready to write.

        Raises:
            OSError: The path cannot be written to.
            EncodeError: No file can have this path, or the library of the compression is missing.
        """
        if self._compression is not None:
            try:
                self._compressor = self._compression.compressor()
            except ModuleNotFoundError as error:
                raise EncodeError(f"cannot compress with {self._compression.lack}") from error
        if self._file is not None:
            self._sink = self._file.open()

    def write(self, data: bytes) -> None:
        """Write all of `data`. After a failure, how much of it was written is not known.

        Raises:
            OSError: The sink takes no more; an OSError that it raises itself passes through.
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
        """Say that all is written, and let it appear under the path."""
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
        """Leave the path as it was."""
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
    """Find the compression that the ending of a path says; EncodeError for one that is not there."""
    name = os.fsdecode(path)
    found = compression_of(name)
    if found is None and name.lower().endswith(FOREIGN_ENDINGS):
        endings = ", ".join(ending for one in COMPRESSIONS for ending in one.endings)
        raise EncodeError(
            f"cannot write {quoted_name(name)}: of the endings of compressions there are {endings}"
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
            raise BlockingIOError(errno.EAGAIN, "the sink does not block, and takes no more now")
        if not isinstance(written, int) or isinstance(written, bool):
            return  # as many say who take all
        if not 0 < written <= len(rest):
            raise OSError(errno.EIO, f"of {len(rest)} bytes the sink has taken {written}")
        rest = rest[written:]


class _File:
    """A file that appears under its path when it is complete, or a pipe or device that is there."""

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
            error.filename = self.name  # not the name that it has until it is complete
            raise
        return self._file

    def _opened(self) -> io.FileIO:
        self._final = os.path.realpath(self._path)
        self._replaced = _status(self._final)
        # In /proc, and so in /dev, is what has no other name: pipes of a shell, files that were deleted.
        found = self._replaced or _status(self._path)
        if found is not None and (self._replaced is None or not stat.S_ISREG(found.st_mode)):
            return io.FileIO(self._path, "w")  # a pipe or a device: nothing can take its place
        folder, name = os.path.split(self._final)
        self._unfinished = os.path.join(folder, f".{name[:_LONGEST_NAME]}.{os.urandom(4).hex()}.part")
        return io.FileIO(self._unfinished, "x", opener=_open_private)

    def finish(self) -> None:
        """Put the file in its place."""
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
        # An interrupt may come where nobody is left to discard the file.
        self.discard()

    def discard(self) -> None:
        """Delete what is unfinished. The error that led here is the one to be raised, so this raises none."""
        with contextlib.suppress(OSError):
            if self._file is not None:
                self._file.close()
        with contextlib.suppress(OSError):
            if self._unfinished:
                os.unlink(self._unfinished)

    def _settle_mode(self, file: io.FileIO) -> None:
        """Give a file the owner and mode of the one that it replaces, or the mode that a new one has here.

        What the mode allowed to a group is allowed to no other group, where the group cannot be kept.
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
    """Find the mode that new files get here. Reading the umask would change it process-wide."""
    with contextlib.suppress(AttributeError, OSError):  # where no file is without a name
        return _mode(os.open(folder, os.O_TMPFILE | os.O_WRONLY, 0o666))
    path = os.path.join(folder, f".{os.urandom(8).hex()}.part")
    try:
        return _mode(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
    finally:
        with contextlib.suppress(FileNotFoundError):  # an interrupt may have come before
            os.unlink(path)


def _mode(descriptor: int) -> int:
    """Tell the mode of an open file, and close it."""
    with open(descriptor, "wb") as file:
        return stat.S_IMODE(os.fstat(file.fileno()).st_mode)


def _sync_folder(folder: str) -> None:
    """Sync the new name of a file, where folders can be synced."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
