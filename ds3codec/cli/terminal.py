"""Where output goes: results to standard output, progress and failures to standard error.

Rich is a third of the start of a command, so it is imported only for a terminal.
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


class Printer:
    """Prints to standard output: coloured on a terminal, or plain, and cut nowhere.

    Texts are escaped here, and none is read as markup, so that no caller can forget it.
    """

    def __init__(self) -> None:
        self._is_terminal = sys.stdout.isatty()
        self._colours: Colours | None = None
        if self._is_terminal or os.environ.get("FORCE_COLOR"):
            from .rich_terminal import Colours  # noqa: PLC0415

            self._colours = Colours(is_terminal=self._is_terminal)

    def line(self, *parts: Part) -> None:
        """Print one line of texts, each alone or with its style."""
        texts = [(part, "") if isinstance(part, str) else part for part in parts]
        escaped = [(printable(text), style) for text, style in texts]
        if self._colours is None:
            print("".join(text for text, _ in escaped))
        else:
            self._colours.line(escaped)

    def table(self, headings: Sequence[str], rows: Iterable[Sequence[str]], indent: int = 0) -> None:
        """Print rows under their headings: as wide as they are, or folded to the width of a terminal."""
        lines = [[printable(cell) for cell in row] for row in rows]
        if self._is_terminal and self._colours is not None:
            self._colours.table(headings, lines, indent)
            return
        self._print_aligned(headings, lines, indent)

    def bars(self, title: str, rows: Sequence[tuple[str, float, str]], indent: int = 0) -> None:
        """Print rows of a name, a share of 1 as a bar, and a text; in columns, if these are narrow enough."""
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
    """The characters that the output has for a bar: what it is made of, and one of no length."""
    try:
        "".join(_BARS).encode(sys.stdout.encoding)
    except (UnicodeEncodeError, LookupError):
        return _PLAIN_BARS
    return _BARS


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
            if not self._is_terminal or time.monotonic() - self._started < _PATIENCE:
                return
            from .rich_terminal import Bar  # noqa: PLC0415

            self._bar = Bar(name, total, self._unit)
        self._bar.show(name, done, total)
