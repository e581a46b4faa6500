"""Where output goes: results to standard output, progress and failures to standard error."""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.padding import Padding
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.table import Column, Table
from rich.text import Text

from ..captures import Tally
from ..errors import Ds3CodecError, public_name, quoted_name, unspelled

__all__ = [
    "EXIT_CLEAN",
    "EXIT_FINDINGS",
    "EXIT_INTERRUPTED",
    "EXIT_NOTHING",
    "EXIT_UNREADABLE",
    "Part",
    "Printer",
    "ReadingProgress",
    "as_data",
    "counted",
    "discard_output",
    "failed",
    "printable",
    "printable_name",
    "put",
    "sized",
    "told",
]

Part = str | tuple[str, str]

EXIT_CLEAN, EXIT_FINDINGS, EXIT_UNREADABLE, EXIT_NOTHING, EXIT_INTERRUPTED = 0, 1, 2, 3, 130

_PATIENCE = 1.0  # seconds
_LONGEST_NAME = 24  # of a file, beside its bar
_UNLIMITED = 1_000_000
_NARROW, _MOST_BESIDE = 60, 3  # columns of a terminal below which so many of a table stand side by side
_WIDE = 80  # columns of a terminal from which on the bar says all
_BAR = 30  # characters of the longest bar
_BARS, _PLAIN_BARS = ("█", "▏"), ("#", "|")
_UNITS = ("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB")


_ESCAPE = re.compile(r"\\(?:[nrt]|x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8})")


def printable(text: str) -> str:
    """`text` with all that does not print escaped, such as `\\x1b` and `\\u202e`, as `repr` does it."""
    if text.isprintable():
        return text
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
        for character in text
    )


def printable_name(name: str) -> str:
    """The name of an input as `printable` has it, but told apart from one that has such an escape in it."""
    name = unspelled(name)
    if os.sep == "\\" or (name.isprintable() and _ESCAPE.search(name) is None):
        return printable(name)
    return printable(name.replace("\\", "\\\\"))


def as_data(value: object, indent: int | None = None) -> str:
    """`value` as JSON in printing ASCII, from which a program reads the very characters."""
    return json.dumps(value, indent=indent).replace("\x7f", "\\u007f")


class _Console(Console):
    """A console that leaves it to others what a closed pipe means."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


class Printer:
    """Prints to standard output: coloured on a terminal, or plain, and cut nowhere.

    Texts are escaped here, and none is read as markup, so that no caller can forget it.
    """

    def __init__(self) -> None:
        self._is_terminal = sys.stdout.isatty()
        plain: dict[str, Any] = {} if self._is_terminal else {"width": _UNLIMITED}
        if os.environ.get("FORCE_COLOR"):
            plain["force_terminal"] = True
        self._console = _Console(highlight=False, markup=False, emoji=False, **plain)

    def line(self, *parts: Part) -> None:
        """Print one line of texts, each alone or with its style."""
        self._console.print(Text.assemble(*map(_escaped, parts)), soft_wrap=True)

    def table(self, headings: Sequence[str], rows: Iterable[Sequence[str]], indent: int = 0) -> None:
        """Print rows under their headings: as wide as they are, or folded to the width of a terminal."""
        lines = [[printable(cell) for cell in row] for row in rows]
        if not self._is_terminal:
            self._print_aligned(headings, lines, indent)
            return
        if self._console.width < _NARROW and len(headings) > _MOST_BESIDE:
            self._print_stacked(headings, lines)
            return
        table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
        for heading in headings:
            table.add_column(heading, overflow="fold")
        for line in lines:
            table.add_row(*map(Text, line))
        self._console.print(Padding(table, (0, 0, 0, indent)))

    def bars(self, title: str, rows: Sequence[tuple[str, float, str]], indent: int = 0) -> None:
        """Print rows of a name, a share of 1 as a bar, and a text; in columns, if these are narrow enough."""
        full, least = self._bar_characters()
        bars = [full * round(_BAR * share) or least for _, share, _ in rows]
        lines = [(printable(name), bar, text) for (name, _, text), bar in zip(rows, bars)]
        widths = [max(map(cell_len, column)) for column in zip(*lines)]
        if not self._is_terminal or indent + sum(widths) + 4 <= self._console.width:
            self._print_aligned((title, "", ""), [list(line) for line in lines], indent)
            return
        self._console.print(Text(" " * indent + title, "bold"), soft_wrap=True)
        for name, bar, text in lines:
            self._console.print(Text(f"{' ' * indent}{name}"), soft_wrap=True)
            self._console.print(
                Text(f"{' ' * indent}  {set_cell_size(bar, widths[1])}  {text}"), soft_wrap=True
            )

    def _bar_characters(self) -> tuple[str, str]:
        """The characters that the output has for a bar: what it is made of, and one of no length."""
        try:
            "".join(_BARS).encode(self._console.encoding)
        except (UnicodeEncodeError, LookupError):
            return _PLAIN_BARS
        return _BARS

    def _print_stacked(self, headings: Sequence[str], rows: list[list[str]]) -> None:
        for first, *others in rows:
            self._console.print(Text(first, "bold"), soft_wrap=True)
            for heading, cell in zip(headings[1:], others):
                self._console.print(Text(f"  {heading}: {cell}"), soft_wrap=True)

    def _print_aligned(self, headings: Sequence[str], rows: list[list[str]], indent: int) -> None:
        widths = [max(map(cell_len, column)) for column in zip(headings, *rows)]
        for style, row in (("bold", headings), *(("", row) for row in rows)):
            cells = [set_cell_size(cell, width) for cell, width in zip(row, widths)]
            text = (" " * indent + "  ".join(cells)).rstrip()
            if text:
                self._console.print(Text(text, style), soft_wrap=True)


def _escaped(part: Part) -> tuple[str, str]:
    text, style = (part, "") if isinstance(part, str) else part
    return printable(text), style


def put(text: str) -> None:
    """Print what a program reads; only its own line feeds are left."""
    for line in text.split("\n"):
        print(printable(line))


def discard_output() -> None:
    """Let what is still to be printed go nowhere: nobody reads it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def failed(message: str) -> None:
    """Say in one line why something could not be done."""
    print(f"ds3codec: {printable(message)}", file=sys.stderr)


def told(error: Exception, doing: str = "write") -> str:
    """What an error says; of one of the system, what could not be done, with which file, and why."""
    if isinstance(error, OSError) and not isinstance(error, Ds3CodecError):
        place = f" {quoted_name(os.fsdecode(error.filename))}" if error.filename else ""
        return f"cannot {doing}{place}: {error.strerror or error}"
    return str(error)


def counted(number: int, noun: str) -> str:
    """A number of things, in words."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def sized(count: int) -> str:
    """A number of bytes in the unit that suits it."""
    size = float(count)
    for unit in _UNITS:
        if abs(size) < 1024 or unit == _UNITS[-1]:
            break
        size /= 1024
    return f"{size:,.0f} {unit}" if unit == "B" or size >= 100 else f"{size:,.1f} {unit}"


class ReadingProgress:
    """A bar with rate and time left, on a terminal, for what takes longer than a second.

    Args:
        unit: What is counted: bytes, with their rate, or something else.
    """

    def __init__(self, unit: str = "bytes") -> None:
        self._unit = unit
        self._console = Console(stderr=True)
        self._started = time.monotonic()
        self._bar: Progress | None = None

    def __enter__(self) -> ReadingProgress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.hide()

    def hide(self) -> None:
        """Take the bar away, until more is read: what is printed now must not get into it."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def follow(self, tally: Tally, file: str) -> None:
        """Show how far a file is read, whose bytes a tally counts from now on."""
        try:
            size = Path(file).stat().st_size if Path(file).is_file() else None
        except OSError:
            size = None
        before = tally.bytes_read
        tally.on_read = lambda: self.show(file, tally.bytes_read - before, size)

    def show(self, name: str, done: int, total: int | None) -> None:
        """How much of a file is done so far, and how much there is where that is known."""
        name = printable(Path(public_name(name)).name)
        if self._bar is None:
            if not self._console.is_terminal or time.monotonic() - self._started < _PATIENCE:
                return
            name_column = Column(no_wrap=True, overflow="ellipsis", max_width=_LONGEST_NAME)
            columns = [TextColumn("{task.description}", markup=False, table_column=name_column)]
            is_wide = self._console.width >= _WIDE
            in_bytes = self._unit == "bytes"
            counts = [DownloadColumn()] if in_bytes else [MofNCompleteColumn(), TextColumn(self._unit)]
            rate = [TransferSpeedColumn()] if in_bytes else []
            self._bar = Progress(
                *columns,
                BarColumn() if is_wide else BarColumn(8),
                *counts,
                *([*rate, TimeRemainingColumn()] if is_wide else []),
                console=self._console,
                transient=True,
            )
            self._task = self._bar.add_task(name, total=total)
            self._bar.start()
        self._bar.update(self._task, description=name, completed=done, total=total)
