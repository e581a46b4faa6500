"""Contenders on one document, in turns: time and peak memory.

Each run is a process of its own. Contenders take turns, A B C A B C, so that a machine that slows down slows
all of them. The time is the processor's, of all threads, so that other work on the machine changes it little.
It is that of the work alone, without imports and preparation, and where it is too short to be measured at
once, the median of many repetitions; the memory is the operating system's count for the whole process.
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

# What others are held against: a document that it cannot read is none.
YARDSTICK = "ds3codec, streaming"
LONG = 5  # seconds

# One run: who, in which round, and what was measured.
Run = dict[str, Any]


def measure(name: str, path: str, least_seconds: float) -> Run:
    """Run a contender here and now, in this process; what is over sooner is repeated for so many seconds."""
    work = CONTENDERS[name].prepare(Path(path))
    start = time.process_time()
    objects = work()
    seconds, megabytes = time.process_time() - start, peak_megabytes()
    times = [seconds] if seconds > least_seconds else _repeated(work, least_seconds)
    return {"objects": objects, "seconds": median(times), "repeats": len(times), "megabytes": megabytes}


def measure_small(name: str, path: str, seconds: float) -> Run:
    """The same for a document in memory, again and again for so many seconds: the median of one time."""
    work = CONTENDERS[name].prepare(Path(path).read_bytes())
    objects = work()
    times = _repeated(work, seconds)
    return {"objects": objects, "seconds": median(times), "repeats": len(times)}


def _repeated(work: Callable[[], int], seconds: float) -> list[float]:
    """The times of single runs, for so many seconds in all."""
    times: list[float] = []
    end = time.process_time() + seconds
    while (start := time.process_time()) < end or not times:
        work()
        times.append(time.process_time() - start)
    return times


def in_turns(names: Iterable[str], rounds: int, run: Callable[[str], Run], **labels: Any) -> list[Run]:
    """The runs of contenders in turns; the slow ones, where they take long, in the first round only.

    A run that fails says so under `failed`, and is the contender's last; `Failed` only for the yardstick's.
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
    """Contenders in turns on one document."""
    labels |= {"bytes": path.stat().st_size}
    return in_turns(names, rounds, lambda name: in_own_process(measure, name, path, least_seconds), **labels)
