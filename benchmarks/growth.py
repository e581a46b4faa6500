"""Contenders on documents that grow.

A series varies one property of the document from its least value to its greatest. All contenders run at one
value before the next. A contender whose next run would take too long, or more than half of the machine's
memory, stops; the table shows its last value.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.bench.measuring import Run, compare
from benchmarks.bench.results import middle, names_in, where
from benchmarks.options import Options

OBJECTS = [1_000, 5_000, 10_000, 50_000, 100_000, 500_000, 1_000_000, 5_000_000]


def up_to(most: int, values: Sequence[int]) -> list[int]:
    """Return the values below `most`, and `most` itself."""
    return [*(value for value in values if value < most), most]


def over_objects(options: Options, names: Sequence[str]) -> list[Run]:
    """Run the series over the number of objects, until each contender would exceed its limits."""
    values, runs, going = up_to(options.objects, OBJECTS), list[Run](), list(names)
    for value, following in zip(values, [*values[1:], values[-1]]):
        path = options.made("growing.xml", value, tapes=options.tapes)
        step = compare(going, path, options.rounds, options.least_seconds, series="objects", value=value)
        going = [name for name in going if _bearable(options, where(step, contender=name), following / value)]
        runs += step
    return runs


def over(
    series: str, values: Sequence[int], made: Callable[[int], Path], options: Options, names: Sequence[str]
) -> list[Run]:
    """Run a series of documents with the same number of objects."""
    runs: list[Run] = []
    for value in values:
        runs += compare(names, made(value), options.rounds, options.least_seconds, series=series, value=value)
    return runs


def _bearable(options: Options, runs: list[Run], factor: float) -> bool:
    if any("failed" in run for run in runs):
        return False
    half = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e6 / 2
    return middle(runs) * factor <= options.most_seconds and middle(runs, "megabytes") * factor <= half


def values_of(runs: Sequence[Run]) -> list[int]:
    return sorted({run["value"] for run in runs})


def stopped(runs: Sequence[Run]) -> str:
    """Name the contenders that stopped before the last value, in a line."""
    reached = {name: values_of(where(runs, contender=name))[-1] for name in names_in(runs)}
    last = max(reached.values())
    early = [f"{name} at {value:,}" for name, value in reached.items() if value < last]
    return f"Stopped before time or memory ran out: {'; '.join(early)}." if early else ""
