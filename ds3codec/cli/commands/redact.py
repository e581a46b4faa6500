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
@click.option("--output", "-o", required=True, help="Where to write: a path, or - for standard output.")
@click.option("--key", metavar="TEXT", help="The same stand-ins in all copies with this key; keep it secret.")
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@more_help(
    "INPUT is a response body, raw HTTP or a HAR archive, plain or compressed. Replaced are names, ids,"
    " addresses, comments, unknown and wrong values, and credentials, each always by the same stand-in, which"
    " is as long. Numbers, dates and words of the protocol stay in their places, and so do the order and all"
    " faults. What is not about jobs loses its body. The manual lists all that stays.",
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
