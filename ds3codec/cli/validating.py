"""The command `validate`: files in, findings out, response by response."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ..captures import Response, Tally, responses
from ..errors import SourceError
from ..validation import Answers, Severity, Validation
from .formats import FORMATS, Result, Style
from .reading import Cluster, Outcome, Reading
from .terminal import Printer, put

__all__ = ["Wanted", "run"]


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


class _Run:
    """One run: how responses are validated, and whether any has a finding that counts."""

    def __init__(self, wanted: Wanted) -> None:
        self.wanted = wanted
        self.style = Style(wanted.severity, wanted.quiet)
        self.reading = Reading()
        self.answers = Answers() if wanted.together else None
        self.found = False

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

    def results(self, files: list[str]) -> Iterator[Result]:
        for result in self._read(files):
            self.found = self.found or self.style.count(result.report) > 0
            yield result

    def _read(self, files: list[str]) -> Iterator[Result]:
        cluster = self.wanted.cluster
        if cluster is None:
            return self.reading.results(files, self._begin)
        from . import distributing  # noqa: PLC0415  (only with the extra)

        alone = self.wanted._replace(cluster=None)
        inputs = [(file, alone) for file in files]
        return distributing.results(cluster, self.reading, validated, inputs)

    def _begin(self, file: str, response: Response) -> tuple[Result, Iterable[object]]:
        validation = self.validation(response)
        return Result(file, response.origin, validation.report), validation.steps()


def validated(file: str, wanted: Wanted) -> Outcome[Result]:
    """Validate the responses of a file, for a process that shows nothing."""
    state = _Run(wanted)
    tally = Tally()
    found: list[Result] = []
    try:
        for response in responses(file, tally):
            result, steps = state._begin(file, response)
            found.append(result)
            deque(steps, maxlen=0)
    except SourceError as error:
        return found, tally.skipped, str(error)
    return found, tally.skipped, None


def run(files: list[str], wanted: Wanted) -> int:
    """Validate files, print what was found, and give the exit status."""
    state = _Run(wanted)
    state.validation(Response("", ()))  # raises the errors of the options before anything is read
    printer = Printer()
    for line in FORMATS[wanted.form](state.results(files), state.style):
        if isinstance(line, str):
            put(line)
        else:
            printer.line(*line)
    skipped = state.reading.tally.skipped
    if skipped and wanted.form == "text" and not wanted.quiet:
        print(f"{skipped} other responses skipped")
    sys.stdout.flush()
    return state.reading.status(state.found)
