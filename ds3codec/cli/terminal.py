"""Where output goes: results to standard output, progress and failures to standard error."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.table import Table
from rich.text import Text

from ..errors import Ds3CodecError
from .escaping import printable

__all__ = [
    "EXIT_CLEAN",
    "EXIT_FINDINGS",
    "EXIT_INTERRUPTED",
    "EXIT_UNREADABLE",
    "Part",
    "Printer",
    "ReadingProgress",
    "counted",
    "failed",
    "put",
    "sized",
    "told",
]

Part = str | tuple[str, str]

EXIT_CLEAN, EXIT_FINDINGS, EXIT_UNREADABLE, EXIT_INTERRUPTED = 0, 1, 2, 130

_PATIENCE = 1.0  # seconds
_UNITS = ("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB")


class Printer:
    """Prints to standard output: coloured and as wide as the terminal, or plain and never cut.

    Texts are escaped here, and none is read as markup, so that no caller can forget it.
    """

    def __init__(self) -> None:
        if sys.stdout.isatty():
            self._console = Console(highlight=False, markup=False, emoji=False)
        else:
            self._console = Console(
                highlight=False, markup=False, emoji=False, width=1_000_000, soft_wrap=True, color_system=None
            )

    def line(self, *parts: Part) -> None:
        """Print one line of texts, each alone or with its style."""
        self._console.print(Text.assemble(*map(_escaped, parts)))

    def table(self, headings: Sequence[str], rows: Iterable[Sequence[str]], padding: int = 1) -> None:
        """Print rows under their headings."""
        table = Table(*headings, box=None, padding=(0, padding), header_style="bold")
        for row in rows:
            table.add_row(*(Text(printable(cell)) for cell in row))
        self._console.print(table)


def _escaped(part: Part) -> tuple[str, str]:
    text, style = (part, "") if isinstance(part, str) else part
    return printable(text), style


def put(text: str) -> None:
    """Print what a program reads; only its own line feeds are left."""
    for line in text.split("\n"):
        print(printable(line))


def failed(message: str) -> None:
    """Say in one line why something could not be done."""
    print(f"ds3codec: {printable(message)}", file=sys.stderr)


def told(error: Exception) -> str:
    """What an error says; one of the system is about writing, for all others are ours."""
    if isinstance(error, OSError) and not isinstance(error, Ds3CodecError):
        place = f"{error.filename!r}: " if error.filename else ""
        return f"cannot write {place}{error.strerror or error}"
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
    """A bar with rate and time left, on a terminal, for what takes longer than a second."""

    def __init__(self) -> None:
        self._console = Console(stderr=True)
        self._started = time.monotonic()
        self._bar: Progress | None = None

    def __enter__(self) -> ReadingProgress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def show(self, name: str, done: int, total: int | None) -> None:
        """Bytes of a file read so far, and all of them where that is known."""
        name = printable(Path(name).name)
        if self._bar is None:
            if not self._console.is_terminal or time.monotonic() - self._started < _PATIENCE:
                return
            self._bar = Progress(
                TextColumn("{task.description}", markup=False),
                BarColumn(),
                DownloadColumn(),
                TransferSpeedColumn(),
                TimeRemainingColumn(),
                console=self._console,
                transient=True,
                redirect_stdout=sys.stdout.isatty(),  # results go around the bar, but never into it
            )
            self._task = self._bar.add_task(name, total=total)
            self._bar.start()
        self._bar.update(self._task, description=name, completed=done, total=total)
