"""Plots of saved results, as SVG: bars of throughput, memory and time against size.

Each plot is drawn twice: with all contenders, and with at most seven, which fit on a page, in a file whose
name ends with `-few`. The same results make the same file, byte for byte.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import exp, log
from pathlib import Path
from statistics import median
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator

from benchmarks.bench.contenders import WRITERS
from benchmarks.bench.measuring import Run
from benchmarks.bench.results import Results, names_in, where
from benchmarks.bench.throughput import OURS, THEIRS, bars, save

mpl.use("svg")
mpl.rcParams["font.family"] = "DejaVu Sans"

# The contenders that fit on a page, in colours that readers who cannot see red can distinguish.
FEW = {
    "ds3codec, streaming": OURS,
    "ds3codec, decode": "#e69f00",
    "lxml, iterparse of tutorials": "#0072b2",
    "ElementTree to dicts": "#009e73",
    "lxml, tree": "#56b4e9",
    "xmltodict": "#cc79a7",
    "xsdata, lxml handler": "#555555",
}
COLOURS = ["#4c78a8", "#72b7b2", "#54a24b", "#b279a2", "#9d755d", "#7f7f7f", "#eeca3b", "#59a5d8"]
DASHES = ["-", "--", ":", "-."]
MARKERS = ["o", "s", "^", "v", "D", "P"]

Painter = Callable[[Results, "list[str] | None"], Figure]


def draw(results: Results, path: Path) -> bool:
    """Draw results into an SVG file, and a `-few` file beside it; return False if they have no plot."""
    painter = PAINTERS.get(results.benchmark)
    if painter is None:
        return False
    save(painter(results, None), path)
    save(painter(results, list(FEW)), path.with_name(f"{path.stem}-few{path.suffix}"))
    return True


def _lines(figure_of: Callable[[Run], float], label: str, finding: str) -> Painter:
    """Make a painter of one figure against the number of objects, on logarithmic axes."""

    def painter(results: Results, names: list[str] | None) -> Figure:
        runs = where(results.runs, series="objects")
        shown = [name for name in names_in(runs) if name not in WRITERS and (names is None or name in names)]
        figure = Figure(figsize=(6.4, 4.4) if names else (10, 6), layout="constrained")
        plot = figure.subplots()
        ends: dict[str, tuple[float, float]] = {}
        for name, style in _few(shown) if names else _styles(shown):
            own = where(runs, contender=name)
            sizes = sorted({run["value"] for run in own})
            values = [median(map(figure_of, where(own, value=size))) for size in sizes]
            plot.plot(sizes, values, label=name, **style)
            ends[name] = sizes[-1], values[-1]
        _finish(plot, label, finding)
        if names:
            _label_ends(plot, ends)
        else:
            figure.legend(loc="outside right upper", fontsize="small")
        return figure

    return painter


def _finish(plot: Axes, label: str, finding: str) -> None:
    plot.set(xscale="log", yscale="log", xlabel="objects")
    plot.set_title(f"{finding}\n{label}", loc="left", fontsize=11)
    plot.xaxis.set_major_formatter("{x:,.0f}")
    plot.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    plot.yaxis.set_major_formatter("{x:,g}")
    plot.yaxis.set_minor_formatter("")
    plot.grid(visible=True, linewidth=0.3)


def _label_ends(plot: Axes, ends: dict[str, tuple[float, float]]) -> None:
    """Write the name of each line beside its end, and keep the names from overlapping."""
    low, high = map(log, plot.get_ylim())
    ordered = sorted(ends, key=lambda name: ends[name][1])
    places = _apart([log(ends[name][1]) for name in ordered], (high - low) / 17, high)
    for name, place in zip(ordered, places):
        plot.annotate(
            name,
            ends[name],
            xytext=(1.04, exp(place)),
            textcoords=plot.get_yaxis_transform(),
            color=FEW[name],
            va="center",
            fontsize=9,
            annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": FEW[name], "linewidth": 0.5},
        )


def _apart(places: list[float], step: float, most: float) -> list[float]:
    """Move ascending places at least a step apart, with none above `most`."""
    moved: list[float] = []
    for place in places:
        moved.append(max(place, moved[-1] + step) if moved else place)
    for at in range(len(moved) - 1, -1, -1):
        moved[at] = min(moved[at], most if at == len(moved) - 1 else moved[at + 1] - step)
    return moved


def _few(names: list[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the line style of each contender, in a colour of its own."""
    for name in names:
        yield name, {"color": FEW[name], "linewidth": 2.4 if FEW[name] == OURS else 1.4, "marker": "."}


def _colour(name: str) -> str:
    return OURS if name.startswith("ds3codec") else THEIRS


def _styles(names: list[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the line style of each contender: ours bold in one colour, the others varied."""
    for number, name in enumerate(name for name in names if _colour(name) == OURS):
        line = {"color": OURS, "linewidth": 2, "marker": MARKERS[number % len(MARKERS)]}
        yield name, line | {"linestyle": DASHES[number % len(DASHES)]}
    for number, name in enumerate(name for name in names if _colour(name) == THEIRS):
        line = {"color": COLOURS[number % len(COLOURS)], "linewidth": 1, "marker": "."}
        yield name, line | {"linestyle": DASHES[number // len(COLOURS) % len(DASHES)]}


PAINTERS: dict[str, Painter] = {
    "throughput": bars,
    "memory": _lines(
        lambda run: float(run["megabytes"]),
        "peak memory of the process, MB",
        "Streaming stays in the same memory",
    ),
    "scaling": _lines(
        lambda run: 1e6 * run["seconds"] / run["value"],
        "microseconds an object",
        "An object takes the same time in a document of any size",
    ),
}
