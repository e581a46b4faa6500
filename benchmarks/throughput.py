"""The comparison: each contender's time against the streaming decoder's, its speed, its memory."""

from __future__ import annotations

from benchmarks.bench.contenders import CONTENDERS
from benchmarks.bench.measuring import YARDSTICK, Run, compare
from benchmarks.bench.throughput import table
from benchmarks.options import Options

__all__ = ["measure", "table"]


def measure(options: Options) -> list[Run]:
    names = options.contenders(CONTENDERS, needed=[YARDSTICK])
    return compare(names, options.document(), options.rounds, options.least_seconds)
