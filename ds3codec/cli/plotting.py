"""The plot of a summary: sizes of blobs, bytes by node, and the cache along the chunks."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure

from .escaping import printable
from .summaries import Summary
from .terminal import sized

__all__ = ["draw"]


def draw(summaries: list[Summary], path: Path) -> None:
    """Draw each response in a row of its own.

    Raises:
        ValueError: There is nothing to draw, or the ending is not one that can be drawn.
        OSError: The file cannot be written.
    """
    if not summaries:
        raise ValueError("no response has blobs")
    if path.suffix.lower() not in (".svg", ".png"):
        raise ValueError("the ending is neither .svg nor .png")
    with mpl.rc_context({"svg.hashsalt": "ds3codec", "font.size": 9, "text.parse_math": False}):
        figure = Figure(figsize=(14, 4 * len(summaries)), layout="constrained")
        rows = figure.subplots(len(summaries), 3, squeeze=False)
        for summary, (sizes, nodes, cache) in zip(summaries, rows):
            _draw_sizes(sizes, summary)
            _draw_nodes(nodes, summary)
            _draw_cache(cache, summary)
        metadata = {"Date": None} if path.suffix.lower() == ".svg" else None
        figure.savefig(path, metadata=metadata)


def _draw_sizes(axes: mpl.axes.Axes, summary: Summary) -> None:
    powers = range(min(summary.sizes), max(summary.sizes) + 1)
    axes.bar(list(powers), [summary.sizes[power] for power in powers], width=0.9)
    axes.set_xticks(list(powers)[::4], [sized((1 << power) >> 1) for power in powers][::4])
    axes.set(title=f"{summary.blobs:,} blobs by size", xlabel="size", ylabel="blobs")


def _draw_nodes(axes: mpl.axes.Axes, summary: Summary) -> None:
    names = [printable(node or "no node") for node in summary.by_node]
    axes.barh(names, [count / 2**30 for count in summary.by_node.values()])
    axes.set(title="bytes by node", xlabel="GiB")


def _draw_cache(axes: mpl.axes.Axes, summary: Summary) -> None:
    edges = [0]
    for section in summary.sections:
        edges.append(edges[-1] + section.chunks)
    shares = [100 * section.cached / section.total if section.total else 0 for section in summary.sections]
    axes.stairs(shares, edges, fill=True)
    axes.set(title="in cache, along the chunks", xlabel="chunk", ylabel="% of bytes", ylim=(0, 100))
