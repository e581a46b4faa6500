"""The command `generate`: makes a response of any size, for tests and measurements."""

from __future__ import annotations

from typing import Any

import click

from ...testing.documents import LATEST, DocumentOptions, write
from ..options import more_help
from ..outputs import attempt, check_absent, sink_of
from ..terminal import ReadingProgress

__all__ = ["generate"]


@click.command()
@click.option("--output", "-o", required=True, help="Output path, or - for standard output.")
@click.option("--objects", type=click.IntRange(0), default=1000, help="Number of objects.")
@click.option("--chunk-objects", type=click.IntRange(1), default=1000, help="Blobs per chunk.")
@click.option("--seed", type=int, default=0, help="Seed; the same one gives the same bytes.")
@click.option("--api-version", default=LATEST, metavar="VERSION", help="API version of the response.")
@click.option("--tapes", type=click.IntRange(0), default=0, help="Tapes that hold each object.")
@click.option("--force", is_flag=True, help="Overwrite an existing file.")
@more_help(
    examples=(
        "ds3codec generate -o response.xml --objects 500000",
        "ds3codec generate -o - --api-version 3.2 --tapes 2 | ds3codec validate -",
    )
)
def generate(output: str, force: bool, **options: Any) -> int:
    """Write a valid, consistent response of any size, with large objects split into blobs."""
    check_absent(output, force)
    return attempt(lambda: _write(output, **options))


def _write(output: str, objects: int, **options: Any) -> None:
    made = 0

    def count(more: int) -> None:
        nonlocal made
        made += more
        progress.show(output, made // 2, objects)  # each object is made twice

    with ReadingProgress(unit="objects") as progress:
        write(DocumentOptions(objects, **options), sink_of(output), on_made=count)
