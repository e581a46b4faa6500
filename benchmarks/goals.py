"""What the project promises of its speed and memory, with a verdict for each promise.

The benchmark first measures every series of runs that is needed, and then derives the verdicts.
"""

from __future__ import annotations

import gc
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import NamedTuple

import ds3codec
from benchmarks import around, clients, shapes, startup, workers
from benchmarks.bench.contenders import CONTENDERS
from benchmarks.bench.measuring import Run, compare, in_turns
from benchmarks.bench.measuring import measure as measure_one
from benchmarks.bench.processes import in_own_process
from benchmarks.bench.results import Results, markdown, middle, ratios, spread, where
from benchmarks.latency import BASELINE, measure_first, small_documents
from benchmarks.options import Options
from benchmarks.scaling import exponents

BARE, ELEMENT_TREE = "iterparse, bare loop", "ElementTree to dicts"
STREAMING, INCREMENTAL = "ds3codec, streaming", "ds3codec, incremental"
DECODE, ENCODE, WRITER = "ds3codec, decode", "ds3codec, encode", "ds3codec, JobWriter"
XSDATA = "xsdata, lxml handler"
VALIDATE, VALIDATE_ONLY = "ds3codec, validate", "ds3codec, validate, no objects remembered"
SUMMARY = "ds3codec, summary"
BATCHES, TABLE, PARQUET = "ds3codec, record_batches", "ds3codec, read_table", "ds3codec, write_parquet"
XMLSCHEMA, BARE_VALIDATION = "xmlschema, validate", "iterparse with schema, bare loop"

# The limits, at least and at most, of the first contender's time divided by the second's.
LEAST: list[tuple[float, str, str]] = [
    (3, ELEMENT_TREE, STREAMING),
    (2, "ElementTree, vendor's way", STREAMING),
    (12, XSDATA, STREAMING),
    (12, "xsdata, expat handler", STREAMING),
    (15, "xsdata, XmlSerializer", ENCODE),
    (3.5, "lxml, xmlfile", WRITER),
    (15, "pandas, from blobs", TABLE),
    (10, "xsdata, JsonSerializer", "ds3codec, JSON Lines"),
]
MOST: list[tuple[float, str, str]] = [
    (0.9, STREAMING, BARE),
    (1.1, STREAMING, "lxml, target class"),
    (1.1, INCREMENTAL, STREAMING),
    (1.25, DECODE, STREAMING),
    (0.8, VALIDATE, BARE_VALIDATION),
    (2, VALIDATE, STREAMING),
    (1.6, VALIDATE_ONLY, STREAMING),
    (1.6, SUMMARY, STREAMING),
    (0.75, BATCHES, STREAMING),
    (1.3, PARQUET, STREAMING),
]
# At most, as above, in other series: the second field names the series.
SURROUNDINGS: list[tuple[float, str, str, str]] = [
    (8, "around", around.REDACT, around.STREAMING),
    (8, "around", around.GENERATE, around.ENCODE),
    (0.4, "clients", clients.BOTH, clients.SDK),
    (6, "processes", startup.VERSION, startup.NOTHING),
    (6, "processes", startup.HELP, startup.NOTHING),
    (1.1, "processes", startup.ONE_TEST, startup.WITHOUT_PLUGIN),
]
LEAST_STARTS = 9  # rounds: a start is short, so noise weighs more
SHORT_CHUNKS = ["chunks of 20", "chunks of 3", "chunks of 1"]
PLACED = "two tapes each"
OTHER_SHAPES = [shape for shape in shapes.SHAPES if shape not in {shapes.PLAIN, PLACED, *SHORT_CHUNKS}]


class Goal(NamedTuple):
    """A promise: its subject, its limit, the measured figure, and whether that is within the limit."""

    what: str
    limit: str
    measured: str
    met: bool

    def row(self) -> list[str]:
        return [self.what, self.limit, self.measured, "yes" if self.met else "no"]


def at_least(limit: float, unit: str, what: str, measured: list[float]) -> Goal:
    return Goal(what, f"at least {limit:g} {unit}", spread(measured), median(measured) >= limit)


def at_most(limit: float, unit: str, what: str, measured: list[float]) -> Goal:
    return Goal(what, f"at most {limit:g} {unit}".strip(), spread(measured), median(measured) <= limit)


def collector_after_decode(path: str) -> Run:
    """Count the settings of the garbage collector that a decode changes."""
    changed = 0
    for switch in (gc.enable, gc.disable):
        switch()
        before = gc.isenabled(), gc.get_threshold(), gc.get_freeze_count(), len(gc.callbacks)
        ds3codec.decode(path)
        changed += (gc.isenabled(), gc.get_threshold(), gc.get_freeze_count(), len(gc.callbacks)) != before
    return {"changed": changed}


def measure_kept(name: str, path: str) -> Run:
    """Time a decode, without the time to free the job again."""
    if name != DECODE:
        return measure_one(name, path, 0)
    start = time.process_time()
    job = ds3codec.decode(path)
    seconds = time.process_time() - start
    return {"seconds": seconds, "objects": sum(len(chunk.blobs) for chunk in job.chunks)}


def measure(options: Options) -> list[Run]:
    workers.require_dask()
    objects, rounds, least = options.objects, options.rounds, options.least_seconds
    compared = [name for name in CONTENDERS if any(name in pair for _, *pair in [*LEAST, *MOST])]
    usual = options.made("usual.xml", objects)
    runs = compare(compared, usual, rounds, least, series="usual", value=objects)
    runs += in_turns(
        [STREAMING, DECODE], rounds, lambda name: in_own_process(measure_kept, name, usual), series="kept"
    )
    runs += [{"series": "collector", **in_own_process(collector_after_decode, usual)}]
    runs += [{"series": "first", **in_own_process(measure_first, "ds3codec, blob by blob", usual)}]
    for value in (objects // 10, 10 * objects):
        runs += compare(
            [STREAMING, BATCHES],
            options.made("grown.xml", value),
            rounds,
            least,
            series="grown",
            value=value,
        )
    single = options.made("single.xml", objects, chunk_size=objects)
    runs += compare([STREAMING], single, 1, least, series="single", value=objects)
    placed = objects // 10
    runs += compare(
        [STREAMING, XSDATA], options.made("placed.xml", placed, tapes=2), rounds, least, series="placed"
    )
    twice = options.made("placed.xml", 2 * placed, tapes=2)
    runs += compare([STREAMING], twice, 1, least, series="twice placed", value=2 * placed)
    tenth = options.made("tenth.xml", placed)
    if CONTENDERS[XMLSCHEMA].installed:
        runs += compare([VALIDATE, XMLSCHEMA], tenth, rounds, least, series="validated", value=placed)
    runs += _validated_shapes(options, tenth)
    runs += small_documents(options, [DECODE, BASELINE, VALIDATE], [10])
    compared = [BARE, STREAMING, ELEMENT_TREE, BATCHES]
    runs += shapes.over_shapes(options, compared, max(objects // 5, 1))
    runs += workers.measure(options)
    runs += around.measure(replace(options, objects=2 * objects // 5))
    runs += clients.against_sdk(options, [clients.SDK, clients.BOTH])
    starts = startup.measure(replace(options, rounds=max(rounds, LEAST_STARTS)))
    return runs + [{"series": "startup", **run} for run in starts]


def _validated_shapes(options: Options, clean: Path) -> list[Run]:
    """Time validation of short chunks, placements, and a document with a finding in every object."""
    objects, rounds, least = options.objects // 10, options.rounds, options.least_seconds
    both = [VALIDATE, BARE_VALIDATION]
    shaped = {
        "chunks of 1": options.made("ones.xml", objects, chunk_size=1),
        PLACED: options.made("validated.xml", objects, tapes=2),
    }
    runs: list[Run] = []
    for shape, path in shaped.items():
        runs += compare(both, path, rounds, least, series="validated shapes", value=shape)
    wrong = clean.with_name("wrong.xml")
    wrong.write_bytes(re.sub(rb'Length="\d+', b'Length="4 KiB', clean.read_bytes()))
    for value, path in (("clean", clean), ("wrong", wrong)):
        runs += compare([VALIDATE], path, rounds, least, series="findings", value=value)
    return runs


def table(results: Results) -> str:
    rows = [goal.row() for goal in _verdicts(results.runs)]
    return markdown(["promise", "goal", ">measured", "met"], rows)


def missed(results: Results) -> str:
    """Write the number of promises that hold, and list the others."""
    goals = list(_verdicts(results.runs))
    others = [goal for goal in goals if not goal.met]
    lines = [f"- {goal.what}: {goal.limit}; measured {goal.measured}." for goal in others]
    measured = f"measured with {results.parameters['objects']:,} objects, {results.rounds}"
    held = f"The project keeps {len(goals) - len(others)} of its {len(goals)} promises"
    return f"{held}, {measured}. It misses these:\n\n" + "\n".join(lines)


def _verdicts(runs: list[Run]) -> Iterator[Goal]:
    yield from _of_time(runs)
    yield from _of_shapes(where(runs, series=shapes.SERIES))
    yield from _of_memory(runs)
    yield from _of_latency(runs)
    yield from _of_surroundings(runs)
    gains = ratios(where(runs, series=workers.SERIES), workers.ONE, workers.TWO)
    yield at_least(1.6, "times", "two workers on one large response, against one", gains)


def _of_time(runs: list[Run]) -> Iterator[Goal]:
    usual, placed = where(runs, series="usual"), where(runs, series="placed")
    for limit, name, other in LEAST:
        yield at_least(limit, "times", f"{name}, against {other}", ratios(usual, name, other))
    for limit, name, other in MOST:
        yield at_most(limit, "times", f"{name}, against {other}", ratios(usual, name, other))
    what = f"{DECODE}, until the job is there, against {STREAMING}"
    yield at_most(1.25, "times", what, ratios(where(runs, series="kept"), DECODE, STREAMING))
    changed = [run["changed"] for run in where(runs, series="collector")]
    yield at_most(0, "changes", "the garbage collector after decode, on and off before", changed)
    what = f"{XSDATA}, against {STREAMING}, two tapes each"
    yield at_least(1, "times", what, ratios(placed, XSDATA, STREAMING))
    if validated := where(runs, series="validated"):
        yield at_least(
            15, "times", f"{XMLSCHEMA}, against {VALIDATE}", ratios(validated, XMLSCHEMA, VALIDATE)
        )
    for limit, shape in ((1, "chunks of 1"), (1.5, PLACED)):
        shaped = where(runs, series="validated shapes", value=shape)
        what = f"{VALIDATE}, against {BARE_VALIDATION}, {shape}"
        yield at_most(limit, "times", what, ratios(shaped, VALIDATE, BARE_VALIDATION))
    found = where(runs, series="findings")
    clean = {run["round"]: run["seconds"] for run in where(found, value="clean")}
    growths = [run["seconds"] / clean[run["round"]] for run in where(found, value="wrong")]
    yield at_most(6, "times", f"{VALIDATE}, a finding in every object, against none", growths)
    grown = where(runs, series="grown", contender=STREAMING) + where(usual, contender=STREAMING)
    sizes = sorted({run["value"] for run in grown})
    what = f"exponent of streaming's time, {sizes[0]:,} to {sizes[-1]:,} objects"
    yield at_most(1.02, "", what, exponents(grown))


def _of_shapes(runs: list[Run]) -> Iterator[Goal]:
    for limit, shape in [*((0.9, shape) for shape in SHORT_CHUNKS), (3.5, PLACED)]:
        shaped = where(runs, value=shape)
        yield at_most(
            limit, "times", f"{STREAMING}, against {BARE}, {shape}", ratios(shaped, STREAMING, BARE)
        )
    for shape in SHORT_CHUNKS:
        shaped = where(runs, value=shape)
        what = f"{ELEMENT_TREE}, against {STREAMING}, {shape}"
        yield at_least(3, "times", what, ratios(shaped, ELEMENT_TREE, STREAMING))
    what = f"{BATCHES}, time of an object, chunks of 1, against {shapes.PLAIN}"
    yield at_most(1.2, "times", what, shapes.against_plain(runs, BATCHES, "chunks of 1"))
    for shape in OTHER_SHAPES:
        what = f"{STREAMING}, time of an object, {shape}, against {shapes.PLAIN}"
        yield at_most(2.5, "times", what, shapes.against_plain(runs, STREAMING, shape))


def _of_memory(runs: list[Run]) -> Iterator[Goal]:
    for name, limit in ((STREAMING, 1.1), (BATCHES, 1.2)):
        grown = where(runs, series="grown", contender=name)
        small, large = sorted({run["value"] for run in grown})
        peaks = {run["round"]: run["megabytes"] for run in where(grown, value=small)}
        growths = [run["megabytes"] / peaks[run["round"]] for run in where(grown, value=large)]
        yield at_most(limit, "times", f"memory of {name}, {large:,} objects, against {small:,}", growths)
    for series, name, limit, what in (
        ("usual", DECODE, 350, "memory of ds3codec, decode, {:,} objects"),
        ("usual", VALIDATE_ONLY, 60, "memory of validating {:,} objects, none remembered"),
        ("usual", VALIDATE, 70, "memory of validating {:,} objects"),
        ("grown", STREAMING, 40, "memory of streaming {:,} objects"),
        ("grown", BATCHES, 160, "memory of ds3codec, record_batches, {:,} objects"),
        ("single", STREAMING, 40, "memory of streaming one chunk of {:,} objects"),
        ("twice placed", STREAMING, 40, "memory of streaming {:,} objects with two tapes each"),
    ):
        found = where(runs, series=series, contender=name)
        most = max(run["value"] for run in found)
        peak = [middle(where(found, value=most), "megabytes")]
        yield at_most(limit, "MB", what.format(most), peak)


def _of_latency(runs: list[Run]) -> Iterator[Goal]:
    small = where(runs, series="small")
    what = f"{DECODE}, against {BASELINE}, a document of 10 objects"
    yield at_most(1.5, "times", what, ratios(small, DECODE, BASELINE))
    if judged := ratios(small, VALIDATE, DECODE):
        yield at_most(3, "times", f"{VALIDATE}, against {DECODE}, a document of 10 objects", judged)
    read = [run["bytes"] / 1024 for run in where(runs, series="first")]
    yield at_most(256, "KiB", "read before the first blob is out", read)
    imports = ratios(where(runs, series="startup"), "ds3codec", startup.BASELINE)
    yield at_most(2.2, "times", "import of what a decode needs, against import lxml.etree", imports)


def _of_surroundings(runs: list[Run]) -> Iterator[Goal]:
    for limit, series, name, other in SURROUNDINGS:
        if measured := ratios(where(runs, series=series), name, other):
            yield at_most(limit, "times", f"{name}, against {other}", measured)
