"""How long imports take, next to lxml.etree's: the package, what its extras bring, and the command line.

Each import is a fresh process. As in an installed package, the bytecode is there: an import that is not
counted leaves it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec

from benchmarks.bench.measuring import Run, in_turns
from benchmarks.bench.results import Results, markdown, middle, names_in, ratios, spread, where
from benchmarks.options import Options

BASELINE = "lxml.etree"
MODULES = [
    BASELINE,
    "ds3codec",
    "ds3codec.captures",
    "ds3codec.validation",
    "ds3codec.tables",
    "ds3codec.distributed",
    "ds3codec.testing",
    "ds3codec.cli",
]
_SCRIPT = "import time; start = time.perf_counter(); import {module}; print(time.perf_counter() - start)"


def import_seconds(module: str) -> float:
    run = _started(module)
    run.check_returncode()
    return float(run.stdout)


def _started(module: str) -> subprocess.CompletedProcess[str]:
    environment = {name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, "-c", _SCRIPT.format(module=module)]
    return subprocess.run(command, check=False, env=environment, capture_output=True, text=True)  # noqa: S603


def measure(options: Options) -> list[Run]:
    present = [module for module in MODULES if find_spec(module) and _started(module).returncode == 0]
    return in_turns(present, options.rounds, lambda module: {"seconds": import_seconds(module)})


def table(results: Results) -> str:
    runs = results.runs
    rows = [
        [
            name,
            f"{1000 * middle(where(runs, contender=name)):,.1f}",
            spread(ratios(runs, name, BASELINE)),
        ]
        for name in names_in(runs)
    ]
    absent = [module for module in MODULES if module not in names_in(runs)]
    title = f"Import in a fresh process, {results.rounds}:"
    parts = [title, markdown(["module", ">milliseconds", f">{BASELINE} = 1"], rows)]
    return "\n\n".join([*parts, *([f"Not there, or not installed: {', '.join(absent)}."] if absent else [])])
