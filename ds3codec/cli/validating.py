"""The command `validate`: files in, findings out, response by response."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from ..captures import Response, Tally, expand, responses
from ..errors import SourceError
from ..validation import Severity, Validation
from .formats import FORMATS, Result, Style
from .terminal import (
    EXIT_CLEAN,
    EXIT_FINDINGS,
    EXIT_INTERRUPTED,
    EXIT_UNREADABLE,
    Printer,
    ReadingProgress,
    failed,
    put,
)

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


class _Run:
    """The state of one run: what is left to say when it ends, or is interrupted."""

    def __init__(self, wanted: Wanted) -> None:
        self.wanted = wanted
        self.style = Style(wanted.severity, wanted.quiet)
        self.tally = Tally()
        self.found = self.unreadable = self.interrupted = False

    def results(self, files: list[str], progress: ReadingProgress) -> Iterator[Result]:
        try:
            for file in files:
                yield from self._results_of(file, progress)
        except KeyboardInterrupt:
            self.interrupted = True

    def _results_of(self, file: str, progress: ReadingProgress) -> Iterator[Result]:
        size = Path(file).stat().st_size if Path(file).is_file() else None
        before = self.tally.bytes_read
        try:
            for response in responses(file, self.tally):
                validation = self._validation(response)
                result = Result(file, response.origin, validation.report)
                try:
                    for _ in validation.steps():
                        progress.show(file, self.tally.bytes_read - before, size)
                except (KeyboardInterrupt, SourceError):
                    yield self._noted(result)
                    raise
                yield self._noted(result)
        except SourceError as error:
            self.unreadable = True
            failed(str(error))

    def _validation(self, response: Response) -> Validation:
        wanted = self.wanted
        return Validation(
            response,
            api_version=wanted.api_version,
            select=wanted.select,
            ignore=wanted.ignore,
            max_findings=wanted.max_findings,
        )

    def _noted(self, result: Result) -> Result:
        self.found = self.found or self.style.count(result.report) > 0
        return result

    def status(self) -> int:
        if self.interrupted:
            return EXIT_INTERRUPTED
        if self.unreadable:
            return EXIT_UNREADABLE
        return EXIT_FINDINGS if self.found else EXIT_CLEAN


def run(paths: tuple[str, ...], wanted: Wanted) -> int:
    """Validate what the paths name, print what was found, and give the exit status."""
    state = _Run(wanted)
    state.style.count(
        Validation(b"", api_version=wanted.api_version, select=wanted.select, ignore=wanted.ignore).report
    )
    try:
        files = expand(paths)
    except SourceError as error:
        failed(str(error))
        return EXIT_UNREADABLE
    printer = Printer()
    with ReadingProgress() as progress:
        for line in FORMATS[wanted.form](state.results(files, progress), state.style):
            if isinstance(line, str):
                put(line)
            else:
                printer.line(*line)
    if state.tally.skipped and wanted.form == "text" and not wanted.quiet:
        print(f"{state.tally.skipped} other responses skipped")
    sys.stdout.flush()
    return state.status()
