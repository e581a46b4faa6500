"""Measure how fast responses are read and written, print tables, and draw plots.

A benchmark prints its table and saves what it measured with --json. `table` and `plots` take such files, or
else all that are in benchmarks/results. `refresh` measures what is saved there again, all or what is named,
and writes every table and picture that comes of it.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

from benchmarks import (
    around,
    calls,
    clients,
    goals,
    latency,
    memory,
    profile,
    scaling,
    shapes,
    startup,
    throughput,
    workers,
)
from benchmarks.bench.contenders import CONTENDERS
from benchmarks.bench.processes import Failed
from benchmarks.bench.results import Results, load
from benchmarks.options import Options
from benchmarks.quoted import quote
from ds3codec.extras import extra

RESULTS = Path(__file__).parent / "results"


class Benchmark(NamedTuple):
    """A module with `measure` and `table`, and its default number of objects and rounds."""

    module: ModuleType
    objects: int = 500_000
    rounds: int = 3


BENCHMARKS = {
    "throughput": Benchmark(throughput),
    "memory": Benchmark(memory, objects=1_000_000, rounds=1),
    "scaling": Benchmark(scaling, rounds=2),
    "shapes": Benchmark(shapes, objects=100_000),
    "latency": Benchmark(latency),
    "startup": Benchmark(startup, rounds=21),
    "profile": Benchmark(profile),
    "calls": Benchmark(calls),
    "workers": Benchmark(workers),
    "clients": Benchmark(clients),
    "around": Benchmark(around, objects=40_000),
    "goals": Benchmark(goals, objects=100_000, rounds=1),
}


def main(arguments: list[str]) -> None:
    options = _parsed(arguments)
    if options.list:
        _list()
    elif options.what in BENCHMARKS:
        try:
            _run(options)
        except (Failed, ModuleNotFoundError) as failure:
            raise SystemExit(f"python -m benchmarks: {failure}") from None
    elif options.what == "refresh":
        _refresh(options.files)
    else:
        WITH_FILES[options.what](list(map(Path, options.files)), options.into)


def _refresh(names: list[str]) -> None:
    """Measure all saved benchmarks again, or only those named."""
    saved = [path.stem for path in _saved(RESULTS)]
    if unknown := {*names} - {*saved}:
        raise SystemExit(f"python -m benchmarks: no results are saved of {', '.join(sorted(unknown))}")
    for name in names or saved:
        main([name, "--json", str(RESULTS / f"{name}.json")])
    _write_pages()


def _write_pages() -> None:
    """Write every page and picture that is made from the saved results."""
    with contextlib.redirect_stdout(io.StringIO()) as page:
        _print_tables([], RESULTS)
    (RESULTS / "README.md").write_text(page.getvalue())
    _draw_plots([], RESULTS)
    for path, text in quote(RESULTS):
        path.write_text(text, encoding="utf-8")


def _run(options: argparse.Namespace) -> None:
    benchmark = BENCHMARKS[options.what]
    with tempfile.TemporaryDirectory() as name:
        wanted = Options(
            folder=Path(name),
            objects=options.objects or benchmark.objects,
            chunk_size=options.chunk_size,
            tapes=options.tapes,
            seed=options.seed,
            input=options.input,
            rounds=options.rounds or benchmark.rounds,
            chosen=options.contender,
            most_seconds=options.most_seconds,
            small_seconds=options.small_seconds,
            least_seconds=options.least_seconds,
        )
        runs = benchmark.module.measure(wanted)
    absent = [name for name, contender in CONTENDERS.items() if not contender.installed]
    failed = {run["contender"]: run["failed"] for run in runs if "failed" in run}
    done = [run for run in runs if "failed" not in run]
    results = Results(options.what, wanted.parameters(), done, absent, failed)
    if options.json:
        results.save(options.json)
    print(_text(results))


def _text(results: Results) -> str:
    table: str = BENCHMARKS[results.benchmark].module.table(results)
    return "\n\n".join(filter(None, [table, results.absent(), results.failures(), results.conditions()]))


def _print_tables(files: list[Path], into: Path) -> None:
    print("\n\n".join(_section(path) for path in files or _saved(into)))


def _section(path: Path) -> str:
    """Format the section of a saved result: its title, its plot and its table."""
    results = load(path)
    [title, *_] = str(BENCHMARKS[results.benchmark].module.__doc__).splitlines()
    picture = path.with_suffix(".svg")
    plot = f"![{title}]({picture.name})" if picture.exists() else ""
    return "\n\n".join(filter(None, [f"## {path.stem}", title, plot, _text(results)]))


def _draw_plots(files: list[Path], into: Path) -> None:
    try:
        with extra("cli"):
            from benchmarks.plots import draw  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise SystemExit(f"python -m benchmarks: {error}") from None
    for path in files or _saved(into):
        picture = into / f"{path.stem}.svg"
        if draw(load(path), picture):
            print(picture.name)


def _saved(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.json"))


WITH_FILES: dict[str, Callable[[list[Path], Path], None]] = {"table": _print_tables, "plots": _draw_plots}


def _list() -> None:
    for name, contender in CONTENDERS.items():
        without = f"; leaves out {contender.leaves_out}" if contender.leaves_out else ""
        print(f"{name}: {contender.gives}{without}{'' if contender.installed else ' (not installed)'}")


def _existing(name: str) -> Path:
    path = Path(name)
    if not path.is_file():
        raise argparse.ArgumentTypeError(f"there is no file {name}")
    return path


def _parsed(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    add = parser.add_argument
    add("what", nargs="?", choices=[*BENCHMARKS, *WITH_FILES, "refresh"], default="throughput")
    add("files", nargs="*", help="saved results, for table and plots; their names, for refresh")
    add("--objects", type=int, help="objects in the document that is made, or in the largest one")
    add("--chunk-size", type=int, default=1_000, help="objects in each of its chunks")
    add("--tapes", type=int, default=0, help="tapes in the placement of each object")
    add("--seed", type=int, default=1, help="of its random values")
    add("--input", type=_existing, metavar="PATH", help="a real response to measure instead")
    add("--rounds", type=int, help="how often each contender has its turn")
    add("--contender", action="append", default=[], choices=CONTENDERS, metavar="NAME", help="repeatable")
    add("--most-seconds", type=float, default=60, help="where a contender stops growing")
    add("--small-seconds", type=float, default=0.5, help="how long a small document is repeated")
    add("--least-seconds", type=float, default=0.2, help="how long a run that is over sooner is repeated")
    add("--json", type=Path, metavar="FILE", help="save every run, with the machine and the versions")
    add("--into", type=Path, metavar="FOLDER", default=RESULTS, help="where plots go")
    add("--list", action="store_true", help="name the contenders and end")
    parsed = parser.parse_args(arguments)
    for name in parsed.contender:
        if not CONTENDERS[name].installed:
            parser.error(f"{name!r} {CONTENDERS[name].absence}")
    return parsed


if __name__ == "__main__":
    main(sys.argv[1:])
