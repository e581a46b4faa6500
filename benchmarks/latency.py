"""How soon the first object is there, and what a small document costs.

The first object comes from a source that trickles: a few bytes, a pause, and so on. A contender that needs
the whole document waits for all of it. A small document is held in memory and decoded repeatedly in one
process; its time is mostly the decoder's work before the first object.
"""

from __future__ import annotations

import io
import time
from pathlib import Path
from typing import Any

from benchmarks.bench.contenders import CONTENDERS, READERS, forms
from benchmarks.bench.measuring import Run, in_turns, measure_small
from benchmarks.bench.processes import in_own_process
from benchmarks.bench.results import Results, markdown, middle, names_in, ratios, spread, where
from benchmarks.options import Options

BASELINE = "lxml, fromstring and get"
SMALL = [1, 10, 100]
TRICKLED = 2_000
PIECE, PAUSE = 1024, 0.001


class Trickle(io.RawIOBase):
    """A file that returns one piece at a time, after a pause."""

    def __init__(self, data: bytes) -> None:
        self._data = memoryview(data)
        self.taken = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        time.sleep(PAUSE)
        piece = self._data[self.taken : self.taken + min(PIECE, len(buffer))]
        buffer[: len(piece)] = piece
        self.taken += len(piece)
        return len(piece)


def measure_first(name: str, path: str) -> Run:
    """Measure the time and the bytes read until the first object."""
    reader = READERS[name]
    read, rows = reader.load(), reader.form.rows
    source = Trickle(Path(path).read_bytes())
    start = time.perf_counter()
    next(rows(read(source)))
    return {"seconds": time.perf_counter() - start, "bytes": source.taken}


def measure(options: Options) -> list[Run]:
    readers = [name for name in READERS if READERS[name].form is not forms.COUNTS]
    names = [name for name in options.contenders(readers) if name in readers]
    path = options.made("trickled.xml", min(options.objects, TRICKLED))
    runs = in_turns(
        names, options.rounds, lambda name: in_own_process(measure_first, name, path), series="first"
    )
    return runs + small_documents(options, options.contenders(CONTENDERS, needed=[BASELINE]), SMALL)


def small_documents(options: Options, names: list[str], sizes: list[int]) -> list[Run]:
    runs: list[Run] = []
    for size in sizes:
        path = options.made("small.xml", size)
        runs += in_turns(
            names,
            options.rounds,
            lambda name, path=path: in_own_process(measure_small, name, path, options.small_seconds),  # type: ignore[misc]
            series="small",
            value=size,
        )
    return runs


def table(results: Results) -> str:
    return "\n\n".join([_first(results), _small(results)])


def _first(results: Results) -> str:
    runs = where(results.runs, series="first")
    head = ["way", ">milliseconds to the first object", ">KiB read"]
    rows = [
        [
            name,
            spread([1000 * run["seconds"] for run in where(runs, contender=name)], ",.0f"),
            f"{middle(where(runs, contender=name), 'bytes') / 1024:,.0f}",
        ]
        for name in names_in(runs)
    ]
    title = f"The first object from a source that pauses for {1000 * PAUSE:g} ms before each {PIECE:,} bytes:"
    return f"{title}\n\n{markdown(head, rows)}"


def _small(results: Results) -> str:
    runs = where(results.runs, series="small")
    sizes = sorted({run["value"] for run in runs})
    head = ["way", *(f">{size:,}" for size in sizes), *(f">{size:,}, {BASELINE} = 1" for size in sizes)]
    rows = [
        [
            name,
            *(f"{1e6 * middle(where(runs, contender=name, value=size)):,.0f}" for size in sizes),
            *(spread(ratios(where(runs, value=size), name, BASELINE)) for size in sizes),
        ]
        for name in names_in(runs)
    ]
    return f"Microseconds for a document in memory, by its objects:\n\n{markdown(head, rows)}"
