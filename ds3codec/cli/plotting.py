"""The plot of summaries: each response's blob sizes, nodes, and cache along its chunks.

Each response has a row of its own under its name, so several make a page of small multiples.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from ..summaries import Summary, node_name
from .terminal import counted, printable, sized

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw"]

_WIDTH, _ROW, _TITLE = 13.0, 3.0, 0.5  # inches
_MOST_LABELS = 5
_MOST_NODES = 12
_LONGEST_NAME = 40
_STYLE: Any = {
    "svg.hashsalt": "ds3codec",
    "font.size": 9,
    "axes.titlesize": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "text.parse_math": False,
}


def draw(summaries: list[Summary], path: Path) -> None:
    """Draw the summaries of responses into a .svg or .png.

    Raises:
        ValueError: There are no summaries.
        OSError: The file cannot be written.
    """
    if not summaries:
        raise ValueError("there is no response")
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(_WIDTH, (_ROW + _TITLE) * len(summaries)), layout="constrained")
        rows = figure.subfigures(len(summaries), 1, squeeze=False)[:, 0]
        for summary, row in zip(summaries, rows):
            row.suptitle(_title(summary), x=0.01, ha="left", fontweight="bold")
            sizes, nodes, cache = row.subplots(1, 3, width_ratios=[4, 4, 5])
            _draw_sizes(sizes, summary)
            _draw_nodes(nodes, summary)
            _draw_cache(cache, summary)
        metadata = {"Date": None} if path.suffix.lower() == ".svg" else None
        figure.savefig(path, metadata=metadata)


def _title(summary: Summary) -> str:
    job = summary.header
    parts = [_short(Path(summary.origin).name)]
    if job is not None:
        parts += filter(None, [job.name and _short(job.name), job.job_id])
    if summary.unfinished is not None:
        parts.append("not read to the end")
    return "  ·  ".join(map(printable, parts))


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"


def _draw_sizes(axes: Axes, summary: Summary) -> None:
    axes.set_title(f"{counted(summary.blobs, 'blob')} by size", loc="left")
    if not summary.sizes:
        _say_nothing(axes, "no blobs")
        return
    powers = list(range(min(summary.sizes), max(summary.sizes) + 1))
    counts = [summary.sizes[power] for power in powers]
    bars = axes.bar(powers, counts, width=0.9)
    if sum(map(bool, counts)) <= 3 * _MOST_LABELS:
        axes.bar_label(bars, [f"{count:,}" if count else "" for count in counts])
    axes.margins(y=0.15)
    axes.set_xlim(powers[0] - 1.5, powers[-1] + 1.5)
    labelled = powers[:: -(-len(powers) // _MOST_LABELS)]
    axes.set_xticks(labelled, [_class(power) for power in labelled])
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    axes.set(xlabel="from this size on", ylabel="blobs")


def _class(power: int) -> str:
    return sized((1 << power) >> 1).replace(".0 ", " ")


def _draw_nodes(axes: Axes, summary: Summary) -> None:
    axes.set_title(f"{sized(summary.total)} by node", loc="left")
    if not summary.by_node:
        _say_nothing(axes, "no chunks")
        return
    most = summary.by_node.most_common(_MOST_NODES)
    names = [_short(printable(node_name(summary.header, node))) for node, _ in most]
    counts = [count for _, count in most]
    if len(summary.by_node) > len(most):
        names.append(f"{len(summary.by_node) - len(most)} others")
        counts.append(summary.total - sum(counts))
    places = range(len(names))
    bars = axes.barh(places, counts, height=0.7)
    axes.set_yticks(places, names)
    axes.set_ylim(max(len(names), 4) - 0.5, -0.5)
    axes.bar_label(bars, [sized(count) for count in counts], padding=3)
    axes.set_xlim(0, max(*counts, 1) * 1.25)
    axes.set_xticks([])  # the bars are labelled
    axes.spines["bottom"].set_visible(False)


def _draw_cache(axes: Axes, summary: Summary) -> None:
    axes.set_title(f"in cache, along {counted(summary.chunks, 'chunk')}", loc="left")
    if not summary.sections:
        _say_nothing(axes, "no chunks")
        return
    edges = [0.5]
    for section in summary.sections:
        edges.append(edges[-1] + section.chunks)
    shares = [100 * section.cached / section.total if section.total else 0 for section in summary.sections]
    axes.stairs(shares, edges, fill=True)
    axes.set(xlabel="chunk of the response", ylabel="% of its bytes")
    axes.set(xlim=(edges[0], edges[-1]), ylim=(0, 105))
    axes.set_yticks([0, 25, 50, 75, 100])
    axes.xaxis.set_major_locator(MaxNLocator(6, integer=True, min_n_ticks=1))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))


def _say_nothing(axes: Axes, text: str) -> None:
    axes.set_axis_off()
    axes.text(0.5, 0.5, text, ha="center", va="center", color="gray", transform=axes.transAxes)
