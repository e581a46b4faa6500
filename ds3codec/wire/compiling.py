"""Compiles composed source into a function that tracebacks and debuggers can show, through linecache."""

from __future__ import annotations

import itertools
import linecache
from typing import Any

__all__ = ["MOST_COMPOSED", "compiled"]

# The maximum number of functions of a kind to keep, and of sources.
MOST_COMPOSED = 1024
_numbers = itertools.cycle(range(2 * MOST_COMPOSED))


def compiled(name: str, lines: list[str], scope: dict[str, Any]) -> Any:
    """Compile the function `name` from its source `lines`, with `scope` as its globals."""
    source = "\n".join(lines) + "\n"
    file = f"<ds3codec {name} {next(_numbers)}>"
    exec(compile(source, file, "exec"), scope)  # noqa: S102  (our own text, from the schema's names)
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    return scope[name]
