"""The command `redact`: copies a capture so that it can be shown to others."""

from __future__ import annotations

import shutil
import sys
import tempfile

import click

from ... import redaction
from ...captures import Tally
from ..options import more_help
from ..outputs import attempt, check_absent
from ..terminal import ReadingProgress, counted, failed

__all__ = ["redact"]

_IN_MEMORY = 16 * 1024 * 1024


@click.command()
@click.argument("file", metavar="INPUT", type=click.Path(allow_dash=True))
@click.option("--output", "-o", required=True, help="Output path, or - for standard output.")
@click.option(
    "--key", metavar="TEXT", help="Key; copies with the same one have the same stand-ins. Keep it secret."
)
@click.option("--force", is_flag=True, help="Overwrite an existing file.")
@more_help(
    "INPUT is a capture, as for validate. A body, raw HTTP or a HAR archive keeps its format; any other"
    " capture becomes raw HTTP. The copy has stand-ins for names, ids, addresses, comments, credentials, and"
    " unknown or wrong values. Equal values have equal stand-ins, of the same length. Numbers, dates and"
    " words of the protocol stay, and so do the order and all mistakes. Messages that are not about jobs lose"
    " their bodies. The manual lists all that stays.",
    examples=(
        "ds3codec redact session.har -o to-show.har",
        "ds3codec redact polls/1.xml -o 1.xml --key $SECRET",
    ),
)
def redact(file: str, output: str, key: str | None, force: bool) -> int:
    """Copy a capture with stand-ins for all private data, so that it can be shared.

    Exit status 0: success; 2: the capture could not be read or parsed, and there is no copy.
    """
    check_absent(output, force)
    return attempt(lambda: _write(file, output, key))


def _write(file: str, output: str, key: str | None) -> None:
    tally = Tally()
    with ReadingProgress() as progress:
        progress.follow(tally, file)
        if output != "-":
            found = redaction.redact(file, output, key=key, tally=tally)
        else:
            # A failure at the end must leave nothing on standard output.
            with tempfile.SpooledTemporaryFile(_IN_MEMORY) as held:
                found = redaction.redact(file, held, key=key, tally=tally)
                held.seek(0)
                shutil.copyfileobj(held, sys.stdout.buffer)
    if found.others:
        failed(f"{counted(found.others, 'other exchange')} without a body now")
