"""The commands for those who test and measure: `generate`, `serve` and `bench`."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click

from ..errors import UsageError
from ..testing.documents import LATEST, write_document
from ..validation import VersionError
from .options import more_help
from .outputs import Refused, attempt, check_absent, sink_of
from .terminal import EXIT_CLEAN, put

__all__ = ["bench", "generate", "serve"]


@click.command()
@click.option("--output", "-o", required=True, help="Where to write: a path, or - for standard output.")
@click.option("--objects", type=click.IntRange(0), default=1000, help="How many objects.")
@click.option("--chunk-objects", type=click.IntRange(1), default=1000, help="Blobs in a chunk.")
@click.option("--seed", type=int, default=0, help="The same seed gives the same bytes.")
@click.option("--api-version", default=LATEST, metavar="VERSION", help="Of which version.")
@click.option("--tapes", type=click.IntRange(0), default=0, help="Tapes that each object is on.")
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@more_help(
    examples=(
        "ds3codec generate -o response.xml --objects 500000",
        "ds3codec generate -o - --api-version 3.2 --tapes 2 | ds3codec validate -",
    )
)
def generate(output: str, force: bool, **options: Any) -> int:
    """Make a response of any size, valid and consistent, with large objects cut into blobs."""
    check_absent(output, force)
    return attempt(lambda: write_document(sink_of(output), **options))


@click.command()
@click.option("--host", default="127.0.0.1", help="The address to listen at.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="The port; 0 for a free one.")
@click.option("--bucket", "buckets", multiple=True, default=("archive",), help="A bucket that is there.")
@click.option("--objects", type=click.IntRange(0), help="Have a bulk GET of so many objects.")
@click.option("--api-version", default=LATEST, metavar="VERSION", help="In whose form it answers.")
@click.option("--chunk-objects", type=click.IntRange(1), default=1000, help="Blobs in a chunk.")
@click.option("--chunk-seconds", type=click.FloatRange(0), default=0, help="Until the next chunk is ready.")
@click.option("--signed", is_flag=True, help="Only for requests signed with DS3_SECRET_KEY.")
@more_help(
    "It knows the operations that `ds3codec operations` lists, puts and gets of the objects of a job, and"
    " says of all else that it is not implemented (501). Objects are zeros.",
    examples=(
        "ds3codec serve --port 8080",
        "ds3codec serve --objects 500000 --api-version 5.4",
    ),
)
def serve(buckets: tuple[str, ...], **options: Any) -> int:
    """Be an appliance for tests, on this machine, until interrupted (extra testing)."""
    if find_spec("h11") is None:
        raise click.UsageError("serve needs the extra testing: pip install 'ds3codec[testing]'")
    from . import serving  # noqa: PLC0415  (only here)

    try:
        return serving.run(serving.Wanted(buckets=list(buckets), **options))
    except (UsageError, VersionError) as error:
        raise Refused(str(error)) from error


@click.command()
@click.argument("response", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--rounds", type=click.IntRange(1), default=3, help="How often each way has its turn.")
@click.option("--way", "chosen", multiple=True, metavar="NAME", help="Only this way, and ours; repeatable.")
@click.option("--plot", type=click.Path(path_type=Path), help="Draw it to a .svg or .png (extra cli).")
@click.option(
    "--json", "save_to", type=click.Path(path_type=Path), help="Save every run; a file there is replaced."
)
@click.option("--list", "is_list", is_flag=True, help="Print the ways that are installed, and end.")
@more_help(
    "Each way reads the response in a process of its own, in turns. The extra dev brings more of them.",
    examples=(
        "ds3codec bench response.xml",
        "ds3codec bench response.xml --plot speed.svg --way 'lxml, tree' --way xmltodict",
    ),
)
def bench(response: Path | None, is_list: bool, chosen: tuple[str, ...], **options: Any) -> int:
    """Measure how fast a response is read, against other ways to read it."""
    from . import benching  # noqa: PLC0415  (only here)

    if is_list:
        put("\n".join(benching.names()))
        return EXIT_CLEAN
    if response is None:
        raise click.UsageError("give a RESPONSE: a file, for it is read again and again")
    for name in chosen:
        if name not in benching.names():
            raise click.UsageError(benching.why_not(name))
    plot = options["plot"]
    if plot is not None and plot.suffix not in (".svg", ".png"):
        raise click.UsageError(f"a plot is a .svg or a .png, not {plot.name!r}")
    if plot is not None and find_spec("matplotlib") is None:
        raise click.UsageError("--plot needs the extra cli: pip install 'ds3codec[cli]'")
    return benching.run(response, chosen=chosen, **options)
