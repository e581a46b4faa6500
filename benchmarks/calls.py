"""Which Python functions the streaming decoder spends its time in: cProfile's view.

The profiler's own cost inflates small functions; `profile` measures steps more fairly.
"""

from __future__ import annotations

import cProfile
import pstats
from pathlib import Path
from typing import Any

from benchmarks.bench.contenders import READERS
from benchmarks.bench.measuring import Run
from benchmarks.bench.processes import in_own_process
from benchmarks.bench.results import Results, markdown
from benchmarks.options import Options

MOST = 20


def measure_calls(path: str) -> list[Run]:
    work, profile = READERS["ds3codec, streaming"].prepare(Path(path)), cProfile.Profile()
    work()  # exclude the work done once per layout
    profile.runcall(work)
    found: dict[tuple[str, int, str], tuple[Any, ...]] = vars(pstats.Stats(profile))["stats"]
    runs = [
        {
            "contender": f"{Path(file).name}: {name}",
            "round": 1,
            "calls": calls,
            "seconds": own,
            "within": total,
        }
        for (file, _, name), (_, calls, own, total, _) in found.items()
    ]
    return sorted(runs, key=lambda run: float(run["seconds"]), reverse=True)[:MOST]


def measure(options: Options) -> list[Run]:
    return in_own_process(measure_calls, options.document())


def table(results: Results) -> str:
    rows = [
        [run["contender"], f"{run['calls']:,}", f"{run['seconds']:.3f}", f"{run['within']:.3f}"]
        for run in results.runs
    ]
    return markdown(["function", ">calls", ">own seconds", ">with what it calls"], rows)
