"""Plots of saved results, as SVG: bars of throughput, memory and time against size.

matplotlib (the extra `plot`) is imported only here. The same results make the same file, byte for byte.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.contenders import WRITERS
from benchmarks.measuring import Run
from benchmarks.results import Results, middle, names_in, where

mpl.use("svg")
mpl.rcParams["svg.hashsalt"] = "ds3codec"
mpl.rcParams["font.family"] = "DejaVu Sans"

OURS = "#c23b22"
THEIRS = "#8a94a0"
COLOURS = ["#4c78a8", "#72b7b2", "#54a24b", "#b279a2", "#9d755d", "#7f7f7f", "#eeca3b", "#59a5d8"]
DASHES = ["-", "--", ":", "-."]
MARKERS = ["o", "s", "^", "v", "D", "P"]


def draw(results: Results, path: Path) -> bool:
    """Draw results into an SVG file; whether there is a plot for their benchmark."""
    painter = PAINTERS.get(results.benchmark)
    if painter is None:
        return False
    figure = painter(results)
    figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None}, bbox_inches="tight")
    return True


def _bars(results: Results) -> Figure:
    readers = [name for name in names_in(results.runs) if name not in WRITERS]
    writers = [name for name in names_in(results.runs) if name in WRITERS]
    groups = {title: names for title, names in (("reading", readers), ("writing", writers)) if names}
    figure = Figure(figsize=(9, 1.2 + 0.3 * len(readers + writers)), layout="constrained")
    heights = [len(names) for names in groups.values()]
    axes = figure.subplots(len(groups), 1, squeeze=False, height_ratios=heights)[:, 0]
    for plot, (title, names) in zip(axes, groups.items()):
        _group(plot, title, names, results.runs)
    return figure


def _group(plot: Axes, title: str, names: list[str], runs: list[Run]) -> None:
    speeds = {name: _speeds(where(runs, contender=name)) for name in names}
    ordered = sorted(names, key=lambda name: middle(speeds[name], "speed"))
    middles = [middle(speeds[name], "speed") for name in ordered]
    least = [min(run["speed"] for run in speeds[name]) for name in ordered]
    most = [max(run["speed"] for run in speeds[name]) for name in ordered]
    errors = [
        [mid - low for mid, low in zip(middles, least)],
        [high - mid for mid, high in zip(middles, most)],
    ]
    plot.barh(ordered, middles, xerr=errors, color=[_colour(name) for name in ordered], ecolor="#333333")
    plot.set_title(f"{title}, thousand objects a second", loc="left")
    plot.margins(y=0.02)


def _speeds(runs: list[Run]) -> list[Run]:
    return [{"speed": run["objects"] / run["seconds"] / 1000} for run in runs]


def _colour(name: str) -> str:
    return OURS if name.startswith("ds3codec") else THEIRS


def _lines(key: str, label: str) -> Callable[[Results], Figure]:
    """A painter of one figure against the number of objects, both in logarithms."""

    def painter(results: Results) -> Figure:
        runs = where(results.runs, series="objects")
        figure = Figure(figsize=(10, 6), layout="constrained")
        plot = figure.subplots()
        for name, style in _styles(names_in(runs)):
            own = where(runs, contender=name)
            sizes = sorted({run["value"] for run in own})
            plot.plot(sizes, [middle(where(own, value=size), key) for size in sizes], label=name, **style)
        plot.set(xscale="log", yscale="log", xlabel="objects", ylabel=label)
        plot.xaxis.set_major_formatter("{x:,.0f}")
        plot.yaxis.set_major_formatter("{x:,g}")
        plot.yaxis.set_minor_formatter("")
        plot.grid(visible=True, linewidth=0.3)
        figure.legend(loc="outside right upper", fontsize="small")
        return figure

    return painter


def _styles(names: list[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each contender's line: ours in one colour and stronger, the others told apart by colour and dashes."""
    for number, name in enumerate(name for name in names if _colour(name) == OURS):
        line = {"color": OURS, "linewidth": 2, "marker": MARKERS[number % len(MARKERS)]}
        yield name, line | {"linestyle": DASHES[number % len(DASHES)]}
    for number, name in enumerate(name for name in names if _colour(name) == THEIRS):
        line = {"color": COLOURS[number % len(COLOURS)], "linewidth": 1, "marker": "."}
        yield name, line | {"linestyle": DASHES[number // len(COLOURS) % len(DASHES)]}


PAINTERS: dict[str, Callable[[Results], Figure]] = {
    "throughput": _bars,
    "memory": _lines("megabytes", "peak memory, MB"),
    "scaling": _lines("seconds", "seconds"),
}
