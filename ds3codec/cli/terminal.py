"""Where output goes: results to standard output, progress and failures to standard error."""

from __future__ import annotations

import sys
import time
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

__all__ = [
    "EXIT_CLEAN",
    "EXIT_FINDINGS",
    "EXIT_INTERRUPTED",
    "EXIT_UNREADABLE",
    "ReadingProgress",
    "counted",
    "failed",
    "printer",
]

EXIT_CLEAN, EXIT_FINDINGS, EXIT_UNREADABLE, EXIT_INTERRUPTED = 0, 1, 2, 130

_PATIENCE = 1.0  # seconds


def printer() -> Console:
    """Prints to standard output: coloured and as wide as the terminal, or plain and never cut."""
    if sys.stdout.isatty():
        return Console(highlight=False)
    return Console(highlight=False, width=1_000_000, soft_wrap=True, color_system=None)


def failed(message: str) -> None:
    """Say in one line why something could not be done."""
    print(f"ds3codec: {message}", file=sys.stderr)


def counted(number: int, noun: str) -> str:
    """A number of things, in words."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


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
        name = Path(name).name
        if self._bar is None:
            if not self._console.is_terminal or time.monotonic() - self._started < _PATIENCE:
                return
            self._bar = Progress(
                TextColumn("{task.description}"),
                BarColumn(),
                DownloadColumn(),
                TransferSpeedColumn(),
                TimeRemainingColumn(),
                console=self._console,
                transient=True,
            )
            self._task = self._bar.add_task(name, total=total)
            self._bar.start()
        self._bar.update(self._task, description=name, completed=done, total=total)
