"""Output through rich: colours, tables that fit the terminal, and a progress bar."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

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

__all__ = ["Bar", "Colours"]

_LONGEST_NAME = 24  # characters of a file name beside its bar
_UNLIMITED = 1_000_000  # columns, where output is not a terminal and must not be folded
_NARROW, _MOST_BESIDE = 60, 3  # on a terminal narrower than this, wider tables are stacked
_WIDE = 80  # columns a terminal needs for the full bar


class _Console(Console):
    """A console that lets the caller handle a closed pipe."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


class Colours:
    """Prints in colour to standard output: a terminal, or any output if FORCE_COLOR is set."""

    def __init__(self, *, is_terminal: bool) -> None:
        given: dict[str, Any] = {} if is_terminal else {"width": _UNLIMITED}
        if os.environ.get("FORCE_COLOR"):
            given["force_terminal"] = True
        self._console = _Console(highlight=False, markup=False, emoji=False, **given)

    @property
    def width(self) -> int:
        """The width of the terminal in columns."""
        return self._console.width

    def line(self, parts: Sequence[tuple[str, str]]) -> None:
        """Print one line made of texts, each with its style."""
        self._console.print(Text.assemble(*parts), soft_wrap=True)

    def table(self, headings: Sequence[str], rows: Sequence[Sequence[str]], indent: int) -> None:
        """Print rows under their headings, folded to the width of the terminal."""
        if self._console.width < _NARROW and len(headings) > _MOST_BESIDE:
            self._stack(headings, rows)
            return
        table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
        for heading in headings:
            table.add_column(heading, overflow="fold")
        for row in rows:
            table.add_row(*map(Text, row))
        self._console.print(Padding(table, (0, 0, 0, indent)))

    def _stack(self, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        for first, *others in rows:
            self.line([(first, "bold")])
            for heading, cell in zip(headings[1:], others):
                self.line([(f"  {heading}: {cell}", "")])


class Bar:
    """A progress bar with rate and time left, on standard error, reused for each file."""

    def __init__(self, name: str, total: int | None, unit: str) -> None:
        console = Console(stderr=True)
        name_column = Column(no_wrap=True, overflow="ellipsis", max_width=_LONGEST_NAME)
        columns = [TextColumn("{task.description}", markup=False, table_column=name_column)]
        is_wide = console.width >= _WIDE
        in_bytes = unit == "bytes"
        counts = [DownloadColumn()] if in_bytes else [MofNCompleteColumn(), TextColumn(unit)]
        rate = [TransferSpeedColumn()] if in_bytes else []
        self._progress = Progress(
            *columns,
            BarColumn() if is_wide else BarColumn(8),
            *counts,
            *([*rate, TimeRemainingColumn()] if is_wide else []),
            console=console,
            transient=True,
        )
        self._task = self._progress.add_task(name, total=total)
        self._progress.start()

    def show(self, name: str, done: int, total: int | None) -> None:
        """Show how much of a file is done, and its size if known."""
        self._progress.update(self._task, description=name, completed=done, total=total)

    def stop(self) -> None:
        """Remove the bar."""
        self._progress.stop()
