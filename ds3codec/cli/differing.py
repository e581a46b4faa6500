"""The command `diff`: what two responses of one job differ in, for a person or a program."""

from __future__ import annotations

import sys

from ..errors import Ds3CodecError
from .commands.diff import GROUPS, Differences, compare
from .escaping import as_data
from .terminal import (
    EXIT_CLEAN,
    EXIT_FINDINGS,
    EXIT_INTERRUPTED,
    EXIT_UNREADABLE,
    Printer,
    ReadingProgress,
    counted,
    discard_output,
    failed,
    put,
    sized,
)

__all__ = ["run"]


def run(old: str, new: str, form: str, most: int) -> int:
    """Compare two responses, print what differs, and give the exit status."""
    try:
        with ReadingProgress() as progress:
            found = compare(old, new, most, progress.follow)
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except Ds3CodecError as error:
        failed(str(error))
        return EXIT_UNREADABLE
    try:
        _show(found, form)
        sys.stdout.flush()
    except BrokenPipeError:  # nobody reads on, but they differ all the same
        discard_output()
    return EXIT_FINDINGS if found.any else EXIT_CLEAN


def _show(found: Differences, form: str) -> None:
    if form == "json":
        groups = {name: vars(group) for name, group in found.groups.items()}
        header = {name: {"old": _text(old), "new": _text(new)} for name, (old, new) in found.header.items()}
        put(as_data({"same": not found.any, "header": header, **groups}, indent=2))
        return
    printer = Printer()
    if not found.any:
        printer.line("no difference")
    for name, (old, new) in found.header.items():
        printer.line((name, "bold"), f": {_in_words(old)}, then {_in_words(new)}")
    for name, (noun, verb) in GROUPS.items():
        group = found.groups[name]
        if group.count:
            total = f", {sized(group.bytes)}" if noun == "blob" else ""
            printer.line((f"{counted(group.count, noun)} {verb}{total}", "bold"))
            for example in group.examples:
                printer.line(f"  {example}")
            if group.count > len(group.examples):
                printer.line(f"  and {group.count - len(group.examples):,} more")


def _in_words(value: object) -> str:
    if value is None:
        return "nothing"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _text(value: object) -> object:
    """A value of a header as it is shown: booleans and numbers as they are, all else as on the wire."""
    return value if value is None or isinstance(value, (bool, int)) else str(value)
