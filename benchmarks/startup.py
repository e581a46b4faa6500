"""How long imports take, next to lxml.etree's, and how long whole processes, next to one that does nothing.

Each import runs in a fresh process, which measures the processor time of the import alone. For a whole
process, all of its processor time counts. An uncounted first run leaves the bytecode, which an installed
package has too. `ds3codec` imports its names on first use, so its row imports a decoder.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.bench.measuring import Run, in_turns
from benchmarks.bench.results import Results, markdown, middle, names_in, ratios, spread, where
from benchmarks.options import Options

BASELINE = "lxml.etree"
IMPORTS = {
    BASELINE: "import lxml.etree",
    "ds3codec": "from ds3codec import decode",
    "ds3codec.captures": "import ds3codec.captures",
    "ds3codec.validation": "import ds3codec.validation",
    "ds3codec.tables": "import ds3codec.tables",
    "ds3codec.distributed": "import ds3codec.distributed",
    "ds3codec.testing": "import ds3codec.testing.documents",
    "ds3codec.cli": "import ds3codec.cli",
}
_SCRIPT = "import time; start = time.process_time(); {}; print(time.process_time() - start)"

NOTHING = "python -c pass"
VERSION, HELP = "ds3codec --version", "ds3codec --help"
ONE_TEST, WITHOUT_PLUGIN = "pytest, one test", "pytest, one test, without the plugin"
_PYTEST = ["-m", "pytest", "-c", os.devnull, *("-p", "no:cacheprovider", "-p", "no:hypothesispytest")]
PROCESSES = {
    NOTHING: ["-c", "pass"],
    VERSION: ["-m", "ds3codec", "--version"],
    HELP: ["-m", "ds3codec", "--help"],
    WITHOUT_PLUGIN: [*_PYTEST, "-p", "no:ds3codec"],
    ONE_TEST: _PYTEST,
}
_TEST = "def test_nothing() -> None:\n    pass\n"


def import_seconds(module: str) -> float:
    run = _started(["-c", _SCRIPT.format(IMPORTS[module])], None)
    run.check_returncode()
    return float(run.stdout)


def process_seconds(name: str, folder: Path) -> float:
    """Measure the processor time of a whole process, from the start of Python to its end."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    _started(PROCESSES[name], folder).check_returncode()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


# Settings of this run that would change what is measured.
_OF_OUR_RUN = ("PYTHONDONTWRITEBYTECODE", "PYTEST_ADDOPTS")


def _started(arguments: Sequence[str], folder: Path | None) -> subprocess.CompletedProcess[str]:
    environment = {name: text for name, text in os.environ.items() if name not in _OF_OUR_RUN}
    command = [sys.executable, *arguments]
    return subprocess.run(command, check=False, env=environment, cwd=folder, capture_output=True, text=True)  # noqa: S603


def measure(options: Options) -> list[Run]:
    present = [module for module, code in IMPORTS.items() if not _started(["-c", code], None).returncode]
    imports = in_turns(present, options.rounds, lambda module: {"seconds": import_seconds(module)})
    return imports + processes(options)


def processes(options: Options) -> list[Run]:
    """Time whole processes, each in a folder that holds the same file with one test."""
    folder = options.folder / "project"
    folder.mkdir()
    (folder / "test_nothing.py").write_text(_TEST)
    present = [name for name, given in PROCESSES.items() if not _started(given, folder).returncode]
    return in_turns(
        present, options.rounds, lambda name: {"seconds": process_seconds(name, folder)}, series="processes"
    )


def table(results: Results) -> str:
    processes = where(results.runs, series="processes")
    imports = [run for run in results.runs if run not in processes]
    absent = [name for name in [*IMPORTS, *PROCESSES] if name not in names_in(results.runs)]
    parts = [
        f"Import in a fresh process, {results.rounds}:",
        _compared("module", imports, BASELINE),
        *(
            [f"Whole processes, {results.rounds}:", _compared("process", processes, NOTHING)]
            if processes
            else []
        ),
        *([f"Not there, or not installed: {', '.join(absent)}."] if absent else []),
    ]
    return "\n\n".join(parts)


def _compared(what: str, runs: list[Run], baseline: str) -> str:
    rows = [
        [
            name,
            f"{1000 * middle(where(runs, contender=name)):,.1f}",
            spread(ratios(runs, name, baseline)),
        ]
        for name in names_in(runs)
    ]
    return markdown([what, ">milliseconds", f">{baseline} = 1"], rows)
