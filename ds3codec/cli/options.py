"""Options shared by several commands: their parsing, completion and help."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar

import click

from ..captures.paths import survey
from ..captures.streams import PassedOver
from ..errors import SourceError, quoted_name
from ..validation import RULES, known_versions
from .outputs import Refused
from .reading import Cluster, passed_over_in_words
from .terminal import failed

__all__ = [
    "PATHS_HELP",
    "as_list",
    "chosen_cluster",
    "complete_rule",
    "complete_version",
    "existing_files",
    "format_option",
    "more_help",
    "on_cluster",
    "plot_option",
    "separate_names",
]

Command = TypeVar("Command", bound=Callable[..., Any])

_Function = Callable[..., Any]

PATHS_HELP = """PATHS are files, folders (searched for captures), patterns such as 'dumps/*.xml.gz', or - for
standard input. They contain response bodies, raw HTTP as curl -i prints it, HAR archives, packets (pcap),
cassettes, WARC, or what proxies save, plain or compressed."""

format_option: Callable[[_Function], _Function] = click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", help="Output format."
)


def more_help(*paragraphs: str, examples: tuple[str, ...]) -> Callable[[Command], Command]:
    """Add paragraphs and examples to the docstring of a command, which click shows as help."""

    def add(function: Command) -> Command:
        parts = [inspect.getdoc(function) or "", *paragraphs, "\b\nExamples:\n  " + "\n  ".join(examples)]
        function.__doc__ = "\n\n".join(parts)
        return function

    return add


def separate_names(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> list[str]:
    """Split names that are given one by one or separated by commas."""
    return [name.strip() for value in values for name in value.split(",") if name.strip()]


def as_list(context: click.Context, parameter: click.Parameter, paths: tuple[str, ...]) -> list[str]:
    return list(paths)


def existing_files(context: click.Context, parameter: click.Parameter, paths: tuple[str, ...]) -> list[str]:
    """Return each capture under the paths once, and report the inputs passed over."""
    found: dict[str, None] = {}
    passed_over: dict[PassedOver, None] = {}
    try:
        for path in paths:
            captures, others = survey(path)
            found.update(dict.fromkeys(captures))
            passed_over.update(dict.fromkeys(others))
    except SourceError as error:
        raise Refused(str(error)) from error
    for line in passed_over_in_words(passed_over):
        failed(line)
    return list(found)


def on_cluster(function: Command) -> Command:
    """Add the options that select a cluster to a command."""
    function = click.option(
        "--scheduler", metavar="ADDRESS", help="Use the running Dask cluster at this address (extra dask)."
    )(function)
    return click.option(
        "--workers", type=click.IntRange(1), metavar="N", help="Use N processes (extra dask)."
    )(function)


def chosen_cluster(workers: int | None, scheduler: str | None, files: list[str]) -> Cluster | None:
    """Return the cluster to use, or None to work in this process."""
    if workers is None and scheduler is None:
        return None
    if workers is not None and scheduler is not None:
        raise click.UsageError("--workers is for a cluster of this machine: leave it out beside --scheduler")
    if "-" in files:
        raise click.UsageError("standard input is read in this process: give files, or no --workers")
    if find_spec("distributed") is None or find_spec("dask") is None:
        raise click.UsageError("--workers and --scheduler need the extra dask: pip install 'ds3codec[dask]'")
    return Cluster(workers, scheduler)


def _drawable(context: click.Context, parameter: click.Parameter, plot: Path | None) -> Path | None:
    """Refuse a plot that cannot be drawn, before anything is read."""
    if plot is None:
        return None
    if plot.suffix.lower() not in (".svg", ".png"):
        raise Refused(f"cannot draw {quoted_name(str(plot))}: the ending is neither .svg nor .png")
    if find_spec("matplotlib") is None:
        raise click.UsageError("--plot needs the extra cli: pip install 'ds3codec[cli]'")
    return plot


plot_option: Callable[[_Function], _Function] = click.option(
    "--plot",
    type=click.Path(path_type=Path),
    callback=_drawable,
    help="Draw the result into a .svg or .png file (extra cli).",
)


def complete_rule(context: click.Context, parameter: click.Parameter, begun: str) -> list[str]:
    """Complete the last of the comma-separated names of rules and groups."""
    before, comma, last = begun.rpartition(",")
    names = {*RULES, *(rule.group for rule in RULES.values())}
    return sorted(f"{before}{comma}{name}" for name in names if name.startswith(last))


def complete_version(context: click.Context, parameter: click.Parameter, begun: str) -> list[str]:
    return [version for version in ("auto", *known_versions()) if version.startswith(begun)]
