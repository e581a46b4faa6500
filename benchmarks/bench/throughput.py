"""The comparison of contenders: time against the streaming decoder's, speed and memory, as table and bars.

matplotlib (the extra `cli`) is imported only to draw a plot. The same results make the same file, byte for
byte.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from .contenders import CONTENDERS, WRITERS
from .measuring import YARDSTICK, Run
from .results import Results, markdown, middle, names_in, ratios, spread, where

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

OURS = "#c23b22"
THEIRS = "#8a94a0"


def table(results: Results) -> str:
    runs = results.runs
    figures = [">processor time, streaming = 1", ">objects/s", ">MB/s", ">peak memory"]
    head = ["way", *figures, "gives", "leaves out"]
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


def bars(results: Results, names: list[str] | None = None) -> Figure:
    """Plot the objects per second of readers, and of writers below them; by default of all contenders."""
    from matplotlib.figure import Figure  # noqa: PLC0415  (it is an extra)

    shown = [name for name in names_in(results.runs) if names is None or name in names]
    readers = [name for name in shown if name not in WRITERS]
    writers = [name for name in shown if name in WRITERS]
    groups = {title: some for title, some in (("reading", readers), ("writing", writers)) if some}
    figure = Figure(figsize=(6.4, 1.1 + 0.33 * len(shown)), layout="constrained")
    heights = [len(some) for some in groups.values()]
    axes = figure.subplots(len(groups), 1, squeeze=False, height_ratios=heights)[:, 0]
    for plot, (title, some) in zip(axes, groups.items()):
        _group(plot, title, some, results.runs)
    return figure


def _group(plot: Axes, title: str, names: list[str], runs: list[Run]) -> None:
    speeds = {
        name: [run["objects"] / run["seconds"] / 1000 for run in where(runs, contender=name)]
        for name in names
    }
    middles = {name: sorted(speeds[name])[len(speeds[name]) // 2] for name in names}
    ordered = sorted(names, key=lambda name: middles[name])
    errors = [
        [middles[name] - min(speeds[name]) for name in ordered],
        [max(speeds[name]) - middles[name] for name in ordered],
    ]
    values = [middles[name] for name in ordered]
    colours = [OURS if name.startswith("ds3codec") else THEIRS for name in ordered]
    plot.barh(ordered, values, xerr=errors, color=colours, ecolor="#333333")
    ends = [value + error for value, error in zip(values, errors[1])]
    for place, (value, end) in enumerate(zip(values, ends)):
        plot.text(end + max(ends) * 0.015, place, f"{value:,.0f}", va="center")
    plot.set_title(_finding(title, middles), loc="left", fontsize=11)
    plot.set_xlabel("thousand objects a second of processor time")
    plot.set_xlim(0, max(ends) * 1.12)
    plot.margins(y=0.02)
    for side in ("top", "right"):
        plot.spines[side].set_visible(False)


def _speeds(runs: list[Run]) -> list[float]:
    return [run["objects"] / run["seconds"] / 1000 for run in runs]


def _finding(title: str, middles: dict[str, float]) -> str:
    """Return the title with the ratio of our fastest contender to the fastest of the others."""
    ours = {name: speed for name, speed in middles.items() if name.startswith("ds3codec")}
    others = {name: speed for name, speed in middles.items() if name not in ours and "bare loop" not in name}
    if not ours or not others:
        return title
    first, second = max(ours, key=ours.__getitem__), max(others, key=others.__getitem__)
    times = ours[first] / others[second]
    return f"{title}: {first},\n{times:,.1f} times as fast as {second}"


def save(figure: Figure, path: Path) -> None:
    """Save a plot in the format of the path's ending."""
    import matplotlib as mpl  # noqa: PLC0415

    # Without a fixed salt, the ids in an SVG would differ between runs.
    with mpl.rc_context({"svg.hashsalt": "ds3codec"}):
        metadata = {"Date": None, "Creator": None} if path.suffix == ".svg" else None
        figure.savefig(path, metadata=metadata, bbox_inches="tight", facecolor="white", dpi=150)
