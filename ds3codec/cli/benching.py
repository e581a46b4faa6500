"""The command `bench`: how fast a response of one's own is read, against what else is installed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ds3codec.bench.contenders import CONTENDERS, READERS
from ds3codec.bench.measuring import YARDSTICK, compare
from ds3codec.bench.processes import Failed
from ds3codec.bench.results import Results
from ds3codec.bench.throughput import bars, save, table

from .outputs import attempt
from .terminal import EXIT_UNREADABLE, failed, put

__all__ = ["names", "run"]

_FEW = 10_000
_LEAST_SECONDS = 0.2  # a run that is over sooner is repeated for so long


def names() -> list[str]:
    """The ways to read that are installed."""
    return [name for name in READERS if CONTENDERS[name].installed]


def why_not(name: str) -> str:
    """Why there is no way of a name."""
    if name in READERS:
        return f"{name!r} {CONTENDERS[name].absence}"
    return f"there is no way {name!r}: --list names those that are installed"


def run(path: Path, rounds: int, chosen: Sequence[str], plot: Path | None, save_to: Path | None) -> int:
    """Measure, print the table, and give the exit status."""
    wanted = {YARDSTICK, *(chosen or names())}
    for output in filter(None, (plot, save_to)):
        if output.is_dir() or not output.parent.is_dir():
            failed(f"cannot write {str(output)!r}: it is a folder, or in none that is there")
            return EXIT_UNREADABLE
    try:
        runs = compare([name for name in names() if name in wanted], path, rounds, _LEAST_SECONDS)
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
