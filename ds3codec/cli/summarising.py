"""The command `summary`: what job responses say, for a person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from ..captures import Response
from ..errors import Ds3CodecError, SourceError
from ..models import MasterObjectList
from ..readers import ColumnReader
from ..wire.members import attributes
from .escaping import as_data
from .reading import Reading
from .summaries import Summary
from .terminal import EXIT_CLEAN, EXIT_UNREADABLE, Printer, counted, failed, put, sized

__all__ = ["run"]


class _Run:
    """One run: the summaries of all responses, and whether each could be decoded to its end."""

    def __init__(self, top: int) -> None:
        self.top = top
        self.broken = False

    def begin(self, _file: str, response: Response) -> tuple[Summary, Iterable[object]]:
        summary = Summary(response.origin)
        return summary, self._steps(response, summary)

    def _steps(self, response: Response, summary: Summary) -> Iterator[None]:
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
        finally:
            summary.header = reader.header


def run(files: list[str], form: str, plot: Path | None, top: int) -> int:
    """Summarise files, print that, and give the exit status."""
    state = _Run(top)
    reading = Reading()
    summaries = list(reading.results(files, state.begin))
    status = reading.status(state.broken)
    _show(summaries, form)
    if plot is not None and not reading.interrupted:
        status = max(status, _draw(summaries, plot))
    return status


def _draw(summaries: list[Summary], plot: Path) -> int:
    try:
        from .plotting import draw  # noqa: PLC0415  (only where it is asked for)

        draw([summary for summary in summaries if summary.blobs], plot)
    except ModuleNotFoundError:
        failed("a plot needs the extra plot: pip install 'ds3codec[plot]'")
    except (OSError, ValueError) as error:
        failed(f"cannot draw {str(plot)!r}: {error}")
    else:
        return EXIT_CLEAN
    return EXIT_UNREADABLE


# How it is shown.


def _show(summaries: list[Summary], form: str) -> None:
    if form == "json":
        put(as_data([_plain(summary) for summary in summaries], indent=2))
        return
    printer = Printer()
    for place, summary in enumerate(summaries):
        if place:
            printer.line()
        _show_one(printer, summary)


def _show_one(printer: Printer, summary: Summary) -> None:
    printer.line((summary.origin, "bold"))
    if summary.header is not None:
        for name, value in _header(summary.header).items():
            printer.line(f"  {name:<36} {value}")
    counts = ", ".join(
        [
            counted(summary.chunks, "chunk"),
            counted(summary.objects, "object"),
            counted(summary.blobs, "blob"),
            f"{sized(summary.total)} listed",
        ]
    )
    printer.line()
    printer.line(f"  {counts}")
    _show_bars(printer, "bytes", _bytes(summary))
    nodes = [
        (_node_name(summary.header, node), count, _share(count, summary.total), sized(count))
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
        printer.table(("largest objects", ""), [(repr(name), sized(size)) for name, size in largest])


Bar = tuple[str, int, float, str]


def _show_bars(printer: Printer, title: str, bars: list[Bar]) -> None:
    if not bars:
        return
    rows = [(name, "█" * round(30 * share) or "▏", text) for name, _, share, text in bars]
    printer.table((title, "", ""), rows)


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
    values = {member.name: getattr(job, member.field) for member in attributes(MasterObjectList)}
    return {
        name: _worded(name, getattr(value, "value", value))
        for name, value in values.items()
        if value is not None
    }


def _worded(name: str, value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:,} ({sized(value)})" if isinstance(value, int) else str(value)


def _node_name(job: MasterObjectList | None, identifier: str | None) -> str:
    for node in job.nodes if job is not None else ():
        if node.id == identifier and identifier is not None:
            return f"{node.end_point} ({identifier})"
    return identifier or "no node"


def _size_class(power: int) -> str:
    return "0 B" if power == 0 else f"{sized(1 << power - 1)} to {sized(1 << power)}"


def _plain(summary: Summary) -> dict[str, Any]:
    job = summary.header
    return {
        "origin": summary.origin,
        "header": None
        if job is None
        else {
            member.name: _json_value(getattr(job, member.field)) for member in attributes(MasterObjectList)
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


def _json_value(value: Any) -> Any:
    plain = getattr(value, "value", value)
    return plain if plain is None or isinstance(plain, (bool, int, str)) else str(plain)


def _end_point(job: MasterObjectList | None, identifier: str | None) -> str | None:
    return next((node.end_point for node in (job.nodes if job else ()) if node.id == identifier), None)
