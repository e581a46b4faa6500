"""What the package knows, printed: the rules, the operations, the schema."""

from __future__ import annotations

import sys
from importlib.resources import files
from pathlib import Path

from ..operations import OPERATIONS
from ..validation import RULES
from .terminal import EXIT_CLEAN, EXIT_UNREADABLE, Printer, failed, put

__all__ = ["operations", "rules", "schema"]

_MAIN = "MasterObjectList.xsd"


def rules(name: str | None) -> int:
    """List the rules, or explain one."""
    if name is None:
        rows = [(rule.name, rule.severity.value, rule.meaning) for rule in RULES.values()]
        Printer().table(("rule", "severity", "what it finds"), rows)
        return EXIT_CLEAN
    if name not in RULES:
        failed(f"there is no rule {name!r}; `ds3codec rules` lists them")
        return EXIT_UNREADABLE
    rule = RULES[name]
    print(f"{rule.name} ({rule.severity.value}, {rule.group})\n")
    print(f"{rule.meaning}\nWhy: {rule.reason}\nFor example: {rule.example}")
    return EXIT_CLEAN


def operations() -> int:
    """List the operations."""
    rows = []
    for operation in OPERATIONS:
        query = "&".join(name if value is None else f"{name}={value}" for name, value in operation.query)
        holds = ", ".join(f"{name}={value}" for name, value in operation.answer) or f"root {operation.root}"
        target = f"{operation.path}?{query}" if query else operation.path
        rows.append((operation.name, operation.method, target, holds))
    Printer().table(("operation", "method", "path and query", "in the answer"), rows)
    return EXIT_CLEAN


def schema(output: Path | None) -> int:
    """Print the main XSD, or write all of them into a folder."""
    schemas = [
        item
        for item in files("ds3codec.schemas").iterdir()
        if item.name.endswith(".xsd") and ".generator." not in item.name
    ]
    if output is None:
        main = next(item for item in schemas if item.name == _MAIN)
        sys.stdout.write(main.read_text(encoding="utf-8"))
        return EXIT_CLEAN
    try:
        output.mkdir(parents=True, exist_ok=True)
        for item in schemas:
            (output / item.name).write_bytes(item.read_bytes())
    except OSError as error:
        failed(f"cannot write to {str(output)!r}: {error.strerror}")
        return EXIT_UNREADABLE
    put(f"{len(schemas)} files in {output}; {_MAIN} includes the others")
    return EXIT_CLEAN
