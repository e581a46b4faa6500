"""Paths in, files out: a file, a folder, a pattern, or `-` for standard input."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable
from pathlib import Path

from ..errors import SourceError
from ..remote import is_url

__all__ = ["expand"]

_ENDINGS = (
    *(".xml", ".xml.gz", ".xml.bz2", ".xml.xz", ".xml.zst"),
    *(".http", ".txt", ".raw", ".dump"),
    *(".har", ".har.gz"),
)


def expand(paths: Iterable[str | os.PathLike[str]]) -> list[str]:
    """The captures that paths, folders and globs stand for, each once; no file is opened.

    Folders are searched recursively for the known endings, without what is hidden. A glob (`*`, `?`, `[...]`,
    and `**` for folders of any depth) counts as one where no file has that name. `-` is standard input.

        for path in expand(["captures", "logs/*.har", "-"]):
            for response in responses(path): ...

    Raises:
        SourceError: There is no such path, a folder without a capture, or a glob that matches nothing.
    """
    return list(dict.fromkeys(found for path in paths for found in _expanded(os.fspath(path))))


def _expanded(path: str) -> list[str]:
    if path == "-" or is_url(path) or (Path(path).exists() and not Path(path).is_dir()):
        return [path]
    if Path(path).is_dir():
        return _in_folder(path)
    if not glob.has_magic(path):
        raise SourceError(f"cannot read {path!r}: no such file")
    matches = glob.glob(path, recursive=True)  # noqa: PTH207  (pathlib takes no absolute pattern)
    found = sorted(match for match in matches if not Path(match).is_dir())
    if not found:
        raise SourceError(f"cannot read {path!r}: no file matches")
    return found


def _in_folder(folder: str) -> list[str]:
    def unreadable(error: OSError) -> None:
        raise SourceError(f"cannot read {error.filename!r}: {error.strerror}") from error

    found: list[str] = []
    for parent, folders, files in os.walk(folder, onerror=unreadable):
        folders[:] = [name for name in folders if not name.startswith(".")]
        names = (name for name in files if not name.startswith(".") and name.lower().endswith(_ENDINGS))
        found += (str(Path(parent) / name) for name in names)
    if not found:
        raise SourceError(f"cannot read {folder!r}: no capture in it (no file ends in {', '.join(_ENDINGS)})")
    return sorted(found)
