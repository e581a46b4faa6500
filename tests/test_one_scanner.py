"""One scanner: no other module looks for markup, so that no two can disagree where it is.

To look for it is to compare, search or match text with one that has a `<` in it, whether that is written
there or has a name. To write markup is not.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.test_layers import PACKAGE, ROOT, read_modules

# What may look for a `<`, and why.
MAY = {
    "decoding.scanner": "it is the scanner",
    "decoding.forms": "runs are read by a pattern of their own",
    "decoding.runs": "runs are read by a pattern of their own",
    "redaction.documents": "runs are redacted by a pattern of their own",
    "tables.arrays": "runs are read by numpy, too",
    "decoding.text": "bytes have an encoding before they are text",
    "captures.heads": "a blank line ends a head if a body follows",
    "captures.framing": "no first line of HTTP has it",
    "captures.transcripts": "curl marks its lines so",
    "captures.recorders": "bytes have an encoding before they are text",
    "captures.warc": "addresses are in brackets",
    "tables.cells": "other tools write nulls so",
    "tables.selecting": "it is a comparison",
    "bench.contenders.with_xmlschema": "it counts as those would who use that library",
}

SEARCHES = (
    *("compile", "match", "fullmatch", "search", "finditer", "findall", "split", "sub", "subn"),
    *("find", "rfind", "index", "rindex", "count", "partition", "rpartition", "rsplit", "replace"),
    *("startswith", "endswith", "removeprefix", "removesuffix", "strip", "lstrip", "rstrip", "ord"),
)
# What makes text of text.
TEXTS = (
    *(ast.JoinedStr, ast.FormattedValue, ast.BinOp, ast.IfExp),
    *(ast.Tuple, ast.List, ast.Set, ast.Starred, ast.ListComp, ast.GeneratorExp, ast.comprehension),
)
MAKERS = ("compile", "encode", "format", "join", "map", "tuple")
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
GROUP = re.compile(r"\(\?P?<[=!\w\\]")


def name_of(called: ast.expr) -> str:
    """Give the name of a function or method that is called."""
    if isinstance(called, ast.Attribute):
        return called.attr
    return called.id if isinstance(called, ast.Name) and called.id != "compile" else ""


def has_markup(node: ast.AST, names: set[str]) -> bool:
    """Tell whether a `<` is in a text, in a constant or in what one of these names stands for."""
    if isinstance(node, ast.Name):
        return node.id in names
    if isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes)):
        value = node.value if isinstance(node.value, str) else node.value.decode("latin-1")
        return "<" in GROUP.sub("", value)
    is_text = name_of(node.func) in MAKERS if isinstance(node, ast.Call) else isinstance(node, TEXTS)
    return is_text and any(has_markup(part, names) for part in parts_of(node))


def parts_of(node: ast.AST) -> Iterator[ast.AST]:
    """Give what text is made of; of a method, what it is a method of, too."""
    for part in ast.iter_child_nodes(node):
        yield part.value if isinstance(part, ast.Attribute) else part


def bound(node: ast.AST) -> tuple[ast.expr | None, list[ast.expr]]:
    """Give what a statement binds, and to which targets."""
    if isinstance(node, ast.Assign):
        return node.value, node.targets
    if isinstance(node, ast.AnnAssign | ast.NamedExpr):
        return node.value, [node.target]
    if isinstance(node, ast.For | ast.comprehension):
        return node.iter, [node.target]
    return None, []


def within(scope: ast.AST) -> Iterator[ast.AST]:
    """Go through what is in a module or a function, but for what is in functions in it."""
    for node in ast.iter_child_nodes(scope):
        yield node
        if not isinstance(node, FUNCTIONS):
            yield from within(node)


def names_of_markup(scope: ast.AST, around: set[str]) -> set[str]:
    """Find the names that stand for text with a `<` in it, directly or by another name."""
    names, before = set(around), None
    while names != before:
        before = set(names)
        for value, targets in map(bound, within(scope)):
            if value is not None and has_markup(value, names):
                named = (inner for target in targets for inner in ast.walk(target))
                names |= {inner.id for inner in named if isinstance(inner, ast.Name)}
    return names


def looks(scope: ast.AST, around: set[str] | None = None) -> Iterator[int]:
    """Give the lines in which a module or a function looks for markup."""
    names = names_of_markup(scope, around or set())
    for node in within(scope):
        if isinstance(node, FUNCTIONS):
            yield from looks(node, names)
        looked: list[ast.expr] = []
        if isinstance(node, ast.Call) and name_of(node.func) in SEARCHES:
            looked = [*node.args, *(keyword.value for keyword in node.keywords)]
        elif isinstance(node, ast.Compare):
            looked = [node.left, *node.comparators]
        elif isinstance(node, ast.MatchValue):
            looked = [node.value]
        yield from (one.lineno for one in looked if has_markup(one, names))


@cache
def where_looked(root: Path) -> dict[str, list[int]]:
    """Find the modules that look for markup, by their names, and the lines."""
    found = {
        name.removeprefix(f"{PACKAGE}."): sorted(set(looks(ast.parse(path.read_text(encoding="utf-8")))))
        for name, path in read_modules(root).items()
    }
    return {name: lines for name, lines in found.items() if lines}


def test_only_the_scanner_looks_for_markup() -> None:
    assert {name: lines for name, lines in where_looked(ROOT).items() if name not in MAY} == {}


def test_what_may_look_for_it_does() -> None:
    assert set(MAY) <= where_looked(ROOT).keys()


@pytest.mark.parametrize(
    "line",
    [
        'text.find("<")',
        'b"<!--" in text',
        'if text[0] == "<": pass',
        'TAG = re.compile(rb"<(?P<name>[a-z]+)")',
        'TAG = f"<{name}"\ntext.startswith((TAG, "a"))',
        'OPENING: bytes = b"<?"\nALL = [OPENING]\nfor one in ALL: one in text',
        'ALL = (("<", 1), ("a", 2))\nany(text.startswith(one) for one, _ in ALL)',
        'np.flatnonzero(text == ord("<"))',
        'END = f"</{TAG}>".encode()\ntext.rfind(END)',
        'def end(text):\n    end = b"</%b>" % name\n    return text.rfind(end)',
    ],
)
def test_looking_for_markup_is_found(line: str) -> None:
    assert list(looks(ast.parse(line)))


@pytest.mark.parametrize(
    "line",
    [
        'parts.append(f"<{name}/>")',
        'GROUP = re.compile(r"(?P<name>[a-z]+)(?<=a)(?<!b)")',
        "if 1 < 2: pass",
        'print(f"</{name}>", text.find(">"), len("<") == 1)',
        'def begin():\n    part = "<a>"\ndef other(part):\n    return part == 1',
        '"""A line of a docstring with <Object>."""',
    ],
)
def test_writing_it_is_not_looking_for_it(line: str) -> None:
    assert not list(looks(ast.parse(line)))
