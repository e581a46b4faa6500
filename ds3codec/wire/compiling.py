"""Composed source to a function: compiled once, and known to tracebacks and debuggers through linecache."""

from __future__ import annotations

import itertools
import linecache
from typing import Any

__all__ = ["MOST_COMPOSED", "compiled"]

# How many functions of a kind are kept, and how many sources.
MOST_COMPOSED = 1024
_numbers = itertools.cycle(range(2 * MOST_COMPOSED))


def compiled(name: str, lines: list[str], scope: dict[str, Any]) -> Any:
    """The function `name` that the source `lines` define, with `scope` as its global names."""
    source = "\n".join(lines) + "\n"
    file = f"<ds3codec {name} {next(_numbers)}>"
    exec(compile(source, file, "exec"), scope)  # noqa: S102  (our own text, from the schema's names)
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    return scope[name]
