"""The commands and their options; what they do is in the modules beside this one."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar

import click

from .._version import __version__
from ..captures import expand
from ..errors import Ds3CodecError, SourceError, UsageError
from ..testing.documents import LATEST, write_document
from ..validation import RULES, RuleError, Severity, VersionError
from . import differing, listings, redacting, summarising, validating
from .formats import FORMATS
from .outputs import check_absent, opened_output
from .reading import Cluster
from .terminal import EXIT_CLEAN, EXIT_UNREADABLE, failed, told

__all__ = ["ds3codec"]

_PATHS = """PATHS are files, folders (searched for captures), patterns such as 'dumps/*.xml.gz', or - for
standard input: response bodies, plain or compressed; raw HTTP as curl -i prints it; HAR archives."""

_FORMS = ("xml", "parquet", "arrow", "csv", "jsonl")

Command = TypeVar("Command", bound=Callable[..., Any])


def _more_help(*paragraphs: str, examples: tuple[str, ...]) -> Callable[[Command], Command]:
    """Add paragraphs and examples to the help of a command, which is its docstring."""

    def add(function: Command) -> Command:
        parts = [inspect.getdoc(function) or "", *paragraphs, "\b\nExamples:\n  " + "\n  ".join(examples)]
        function.__doc__ = "\n\n".join(parts)
        return function

    return add


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="ds3codec")
def ds3codec() -> None:
    """Validate and summarise MasterObjectList responses of the DS3 API.

    \b
    Examples:
      ds3codec validate response.xml
      ds3codec summary response.xml.gz
      ds3codec rules

    \b
    Completion, for bash (zsh and fish alike):
      eval "$(_DS3CODEC_COMPLETE=bash_source ds3codec)"
    """


def _names(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> list[str]:
    """Names given one by one or with commas between them."""
    return [name.strip() for value in values for name in value.split(",") if name.strip()]


def _files(context: click.Context, parameter: click.Parameter, paths: tuple[str, ...]) -> list[str]:
    """The captures that the paths name."""
    try:
        return expand(paths)
    except SourceError as error:
        raise click.UsageError(str(error)) from error


def _on_cluster(function: Command) -> Command:
    """Give a command the options that say where its work is done."""
    function = click.option(
        "--scheduler", metavar="ADDRESS", help="Do the work on a running cluster of Dask's (extra dask)."
    )(function)
    return click.option(
        "--workers", type=click.IntRange(1), metavar="N", help="Do the work in N processes (extra dask)."
    )(function)


def _cluster(workers: int | None, scheduler: str | None, files: list[str]) -> Cluster | None:
    """Where the work is done; None for this process."""
    if workers is None and scheduler is None:
        return None
    if workers is not None and scheduler is not None:
        raise click.UsageError("--workers is for a cluster of this machine: leave it out beside --scheduler")
    if "-" in files:
        raise click.UsageError("standard input is read in this process: give files, or no --workers")
    if find_spec("distributed") is None or find_spec("dask") is None:
        raise click.UsageError("--workers and --scheduler need the extra dask: pip install 'ds3codec[dask]'")
    return Cluster(workers, scheduler)


def _complete_rule(context: click.Context, parameter: click.Parameter, begun: str) -> list[str]:
    names = {*RULES, *(rule.group for rule in RULES.values())}
    return sorted(name for name in names if name.startswith(begun))


@ds3codec.command()
@click.argument("paths", nargs=-1, required=True, callback=_files)
@click.option("--format", "form", type=click.Choice(list(FORMATS)), default="text", help="How to print.")
@click.option("--api-version", default="auto", metavar="VERSION", help="The version that it should be of.")
@click.option(
    "--select",
    multiple=True,
    callback=_names,
    shell_complete=_complete_rule,
    help="Only these rules or groups.",
)
@click.option(
    "--ignore",
    multiple=True,
    callback=_names,
    shell_complete=_complete_rule,
    help="Not these rules or groups.",
)
@click.option(
    "--severity",
    type=click.Choice([severity.value for severity in Severity]),
    default="warning",
    show_default=True,
    help="The least that is shown and that counts for the exit status.",
)
@click.option(
    "--max-findings",
    type=click.IntRange(0),
    default=100,
    show_default=True,
    help="How many findings of each rule to list; more are counted.",
)
@click.option(
    "--together", is_flag=True, help="All are answers of one job, in order: compare them with each other."
)
@click.option("--quiet", "-q", is_flag=True, help="Only the findings: no headings of clean files, no totals.")
@_on_cluster
@_more_help(
    _PATHS,
    examples=(
        "ds3codec validate response.xml",
        "ds3codec validate captures/ --severity error",
        "ds3codec validate session.har --format junit > report.xml",
        "curl -i http://ds3/_rest_/job/$JOB | ds3codec validate -",
        "ds3codec validate response.xml --api-version 5.4 --ignore consistency",
        "ds3codec validate --together polls/*.xml",
        "ds3codec validate archive/ --workers 8",
    ),
)
def validate(paths: list[str], **options: Any) -> int:
    """Say what is wrong with captured responses, and where.

    Exit status 0: nothing of the chosen severity; 1: findings; 2: something could not be read.
    """
    wanted = validating.Wanted(
        options["form"],
        options["api_version"],
        options["select"] or None,
        options["ignore"],
        Severity(options["severity"]),
        options["max_findings"],
        options["quiet"],
        options["together"],
        _cluster(options["workers"], options["scheduler"], paths),
    )
    if wanted.together and wanted.cluster is not None:
        raise click.UsageError("answers that are compared with each other are read one by one: no --workers")
    try:
        return validating.run(paths, wanted)
    except (RuleError, UsageError, VersionError) as error:
        failed(str(error))
        return EXIT_UNREADABLE


@ds3codec.command()
@click.argument("paths", nargs=-1, required=True, callback=_files)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to print.")
@click.option("--plot", type=click.Path(path_type=Path), help="Draw it to a .svg or .png (extra plot).")
@click.option(
    "--top", type=click.IntRange(0), default=10, show_default=True, help="How many largest objects."
)
@_more_help(
    _PATHS,
    examples=(
        "ds3codec summary response.xml",
        "ds3codec summary response.xml --plot response.svg",
        "ds3codec summary captures/ --format json",
    ),
)
def summary(paths: list[str], form: str, plot: Path | None, top: int) -> int:
    """Say what job responses say: header, nodes, chunks, objects, bytes, sizes."""
    return summarising.run(paths, form, plot, top)


@ds3codec.command()
@click.argument("inputs", nargs=-1, required=True, callback=_files)
@click.option("--output", "-o", required=True, help="Where to write: a path, or - for standard output.")
@click.option("--to", "form", type=click.Choice(list(_FORMS)), help="The format, where no ending says it.")
@click.option("--columns", multiple=True, callback=_names, help="Only these columns, in this order.")
@click.option("--where", multiple=True, metavar="COMPARISON", help="Only these rows: 'length >= 1000'.")
@click.option("--placements", is_flag=True, help="Have a column with the placements of the objects.")
@click.option("--job", metavar="RESPONSE", help="The job of a table that has none, such as CSV.")
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@_on_cluster
@_more_help(
    "INPUTS are captures, as for validate, or tables: .parquet, .arrow, .csv, .jsonl. The ending of the"
    " output is one of these, or .xml; .csv and .jsonl may have .gz, .bz2 or .zst behind. Rows of several"
    " responses begin with a column that names the input. XML comes out in the appliance's own form.",
    examples=(
        "ds3codec convert response.xml -o blobs.parquet",
        "ds3codec convert captures/ -o all.csv.gz --columns input,name,length",
        "ds3codec convert response.xml -o - --to jsonl --where 'in_cache = false'",
        "ds3codec convert blobs.parquet -o response.xml",
        "ds3codec convert edited.csv --job response.xml -o edited.xml",
    ),
)
def convert(inputs: list[str], **options: Any) -> int:
    """Make a table of responses, or a response of a table.

    Exit status 0: done; 2: something could not be read or written, and there is no output.
    """
    try:
        from ..tables.selecting import compared  # noqa: PLC0415  (only with the extra)
        from . import converting  # noqa: PLC0415
    except ModuleNotFoundError as error:
        if error.name not in ("pyarrow", "numpy"):
            raise
        failed("convert needs the extra tables: pip install 'ds3codec[tables]'")
        return EXIT_UNREADABLE
    output = options["output"]
    said, compression = converting.form_of(output)
    form = options["form"] or said
    if form is None:
        raise click.UsageError(f"the ending of {output!r} says no format: give one with --to")
    check_absent(output, options["force"])
    try:
        comparisons = [compared(text) for text in options["where"]]
    except UsageError as error:
        raise click.UsageError(str(error)) from error
    how = (options["columns"], comparisons, options["placements"], options["job"])
    cluster = _cluster(options["workers"], options["scheduler"], inputs)
    wanted = converting.Wanted(output, form, compression, *how, cluster)
    return converting.run(inputs, wanted)


@ds3codec.command("diff")
@click.argument("old", type=click.Path(exists=True, dir_okay=False))
@click.argument("new", type=click.Path(exists=True, dir_okay=False))
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to print.")
@click.option(
    "--most", type=click.IntRange(0), default=10, show_default=True, help="How many of each kind to name."
)
@_more_help(
    "OLD and NEW are captures, of which the first job response counts. Some 250 bytes a blob are remembered.",
    examples=("ds3codec diff polls/1.xml polls/2.xml", "ds3codec diff old.xml.gz new.xml.gz --format json"),
)
def differ(old: str, new: str, form: str, most: int) -> int:
    """Say what two responses of one job differ in: chunks, blobs, the cache, the header.

    Exit status 0: nothing; 1: something; 2: something could not be read.
    """
    return differing.run(old, new, form, most)


@ds3codec.command()
@click.argument("file", metavar="INPUT", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option("--output", "-o", required=True, help="Where to write: a path, or - for standard output.")
@click.option("--key", metavar="TEXT", help="The same stand-ins in all copies with this key; keep it secret.")
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@_more_help(
    "INPUT is a response body, raw HTTP or a HAR archive, plain or compressed. Replaced are names, ids,"
    " addresses, comments, wrong values and credentials, each always by the same stand-in, which is as long."
    " Numbers, dates, the order and all faults stay. What is not about jobs loses its body.",
    examples=(
        "ds3codec redact session.har -o to-show.har",
        "ds3codec redact polls/1.xml -o 1.xml --key $SECRET",
    ),
)
def redact(file: str, output: str, key: str | None, force: bool) -> int:
    """Copy a capture with stand-ins for all that it tells of its owners, to show it to others.

    Exit status 0: done; 2: it could not be read or parsed, and there is no copy.
    """
    check_absent(output, force)
    return redacting.run(file, output, key)


@ds3codec.command()
@click.option("--output", "-o", required=True, help="Where to write: a path, or - for standard output.")
@click.option("--objects", type=click.IntRange(0), default=1000, show_default=True, help="How many objects.")
@click.option(
    "--chunk-objects", type=click.IntRange(1), default=1000, show_default=True, help="Blobs in a chunk."
)
@click.option("--seed", type=int, default=0, show_default=True, help="The same seed gives the same bytes.")
@click.option("--api-version", default=LATEST, show_default=True, metavar="VERSION", help="Of which version.")
@click.option("--tapes", type=click.IntRange(0), default=0, help="Tapes that each object is on.")
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@_more_help(
    examples=(
        "ds3codec generate -o response.xml --objects 500000",
        "ds3codec generate -o - --api-version 3.2 --tapes 2 | ds3codec validate -",
    )
)
def generate(output: str, force: bool, **options: Any) -> int:
    """Make a response of any size, valid and consistent, with large objects cut into blobs."""
    check_absent(output, force)
    try:
        with opened_output(output) as sink:
            write_document(sink, **options)
    except BrokenPipeError:
        raise
    except (Ds3CodecError, OSError) as error:
        failed(told(error))
        return EXIT_UNREADABLE
    return EXIT_CLEAN


@ds3codec.command()
@click.argument("name", required=False, shell_complete=_complete_rule)
@_more_help(
    examples=(
        "ds3codec rules",
        "ds3codec rules blobs-overlap",
    )
)
def rules(name: str | None) -> int:
    """List the rules of validation, or explain one."""
    return listings.rules(name)


@ds3codec.command()
@click.option("--output", type=click.Path(path_type=Path, file_okay=False), help="Write the files into DIR.")
@_more_help(
    examples=(
        "ds3codec schema | xmllint --noout -",
        "ds3codec schema --output xsd/",
    )
)
def schema(output: Path | None) -> int:
    """Print the main XSD, or write it and all that it includes into a folder."""
    return listings.schema(output)


@ds3codec.command()
@_more_help(examples=("ds3codec operations",))
def operations() -> int:
    """List the operations that answer with this document."""
    return listings.operations()
