"""Contenders on one document, in turns: time and peak memory.

Each run is a process of its own. Contenders take turns, A B C A B C, so that a machine that slows down
affects all of them. The time is processor time of all threads, which other work on the machine changes
little. It covers the work alone, without imports and preparation; if that is too short to measure once, it is
the median of many repetitions. The memory is the operating system's peak for the whole process.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from statistics import median
from typing import Any

from .contenders import CONTENDERS
from .processes import Failed, in_own_process, peak_megabytes

# The contender that others are compared to; a document that it cannot read is an error.
YARDSTICK = "ds3codec, streaming"
LONG = 5  # seconds

# One run: the contender, the round, and the measured values.
Run = dict[str, Any]


def measure(name: str, path: str, least_seconds: float) -> Run:
    """Run a contender in this process; repeat a run that is shorter than `least_seconds` for that time."""
    work = CONTENDERS[name].prepare(Path(path))
    start = time.process_time()
    objects = work()
    seconds, megabytes = time.process_time() - start, peak_megabytes()
    times = [seconds] if seconds > least_seconds else _repeated(work, least_seconds)
    return {"objects": objects, "seconds": median(times), "repeats": len(times), "megabytes": megabytes}


def measure_small(name: str, path: str, seconds: float) -> Run:
    """Run a contender on a document in memory repeatedly for `seconds`; return the median time."""
    work = CONTENDERS[name].prepare(Path(path).read_bytes())
    objects = work()
    times = _repeated(work, seconds)
    return {"objects": objects, "seconds": median(times), "repeats": len(times)}


def _repeated(work: Callable[[], int], seconds: float) -> list[float]:
    """Run the work repeatedly for `seconds` in all; return the time of each run."""
    times: list[float] = []
    end = time.process_time() + seconds
    while (start := time.process_time()) < end or not times:
        work()
        times.append(time.process_time() - start)
    return times


def in_turns(names: Iterable[str], rounds: int, run: Callable[[str], Run], **labels: Any) -> list[Run]:
    """Run contenders in turns; a slow one that takes long runs in the first round only.

    A run that fails gives its reason under `failed`, and is the contender's last.

    Raises:
        Failed: A run of the yardstick failed.
    """
    going = list(names)
    runs: list[Run] = []
    for number in range(1, rounds + 1):
        for name in list(going):
            told = [label for key, label in labels.items() if key != "bytes"]
            print(f"round {number}: {name}", *told, file=sys.stderr)
            try:
                measured = run(name)
            except Failed as failure:
                if name == YARDSTICK:
                    raise
                measured = {"failed": str(failure)}
            if "failed" in measured or (_is_slow(name) and measured["seconds"] > LONG):
                going.remove(name)
            runs.append({"contender": name, "round": number, **labels, **measured})
    return runs


def _is_slow(name: str) -> bool:
    return name in CONTENDERS and CONTENDERS[name].slow


def compare(names: Iterable[str], path: Path, rounds: int, least_seconds: float, **labels: Any) -> list[Run]:
    """Run contenders in turns on one document."""
    labels |= {"bytes": path.stat().st_size}
    return in_turns(names, rounds, lambda name: in_own_process(measure, name, path, least_seconds), **labels)
