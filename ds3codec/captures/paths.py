"""Paths in, files out: a file, a folder, a pattern, or `-` for standard input."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from ..compression import decompressed
from ..errors import DecodeError, SourceError, UsageError, quoted_name, shown
from ..remote import is_url
from . import fiddler, recorders

__all__ = ["Paths", "each_path", "expand", "is_capture"]


Paths = str | os.PathLike[str] | Iterable[str | os.PathLike[str]]
"""One path, folder, glob or URL, or several."""


def expand(paths: Paths) -> list[str]:
    """The captures that paths, folders and globs stand for, each once.

    Folders are searched recursively, without what is hidden, for files whose ending is that of captures, or
    that begin as one; other files in them are passed over. A glob (`*`, `?`, `[...]`,
    and `**` for folders of any depth) counts as one where no file has that name. `-` is standard input.

        for path in expand(["captures", "logs/*.har", "-"]):
            for response in responses(path): ...

    Raises:
        SourceError: There is no such path, a folder without a capture, or a glob that matches nothing.
        UsageError: These are no paths.
    """
    return list(dict.fromkeys(found for path in each_path(paths) for found in _expanded(path)))


def each_path(paths: Paths) -> list[str]:
    """List the paths, one alone too, as texts. Raises UsageError for anything else."""
    several = [paths] if isinstance(paths, (str, os.PathLike)) else paths
    try:
        return [os.fsdecode(os.fspath(path)) for path in several]
    except TypeError:
        raise UsageError(f"expected a path, or paths, not {shown(paths)}") from None


def _expanded(path: str) -> list[str]:
    try:
        return _found(path)
    except OSError as error:
        if isinstance(error, SourceError):
            raise
        raise SourceError(f"cannot read {quoted_name(path)}: {error.strerror}") from error


def _found(path: str) -> list[str]:
    if path == "-" or is_url(path) or (Path(path).exists() and not Path(path).is_dir()):
        return [path]
    if Path(path).is_dir():
        return _in_folder(path)
    if not glob.has_magic(path):
        raise SourceError(f"cannot read {quoted_name(path)}: no such file")
    matches = glob.glob(path, recursive=True)  # noqa: PTH207  (pathlib takes no absolute pattern)
    found = sorted(match for match in matches if not Path(match).is_dir())
    if not found:
        raise SourceError(f"cannot read {quoted_name(path)}: no file matches")
    return found


def _in_folder(folder: str) -> list[str]:
    def unreadable(error: OSError) -> None:
        raise SourceError(f"cannot read {quoted_name(error.filename)}: {error.strerror}") from error

    found: list[str] = []
    for parent, folders, files in os.walk(folder, onerror=unreadable):
        folders[:] = [name for name in folders if not name.startswith(".")]
        paths = (Path(parent) / name for name in files if not name.startswith("."))
        # A pipe would be waited for, and a device read without end.
        found += (str(path) for path in paths if path.is_file() and is_capture(path))
    if not found:
        raise SourceError(
            f"cannot read {quoted_name(folder)}: no capture in it, by names and first bytes of its files"
        )
    return sorted(found)


def is_capture(path: str | os.PathLike[str]) -> bool:
    """Whether a file has the name of a capture, perhaps of a compressed one, or begins as one.

    Raises UsageError for no path.
    """
    file = Path(*each_path([path]))
    if fiddler.is_part(file.name, lambda name: iter(()) if (file.parent / name).is_file() else None):
        return False
    if recorders.is_capture(file.name, b""):
        return True
    try:
        with file.open("rb") as opened:
            head = _first(decompressed([opened.read(recorders.LOOKED_AT)]))
    except (OSError, ValueError, DecodeError):  # no file can have every name
        return False
    return recorders.is_capture(file.name, head)


def _first(pieces: Iterator[bytes]) -> bytes:
    """The first piece, for what is read here ends too early."""
    return next(pieces, b"")
