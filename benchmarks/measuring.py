"""One contender, one document, one process: time and peak memory.

Contenders take turns, A B C A B C, so that a machine that slows down slows all of them; ratios are taken
between runs of the same round, and their median is what counts. The time is that of the work alone,
without imports and preparation; the memory is the operating system's count for the whole process.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from statistics import median
from typing import NamedTuple

from benchmarks.contenders import CONTENDERS


class Run(NamedTuple):
    """One run: objects dealt with, seconds of the work, peak memory of the process in megabytes."""

    objects: int
    seconds: float
    megabytes: float


class Results(dict[str, list[Run]]):
    """The runs of each contender, one a round."""

    def seconds(self, name: str) -> float:
        return median(run.seconds for run in self[name])

    def megabytes(self, name: str) -> float:
        return median(run.megabytes for run in self[name])

    def ratio(self, name: str, other: str) -> float:
        """How many times as long `name` took as `other`: the median over the rounds."""
        return median(ours.seconds / theirs.seconds for ours, theirs in zip(self[name], self[other]))


def measure(name: str, path: Path) -> Run:
    """Run a contender here and now, in this process."""
    work = CONTENDERS[name].prepare(path)
    start = time.perf_counter()
    objects = work()
    seconds = time.perf_counter() - start
    kibibytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return Run(objects, seconds, kibibytes * 1024 / 1e6)


def measure_apart(name: str, path: Path) -> Run:
    """Run a contender in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.measuring", name, str(path)]
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout  # noqa: S603
    return Run(*json.loads(output))


def compare(names: Iterable[str], path: Path, rounds: int) -> Results:
    """Run contenders in turns; the slow ones in the first round only."""
    results = Results({name: [] for name in names})
    for number in range(rounds):
        for name, runs in results.items():
            if number == 0 or not CONTENDERS[name].slow:
                print(f"round {number + 1}: {name}", file=sys.stderr)
                runs.append(measure_apart(name, path))
    return results


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], Path(sys.argv[2]))))
