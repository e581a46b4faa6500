"""The comparison: each contender's time against the streaming decoder's, its speed, its memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from benchmarks.contenders import CONTENDERS
from benchmarks.measuring import Results, compare

YARDSTICK = "ds3codec, streaming"


def throughput(names: Iterable[str], path: Path, rounds: int) -> str:
    """The table for a document, in Markdown."""
    chosen = list(dict.fromkeys([YARDSTICK, *names]))
    results = compare(chosen, path, rounds)
    return "\n".join(_rows(results, path))


def _rows(results: Results, path: Path) -> Iterator[str]:
    megabytes = path.stat().st_size / 1e6
    objects = results[YARDSTICK][0].objects
    yield f"{objects:,} objects, {megabytes:,.0f} MB, median of {len(results[YARDSTICK])} rounds:\n"
    yield "| way | time, streaming = 1 | objects/s | MB/s | peak memory | gives |"
    yield "| --- | ---: | ---: | ---: | ---: | --- |"
    for name in sorted(results, key=list(CONTENDERS).index):
        seconds = results.seconds(name)
        yield (
            f"| {name} | {results.ratio(name, YARDSTICK):.2f} | {objects / seconds:,.0f}"
            f" | {megabytes / seconds:,.0f} | {results.megabytes(name):,.0f} MB | {CONTENDERS[name].gives} |"
        )
