"""The command `validate`: files in, findings out, response by response."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ..captures import Response
from ..validation import Answers, Severity, Validation
from .formats import FORMATS, Result, Style
from .reading import Reading
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
        for result in self.reading.results(files, self._begin):
            self.found = self.found or self.style.count(result.report) > 0
            yield result

    def _begin(self, file: str, response: Response) -> tuple[Result, Iterable[object]]:
        validation = self.validation(response)
        return Result(file, response.origin, validation.report), validation.steps()


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
