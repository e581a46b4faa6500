"""The command `validate`: files in, findings out, response by response."""

from __future__ import annotations

import json
import sys
import time
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import click

from ...captures import Response, Tally, is_capture, responses
from ...errors import SourceError, UsageError, public_name, quoted_name
from ...validation import RULES, Answers, RuleError, Severity, Validation, VersionError, known_versions
from ...validation.versions import resolved
from ..configuration import Configuration, find_configuration
from ..options import (
    PATHS_HELP,
    as_list,
    chosen_cluster,
    complete_rule,
    complete_version,
    more_help,
    on_cluster,
    separate_names,
)
from ..ordering import in_order
from ..outputs import Refused
from ..reading import Cluster, Order, Outcome, Reading, Unread
from ..reports import FORMATS, Result, Style, statistics
from ..terminal import (
    EXIT_CLEAN,
    EXIT_FINDINGS,
    EXIT_INTERRUPTED,
    EXIT_NOTHING,
    EXIT_UNREADABLE,
    Printer,
    discard_output,
    failed,
    put,
)

__all__ = ["validate"]

_FAILED = "the source failed"
_SETTLED = 0.3  # seconds without a change after which a file counts as complete


class Options(NamedTuple):
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


def _configure(context: click.Context, parameter: click.Parameter, value: bool) -> bool:
    """Use the configuration as the defaults of the options, before any option is parsed."""
    try:
        context.obj = find_configuration()
    except UsageError as error:
        raise Refused(str(error)) from error
    if context.obj is not None:
        options = context.obj.options
        context.default_map = {name.replace("-", "_"): value for name, value in options.items()}
    return value


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(allow_dash=True), callback=as_list)
@click.option("--format", "form", type=click.Choice(list(FORMATS)), default="text", help="Output format.")
@click.option(
    "--api-version",
    default="auto",
    metavar="VERSION",
    shell_complete=complete_version,
    help=f"API version to check against: {', '.join(known_versions())}; or auto to detect it.",
)
@click.option(
    "--select",
    multiple=True,
    callback=separate_names,
    shell_complete=complete_rule,
    help="Apply only these rules or groups, separated by commas; repeatable.",
)
@click.option(
    "--ignore",
    multiple=True,
    callback=separate_names,
    shell_complete=complete_rule,
    help="Skip these rules or groups, separated by commas; repeatable.",
)
@click.option(
    "--severity",
    type=click.Choice([severity.value for severity in Severity]),
    default="warning",
    help="Lowest severity that is shown and counts for the exit status.",
)
@click.option(
    "--max-findings",
    type=click.IntRange(0),
    default=100,
    help="Number of findings of each rule to list; the rest are only counted.",
)
@click.option(
    "--together",
    is_flag=True,
    help="Compare the responses with each other, as those of one job, in order of their dates or numbers.",
)
@click.option("--quiet", "-q", is_flag=True, help="Print findings only, without clean files and totals.")
@click.option("--statistics", is_flag=True, help="Print only the number of findings of each rule.")
@click.option("--exit-zero", is_flag=True, help="Exit with status 0 even if there are findings.")
@click.option(
    "--watch",
    metavar="FOLDER",
    type=click.Path(),
    help="Validate each capture that appears in the folder (extra cli).",
)
@click.option(
    "--show-config",
    is_flag=True,
    is_eager=True,
    callback=_configure,
    help="Print the effective configuration, and exit.",
)
@on_cluster
@more_help(
    PATHS_HELP,
    "The options select, ignore, severity and api-version can be set in ds3codec.toml, or in pyproject.toml"
    " under [tool.ds3codec], in this folder or one above it.",
    examples=(
        "ds3codec validate response.xml",
        "ds3codec validate captures/ --severity error",
        "ds3codec validate session.har --format junit > report.xml",
        "curl -i http://ds3/_rest_/job/$JOB | ds3codec validate -",
        "ds3codec validate response.xml --api-version 5.4 --ignore consistency",
        "ds3codec validate --together polls/*.xml",
        "ds3codec validate archive/ --workers 8",
        "ds3codec validate --watch captures/ --format jsonl",
    ),
)
@click.pass_context
def validate(context: click.Context, /, paths: list[str], **options: Any) -> int:
    """Find mistakes in captured responses, and show where they are.

    Exit status 0: no findings of the chosen severity or above; 1: findings; 2: something could not be read;
    3: there was nothing to validate.
    """
    if options["show_config"]:
        return _show_config(context)
    if not paths and options["watch"] is None:
        raise click.UsageError("give PATHS, or a folder to --watch")
    if paths and options["watch"] is not None:
        raise click.UsageError("give either PATHS or a folder to --watch")
    chosen = Options(
        options["form"],
        options["api_version"],
        options["select"] or None,
        options["ignore"],
        Severity(options["severity"]),
        options["max_findings"],
        options["quiet"],
        options["together"],
        chosen_cluster(options["workers"], options["scheduler"], paths),
        options["exit_zero"],
        options["statistics"],
    )
    if chosen.together and chosen.cluster is not None:
        raise click.UsageError("answers that are compared with each other are read one by one: no --workers")
    try:
        _say_version(chosen.api_version)
        return _run(_Run(chosen), paths) if options["watch"] is None else _watch(options["watch"], chosen)
    except (RuleError, UsageError, VersionError) as error:
        failed(str(error))
        return EXIT_UNREADABLE


def _say_version(given: str) -> None:
    """Report the version that is used if it differs from the given one."""
    if given == "auto":
        return
    taken = resolved(given)
    known = [one for one in known_versions() if _number(one) <= _number(taken)][-1]
    if taken != given:
        failed(f"API {given} is taken for {taken}")
    elif known != taken:
        failed(f"nothing is known to be new in API {taken}: it is judged as {known}")


def _number(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def _show_config(context: click.Context) -> int:
    configuration: Configuration | None = context.obj
    put(f"# {configuration.path}" if configuration is not None else "# there is no configuration")
    for name in ("select", "ignore", "severity", "api_version"):
        put(f"{name.replace('_', '-')} = {json.dumps(context.params[name])}")
    return EXIT_CLEAN


class _Run:
    """The state of one run: its options, and whether any response has a finding that counts."""

    def __init__(self, chosen: Options) -> None:
        self.chosen = chosen
        self.style = Style(chosen.severity, chosen.quiet)
        self.reading = Reading()
        self.answers = Answers() if chosen.together else None
        self.found = False
        self.responses = 0

    def validation(self, response: Response) -> Validation:
        chosen = self.chosen
        return Validation(
            response,
            api_version=chosen.api_version,
            select=chosen.select,
            ignore=chosen.ignore,
            max_findings=chosen.max_findings,
            together=self.answers,
        )

    def results(self, paths: Iterable[str]) -> Iterator[Result | Unread | Order]:
        # Captures from a watched folder, which come as an iterator, are already in order of arrival.
        if self.answers is not None and isinstance(paths, list):
            captures, order = yield from self._ordered(paths)
            yield Order(order)
            paths = captures
        for result in self._read(paths):
            if isinstance(result, Result):
                self.responses += 1
                self.found = (
                    self.found or self.style.count(result.report) > 0 or result.unfinished is not None
                )
            yield result

    def _ordered(self, paths: list[str]) -> Generator[Unread, None, tuple[list[str], str]]:
        """Return the captures under the paths in order, with the criterion; yield the unread inputs."""
        captures = []
        for file in self.reading.files(paths):
            if isinstance(file, str):
                captures.append(file)
            else:
                yield file
        return in_order(paths, captures)

    def _read(self, paths: Iterable[str]) -> Iterator[Result | Unread]:
        cluster = self.chosen.cluster
        if cluster is None:
            return self.reading.results(paths, self.begin)
        from .. import distributing  # noqa: PLC0415  (only with the extra)

        return distributing.results(
            cluster, self.reading, validated, paths, self.chosen._replace(cluster=None)
        )

    def begin(self, file: str, response: Response) -> tuple[Result, Iterable[object]]:
        validation = self.validation(response)
        result = Result(file, response.origin, validation.report)
        return result, _timed(validation.steps(), result)

    def status(self) -> int:
        found = self.reading.status(self.found)
        if found == EXIT_FINDINGS and self.chosen.exit_zero:
            return EXIT_CLEAN
        return EXIT_NOTHING if found == EXIT_CLEAN and not self.responses else found


def _timed(steps: Iterable[object], result: Result) -> Iterator[object]:
    start = time.monotonic()
    for step in steps:
        result.seconds = time.monotonic() - start
        yield step
    report = result.report
    if report.broken_off is not None and not any(RULES[rule].group == "form" for rule in report.counts):
        result.unfinished = report.broken_off  # no selected rule reports it


def validated(file: str, chosen: Options) -> Outcome[Result]:
    """Validate the responses of a file without printing anything, for use in another process."""
    state = _Run(chosen)
    tally = Tally()
    found: list[Result] = []
    try:
        for response in responses(file, tally=tally):
            result, steps = state.begin(public_name(file), response)
            found.append(result)
            result.unfinished = _FAILED  # until its steps are done
            deque(steps, maxlen=0)
            result.unfinished = None if result.unfinished is _FAILED else result.unfinished
    except SourceError as error:
        if found and found[-1].unfinished is _FAILED:
            found[-1].unfinished = str(error)
        return found, tally, str(error)
    return found, tally, None


def _watch(folder: str, chosen: Options) -> int:
    """Validate each capture that appears in a folder, until the user interrupts, which is the normal end."""
    if not Path(folder).is_dir():
        raise Refused(f"there is no folder {quoted_name(folder)}")
    if find_spec("watchfiles") is None:
        raise click.UsageError("--watch needs the extra cli: pip install 'ds3codec[cli]'")
    state = _Run(chosen)
    status = _run(state, _appearing(folder))
    state.reading.interrupted = False
    return state.status() if status == EXIT_INTERRUPTED else status


def _appearing(folder: str) -> Iterator[str]:
    """Yield the path of each new capture in a folder or below it, once the capture no longer grows."""
    from watchfiles import Change, watch  # noqa: PLC0415  (only with the extra)

    for changes in watch(folder, raise_interrupt=True):
        for change, name in sorted(changes, key=lambda item: item[1]):
            path = Path(name)
            if change != Change.deleted and path.is_file() and _is_settled(path) and is_capture(path):
                yield name


def _is_settled(path: Path) -> bool:
    """Tell whether a file has stopped changing; if not, another change event follows."""
    try:
        before = path.stat()
        time.sleep(_SETTLED)
        after = path.stat()
    except FileNotFoundError:
        return False
    return (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)


def _run(state: _Run, paths: Iterable[str]) -> int:
    state.validation(Response("", ()))  # reports invalid options before anything is read
    try:
        _print(state, paths)
    except KeyboardInterrupt:  # between two results
        state.reading.interrupted = True
    except BrokenPipeError:  # the reader is gone, but the findings so far count
        discard_output()
    return state.status()


def _print(state: _Run, paths: Iterable[str]) -> None:
    printer = Printer()
    form = statistics if state.chosen.statistics else FORMATS[state.chosen.form]
    for line in form(state.results(paths), state.style):
        if isinstance(line, str):
            put(line)
        else:
            printer.line(*line)
        sys.stdout.flush()  # a reader of the pipe may wait for this result
    if state.chosen.form == "text" and state.reading.interrupted:
        put("interrupted: the rest was not read")
    sys.stdout.flush()
