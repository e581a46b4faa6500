"""The command `operations`: lists the operations that answer with a MasterObjectList."""

from __future__ import annotations

from typing import Any

import click

from ...operations import OPERATIONS, Operation
from ..options import format_option, more_help
from ..terminal import EXIT_CLEAN, Printer, as_data, put

__all__ = ["operations"]


@click.command()
@format_option
@more_help(examples=("ds3codec operations",))
def operations(form: str) -> int:
    """List the operations that return a MasterObjectList."""
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
