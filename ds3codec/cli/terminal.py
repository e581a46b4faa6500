"""Output to the terminal: results to standard output, progress and failures to standard error.

Importing rich takes a third of a command's start, so it is imported only for a terminal or for colours.
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size

from ..errors import Ds3CodecError, public_name, quoted_name, unspelled

if TYPE_CHECKING:
    from ..captures import Tally
    from .rich_terminal import Bar, Colours

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
_BAR = 30  # characters of the longest bar
_BARS, _PLAIN_BARS = ("█", "▏"), ("#", "|")
_UNITS = ("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB")


_ESCAPE = re.compile(r"\\(?:[nrt]|x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8})")


def printable(text: str) -> str:
    """Escape the unprintable characters of `text` as `repr` does, such as `\\x1b` and `\\u202e`."""
    if text.isprintable():
        return text
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
        for character in text
    )


def printable_name(name: str) -> str:
    """Escape the name of an input so that it differs from a name that contains such an escape."""
    name = unspelled(name)
    if os.sep == "\\" or (name.isprintable() and _ESCAPE.search(name) is None):
        return printable(name)
    return printable(name.replace("\\", "\\\\"))


def as_data(value: object, indent: int | None = None) -> str:
    """Encode `value` as JSON in printable ASCII, which decodes to the same characters."""
    return json.dumps(value, indent=indent).replace("\x7f", "\\u007f")


class Printer:
    """Prints to standard output, in colour on a terminal, and never truncates.

    Texts are escaped here and never read as markup, so no caller can forget to.
    """

    def __init__(self) -> None:
        self._is_terminal = sys.stdout.isatty()
        self._colours: Colours | None = None
        if self._is_terminal or os.environ.get("FORCE_COLOR"):
            from .rich_terminal import Colours  # noqa: PLC0415

            self._colours = Colours(is_terminal=self._is_terminal)

    def line(self, *parts: Part) -> None:
        """Print one line made of texts, each with or without a style."""
        texts = [(part, "") if isinstance(part, str) else part for part in parts]
        escaped = [(printable(text), style) for text, style in texts]
        if self._colours is None:
            print("".join(text for text, _ in escaped))
        else:
            self._colours.line(escaped)

    def table(self, headings: Sequence[str], rows: Iterable[Sequence[str]], indent: int = 0) -> None:
        """Print rows under their headings; on a terminal, fold them to its width."""
        lines = [[printable(cell) for cell in row] for row in rows]
        if self._is_terminal and self._colours is not None:
            self._colours.table(headings, lines, indent)
            return
        self._print_aligned(headings, lines, indent)

    def bars(self, title: str, rows: Sequence[tuple[str, float, str]], indent: int = 0) -> None:
        """Print rows of a name, a bar (a share of 1) and a text, in columns if they fit."""
        full, least = _bar_characters()
        bars = [full * round(_BAR * share) or least for _, share, _ in rows]
        lines = [(printable(name), bar, text) for (name, _, text), bar in zip(rows, bars)]
        widths = [max(map(cell_len, column)) for column in zip(*lines)]
        if indent + sum(widths) + 4 <= self._width():
            self._print_aligned((title, "", ""), lines, indent)
            return
        self.line((" " * indent + title, "bold"))
        for name, bar, text in lines:
            self.line(f"{' ' * indent}{name}")
            self.line(f"{' ' * indent}  {set_cell_size(bar, widths[1])}  {text}")

    def _width(self) -> float:
        if self._is_terminal and self._colours is not None:
            return self._colours.width
        return float("inf")

    def _print_aligned(self, headings: Sequence[str], rows: Sequence[Sequence[str]], indent: int) -> None:
        widths = [max(map(cell_len, column)) for column in zip(headings, *rows)]
        for style, row in (("bold", headings), *(("", row) for row in rows)):
            cells = [set_cell_size(cell, width) for cell, width in zip(row, widths)]
            text = (" " * indent + "  ".join(cells)).rstrip()
            if text:
                self.line((text, style))


def _bar_characters() -> tuple[str, str]:
    """Return the characters for a full and an empty bar that the output can encode."""
    try:
        "".join(_BARS).encode(sys.stdout.encoding)
    except (UnicodeEncodeError, LookupError):
        return _PLAIN_BARS
    return _BARS


def put(text: str) -> None:
    """Print text for a program, and escape all but its line feeds."""
    for line in text.split("\n"):
        print(printable(line))


def discard_output() -> None:
    """Send further output to the null device, since its reader is gone."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def failed(message: str) -> None:
    """Print a one-line reason for a failure to standard error."""
    print(f"ds3codec: {printable(message)}", file=sys.stderr)


def told(error: Exception, doing: str = "write") -> str:
    """Return the message of an error; for a system error, name the action, the file and the cause."""
    if isinstance(error, OSError) and not isinstance(error, Ds3CodecError):
        place = f" {quoted_name(os.fsdecode(error.filename))}" if error.filename else ""
        return f"cannot {doing}{place}: {error.strerror or error}"
    return str(error)


def counted(number: int, noun: str) -> str:
    """Format a count with its noun, in the plural if need be."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def sized(count: int) -> str:
    """Format a number of bytes in a suitable unit."""
    size = float(count)
    for unit in _UNITS:
        if abs(size) < 1024 or unit == _UNITS[-1]:
            break
        size /= 1024
    return f"{size:,.0f} {unit}" if unit == "B" or size >= 100 else f"{size:,.1f} {unit}"


class ReadingProgress:
    """A progress bar with rate and time left, shown on a terminal once reading takes over a second.

    Args:
        unit: The unit that is counted: bytes, shown with their rate, or something else.
    """

    def __init__(self, unit: str = "bytes") -> None:
        self._unit = unit
        self._is_terminal = sys.stderr.isatty()
        self._started = time.monotonic()
        self._bar: Bar | None = None

    def __enter__(self) -> ReadingProgress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.hide()

    def hide(self) -> None:
        """Hide the bar until more is read, so that output does not mix with it."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def follow(self, tally: Tally, file: str) -> None:
        """Show the progress through a file, whose bytes a tally counts from now on."""
        try:
            size = Path(file).stat().st_size if Path(file).is_file() else None
        except OSError:
            size = None
        before = tally.bytes_read
        tally.on_read = lambda: self.show(file, tally.bytes_read - before, size)

    def show(self, name: str, done: int, total: int | None) -> None:
        """Show how much of a file is done, and its size if known."""
        name = printable(Path(public_name(name)).name)
        if self._bar is None:
            if not self._is_terminal or time.monotonic() - self._started < _PATIENCE:
                return
            from .rich_terminal import Bar  # noqa: PLC0415

            self._bar = Bar(name, total, self._unit)
        self._bar.show(name, done, total)
