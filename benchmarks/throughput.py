"""The comparison: each contender's time against the streaming decoder's, its speed, its memory."""

from __future__ import annotations

from benchmarks.contenders import CONTENDERS
from benchmarks.measuring import YARDSTICK, Run, compare
from benchmarks.options import Options
from benchmarks.results import Results, markdown, middle, names_in, ratios, spread, where


def measure(options: Options) -> list[Run]:
    names = options.contenders(CONTENDERS, needed=[YARDSTICK])
    return compare(names, options.document(), options.rounds, options.least_seconds)


def table(results: Results) -> str:
    runs = results.runs
    head = ["way", ">time, streaming = 1", ">objects/s", ">MB/s", ">peak memory", "gives", "leaves out"]
    megabytes = runs[0]["bytes"] / 1e6
    size = f"{runs[0]['objects']:,} objects, {megabytes:,.{0 if megabytes >= 1 else 3}f} MB"
    title = f"{size}, {results.rounds}:"
    return f"{title}\n\n{markdown(head, [_row(runs, name) for name in names_in(runs)])}"


def _row(runs: list[Run], name: str) -> list[str]:
    own = where(runs, contender=name)
    seconds = middle(own)
    return [
        name,
        spread(ratios(runs, name, YARDSTICK)),
        f"{own[0]['objects'] / seconds:,.0f}",
        f"{own[0]['bytes'] / 1e6 / seconds:,.0f}",
        f"{middle(own, 'megabytes'):,.0f} MB",
        CONTENDERS[name].gives,
        CONTENDERS[name].leaves_out or "nothing",
    ]
