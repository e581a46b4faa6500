"""What the package knows, printed: the rules, the operations, the schema."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lxml import etree

from ...operations import OPERATIONS, Operation
from ...validation import RULES, Rule
from ...wire.versions import MAIN, whole_schema
from ..escaping import as_data
from ..reports import report_schema
from ..terminal import EXIT_CLEAN, EXIT_UNREADABLE, Printer, failed, put

if TYPE_CHECKING:
    from importlib.abc import Traversable

__all__ = ["operations", "rules", "schema"]

_REPORT = "report.schema.json"


def rules(name: str | None, form: str) -> int:
    """List the rules, or those of a group, or explain one."""
    groups = {rule.group for rule in RULES.values()}
    if name is not None and name not in RULES and name not in groups:
        failed(f"there is no rule and no group {name!r}; `ds3codec rules` lists them")
        return EXIT_UNREADABLE
    listed = [rule for rule in RULES.values() if name in (None, rule.name, rule.group)]
    if form == "json":
        put(as_data([_plain_rule(rule) for rule in listed], indent=2))
    elif name in RULES:
        rule = RULES[name]
        put(f"{rule.name} ({rule.severity.value}, {rule.group})\n")
        put(f"{rule.meaning}\nWhy: {rule.reason}\nFor example: {rule.example}")
    else:
        rows = [(rule.name, rule.group, rule.severity.value, rule.meaning) for rule in listed]
        Printer().table(("rule", "group", "severity", "what it finds"), rows)
    return EXIT_CLEAN


def _plain_rule(rule: Rule) -> dict[str, str]:
    return {
        "name": rule.name,
        "group": rule.group,
        "severity": rule.severity.value,
        "meaning": rule.meaning,
        "reason": rule.reason,
        "example": rule.example,
    }


def operations(form: str) -> int:
    """List the operations."""
    if form == "json":
        put(as_data([_plain_operation(operation) for operation in OPERATIONS], indent=2))
        return EXIT_CLEAN
    rows = []
    for operation in OPERATIONS:
        query = "&".join(name if value is None else f"{name}={value}" for name, value in operation.query)
        holds = ", ".join(f"{name}={value}" for name, value in operation.answer) or f"root {operation.root}"
        target = f"{operation.path}?{query}" if query else operation.path
        rows.append((operation.name, operation.method, target, holds))
    Printer().table(("operation", "method", "path and query", "in the answer"), rows)
    return EXIT_CLEAN


def _plain_operation(operation: Operation) -> dict[str, Any]:
    return operation._asdict() | {"query": dict(operation.query), "answer": dict(operation.answer)}


def schema(output: Path | None, of: str) -> int:
    """Print the schema of responses or of reports, or write its files into a folder."""
    if output is None:
        put(_of_reports() if of == "report" else _in_one_piece())
        return EXIT_CLEAN
    if of == "report":
        parts, told = {_REPORT: f"{_of_reports()}\n".encode()}, f"{_REPORT} in {output}"
    else:
        parts = {item.name: item.read_bytes() for item in _schemas()}
        told = f"{len(parts)} files in {output}; {MAIN} includes the others"
    try:
        output.mkdir(parents=True, exist_ok=True)
        for name, data in parts.items():
            (output / name).write_bytes(data)
    except OSError as error:
        failed(f"cannot write to {str(output)!r}: {error.strerror}")
        return EXIT_UNREADABLE
    put(told)
    return EXIT_CLEAN


def _of_reports() -> str:
    """The JSON Schema of reports."""
    return as_data(report_schema(), indent=2)


def _schemas() -> list[Traversable]:
    return [
        item
        for item in files("ds3codec.schemas").iterdir()
        if item.name.endswith(".xsd") and ".generator." not in item.name
    ]


def _in_one_piece() -> str:
    """The main XSD with what it includes in it."""
    root = whole_schema()
    etree.indent(root)
    return etree.tostring(root, encoding="unicode")
