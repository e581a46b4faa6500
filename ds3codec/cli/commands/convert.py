"""The command `convert`; `cli.converting` does its work, and needs the extra tables."""

from __future__ import annotations

from typing import Any

import click

from ...errors import UsageError, quoted_name
from ...formats import COMPRESSIONS, TABLE_FORMATS, table_format_of, without_compression
from ..options import chosen_cluster, existing_files, more_help, on_cluster, separate_names
from ..outputs import check_absent
from ..terminal import EXIT_UNREADABLE, failed

__all__ = ["convert"]

_FORMS = ["xml", *(form.name for form in TABLE_FORMATS)]
_TABLES = ", ".join(ending for form in TABLE_FORMATS for ending in form.endings)
_WHERE = (
    "Write only the rows for which this is true: a column, one of = == != < <= > >=, and a value, in quotes"
    " if needed, such as 'length >= 1000' or \"name = 'a b'\"; compare with null by = or !=. Repeatable; all"
    " must be true."
)
_COMPRESSED = ", ".join(ending for compression in COMPRESSIONS for ending in compression.endings)


@click.command()
@click.argument("inputs", nargs=-1, required=True, type=click.Path(allow_dash=True), callback=existing_files)
@click.option("--output", "-o", required=True, help="Output path, or - for standard output.")
@click.option(
    "--to", "form", type=click.Choice(_FORMS), help="Output format, if the ending does not name it."
)
@click.option(
    "--columns", multiple=True, callback=separate_names, help="Write only these columns, in this order."
)
@click.option("--where", multiple=True, metavar="COMPARISON", help=_WHERE)
@click.option("--placements", is_flag=True, help="Add a column with the placements of the objects.")
@click.option(
    "--job", metavar="RESPONSE", help="Take the job from this response, for a table without one, such as CSV."
)
@click.option("--force", is_flag=True, help="Overwrite an existing file.")
@click.option(
    "--skip-unreadable", is_flag=True, help="Skip inputs that cannot be read; the exit status stays 2."
)
@on_cluster
@more_help(
    f"INPUTS are captures, as for validate, or tables: {_TABLES}. The output ends in one of these or in .xml."
    f" A second ending compresses it: {_COMPRESSED}. Parquet and Arrow files take no second ending, because"
    " they compress their contents themselves. If there are several responses, the first column names the"
    " input. XML is written just as the appliance writes it.",
    examples=(
        "ds3codec convert response.xml -o blobs.parquet",
        "ds3codec convert captures/ -o all.csv.gz --columns input,name,length",
        "ds3codec convert response.xml -o - --to jsonl --where 'in_cache = false'",
        "ds3codec convert blobs.parquet -o response.xml",
        "ds3codec convert edited.csv --job response.xml -o edited.xml",
    ),
)
def convert(inputs: list[str], **options: Any) -> int:
    """Convert responses to a table, or a table to a response.

    Exit status 0: success; 2: something could not be read or written, and there is no output, or with
    --skip-unreadable only the rest. A response that cannot be read to its end contributes no rows.
    """
    try:
        from ...tables.selecting import compared  # noqa: PLC0415  (only with the extra)
        from .. import converting  # noqa: PLC0415
    except ModuleNotFoundError as error:
        if error.name not in ("pyarrow", "numpy"):
            raise
        failed("convert needs the extra tables: pip install 'ds3codec[tables]'")
        return EXIT_UNREADABLE
    output = options["output"]
    check_absent(output, options["force"])
    form = options["form"] or _form_of(output)
    if form is None:
        reason = f"cannot tell the format from the ending of {quoted_name(output)}"
        raise click.UsageError(f"{reason}: give it with --to")
    try:
        comparisons = [compared(text) for text in options["where"]]
    except UsageError as error:
        raise click.UsageError(str(error)) from error
    how = (options["columns"], comparisons, options["placements"], options["job"])
    cluster = chosen_cluster(options["workers"], options["scheduler"], inputs)
    wanted = converting.Wanted(output, form, *how, cluster, options["skip_unreadable"])
    return converting.run(inputs, wanted)


def _form_of(output: str) -> str | None:
    is_response = without_compression(output).lower().endswith(".xml")
    return "xml" if is_response else table_format_of(output)
