"""The command `redact`: a capture in, a copy out that can be shown."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import click

from ... import redaction
from ...captures import opened_capture
from ...errors import public_name
from ...sources import pieces
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
    "INPUT is a response body, raw HTTP or a HAR archive, plain or compressed. The copy has stand-ins for"
    " names, ids, addresses, comments, credentials, and unknown or wrong values. Equal values have equal"
    " stand-ins, of the same length. Numbers, dates and words of the protocol stay, and so do the order and"
    " all mistakes. Messages that are not about jobs lose their bodies. The manual lists all that stays.",
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
    name = public_name(file)
    if output != "-":
        found = redaction.redact(_shown(file), output, key=key, name=name)
    else:
        # What is refused in the end must not be written.
        with tempfile.SpooledTemporaryFile(_IN_MEMORY) as held:
            found = redaction.redact(_shown(file), held, key=key, name=name)
            held.seek(0)
            shutil.copyfileobj(held, sys.stdout.buffer)
    if found.others:
        failed(f"{counted(found.others, 'other exchange')} without a body now")


def _shown(file: str) -> Iterator[bytes]:
    """The bytes of a file, with their progress."""
    size = Path(file).stat().st_size if Path(file).is_file() else None
    done = 0
    with ReadingProgress() as progress, opened_capture(file) as source:
        for piece in pieces(source):
            done += len(piece)
            progress.show(file, done, size)
            yield piece
