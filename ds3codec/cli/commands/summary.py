"""The command `summary`: describes job responses for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import click

from ...captures import Response
from ...captures.streams import PassedOver
from ...errors import Ds3CodecError, SourceError, quoted_name
from ...models import MasterObjectList
from ...readers import ColumnReader
from ...summaries import Summary, node_name
from ...wire.kinds import format_value
from ...wire.members import Member, attributes
from ..options import PATHS_HELP, as_list, format_option, more_help, plot_option
from ..reading import Reading, Unread, passed_over_in_words, plain_unread
from ..terminal import (
    EXIT_CLEAN,
    EXIT_UNREADABLE,
    Printer,
    as_data,
    counted,
    failed,
    printable_name,
    put,
    sized,
    told,
)

__all__ = ["summary"]


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(allow_dash=True), callback=as_list)
@format_option
@plot_option
@click.option("--top", type=click.IntRange(0), default=10, help="Number of largest objects to list.")
@more_help(
    PATHS_HELP,
    examples=(
        "ds3codec summary response.xml",
        "ds3codec summary response.xml --plot response.svg",
        "ds3codec summary captures/ --format json",
    ),
)
def summary(paths: list[str], form: str, plot: Path | None, top: int) -> int:
    """Summarise job responses: header, nodes, chunks, objects, bytes, sizes.

    Exit status 0: success; 1: a response is invalid or incomplete; 2: something could not be read.
    """
    state = _Run(top)
    reading = Reading()
    found = list(reading.results(paths, state.begin))
    summaries = [one for one in found if isinstance(one, Summary)]
    status = reading.status(state.broken)
    _show(summaries, [one for one in found if not isinstance(one, Summary)], form)
    if plot is not None and not reading.interrupted:
        status = max(status, _draw(summaries, plot))
    return status


class _Run:
    """The state of one run: how to summarise, and whether any response could not be decoded to its end."""

    def __init__(self, top: int) -> None:
        self.top = top
        self.broken = False

    def begin(self, _file: str, response: Response) -> tuple[Summary, Iterable[object]]:
        summary = Summary(response.origin)
        return summary, self._steps(response, summary)

    def _steps(self, response: Response, summary: Summary) -> Iterator[None]:
        if not response.is_recorded:
            summary.unfinished, summary.is_recorded = "the body was not recorded", False
            return
        reader = ColumnReader(response.body, missing="none")
        try:
            for columns in reader:
                summary.header = reader.header
                summary.add(columns, self.top)
                yield
        except SourceError:
            raise
        except Ds3CodecError as error:
            failed(f"{response.origin}: {error}")
            self.broken = True
            summary.unfinished = str(error)
        finally:
            summary.header = reader.header


def _draw(summaries: list[Summary], plot: Path) -> int:
    from ..plotting import draw  # noqa: PLC0415  (matplotlib is an extra)

    try:
        draw(summaries, plot)
    except OSError as error:
        failed(told(error, "draw"))
    except ValueError as error:
        failed(f"cannot draw {quoted_name(str(plot))}: {error}")
    else:
        return EXIT_CLEAN
    return EXIT_UNREADABLE


# The output.


def _show(summaries: list[Summary], unread: list[Unread], form: str) -> None:
    if form == "json":
        put(as_data([*map(_plain, summaries), *map(plain_unread, unread)], indent=2))
        return
    printer = Printer()
    for place, summary in enumerate(summaries):
        if place:
            printer.line()
        _show_one(printer, summary)
    for line in passed_over_in_words([one for one in unread if isinstance(one, PassedOver)]):
        printer.line(line)


def _show_one(printer: Printer, summary: Summary) -> None:
    # The reason was printed when it occurred, unless the body was not recorded.
    reason = "" if summary.is_recorded else f" ({summary.unfinished})"
    broken_off = "" if summary.unfinished is None else f": not read to the end{reason}"
    printer.line((printable_name(summary.origin), "bold"), broken_off)
    if summary.header is not None:
        for name, value in _header(summary.header).items():
            printer.line(f"  {name:<36} {value}")
    if not summary.chunks and summary.header is None:
        return
    counts = ", ".join(
        [
            counted(summary.chunks, "chunk"),
            counted(summary.objects, "object"),
            counted(summary.blobs, "blob"),
            f"{sized(summary.total)} listed",
        ]
    )
    so_far = "" if summary.unfinished is None else " so far"
    printer.line()
    printer.line(f"  {counts}{so_far}")
    _show_bars(printer, "bytes", _bytes(summary))
    nodes = [
        (_named_node(summary, node), count, _share(count, summary.total), sized(count))
        for node, count in summary.by_node.most_common()
    ]
    _show_bars(printer, "nodes", nodes)
    most = max(summary.sizes.values(), default=0)
    sizes = [
        (_size_class(power), count, count / most, f"{count:,}")
        for power, count in sorted(summary.sizes.items())
    ]
    _show_bars(printer, "blobs by size", sizes)
    if summary.largest:
        largest = sorted(summary.largest.items(), key=lambda item: -item[1])
        rows = [(repr(name), sized(size)) for name, size in largest]
        printer.table(("largest objects", ""), rows, indent=2)


Bar = tuple[str, int, float, str]


def _show_bars(printer: Printer, title: str, bars: list[Bar]) -> None:
    if not bars:
        return
    printer.bars(title, [(name, share, text) for name, _, share, text in bars], indent=2)


def _bytes(summary: Summary) -> list[Bar]:
    job = summary.header
    whole = (job.original_size_in_bytes if job is not None else None) or summary.total
    rows: list[tuple[str, int | None]] = [("listed", summary.total), ("listed, in cache", summary.cached)]
    if job is not None:
        rows += [("cached", job.cached_size_in_bytes), ("completed", job.completed_size_in_bytes)]
    return [(name, count, _share(count, whole), sized(count)) for name, count in rows if count is not None]


def _share(count: int, whole: int) -> float:
    return min(count / whole, 1.0) if whole > 0 else 0.0


def _header(job: MasterObjectList) -> dict[str, str]:
    values = [(member, getattr(job, member.field)) for member in attributes(MasterObjectList)]
    return {member.name: _worded(member, value) for member, value in values if value is not None}


def _worded(member: Member, value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,} ({sized(value)})"
    return format_value(member, value)


def _named_node(summary: Summary, node: str | None) -> str:
    name = node_name(summary.header, node)
    return name if node is None or name == node else f"{name} ({node})"


def _size_class(power: int) -> str:
    return "0 B" if power == 0 else f"{sized(1 << power - 1)} to {sized(1 << power)}"


def _plain(summary: Summary) -> dict[str, Any]:
    job = summary.header
    return {
        "origin": summary.origin,
        "complete": summary.unfinished is None,
        "unfinished": summary.unfinished,
        "header": None
        if job is None
        else {
            member.name: _json_value(member, getattr(job, member.field))
            for member in attributes(MasterObjectList)
        },
        "nodes": [
            {"id": node, "end_point": _end_point(job, node), "bytes": count}
            for node, count in summary.by_node.most_common()
        ],
        "chunks": summary.chunks,
        "objects": summary.objects,
        "blobs": summary.blobs,
        "bytes": {"listed": summary.total, "listed_in_cache": summary.cached},
        "blob_sizes": [
            {"from": (1 << power) >> 1, "below": 1 << power, "blobs": count}
            for power, count in sorted(summary.sizes.items())
        ],
        "largest_objects": [
            {"name": name, "bytes": size}
            for name, size in sorted(summary.largest.items(), key=lambda item: -item[1])
        ],
    }


def _json_value(member: Member, value: Any) -> Any:
    return value if value is None or isinstance(value, (bool, int)) else format_value(member, value)


def _end_point(job: MasterObjectList | None, identifier: str | None) -> str | None:
    return next((node.end_point for node in (job.nodes if job else ()) if node.id == identifier), None)
