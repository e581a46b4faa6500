"""The loop of every command that reads captures: file by file, response by response, with progress.

A file that cannot be read is reported in one line, and the next one follows. What was found in a response
before its source failed, or before an interrupt, is a result like any other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from ..captures import Response, Tally, responses
from ..errors import SourceError
from .terminal import EXIT_CLEAN, EXIT_FINDINGS, EXIT_INTERRUPTED, EXIT_UNREADABLE, ReadingProgress, failed

__all__ = ["Reading"]

T = TypeVar("T")

# Begins to read a response of a file: its result, and the steps that complete it.
Begin = Callable[[str, Response], tuple[T, Iterable[object]]]


class Reading:
    """Reads the files of a command, and remembers how that ended.

    Attributes:
        tally: What was read.
        unreadable: Whether something could not be read.
        interrupted: Whether the user interrupted.
    """

    def __init__(self) -> None:
        self.tally: Tally = Tally()
        self.unreadable: bool = False
        self.interrupted: bool = False

    def results(self, files: Iterable[str], begin: Begin[T]) -> Iterator[T]:
        """The result of each response, when it is complete or was broken off."""
        try:
            with ReadingProgress() as progress:
                for file in files:
                    yield from self._results_of(file, begin, progress)
        except KeyboardInterrupt:
            self.interrupted = True

    def _results_of(self, file: str, begin: Begin[T], progress: ReadingProgress) -> Iterator[T]:
        size = Path(file).stat().st_size if Path(file).is_file() else None
        before = self.tally.bytes_read
        try:
            for response in responses(file, self.tally):
                result, steps = begin(file, response)
                try:
                    for _ in steps:
                        progress.show(file, self.tally.bytes_read - before, size)
                except (KeyboardInterrupt, SourceError):
                    yield result
                    raise
                yield result
        except SourceError as error:
            self.unreadable = True
            failed(str(error))

    def status(self, found: bool) -> int:
        """The exit status of the command, by whether it found something wrong."""
        if self.interrupted:
            return EXIT_INTERRUPTED
        if self.unreadable:
            return EXIT_UNREADABLE
        return EXIT_FINDINGS if found else EXIT_CLEAN
