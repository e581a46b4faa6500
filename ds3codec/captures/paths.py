"""Paths in, files out: a file, a folder, a pattern, or `-` for standard input."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from ..errors import DecodeError, SourceError, quoted_name
from ..remote import is_url
from . import fiddler, recorders
from .streams import decompressed

__all__ = ["expand", "is_capture"]


def expand(paths: Iterable[str | os.PathLike[str]]) -> list[str]:
    """The captures that paths, folders and globs stand for, each once.

    Folders are searched recursively, without what is hidden, for files whose ending is that of captures, or
    that begin as one; other files in them are passed over. A glob (`*`, `?`, `[...]`,
    and `**` for folders of any depth) counts as one where no file has that name. `-` is standard input.

        for path in expand(["captures", "logs/*.har", "-"]):
            for response in responses(path): ...

    Raises:
        SourceError: There is no such path, a folder without a capture, or a glob that matches nothing.
    """
    return list(dict.fromkeys(found for path in paths for found in _expanded(os.fspath(path))))


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


def is_capture(path: Path) -> bool:
    """Whether a file has the name of a capture, or begins as one."""
    if fiddler.is_part(path.name, lambda name: iter(()) if (path.parent / name).is_file() else None):
        return False
    if recorders.is_capture(path.name, b""):
        return True
    try:
        with path.open("rb") as file:
            head = _first(decompressed([file.read(recorders.LOOKED_AT)]))
    except (OSError, DecodeError):
        return False
    return recorders.is_capture(path.name, head)


def _first(pieces: Iterator[bytes]) -> bytes:
    """The first piece, for what is read here ends too early."""
    return next(pieces, b"")
