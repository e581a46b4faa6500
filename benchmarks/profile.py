"""Where the streaming decoder's time goes, step by step.

The decoder reads runs of plain objects without a parser (`ds3codec.decoding.runs`). Here it gets runs that
stop after one of the steps, in turns on the same document; a step costs the difference between one and the
next. A decoder that ignores its runs does the rest: the source, the scanner, trees and batches. That rest
includes all objects that are not plain, since they are read from trees.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.bench.contenders import READERS
from benchmarks.bench.contenders.sources import pieces
from benchmarks.bench.measuring import YARDSTICK, Run, in_turns
from benchmarks.bench.processes import in_own_process
from benchmarks.bench.results import Results, markdown, spread, where
from benchmarks.options import Options
from ds3codec.decoding.chunks import Batches
from ds3codec.decoding.columns import Column, Columns
from ds3codec.decoding.decoder import Decoder
from ds3codec.decoding.forms import TagLayout
from ds3codec.decoding.runs import Passage, Runs

WHOLE = YARDSTICK
# Each step, with the work that it adds to the one before.
STEPS = {
    "parse": "the source, the scanner, all that is read from trees, batches",
    "names": "bytes to text, and each tag compared with the layout, its values passed over",
    "values": "the values taken out, as columns of texts",
    "checks": "that nothing is between the tags, and nothing in them that needs the parser",
    "conversion": "texts to numbers and booleans; one string for a column of equal ones",
    "building": "models with their slots set",
    WHOLE: "batches handed out by a reader",
}


_NOTHING = Columns(0, {}, [], {})


class _Unread(Runs):
    """Runs that are ignored."""

    def passages(self, text: str) -> Iterator[Passage]:
        self.take(text)
        yield Passage(text, _NOTHING)

    def take(self, text: str) -> None:
        """Do nothing with a run."""


class _Names(_Unread):
    def take(self, text: str) -> None:
        names_only = re.sub(r"\((.*?)\)", r"\1", self.layout().pattern.pattern)
        re.compile(names_only).split(text)


class _Values(_Unread):
    def take(self, text: str) -> None:
        layout = self.layout()
        parts = layout.pattern.split(text)
        self.take_values(text, parts, layout)

    def take_values(self, text: str, parts: Column, layout: TagLayout) -> None:
        for at in range(layout.width):
            parts[at :: layout.width]


class _Checks(_Values):
    def take_values(self, text: str, parts: Column, layout: TagLayout) -> None:
        super().take_values(text, parts, layout)
        self.is_plain(text, parts, layout)


class _Conversion(_Values):
    def take_values(self, text: str, parts: Column, layout: TagLayout) -> None:
        self.columns(text, parts, layout)


_RUNS: dict[str, type[Runs]] = {
    "parse": _Unread,
    "names": _Names,
    "values": _Values,
    "checks": _Checks,
    "conversion": _Conversion,
    "building": Runs,
}


def measure_step(name: str, path: str) -> Run:
    """Time a decoder that does all steps up to and including this one."""
    source = Path(path)
    if name == WHOLE:
        work = READERS[WHOLE].prepare(source)
        start = time.process_time()
        objects = work()
        return {"objects": objects, "seconds": time.process_time() - start}
    decoder = Decoder(Batches(), strict=False, missing="error")
    decoder._runs = _RUNS[name]("error")
    start = time.process_time()
    for piece in pieces(source):  # no close: a run that is ignored hides the end of the document
        for _ in decoder.feed(piece):
            pass
    return {"seconds": time.process_time() - start}


def measure(options: Options) -> list[Run]:
    path = options.document()
    return in_turns(STEPS, options.rounds, lambda name: in_own_process(measure_step, name, path))


def table(results: Results) -> str:
    runs = results.runs
    objects = where(runs, contender=WHOLE)[0]["objects"]
    rows = []
    for before, name in zip([None, *STEPS], STEPS):
        costs, shares = _costs(runs, name, before)
        nanoseconds = spread([1e9 * cost / objects for cost in costs], ",.0f")
        rows.append([name, nanoseconds, spread([100 * share for share in shares], ".0f"), STEPS[name]])
    whole = [1e9 * run["seconds"] / objects for run in where(runs, contender=WHOLE)]
    rows.append(["all", spread(whole, ",.0f"), "100", "the streaming decoder"])
    title = f"{objects:,} objects, {results.rounds}:"
    return f"{title}\n\n{markdown(['step', '>ns an object', '>%', 'what'], rows)}"


def _costs(runs: list[Run], name: str, before: str | None) -> tuple[list[float], list[float]]:
    """Return the cost of a step in each round, in seconds and as a share of the whole."""
    seconds = {(run["contender"], run["round"]): run["seconds"] for run in runs}
    costs, shares = [], []
    for run in where(runs, contender=name):
        cost = run["seconds"] - (seconds[before, run["round"]] if before else 0)
        costs.append(cost)
        shares.append(cost / seconds[WHOLE, run["round"]])
    return costs, shares
