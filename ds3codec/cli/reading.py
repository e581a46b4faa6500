"""The loop of every command that reads captures: file by file, response by response, with progress.

What cannot be read is reported in one line, and the next file follows. What was found in a response before
its source failed, or before an interrupt, is a result like any other, that says so.
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


Unread = Unreadable | PassedOver


class Order(NamedTuple):
    """The order in which answers of one job are compared.

    Attributes:
        by: What it goes by, in words.
    """

    by: str


def plain_unread(unread: Unread) -> dict[str, Any]:
    """What is not read, as JSON has it."""
    if isinstance(unread, Unreadable):
        return {"file": unread.file, "unreadable": unread.reason}
    return {"name": unread.name, "passed_over": unread.reason, "kind": unread.kind, "count": unread.count}


_KINDS = {
    "file": ("file", "passed over"),
    "response": ("other response", "skipped"),
    "redirect": ("redirect", "passed over"),
}


def passed_over_in_words(passed_over: Iterable[PassedOver]) -> Iterator[str]:
    """Lines that count and name what was passed over, of each kind no more than a person reads."""
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
_MOST_NAMED = 20  # lines of what was passed over


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

    def results(self, paths: Iterable[str], begin: Begin[T]) -> Iterator[T | Unread]:
        """The result of each response, when it is complete or was broken off, and what is not read."""
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
        """The captures that paths stand for, each once; what is passed over; paths that stand for none."""
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
        """The exchanges that were passed over, and not told of before."""
        found, self.tally.passed_over = self.tally.passed_over, []
        return found

    def _unreadable(self, file: str, reason: str) -> Unreadable:
        self.unreadable = True
        failed(reason)
        return Unreadable(file, reason)

    def noted(self, file: str, outcome: Outcome[T]) -> Iterator[T | Unread]:
        """What comes of a file that was read elsewhere."""
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
        """The exit status of the command, by whether it found something wrong."""
        if self.interrupted:
            return EXIT_INTERRUPTED
        if self.unreadable:
            return EXIT_UNREADABLE
        return EXIT_FINDINGS if found else EXIT_CLEAN
