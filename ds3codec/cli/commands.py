"""The commands and their options; what they do is in the modules beside this one."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click

from .._version import __version__
from ..errors import UsageError, quoted_name
from ..validation import RuleError, Severity, VersionError, known_versions
from ..validation.versions import resolved
from . import differing, listings, redacting, summarising, validating
from .configuration import Configuration, find_configuration
from .developing import bench, generate, serve
from .formats import FORMATS
from .options import (
    as_list,
    chosen_cluster,
    complete_rule,
    complete_version,
    existing_files,
    more_help,
    on_cluster,
    separate_names,
)
from .outputs import Refused, check_absent
from .terminal import EXIT_CLEAN, EXIT_UNREADABLE, failed, put

__all__ = ["ds3codec"]

_PATHS = """PATHS are files, folders (searched for captures), patterns such as 'dumps/*.xml.gz', or - for
standard input: response bodies, plain or compressed; raw HTTP as curl -i prints it; HAR archives; packets
(pcap), cassettes, WARC, and what proxies save."""

_FORMS = ("xml", "parquet", "arrow", "csv", "jsonl")


@click.group(
    context_settings={
        "help_option_names": ["-h", "--help"],
        "max_content_width": 100,
        "show_default": True,
    },
    invoke_without_command=True,
)
@click.version_option(__version__, prog_name="ds3codec")
@click.pass_context
def ds3codec(context: click.Context) -> None:
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
    if context.invoked_subcommand is None:
        click.echo(context.get_help())
        return
    try:
        context.obj = find_configuration(Path.cwd()) if context.invoked_subcommand == "validate" else None
    except UsageError as error:
        raise Refused(str(error)) from error
    if context.obj is not None:
        options = {name.replace("-", "_"): value for name, value in context.obj.options.items()}
        context.default_map = {"validate": options}


@ds3codec.command()
@click.argument("paths", nargs=-1, type=click.Path(allow_dash=True), callback=as_list)
@click.option("--format", "form", type=click.Choice(list(FORMATS)), default="text", help="How to print.")
@click.option(
    "--api-version",
    default="auto",
    metavar="VERSION",
    shell_complete=complete_version,
    help=f"The version that it should be of: {', '.join(known_versions())}; or auto to find it.",
)
@click.option(
    "--select",
    multiple=True,
    callback=separate_names,
    shell_complete=complete_rule,
    help="Only these rules or groups. With commas between them, or given several times.",
)
@click.option(
    "--ignore",
    multiple=True,
    callback=separate_names,
    shell_complete=complete_rule,
    help="Not these rules or groups. With commas between them, or given several times.",
)
@click.option(
    "--severity",
    type=click.Choice([severity.value for severity in Severity]),
    default="warning",
    help="The least that is shown and that counts for the exit status.",
)
@click.option(
    "--max-findings",
    type=click.IntRange(0),
    default=100,
    help="How many findings of each rule to list; more are counted.",
)
@click.option(
    "--together", is_flag=True, help="All are answers of one job, in order: compare them with each other."
)
@click.option("--quiet", "-q", is_flag=True, help="Only the findings: no headings of clean files, no totals.")
@click.option("--statistics", is_flag=True, help="Only how many findings there are of each rule.")
@click.option("--exit-zero", is_flag=True, help="Exit status 0 also where something is found.")
@click.option(
    "--watch", metavar="FOLDER", type=click.Path(), help="Validate each capture that appears (extra watch)."
)
@click.option("--show-config", is_flag=True, help="Print the configuration that applies, and end.")
@on_cluster
@more_help(
    _PATHS,
    "The options select, ignore, severity and api-version may stand in ds3codec.toml, or in pyproject.toml"
    " under [tool.ds3codec], in this folder or above it.",
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
    """Say what is wrong with captured responses, and where.

    Exit status 0: nothing of the chosen severity; 1: findings; 2: something could not be read; 3: there was
    nothing to validate.
    """
    if options["show_config"]:
        return _show_config(context)
    if not paths and options["watch"] is None:
        raise click.UsageError("give PATHS, or a folder to --watch")
    if paths and options["watch"] is not None:
        raise click.UsageError("give either PATHS or a folder to --watch")
    wanted = validating.Wanted(
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
    if wanted.together and wanted.cluster is not None:
        raise click.UsageError("answers that are compared with each other are read one by one: no --workers")
    try:
        _say_version(wanted.api_version)
        return validating.run(paths, wanted) if options["watch"] is None else _watch(options["watch"], wanted)
    except (RuleError, UsageError, VersionError) as error:
        failed(str(error))
        return EXIT_UNREADABLE


def _say_version(given: str) -> None:
    """Say which version a given one is taken for, where that is another."""
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


def _watch(folder: str, wanted: validating.Wanted) -> int:
    if not Path(folder).is_dir():
        raise Refused(f"there is no folder {quoted_name(folder)}")
    if find_spec("watchfiles") is None:
        raise click.UsageError("--watch needs the extra watch: pip install 'ds3codec[watch]'")
    return validating.watch(folder, wanted)


def _show_config(context: click.Context) -> int:
    configuration: Configuration | None = context.obj
    put(f"# {configuration.path}" if configuration is not None else "# there is no configuration")
    for name in ("select", "ignore", "severity", "api_version"):
        put(f"{name.replace('_', '-')} = {json.dumps(context.params[name])}")
    return EXIT_CLEAN


@ds3codec.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(allow_dash=True), callback=as_list)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to print.")
@click.option("--plot", type=click.Path(path_type=Path), help="Draw it to a .svg or .png (extra plot).")
@click.option("--top", type=click.IntRange(0), default=10, help="How many largest objects.")
@more_help(
    _PATHS,
    examples=(
        "ds3codec summary response.xml",
        "ds3codec summary response.xml --plot response.svg",
        "ds3codec summary captures/ --format json",
    ),
)
def summary(paths: list[str], form: str, plot: Path | None, top: int) -> int:
    """Say what job responses say: header, nodes, chunks, objects, bytes, sizes.

    Exit status 0: done; 1: a response is wrong or not all there; 2: something could not be read.
    """
    return summarising.run(paths, form, plot, top)


@ds3codec.command()
@click.argument("inputs", nargs=-1, required=True, type=click.Path(allow_dash=True), callback=existing_files)
@click.option("--output", "-o", required=True, help="Where to write: a path, or - for standard output.")
@click.option("--to", "form", type=click.Choice(list(_FORMS)), help="The format, where no ending says it.")
@click.option("--columns", multiple=True, callback=separate_names, help="Only these columns, in this order.")
@click.option("--where", multiple=True, metavar="COMPARISON", help="Only these rows: 'length >= 1000'.")
@click.option("--placements", is_flag=True, help="Have a column with the placements of the objects.")
@click.option("--job", metavar="RESPONSE", help="The job of a table that has none, such as CSV.")
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@on_cluster
@more_help(
    "INPUTS are captures, as for validate, or tables: .parquet, .arrow, .csv, .jsonl. The ending of the"
    " output is one of these, or .xml; .csv, .jsonl and .xml may have .gz, .bz2 or .zst behind. Rows of"
    " several responses begin with a column that names the input. XML comes out in the appliance's own form.",
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
        raise click.UsageError(f"the ending of {quoted_name(output)} says no format: give one with --to")
    check_absent(output, options["force"])
    try:
        comparisons = [compared(text) for text in options["where"]]
    except UsageError as error:
        raise click.UsageError(str(error)) from error
    how = (options["columns"], comparisons, options["placements"], options["job"])
    cluster = chosen_cluster(options["workers"], options["scheduler"], inputs)
    wanted = converting.Wanted(output, form, compression, *how, cluster)
    return converting.run(inputs, wanted)


@ds3codec.command("diff")
@click.argument("old", type=click.Path(allow_dash=True))
@click.argument("new", type=click.Path(allow_dash=True))
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to print.")
@click.option("--most", type=click.IntRange(0), default=10, help="How many of each kind to name.")
@more_help(
    "OLD and NEW are captures, as for validate, of which the first job response counts. NEW may be - for"
    " standard input. Some 250 bytes a blob are remembered.",
    examples=(
        "ds3codec diff polls/1.xml polls/2.xml",
        "ds3codec diff old.xml.gz new.xml.gz --format json",
        "curl http://ds3/_rest_/job/$JOB | ds3codec diff old.xml -",
    ),
)
def differ(old: str, new: str, form: str, most: int) -> int:
    """Say what two responses of one job differ in: chunks, blobs, the cache, the header.

    Exit status 0: nothing; 1: something; 2: something could not be read.
    """
    return differing.run(old, new, form, most)


@ds3codec.command()
@click.argument("file", metavar="INPUT", type=click.Path(allow_dash=True))
@click.option("--output", "-o", required=True, help="Where to write: a path, or - for standard output.")
@click.option("--key", metavar="TEXT", help="The same stand-ins in all copies with this key; keep it secret.")
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@more_help(
    "INPUT is a capture, as for validate. A body, raw HTTP and a HAR archive keep their form; all else"
    " becomes raw HTTP. Replaced are names, ids, addresses, comments, unknown and wrong values, and"
    " credentials, each always by the same stand-in, which is as long. Numbers, dates and words of the"
    " protocol stay in their places, and so do the order and all faults. What is not about jobs loses its"
    " body. The manual lists all that stays.",
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


_LISTING = click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to print."
)


@ds3codec.command()
@click.argument("name", required=False, metavar="[RULE|GROUP]", shell_complete=complete_rule)
@_LISTING
@more_help(
    examples=(
        "ds3codec rules",
        "ds3codec rules version",
        "ds3codec rules blobs-overlap",
    )
)
def rules(name: str | None, form: str) -> int:
    """List the rules of validation, or explain one."""
    return listings.rules(name, form)


@ds3codec.command()
@click.option(
    "--output", type=click.Path(path_type=Path, file_okay=False), help="Write the files into this folder."
)
@click.option(
    "--of",
    type=click.Choice(["response", "report"]),
    default="response",
    help="Of responses, as XSD; or of the reports that validate prints as JSON, as JSON Schema.",
)
@more_help(
    "The XSD that is printed is in one piece; --output writes the files that it is made of.",
    examples=(
        "ds3codec schema > response.xsd && xmllint --noout --schema response.xsd response.xml",
        "ds3codec schema --output xsd/",
        "ds3codec schema --of report > report.schema.json",
    ),
)
def schema(output: Path | None, of: str) -> int:
    """Print the schema of responses, or of reports."""
    return listings.schema(output, of)


@ds3codec.command()
@_LISTING
@more_help(examples=("ds3codec operations",))
def operations(form: str) -> int:
    """List the operations that answer with a MasterObjectList."""
    return listings.operations(form)


ds3codec.add_command(bench)
ds3codec.add_command(generate)
ds3codec.add_command(serve)
