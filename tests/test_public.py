"""The public face: the names, the types that can be asked for, and the errors of wrong arguments."""

from __future__ import annotations

import asyncio
import inspect
import io
import itertools
import os
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, get_type_hints

import pytest

import ds3codec
from ds3codec import Ds3CodecError, JobWriter, UsageError, decode, to_dict, to_json, validate
from ds3codec.captures import Response
from ds3codec.compat import sdk_result
from ds3codec.operations import OPERATIONS
from ds3codec.planning import Range
from ds3codec.validation import Answers
from tests.examples import SAMPLE, UUID
from tests.public_names import FILE, MODULES, public_names

JOB = decode(SAMPLE)
BLOB = JOB.chunks[0].blobs[0]


def imported(name: str) -> ModuleType:
    """Import a public module; the test is skipped where the package of its extra is missing."""
    module: ModuleType = pytest.importorskip(name)
    return module


@pytest.mark.parametrize("name", MODULES)
def test_the_public_names_are_those_that_are_written_down(name: str) -> None:
    sections = FILE.read_text(encoding="utf-8").split("\n\n")
    written = next(section for section in sections if section.startswith(f"[{name}]\n")).splitlines()[1:]
    imported(name)
    assert public_names(name) == written, "if this is meant, write them anew: python -m tests.public_names"


@pytest.mark.parametrize("name", MODULES)
def test_the_types_of_all_that_is_public_can_be_asked_for(name: str) -> None:
    module = imported(name)
    for public in module.__all__:
        found = getattr(module, public)
        if isinstance(found, type):
            get_type_hints(found)
            for member in map(inspect.unwrap, map(_function, vars(found).values())):
                if inspect.isfunction(member) and not member.__name__.startswith("_"):
                    get_type_hints(member)
            if "__init__" in vars(found):
                get_type_hints(vars(found)["__init__"])
        elif inspect.isroutine(inspect.unwrap(found)):
            get_type_hints(found)


def _function(member: Any) -> Any:
    return member.fget if isinstance(member, property) else getattr(member, "__func__", member)


# Wrong arguments. The manual has the rule.


async def _none() -> AsyncIterator[bytes]:
    for piece in (SAMPLE,):
        yield piece


# What a parameter of this name takes, and of that function another.
GOOD: dict[str, Callable[[], Any]] = {
    "answers": lambda: [JOB],
    "blobs": lambda: [BLOB],
    "bucket": lambda: "b",
    "chunk": lambda: JOB.chunks[0],
    "data": lambda: b"",
    "header": lambda: None,
    "job": lambda: JOB,
    "job_id": lambda: "1",
    "method": lambda: "GET",
    "model": lambda: JOB,
    "name": lambda: "n",
    "objects": lambda: 1,
    "operation": lambda: "Get Job",
    "path": lambda: "job.xml",
    "paths": lambda: "job.xml",
    "result": lambda: sdk_result(JOB),
    "schema": lambda: import_module("ds3codec.tables").arrow_schema(),
    "sink": io.BytesIO,
    "source": lambda: SAMPLE,
    "table": lambda: import_module("ds3codec.tables").read_table(SAMPLE),
    "text": lambda: to_json(BLOB),
    "url": lambda: "/",
}
OTHERWISE: dict[str, dict[str, Callable[[], Any]]] = {
    "AsyncJobReader": {"source": _none},
    "aread": {"source": _none},
    "from_dict": {"model": lambda: ds3codec.Blob, "data": lambda: to_dict(BLOB)},
    "from_json": {"model": lambda: ds3codec.Blob},
    "request_for": {"job": lambda: UUID},
    "add_bucket": {"objects": dict},
    "add_put_job": {"objects": dict},
}

# Of every type that is public, and of those that Python has.
WRONG: list[Any] = [
    *(
        None,
        True,
        -1,
        1.5,
        1j,
        2**64,
        float("nan"),
        "",
        "wrong",
        "\0",
        "\ud800",
        b"wrong",
        (),
        [],
        [None],
        [1],
        ["a"],
    ),
    *({}, {"a": 1}, {1: "a"}, object(), str, len, io.StringIO("x"), BLOB, JOB, JOB.chunks[0], JOB.nodes[0]),
    *(JOB.status, JOB.start_date, Response("", ()), OPERATIONS[0], Range(0, 1), validate(SAMPLE), Answers()),
    *(UsageError("x"), ds3codec.Credential("x"), JOB.nodes, _none),
]
HANDED_ON = {"storage_options"}
CLASSES = {"AsyncJobReader", "IncrementalDecoder", "JobReader", "JobWriter", "Validation", "Appliance"}


def callables(module: ModuleType) -> Iterator[tuple[str, Any]]:
    """List the public functions of a module, its classes that do something, and the methods of these."""
    for name in module.__all__:
        found = getattr(module, name)
        if inspect.isroutine(inspect.unwrap(found)) or name in CLASSES:
            yield name, found
    if module is ds3codec:
        yield "write", lambda chunk, blobs=None: _written(chunk, blobs)
        yield "feed", lambda data: ds3codec.IncrementalDecoder().feed(data)
    if module.__name__.endswith("appliance"):
        made = module.Appliance()
        yield from ((name, getattr(made, name)) for name in ("add_bucket", "add_put_job", "job", "forget"))


def is_needed(parameter: inspect.Parameter) -> bool:
    return parameter.default is parameter.empty and parameter.kind is not parameter.VAR_KEYWORD


def _written(chunk: Any, blobs: Any) -> None:
    with JobWriter(io.BytesIO(), JOB_HEADER) as writer:
        writer.write(chunk, blobs)


JOB_HEADER = ds3codec.JobReader(SAMPLE).header


def used(made: Any) -> None:
    """Do with what was made what it is there for."""
    if hasattr(made, "steps"):
        deque(made.steps())
    elif hasattr(made, "__aiter__"):
        asyncio.run(_used(made))
    elif hasattr(made, "exchanges"):
        with made:
            pass
    elif isinstance(made, Iterator):
        deque(itertools.islice(made, 100))


async def _used(made: Any) -> None:
    async with made as reader:
        async for _ in reader:
            pass


@pytest.mark.parametrize("module", [name for name in MODULES if name != "ds3codec.testing.strategies"])
def test_a_wrong_argument_is_an_error_of_ours(
    module: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("job.xml").write_bytes(SAMPLE)
    escaped = []
    for name, function in callables(imported(module)):
        parameters = inspect.signature(function).parameters.values()
        needed = {
            each.name: OTHERWISE.get(name, {}).get(each.name) or GOOD[each.name]
            for each in parameters
            if is_needed(each)
        }
        needed |= {key: make for key, make in OTHERWISE.get(name, {}).items() if key not in needed}
        tried = [each.name for each in parameters if each.kind is not each.VAR_KEYWORD]
        for parameter, wrong in itertools.product(set(tried) - HANDED_ON, WRONG):
            if (name, parameter) in LONG and isinstance(wrong, int):
                continue
            try:
                used(function(**{key: make() for key, make in needed.items()} | {parameter: wrong}))
            except (Ds3CodecError, OSError):
                pass
            except Exception as error:
                escaped.append(f"{name}({parameter}={wrong!r:.40}): {error!r:.80}")
    assert escaped == []


# What takes as long as it is asked to.
LONG = {("write_document", name) for name in ("objects", "tapes", "blob_size")}


@pytest.mark.parametrize("module", MODULES)
def test_all_that_writes_syncs_unless_it_is_told_not_to(
    module: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[int] = []
    real = os.fsync
    monkeypatch.setattr(os, "fsync", lambda descriptor: (calls.append(descriptor), real(descriptor)))
    for name, function in callables(imported(module)):
        parameters = inspect.signature(function).parameters
        if "sink" not in parameters or name == "JobWriter":  # which has tests of its own
            continue
        needed = {key: GOOD[key]() for key, each in parameters.items() if is_needed(each)}
        for sync in (True, False):
            calls.clear()
            function(**needed | {"sink": tmp_path / name, "sync": sync})
            assert bool(calls) == sync, name
