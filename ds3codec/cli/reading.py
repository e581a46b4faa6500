"""The loop of every command that reads captures: file by file, response by response, with progress.

What cannot be read is reported in one line, and the next file follows. What was found in a response before
its source failed, or before an interrupt, is a result like any other, that says so.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple, Protocol, TypeVar

from ..captures import Response, Tally, expand, responses
from ..errors import SourceError, public_name
from .terminal import EXIT_CLEAN, EXIT_FINDINGS, EXIT_INTERRUPTED, EXIT_UNREADABLE, ReadingProgress, failed

__all__ = ["Cluster", "Outcome", "Reading", "T", "Unreadable"]


class Unfinishable(Protocol):
    """A result that may be one of a part of a response.

    Attributes:
        unfinished: Why the rest was not read; None where all was.
    """

    unfinished: str | None


class Unreadable(NamedTuple):
    """A file that cannot be read, or not any further, and why."""

    file: str
    reason: str


T = TypeVar("T", bound=Unfinishable)


class Cluster(NamedTuple):
    """Where the work of a command is done, if not in its own process.

    Attributes:
        workers: How many processes of this machine do it.
        scheduler: The address of the scheduler of a running cluster, which does it instead.
    """

    workers: int | None
    scheduler: str | None


# What comes of a file: results, what else was counted, and why it cannot be read, if it cannot.
Outcome = tuple[list[T], Tally, str | None]

# Begins to read a response of a file: its result, and the steps that complete it.
Begin = Callable[[str, Response], tuple[T, Iterable[object]]]

_INTERRUPTED = "interrupted"


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

    def results(self, paths: Iterable[str], begin: Begin[T]) -> Iterator[T | Unreadable]:
        """The result of each response, when it is complete or was broken off, and what cannot be read."""
        try:
            with ReadingProgress() as progress:
                for file in self.files(paths):
                    if isinstance(file, Unreadable):
                        yield file
                    else:
                        yield from self._results_of(file, begin, progress)
        except KeyboardInterrupt:
            self.interrupted = True

    def files(self, paths: Iterable[str]) -> Iterator[str | Unreadable]:
        """The captures that paths stand for, each once, and the paths that stand for none."""
        seen: set[str] = set()
        for path in paths:
            try:
                found = [file for file in expand([path]) if file not in seen]
            except SourceError as error:
                yield self._unreadable(public_name(path), str(error))
                continue
            seen.update(found)
            yield from found

    def _results_of(self, file: str, begin: Begin[T], progress: ReadingProgress) -> Iterator[T | Unreadable]:
        progress.follow(self.tally, file)
        name = public_name(file)
        result: T | None = None
        try:
            for response in responses(file, tally=self.tally):
                result, steps = begin(name, response)
                deque(steps, maxlen=0)
                progress.hide()
                yield result
                result = None
        except (KeyboardInterrupt, SourceError) as error:
            progress.hide()
            reason = str(error) if isinstance(error, SourceError) else _INTERRUPTED
            if result is not None:
                result.unfinished = reason
                yield result
            if reason == _INTERRUPTED:
                raise
            unreadable = self._unreadable(name, reason)
            if result is None:
                yield unreadable

    def _unreadable(self, file: str, reason: str) -> Unreadable:
        self.unreadable = True
        failed(reason)
        return Unreadable(file, reason)

    def noted(self, file: str, outcome: Outcome[T]) -> Iterator[T | Unreadable]:
        """What comes of a file that was read elsewhere."""
        results, tally, failure = outcome
        yield from results
        self.tally.skipped += tally.skipped
        self.tally.redirects += tally.redirects
        if failure is not None:
            unreadable = self._unreadable(public_name(file), failure)
            if not results or results[-1].unfinished is None:
                yield unreadable

    def status(self, found: bool) -> int:
        """The exit status of the command, by whether it found something wrong."""
        if self.interrupted:
            return EXIT_INTERRUPTED
        if self.unreadable:
            return EXIT_UNREADABLE
        return EXIT_FINDINGS if found else EXIT_CLEAN
