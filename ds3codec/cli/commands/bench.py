"""The command `bench`: times the reading of a response against the other installed readers.

The measuring code is imported only when it runs: no other command needs it, and it does not run on Windows.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from ..options import more_help, plot_option
from ..outputs import attempt
from ..terminal import EXIT_CLEAN, EXIT_UNREADABLE, failed, put

__all__ = ["bench"]

_FEW = 10_000
_LEAST_SECONDS = 0.2  # a shorter run is repeated for this long


@click.command()
@click.argument("response", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--rounds", type=click.IntRange(1), default=3, help="Runs of each way.")
@click.option(
    "--way", "chosen", multiple=True, metavar="NAME", help="Compare with this way only; repeatable."
)
@plot_option
@click.option(
    "--json", "save_to", type=click.Path(path_type=Path), help="Save all runs, overwriting an existing file."
)
@click.option("--list", "is_list", is_flag=True, help="List the installed ways, and exit.")
@more_help(
    "The ways to read a response take turns, each run in its own process. The extra dev installs more ways.",
    examples=(
        "ds3codec bench response.xml",
        "ds3codec bench response.xml --plot speed.svg --way 'lxml, tree' --way xmltodict",
    ),
)
def bench(response: Path | None, is_list: bool, chosen: tuple[str, ...], **options: Any) -> int:
    """Compare how fast ds3codec and other libraries read a response."""
    installed = _installed()
    if is_list:
        put("\n".join(installed))
        return EXIT_CLEAN
    if response is None:
        raise click.UsageError("give a RESPONSE: a file, for it is read again and again")
    for name in chosen:
        if name not in installed:
            raise click.UsageError(_why_not(name))
    return _measure(response, chosen=chosen, **options)


def _installed() -> list[str]:
    """Return the names of the installed readers."""
    from ds3codec.bench.contenders import CONTENDERS, READERS  # noqa: PLC0415  (only here)

    return [name for name in READERS if CONTENDERS[name].installed]


def _why_not(name: str) -> str:
    """Explain why no reader of this name is available."""
    from ds3codec.bench.contenders import CONTENDERS, READERS  # noqa: PLC0415  (only here)

    if name in READERS:
        return f"{name!r} {CONTENDERS[name].absence}"
    return f"there is no way {name!r}: --list names those that are installed"


def _measure(path: Path, rounds: int, chosen: Sequence[str], plot: Path | None, save_to: Path | None) -> int:
    """Measure, print the table, and return the exit status."""
    from ds3codec.bench.contenders import CONTENDERS, READERS  # noqa: PLC0415  (only here)
    from ds3codec.bench.measuring import YARDSTICK, compare  # noqa: PLC0415
    from ds3codec.bench.processes import Failed  # noqa: PLC0415
    from ds3codec.bench.results import Results  # noqa: PLC0415
    from ds3codec.bench.throughput import bars, save, table  # noqa: PLC0415

    wanted = {YARDSTICK, *(chosen or _installed())}
    for output in filter(None, (plot, save_to)):
        if output.is_dir() or not output.parent.is_dir():
            failed(f"cannot write {str(output)!r}: it is a folder, or its folder does not exist")
            return EXIT_UNREADABLE
    try:
        runs = compare([name for name in _installed() if name in wanted], path, rounds, _LEAST_SECONDS)
    except Failed as failure:
        failed(f"cannot read {str(path)!r}: {failure}")
        return EXIT_UNREADABLE
    broken = {run["contender"]: run["failed"] for run in runs if "failed" in run}
    absent = [name for name in READERS if not chosen and not CONTENDERS[name].installed]
    done = [run for run in runs if "failed" not in run]
    results = Results("throughput", {"input": path.name, "rounds": rounds}, done, absent, broken)
    parts = [table(results), results.absent(), results.failures(), results.conditions()]
    put("\n\n".join(filter(None, parts)))
    if done[0]["objects"] < _FEW:
        put(f"\nOf fewer than {_FEW:,} objects, these are mostly the times that a start takes.")

    def keep() -> None:
        if save_to is not None:
            results.save(save_to)
        if plot is not None:
            save(bars(results), plot)

    return attempt(keep)
