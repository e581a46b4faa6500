"""The command `validate`: files in, findings out, response by response."""

from __future__ import annotations

import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ..captures import Response, Tally, responses
from ..errors import SourceError, public_name
from ..validation import Answers, Severity, Validation
from .formats import FORMATS, Result, Style, statistics
from .reading import Cluster, Outcome, Reading, Unreadable
from .terminal import (
    EXIT_CLEAN,
    EXIT_FINDINGS,
    EXIT_INTERRUPTED,
    EXIT_NOTHING,
    Printer,
    counted,
    discard_output,
    put,
)

__all__ = ["Wanted", "run", "watch"]


class Wanted(NamedTuple):
    """The options of the command."""

    form: str
    api_version: str
    select: list[str] | None
    ignore: list[str]
    severity: Severity
    max_findings: int
    quiet: bool
    together: bool
    cluster: Cluster | None = None
    exit_zero: bool = False
    statistics: bool = False


class _Run:
    """One run: how responses are validated, and whether any has a finding that counts."""

    def __init__(self, wanted: Wanted) -> None:
        self.wanted = wanted
        self.style = Style(wanted.severity, wanted.quiet)
        self.reading = Reading()
        self.answers = Answers() if wanted.together else None
        self.found = False
        self.responses = 0

    def validation(self, response: Response) -> Validation:
        wanted = self.wanted
        return Validation(
            response,
            api_version=wanted.api_version,
            select=wanted.select,
            ignore=wanted.ignore,
            max_findings=wanted.max_findings,
            together=self.answers,
        )

    def results(self, paths: Iterable[str]) -> Iterator[Result | Unreadable]:
        for result in self._read(paths):
            if isinstance(result, Result):
                self.responses += 1
                self.found = self.found or self.style.count(result.report) > 0
            yield result

    def _read(self, paths: Iterable[str]) -> Iterator[Result | Unreadable]:
        cluster = self.wanted.cluster
        if cluster is None:
            return self.reading.results(paths, self.begin)
        from . import distributing  # noqa: PLC0415  (only with the extra)

        return distributing.results(
            cluster, self.reading, validated, paths, self.wanted._replace(cluster=None)
        )

    def begin(self, file: str, response: Response) -> tuple[Result, Iterable[object]]:
        validation = self.validation(response)
        result = Result(file, response.origin, validation.report)
        return result, _timed(validation.steps(), result)

    def status(self) -> int:
        found = self.reading.status(self.found)
        if found == EXIT_FINDINGS and self.wanted.exit_zero:
            return EXIT_CLEAN
        return EXIT_NOTHING if found == EXIT_CLEAN and not self.responses else found


def _timed(steps: Iterable[object], result: Result) -> Iterator[object]:
    start = time.monotonic()
    for step in steps:
        result.seconds = time.monotonic() - start
        yield step


def validated(file: str, wanted: Wanted) -> Outcome[Result]:
    """Validate the responses of a file, for a process that shows nothing."""
    state = _Run(wanted)
    tally = Tally()
    found: list[Result] = []
    try:
        for response in responses(file, tally=tally):
            result, steps = state.begin(public_name(file), response)
            found.append(result)
            result.unfinished = "the source failed"
            deque(steps, maxlen=0)
            result.unfinished = None
    except SourceError as error:
        if found and found[-1].unfinished is not None:
            found[-1].unfinished = str(error)
        return found, tally, str(error)
    return found, tally, None


def run(paths: list[str], wanted: Wanted) -> int:
    """Validate what paths stand for, print what was found, and give the exit status."""
    return _run(_Run(wanted), paths)


def watch(folder: str, wanted: Wanted) -> int:
    """Validate each capture that appears in a folder until the user interrupts, which is a usual end."""
    from . import watching  # noqa: PLC0415  (only with the extra)

    state = _Run(wanted)
    status = _run(state, watching.appearing(folder))
    state.reading.interrupted = False
    return state.status() if status == EXIT_INTERRUPTED else status


def _run(state: _Run, paths: Iterable[str]) -> int:
    state.validation(Response("", ()))  # raises the errors of the options before anything is read
    try:
        _print(state, paths)
    except KeyboardInterrupt:  # between two results
        state.reading.interrupted = True
    except BrokenPipeError:  # nobody reads on, but what was found so far counts
        discard_output()
    return state.status()


def _print(state: _Run, paths: Iterable[str]) -> None:
    printer = Printer()
    form = statistics if state.wanted.statistics else FORMATS[state.wanted.form]
    for line in form(state.results(paths), state.style):
        if isinstance(line, str):
            put(line)
        else:
            printer.line(*line)
        sys.stdout.flush()  # for those who wait for the next result
    if state.wanted.form == "text" and state.reading.interrupted:
        put("interrupted: the rest was not read")
    if state.wanted.form == "text" and not state.wanted.quiet and not state.wanted.statistics:
        _print_skipped(state.reading.tally)
    sys.stdout.flush()


def _print_skipped(tally: Tally) -> None:
    if tally.skipped:
        put(f"{counted(tally.skipped, 'other response')} skipped")
    if tally.redirects:
        put(f"{counted(tally.redirects, 'redirect')} passed over")
