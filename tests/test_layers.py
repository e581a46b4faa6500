"""The layers of the package: which part may import which.

Imports count wherever they are written, also under `TYPE_CHECKING` and inside a function.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = "ds3codec"
BENCH = Path("benchmarks", "bench")

# From the bottom up: each part, and the parts above it in this table that it may import. A part is a module,
# or a package without the modules that have rows of their own; "." is the package itself.
LAYERS = {
    "_version": "",
    "limits": "",
    "freezing": "",
    "extras": "",
    "model_bases": "",
    "models": "model_bases",
    "errors": "models",
    "wire": "errors model_bases",
    "wire.names": "models wire",
    "decoding.scanner": "limits errors",
    "streamed_lists": "errors",
    "formats": "limits",
    "compression": "limits errors formats",
    "lookalikes": "decoding.scanner",
    "options": "errors",
    "remote": "errors",
    "sources": "limits errors options compression remote decoding.scanner",
    "sinks": "limits errors options formats remote",
    "call_guard": "errors",
    "decoding": "limits models errors options streamed_lists compression lookalikes wire model_bases"
    " wire.names decoding.scanner",
    "encoding": "limits models errors wire model_bases wire.names",
    "readers": "limits models errors options sources call_guard decoding",
    "writers": "limits models errors streamed_lists sinks call_guard encoding wire wire.names",
    "plain_data": "model_bases errors options wire",
    "operations": "errors options",
    "planning": "errors models",
    "captures": "limits errors options formats compression lookalikes remote sources decoding operations"
    " wire.names"
    " decoding.scanner",
    "validation": "limits models errors options sources decoding operations captures wire model_bases"
    " wire.names decoding.scanner",
    "redaction": "limits models errors options formats sources sinks wire wire.names decoding operations"
    " captures validation decoding.scanner",
    "tables": "extras models errors options limits formats compression remote sources sinks call_guard"
    " decoding readers writers plain_data wire wire.names decoding.scanner",
    "distributed": "extras models errors options limits remote sources decoding captures validation tables"
    " wire wire.names decoding.scanner",
    "compat": "errors options models decoding plain_data validation wire",
    "testing": "extras model_bases models errors options formats sinks decoding readers writers operations"
    " validation wire wire.names decoding.scanner",
    "": "_version model_bases models errors options decoding readers writers plain_data operations"
    " validation",
    "summaries": "models readers",
    "bench": ". models readers sinks summaries tables testing validation wire",
    "cli": "summaries _version models errors options formats compression remote sources sinks readers writers"
    " operations captures validation redaction tables distributed testing wire bench",
    "__main__": "cli",
}


def read_modules(root: Path) -> dict[str, Path]:
    """Find the modules of the package, by name; in a checkout those of `bench` are elsewhere."""
    modules = {}
    for folder, package in ((root / PACKAGE, PACKAGE), (root / BENCH, f"{PACKAGE}.bench")):
        for path in sorted(folder.rglob("*.py")):
            parts = (package, *path.relative_to(folder).with_suffix("").parts)
            modules[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return modules


def imported(name: str, modules: dict[str, Path]) -> Iterator[str]:
    """Read the modules of the package that a module imports, with no import left out."""
    package = name if modules[name].name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(ast.parse(modules[name].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            targets = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            origin = ".".join([*above, node.module] if node.module else above)
            targets = [f"{origin}.{alias.name}" for alias in node.names]
            targets = [target if target in modules else origin for target in targets]
        else:
            continue
        yield from (target for target in targets if target.split(".")[0] == PACKAGE)


def read_imports(root: Path) -> dict[str, set[str]]:
    """Read what each module of the package imports of the package."""
    modules = read_modules(root)
    return {name: set(imported(name, modules)) for name in modules}


def part_of(module: str) -> str:
    """Find the row of a module: the one with the longest name that the module's name begins with."""
    name = module.removeprefix(PACKAGE).removeprefix(".")
    if not name:
        return ""
    rows = [row for row in LAYERS if row and f"{name}.".startswith(f"{row}.")]
    assert rows, f"{module} has no row in LAYERS"
    return max(rows, key=len)


def allowed(part: str) -> set[str]:
    """The parts that a part may import."""
    return {"" if name == "." else name for name in LAYERS[part].split()}


def forbidden(imports: dict[str, set[str]]) -> list[str]:
    """List the imports that the table does not allow."""
    return [
        f"{module} imports {target}"
        for module, targets in imports.items()
        for target in sorted(targets)
        if part_of(target) not in {part_of(module), *allowed(part_of(module))}
    ]


def circle(imports: dict[str, set[str]]) -> list[str]:
    """Find modules that import each other in a circle; none if there is no circle."""
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_every_row_names_rows_above_it_only() -> None:
    seen: set[str] = set()
    for part in LAYERS:
        assert allowed(part) <= seen, part
        seen.add(part)


def test_every_row_names_a_part_that_exists() -> None:
    assert {part_of(module) for module in read_modules(ROOT)} == set(LAYERS)


def test_every_import_goes_down() -> None:
    assert forbidden(read_imports(ROOT)) == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    assert circle(read_imports(ROOT)) == []


WRONG = [
    "from .decoding import decoder",
    "from ds3codec.captures.paths import expand",
    "import ds3codec.cli",
    "from . import readers",
    "if TYPE_CHECKING:\n    from .validation import Report",
    "def function():\n    from .decoding.decoder import Decoder",
]


@pytest.mark.parametrize("line", WRONG)
def test_a_wrong_import_is_found(line: str, tmp_path: Path) -> None:
    package(tmp_path, {"wire/kinds.py": line.replace("from .", "from ..")})
    [found] = forbidden(read_imports(tmp_path))
    assert found.startswith("ds3codec.wire.kinds imports ds3codec.")


def test_a_circle_is_found(tmp_path: Path) -> None:
    later = "def function():\n    from . import recorded"
    package(tmp_path, {"captures/recorded.py": "from .streams import Stream", "captures/streams.py": later})
    assert forbidden(read_imports(tmp_path)) == []
    assert set(circle(read_imports(tmp_path))) == {"ds3codec.captures.recorded", "ds3codec.captures.streams"}


def package(folder: Path, files: dict[str, str]) -> None:
    """Write a package of these files, and of others that they can import."""
    others = ["decoding/decoder", "captures/paths", "captures/__init__", "cli/__init__"]
    others += ["readers", "validation/__init__", "decoding/__init__", "__init__"]
    for name, text in ({f"{name}.py": "" for name in others} | files).items():
        path = folder / PACKAGE / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
