"""The loop of every command that reads captures: file by file, response by response, with progress.

A file that cannot be read is reported in one line, and the next one follows. What was found in a response
before its source failed, or before an interrupt, is a result like any other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple, TypeVar

from ..captures import Response, Tally, responses
from ..errors import SourceError
from .terminal import EXIT_CLEAN, EXIT_FINDINGS, EXIT_INTERRUPTED, EXIT_UNREADABLE, ReadingProgress, failed

__all__ = ["Cluster", "Outcome", "Reading", "T"]

T = TypeVar("T")


class Cluster(NamedTuple):
    """Where the work of a command is done, if not in its own process.

    Attributes:
        workers: How many processes of this machine do it.
        scheduler: The address of the scheduler of a running cluster, which does it instead.
    """

    workers: int | None
    scheduler: str | None


# What comes of a file: results, how many other responses it has, and why it cannot be read, if it cannot.
Outcome = tuple[list[T], int, str | None]

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

    def noted(self, outcome: Outcome[T]) -> list[T]:
        """The results of a file that was read elsewhere; the rest of its outcome is remembered or said."""
        results, skipped, failure = outcome
        self.tally.skipped += skipped
        if failure is not None:
            self.unreadable = True
            failed(failure)
        return results

    def status(self, found: bool) -> int:
        """The exit status of the command, by whether it found something wrong."""
        if self.interrupted:
            return EXIT_INTERRUPTED
        if self.unreadable:
            return EXIT_UNREADABLE
        return EXIT_FINDINGS if found else EXIT_CLEAN
