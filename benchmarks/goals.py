"""What the project promises of its speed and memory, measured, with a verdict for each promise."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import NamedTuple

import ds3codec
from benchmarks.contenders import CONTENDERS
from benchmarks.documents import write_document
from benchmarks.measuring import compare, measure_apart

STREAMING, INCREMENTAL = "ds3codec, streaming", "ds3codec, incremental"
XSDATA, DECODE, ENCODE = "xsdata, XmlParser", "ds3codec, decode", "ds3codec, encode"

# How many times as long as the second the first takes, at least and at most.
LEAST: list[tuple[float, str, str]] = [
    (2, "ElementTree to dicts", STREAMING),
    (2, "ElementTree, vendor's way", STREAMING),
    (9, XSDATA, STREAMING),
    (15, "xsdata, XmlSerializer", ENCODE),
]
MOST: list[tuple[float, str, str]] = [
    (1.9, STREAMING, "iterparse, bare loop"),
    (1.1, INCREMENTAL, STREAMING),
    (1.4, DECODE, STREAMING),
]


class Goal(NamedTuple):
    """A promise: what it is about, the limit, what was measured, and whether that is within the limit."""

    what: str
    limit: str
    measured: float
    met: bool

    def row(self) -> str:
        return f"| {self.what} | {self.limit} | {self.measured:,.2f} | {'yes' if self.met else 'no'} |"


def at_least(limit: float, unit: str, what: str, measured: float) -> Goal:
    return Goal(what, f"at least {limit:g} {unit}", measured, measured >= limit)


def at_most(limit: float, unit: str, what: str, measured: float) -> Goal:
    return Goal(what, f"at most {limit:g} {unit}", measured, measured <= limit)


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
    for limit, name, other in LEAST:
        yield at_least(limit, "times", f"{name}, against {other}", results.ratio(name, other))
    for limit, name, other in MOST:
        yield at_most(limit, "times", f"{name}, against {other}", results.ratio(name, other))
    placed = objects // 10
    for count, name in ((placed, "placed.xml"), (2 * placed, "twice.xml")):
        write_document(folder / name, count, 1000, seed, tapes=2)
    tapes = compare([STREAMING, XSDATA], folder / "placed.xml", rounds)
    yield at_least(
        1, "times", f"{XSDATA}, against {STREAMING}, two tapes each", tapes.ratio(XSDATA, STREAMING)
    )
    memory = measure_apart(STREAMING, folder / "twice.xml").megabytes
    yield at_most(40, "MB", f"memory of streaming {2 * placed:,} objects with two tapes each", memory)
    yield at_most(350, "MB", f"memory of {DECODE}", results.megabytes(DECODE))
    for path, what in ((large, f"{10 * objects:,} objects"), (single, f"one chunk of {objects:,} objects")):
        yield at_most(40, "MB", f"memory of streaming {what}", measure_apart(STREAMING, path).megabytes)
    yield at_most(256, "KiB", "read before the first blob is out", _read_before_first_blob(usual) / 1024)
    yield at_most(3, "times", "import ds3codec, against import lxml.etree", _import_ratio())


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
    """The time that importing ds3codec takes over that of lxml.etree alone, each in fresh processes.

    As in an installed package, the bytecode is there: the first import, not counted, leaves it.
    """
    _import_seconds("ds3codec")
    return median(_import_seconds("ds3codec") / _import_seconds("lxml.etree") for _ in range(21))


def _import_seconds(module: str) -> float:
    script = f"import time; start = time.perf_counter(); import {module}; print(time.perf_counter() - start)"
    command = [sys.executable, "-c", script]
    environment = {name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    run = subprocess.run(command, check=True, env=environment, stdout=subprocess.PIPE, text=True)  # noqa: S603
    return float(run.stdout)
