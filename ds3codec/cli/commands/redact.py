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
