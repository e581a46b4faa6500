"""The command line of the benchmarks: `throughput`, which is the default, and `goals`."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks.contenders import CONTENDERS
from benchmarks.documents import write_document
from benchmarks.goals import goals
from benchmarks.throughput import throughput


def main(arguments: list[str]) -> None:
    options = _options(arguments)
    if options.list:
        for name, contender in CONTENDERS.items():
            print(f"{name}: {contender.gives}")
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if options.what == "goals":
            print(goals(folder, options.objects, options.rounds, options.seed))
            return
        path: Path | None = options.input
        if path is None:
            path = folder / "response.xml"
            write_document(path, options.objects, options.chunk_size, options.seed, options.tapes)
        print(throughput(options.contender or CONTENDERS, path, options.rounds))


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("what", nargs="?", choices=["throughput", "goals"], default="throughput")
    parser.add_argument("--objects", type=int, default=500_000, help="objects in the document that is made")
    parser.add_argument("--chunk-size", type=int, default=1_000, help="objects in each of its chunks")
    parser.add_argument("--tapes", type=int, default=0, help="tapes in the placement of each object")
    parser.add_argument("--seed", type=int, default=1, help="of its random values")
    parser.add_argument("--input", type=Path, metavar="PATH", help="a real response to measure instead")
    parser.add_argument("--rounds", type=int, default=3, help="how often each contender has its turn")
    parser.add_argument(
        "--contender", action="append", choices=CONTENDERS, metavar="NAME", help="only this one; repeatable"
    )
    parser.add_argument("--list", action="store_true", help="name the contenders and end")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
