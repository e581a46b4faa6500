"""Paths in, files out: a file, a folder, a pattern, or `-` for standard input.

What a path names is read, whatever it is, and so is what a pattern names. In folders, and of all that `*`
stands for, the first bytes decide: what looks like a capture or a recording is read, also where nobody can
read it, for then that is to be said. All else is passed over, with the reason.
"""

from __future__ import annotations

import codecs
import glob
import os
import re
from collections.abc import Iterable
from pathlib import Path

from ..compression import decompressed
from ..errors import DecodeError, SourceError, UsageError, public_name, quoted_name, shown
from ..formats import FOREIGN_ENDINGS, without_compression
from ..lookalikes import foreign
from ..remote import is_url
from ..sources import pieces
from . import bundles, exchanges, fiddler, recorders
from .streams import BOM, PassedOver, Stream
from .values import is_json

__all__ = ["Paths", "each_path", "expand", "is_capture", "survey"]

# An ending that nothing else has says what was meant; the others do where there is nothing to look at.
_ENDINGS = (".xml", ".http", ".har")
_ENDINGS_OF_TEXTS = (".txt", ".raw", ".dump")
# Keys of HAR, of what other recorders write as JSON, and of an answer in JSON.
_KEYS = re.compile(
    rb'"(?:log|entries|request|response|method|(?:http_)?interactions|MasterObjectList|Objects)"\s*:'
)
_OTHER_ENCODINGS = (
    (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
    (b"\0\0\0<", "utf-32-be"), (b"<\0\0\0", "utf-32-le"), (b"\0<", "utf-16-be"), (b"<\0", "utf-16-le"),
)  # fmt: skip


Paths = str | os.PathLike[str] | Iterable[str | os.PathLike[str]]
"""One path, folder, glob or URL, or several."""


def expand(paths: Paths) -> list[str]:
    """The captures that paths, folders and globs stand for, each once.

    Folders are searched recursively, without what is hidden, for files that begin as a capture or a recording
    does, or have the name of one; other files in them are passed over. A glob (`*`, `?`, `[...]`, and `**`
    for folders of any depth) counts as one where no file has that name; one that ends with `*` alone stands
    for what its folder does. `-` is standard input.

        for path in expand(["captures", "logs/*.har", "-"]):
            for response in responses(path): ...

    Raises:
        SourceError: There is no such path, a folder without a capture, or a glob that matches none.
        UsageError: These are no paths.
    """
    return list(dict.fromkeys(found for path in each_path(paths) for found in survey(path)[0]))


def each_path(paths: Paths) -> list[str]:
    """List the paths, one alone too, as texts. Raises UsageError for anything else."""
    several = [paths] if isinstance(paths, (str, os.PathLike)) else paths
    try:
        return [os.fsdecode(os.fspath(path)) for path in several]
    except TypeError:
        raise UsageError(f"expected a path, or paths, not {shown(paths)}") from None


def survey(path: str | os.PathLike[str]) -> tuple[list[str], list[PassedOver]]:
    """The captures that a path stands for, as `expand` has it, and what is passed over.

    Raises:
        SourceError: As `expand`.
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
    if not path:  # which pathlib takes for the working folder
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
    """What is read of all that a pattern matches, folders as if they were named, and what is passed over."""
    names_files = Path(pattern).name.strip("*") != ""
    if not names_files:  # `**` would follow links to folders, which searching a folder does not
        pattern = str(Path(pattern).parent / "*")
    found: dict[str, None] = {}
    passed_over: dict[str, PassedOver] = {}
    for match in sorted(glob.glob(_with_folders(pattern), recursive=True)):  # noqa: PTH207  (nor absolute ones)
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
    """The pattern, in which folders that are there mean themselves, whatever is in their names."""
    folder = Path(pattern)
    while not os.path.lexists(folder):
        folder = folder.parent
    return str(Path(glob.escape(str(folder))) / Path(pattern).relative_to(folder))


def _apart_from_input(file: str) -> str:
    """The path of a file that is found; `-` alone would be standard input."""
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
    """Whether a file looks like a capture or a recording, by its first bytes or its name.

    Raises UsageError for no path.
    """
    [name] = each_path([path])
    try:
        return not _why_not(Path(name))
    except ValueError:  # no file can have every name
        return False


def _why_not(path: Path) -> str:
    """Why a file is passed over; empty for one that is read, and if only to say that nobody can read it."""
    if path.is_dir():
        return "a link to a folder"
    if not path.exists():
        return "a link to nothing"
    if not path.is_file():  # a pipe would be waited for, and a device read without end
        return "no regular file"
    if fiddler.is_part(path.name, lambda other: iter(()) if (path.parent / other).is_file() else None):
        return "a part of the session beside it"
    name = without_compression(path.name).lower()
    for ending in FOREIGN_ENDINGS:  # which nobody here can unpack
        name = name.removesuffix(ending)
    if name.endswith(_ENDINGS) or path.name.lower().endswith(bundles.ENDINGS):
        return ""
    try:
        head = _head(path)
    except (OSError, DecodeError):  # which reading it says
        return ""
    if not head:
        return "" if name.endswith(_ENDINGS_OF_TEXTS) else "an empty file"
    return "" if _is_begun(head) else "it begins neither as a capture nor as a recording"


def _head(path: Path) -> bytes:
    """The first bytes of a file without its compression, of which there may be two, and in UTF-8."""
    with path.open("rb") as file:
        stream = Stream(decompressed(decompressed(pieces(file))))
        head = stream.peek(recorders.LOOKED_AT) or stream.take()
    for mark, encoding in _OTHER_ENCODINGS:
        if head.startswith(mark):
            return head.decode(encoding, "ignore").encode("utf-8", "ignore")
    return head


def _is_begun(head: bytes) -> bool:
    """Tell whether a capture or a recording begins so, of whatever recorder."""
    if recorders.begins_as_capture(head):
        return True
    if bundles.is_document(head):
        return False
    if is_json(head.removeprefix(BOM)):
        return _KEYS.search(head) is not None
    other = foreign(head)
    return exchanges.knows(head) if other is None else other.is_recording
