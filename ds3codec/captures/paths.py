"""Expands paths to files: a path may be a file, a folder, a pattern, or `-` for standard input.

A file named by a path or matched by a pattern is always read. In folders, and for a bare `*`, the first bytes
decide: anything like a capture or a recording is read, also in an unsupported form, so that the user gets an
error. All other files are skipped, each with a reason.
"""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable
from pathlib import Path

from ..compression import decompressed
from ..errors import DecodeError, SourceError, UsageError, public_name, quoted_name, shown
from ..remote import is_url
from ..sources import pieces
from . import fiddler, recorders
from .streams import PassedOver, Stream

__all__ = ["Paths", "each_path", "expand", "is_capture", "survey"]

Paths = str | os.PathLike[str] | Iterable[str | os.PathLike[str]]
"""One path, folder, glob or URL, or several."""


def expand(paths: Paths) -> list[str]:
    """Expand paths, folders and globs to the names of captures, each once.

    Folders are searched recursively for files that begin like a capture or a recording, or are named like
    one; other files in them are skipped, and so is anything hidden. A name with `*`, `?`, `[...]`, or `**`
    for folders of any depth, is a glob unless a file has that very name. A glob that ends with a bare `*`
    skips files in the same way as a folder. `-` is standard input.

        for path in expand(["captures", "logs/*.har", "-"]):
            for response in responses(path): ...

    Raises:
        SourceError: A path does not exist, a folder has no capture, or a glob matches none.
        UsageError: `paths` is not a path or an iterable of paths.
    """
    return list(dict.fromkeys(found for path in each_path(paths) for found in survey(path)[0]))


def each_path(paths: Paths) -> list[str]:
    """List one or several paths as strings. Raises UsageError for anything else."""
    several = [paths] if isinstance(paths, (str, os.PathLike)) else paths
    try:
        return [os.fsdecode(os.fspath(path)) for path in several]
    except TypeError:
        raise UsageError(f"expected a path, or paths, not {shown(paths)}") from None


def survey(path: str | os.PathLike[str]) -> tuple[list[str], list[PassedOver]]:
    """Expand a path as `expand` does; return the captures and the skipped files.

    Raises:
        SourceError: As for `expand`.
    """
    [path] = each_path([path])
    try:
        return _surveyed(path)
    except OSError as error:
        if isinstance(error, SourceError):
            raise
        raise SourceError(f"cannot read {quoted_name(path)}: {error.strerror}") from error


def _surveyed(path: str) -> tuple[list[str], list[PassedOver]]:
    if path == "-" or is_url(path):
        return [path], []
    if not path:  # pathlib would take it for the working folder
        raise SourceError("cannot read '': no such file")
    if Path(path).is_dir():
        found, passed_over = _in_folder(path)
        none = "no capture in it, by names and first bytes of its files"
    elif os.path.lexists(path):
        return [path], []
    elif glob.has_magic(path):
        found, passed_over = _matching(path)
        none = "no capture matches, by names and first bytes of files" if passed_over else "no file matches"
    else:
        raise SourceError(f"cannot read {quoted_name(path)}: no such file")
    if not found:
        named = ", ".join(quoted_name(one.name) for one in passed_over[:10])
        others = f" ({len(passed_over):,} passed over: {named})" if passed_over else ""
        raise SourceError(f"cannot read {quoted_name(path)}: {none}{others}")
    return found, passed_over


def _matching(pattern: str) -> tuple[list[str], list[PassedOver]]:
    """Expand a pattern, and folders that it matches; return the captures and the skipped files."""
    names_files = Path(pattern).name.strip("*") != ""
    if not names_files:  # unlike the search of a folder, `**` would follow links to folders
        pattern = str(Path(pattern).parent / "*")
    found: dict[str, None] = {}
    passed_over: dict[str, PassedOver] = {}
    for match in sorted(glob.glob(_with_folders(pattern), recursive=True)):  # noqa: PTH207  (absolute, too)
        if Path(match).is_dir() and (names_files or not Path(match).is_symlink()):
            captures, others = _in_folder(match)
        elif names_files:
            captures, others = [_apart_from_input(match)], []
        else:
            captures, others = _looked_at([match])
        found.update(dict.fromkeys(captures))
        passed_over.update((one.name, one) for one in others)
    return sorted(found), list(passed_over.values())


def _with_folders(pattern: str) -> str:
    """Escape the existing folders of a pattern: their names may contain `[` and the like."""
    folder = Path(pattern)
    while not os.path.lexists(folder):
        folder = folder.parent
    return str(Path(glob.escape(str(folder))) / Path(pattern).relative_to(folder))


def _apart_from_input(file: str) -> str:
    """Return the path of a file, but `./-` for `-`, which would mean standard input."""
    return "./-" if file == "-" else file


def _in_folder(folder: str) -> tuple[list[str], list[PassedOver]]:
    def unreadable(error: OSError) -> None:
        raise SourceError(f"cannot read {quoted_name(error.filename)}: {error.strerror}") from error

    files: list[str] = []
    for parent, folders, names in os.walk(folder, onerror=unreadable):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        links = [name for name in folders if Path(parent, name).is_symlink()]
        files += (str(Path(parent, name)) for name in (*names, *links) if not name.startswith("."))
    return _looked_at(files)


def _looked_at(files: Iterable[str]) -> tuple[list[str], list[PassedOver]]:
    found, passed_over = [], []
    for file in sorted(files):
        reason = _why_not(Path(file))
        if reason:
            passed_over.append(PassedOver(public_name(file), reason))
        else:
            found.append(_apart_from_input(file))
    return found, passed_over


def is_capture(path: str | os.PathLike[str]) -> bool:
    """Tell whether a file looks like a capture or a recording, by its first bytes or its name.

    Raises UsageError if `path` is not a path.
    """
    [name] = each_path([path])
    try:
        return not _why_not(Path(name))
    except ValueError:  # such as for a null byte in the name
        return False


def _why_not(path: Path) -> str:
    """Return the reason to skip a file; empty if it is to be read, even if only to report an error."""
    if path.is_dir():
        return "a link to a folder"
    if not path.exists():
        return "a link to nothing"
    if not path.is_file():  # a pipe may block, and a device may never end
        return "no regular file"
    if fiddler.is_part(path.name, lambda other: iter(()) if (path.parent / other).is_file() else None):
        return "a part of the session beside it"
    if recorders.is_named_as_capture(path.name):
        return ""
    try:
        return recorders.why_not(path.name, _head(path))
    except (OSError, DecodeError):  # reading the file reports that
        return ""


def _head(path: Path) -> bytes:
    """Return the first bytes of a file in UTF-8, with up to two layers of compression removed."""
    with path.open("rb") as file:
        stream = Stream(decompressed(decompressed(pieces(file))))
        return stream.peek(recorders.LOOKED_AT) or stream.take()
