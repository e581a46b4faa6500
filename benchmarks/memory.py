"""Peak memory of each contender against the number of objects."""

from __future__ import annotations

from benchmarks.bench.contenders import CONTENDERS
from benchmarks.bench.measuring import Run
from benchmarks.bench.results import Results, markdown, middle, names_in, where
from benchmarks.growth import over_objects, stopped, values_of
from benchmarks.options import Options


def measure(options: Options) -> list[Run]:
    return over_objects(options, options.contenders(CONTENDERS))


def table(results: Results) -> str:
    values = values_of(results.runs)
    head = ["way", *(f">{value:,}" for value in values)]
    rows = [
        [name, *(_cell(where(results.runs, contender=name, value=value)) for value in values)]
        for name in names_in(results.runs)
    ]
    title = f"Peak memory in MB, by objects, {results.rounds}:"
    return "\n\n".join(part for part in [title, markdown(head, rows), stopped(results.runs)] if part)


def _cell(runs: list[Run]) -> str:
    return f"{middle(runs, 'megabytes'):,.0f}" if runs else "-"
