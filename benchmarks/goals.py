"""What the project promises of its speed and memory, measured, with a verdict for each promise."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import NamedTuple

import ds3codec
from benchmarks.contenders import CONTENDERS
from benchmarks.documents import write_document
from benchmarks.measuring import compare, measure_apart

STREAMING = "ds3codec, streaming"


class Goal(NamedTuple):
    """A promise: `limit` is the most, or with `least` the least, that `value` may be."""

    what: str
    value: float
    limit: float
    unit: str
    least: bool = False

    def row(self) -> str:
        met = self.value >= self.limit if self.least else self.value <= self.limit
        bound = "at least" if self.least else "at most"
        verdict = "yes" if met else "no"
        return f"| {self.what} | {bound} {self.limit:g} {self.unit} | {self.value:,.2f} | {verdict} |"


def goals(folder: Path, objects: int, rounds: int, seed: int) -> str:
    """The table of promises, in Markdown; documents are written into `folder`."""
    rows = ["| promise | goal | measured | met |", "| --- | --- | ---: | --- |"]
    rows += [goal.row() for goal in _measured(folder, objects, rounds, seed)]
    return "\n".join(rows)


def _measured(folder: Path, objects: int, rounds: int, seed: int) -> Iterator[Goal]:
    usual, single, large = (folder / name for name in ("usual.xml", "single.xml", "large.xml"))
    write_document(usual, objects, 1000, seed)
    write_document(single, objects, objects, seed)
    write_document(large, 10 * objects, 1000, seed)

    results = compare(CONTENDERS, usual, rounds)
    ratio: Callable[[str, str], float] = results.ratio
    yield Goal(
        "ElementTree to dicts against streaming", ratio("ElementTree to dicts", STREAMING), 2, "times", True
    )
    yield Goal(
        "xsdata's XmlParser against streaming", ratio("xsdata, XmlParser", STREAMING), 9, "times", True
    )
    yield Goal("streaming against the bare loop", ratio(STREAMING, "iterparse, bare loop"), 1.9, "times")
    yield Goal("incremental against streaming", ratio("ds3codec, incremental", STREAMING), 1.1, "times")
    yield Goal("decode against streaming", ratio("ds3codec, decode", STREAMING), 1.4, "times")
    yield Goal("peak memory of decode", results.megabytes("ds3codec, decode"), 350, "MB")
    yield Goal(
        "xsdata's serializer against encode",
        ratio("xsdata, XmlSerializer", "ds3codec, encode"),
        15,
        "times",
        True,
    )
    yield Goal(
        f"peak memory, streaming {10 * objects:,} objects",
        measure_apart(STREAMING, large).megabytes,
        40,
        "MB",
    )
    yield Goal(
        f"peak memory, streaming one chunk of {objects:,}",
        measure_apart(STREAMING, single).megabytes,
        40,
        "MB",
    )
    yield Goal("read before the first blob is out", _read_before_first_blob(usual) / 1024, 256, "KiB")
    yield Goal("import ds3codec against import lxml.etree", _import_ratio(), 3, "times")


def _read_before_first_blob(path: Path) -> int:
    """Bytes taken from a source that gives one KiB at a time until the first blob is there."""
    taken = 0

    def slow_source() -> Iterator[bytes]:
        nonlocal taken
        with path.open("rb") as file:
            while piece := file.read(1024):
                taken += len(piece)
                yield piece

    next(ds3codec.iter_blobs(slow_source()))
    return taken


def _import_ratio() -> float:
    """The time that importing ds3codec takes over that of lxml.etree alone, each in fresh processes."""
    return median(_import_seconds("ds3codec") / _import_seconds("lxml.etree") for _ in range(21))


def _import_seconds(module: str) -> float:
    script = f"import time; start = time.perf_counter(); import {module}; print(time.perf_counter() - start)"
    command = [sys.executable, "-c", script]
    return float(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)  # noqa: S603
