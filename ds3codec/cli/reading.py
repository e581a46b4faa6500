"""The loop of every command that reads captures: file by file, response by response, with progress.

A file that cannot be read is reported in one line, and reading goes on with the next. If a source fails or
the user interrupts, the partial result of the response is given, with the reason in `unfinished`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple, Protocol, TypeVar

from ..captures import Response, Tally, responses
from ..captures.paths import survey
from ..captures.streams import PassedOver
from ..errors import SourceError, public_name
from .terminal import (
    EXIT_CLEAN,
    EXIT_FINDINGS,
    EXIT_INTERRUPTED,
    EXIT_UNREADABLE,
    ReadingProgress,
    counted,
    failed,
    printable_name,
)

__all__ = [
    "Cluster",
    "Order",
    "Outcome",
    "Reading",
    "T",
    "Unread",
    "Unreadable",
    "passed_over_in_words",
    "plain_unread",
]


class Unfinishable(Protocol):
    """A result that may cover only part of a response.

    Attributes:
        unfinished: The reason the rest was not read; None if all was.
    """

    unfinished: str | None


class Unreadable(NamedTuple):
    """A file that cannot be read, or not to its end, with the reason."""

    file: str
    reason: str


T = TypeVar("T", bound=Unfinishable)


Unread = Unreadable | PassedOver


class Order(NamedTuple):
    """The order in which answers of one job are compared.

    Attributes:
        by: The criterion, in words.
    """

    by: str


def plain_unread(unread: Unread) -> dict[str, Any]:
    """Convert an input that was not read to plain data for JSON."""
    if isinstance(unread, Unreadable):
        return {"file": unread.file, "unreadable": unread.reason}
    return {"name": unread.name, "passed_over": unread.reason, "kind": unread.kind, "count": unread.count}


_KINDS = {
    "file": ("file", "passed over"),
    "response": ("other response", "skipped"),
    "redirect": ("redirect", "passed over"),
}


def passed_over_in_words(passed_over: Iterable[PassedOver]) -> Iterator[str]:
    """Yield lines that count what was passed over and name the first few of each kind."""
    for kind, (noun, verb) in _KINDS.items():
        found = [one for one in passed_over if one.kind == kind]
        if not found:
            continue
        yield f"{counted(sum(one.count for one in found), noun)} {verb}:"
        yield from (f"  {printable_name(one.name)}: {one.reason}" for one in found[:_MOST_NAMED])
        rest = sum(one.count for one in found[_MOST_NAMED:])
        if rest:
            yield f"  and {rest:,} more, which --format json names"


class Cluster(NamedTuple):
    """The cluster that does the work of a command.

    Attributes:
        workers: The number of processes to start on this machine.
        scheduler: The address of a running cluster's scheduler, to use instead.
    """

    workers: int | None
    scheduler: str | None


# The outcome of a file: its results, its tally, and the reason it could not be read, or None.
Outcome = tuple[list[T], Tally, str | None]

# Starts a response of a file; returns its result, and the steps that complete it.
Begin = Callable[[str, Response], tuple[T, Iterable[object]]]

_INTERRUPTED = "interrupted"
_MOST_NAMED = 20  # inputs passed over, of each kind


class Reading:
    """Reads the files of a command, and remembers how that ended.

    Attributes:
        tally: The counts of everything read.
        unreadable: True if something could not be read.
        interrupted: True if the user interrupted.
    """

    def __init__(self) -> None:
        self.tally: Tally = Tally()
        self.unreadable: bool = False
        self.interrupted: bool = False

    def results(self, paths: Iterable[str], begin: Begin[T]) -> Iterator[T | Unread]:
        """Yield the result of each response once it is complete or broken off, and each unread input."""
        try:
            with ReadingProgress() as progress:
                for file in self.files(paths):
                    if not isinstance(file, str):
                        yield file
                    else:
                        yield from self._results_of(file, begin, progress)
        except KeyboardInterrupt:
            self.interrupted = True

    def files(self, paths: Iterable[str]) -> Iterator[str | Unread]:
        """Yield each capture under the paths once, the inputs passed over, and the unreadable paths."""
        seen: set[str | PassedOver] = set()
        for path in paths:
            try:
                captures, passed_over = survey(path)
            except SourceError as error:
                yield self._unreadable(public_name(path), str(error))
                continue
            every: list[str | PassedOver] = [*captures, *passed_over]
            found = [one for one in every if one not in seen]
            seen.update(found)
            yield from found

    def _results_of(self, file: str, begin: Begin[T], progress: ReadingProgress) -> Iterator[T | Unread]:
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
        yield from self.passed_over()

    def passed_over(self) -> list[PassedOver]:
        """Take the exchanges passed over since the last call."""
        found, self.tally.passed_over = self.tally.passed_over, []
        return found

    def _unreadable(self, file: str, reason: str) -> Unreadable:
        self.unreadable = True
        failed(reason)
        return Unreadable(file, reason)

    def noted(self, file: str, outcome: Outcome[T]) -> Iterator[T | Unread]:
        """Record the outcome of a file that was read elsewhere, and yield its results."""
        results, tally, failure = outcome
        yield from results
        self.tally.skipped += tally.skipped
        self.tally.redirects += tally.redirects
        if failure is not None:
            unreadable = self._unreadable(public_name(file), failure)
            if not results or results[-1].unfinished != failure:
                yield unreadable
        yield from tally.passed_over

    def status(self, found: bool) -> int:
        """Return the exit status; `found` tells whether there were findings."""
        if self.interrupted:
            return EXIT_INTERRUPTED
        if self.unreadable:
            return EXIT_UNREADABLE
        return EXIT_FINDINGS if found else EXIT_CLEAN
