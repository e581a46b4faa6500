"""Where the streaming decoder's time goes, step by step.

Parser targets that each do one step more than the one before are timed on the same document; the difference
is the step. The functions for an object are composed for the layout of the document's first one, as the
decoder composes its own, but convert in the plainest way. What is left to the whole decoder is the price of
being exact, and of handing batches out.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from enum import Enum
from pathlib import Path
from typing import Any

from lxml import etree
from xsdata.models.datatype import XmlDateTime

from benchmarks.apart import apart
from benchmarks.contenders import READERS
from benchmarks.contenders.fields import BLOB_TAG
from benchmarks.contenders.sources import pieces
from benchmarks.measuring import Run, in_turns
from benchmarks.options import Options
from benchmarks.results import Results, markdown, spread, where
from ds3codec import Blob
from ds3codec.bindings import Member, attributes
from ds3codec.composing import compiled

WHOLE = "ds3codec, streaming"
# Each step, with what it adds to the one before.
STEPS = {
    "parse": "libxml2, and lxml's call for each tag with a dict of its attributes",
    "names": "which tag it is, where it stands, and how many attributes it has",
    "values": "each attribute looked up by its name",
    "conversion": "texts to numbers and booleans, unchecked",
    "building": "a model with its slots set, in a list",
    WHOLE: "exact values, batches, progress, places for errors",
}

Step = Callable[[Mapping[str, str]], Any]


class _Parse:
    """Callbacks that do nothing."""

    def __init__(self) -> None:
        self.kept: list[Any] = []

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        pass

    def end(self, tag: str) -> None:
        pass

    def data(self, text: str) -> None:
        pass

    def close(self) -> None:
        pass


class _Steps(_Parse):
    """Callbacks that know where an object begins and ends, and give it to a function."""

    def __init__(self, step: Step) -> None:
        super().__init__()
        self._step = step
        self._in_object = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == BLOB_TAG and not self._in_object:
            self.kept.append(self._step(attributes))
            self._in_object = True

    def end(self, tag: str) -> None:
        if self._in_object:
            self._in_object = False


def measure_step(name: str, path: str) -> Run:
    """Time a target that does all steps up to this one."""
    source = Path(path)
    if name == WHOLE:
        work = READERS[WHOLE].prepare(source)
        start = time.perf_counter()
        objects = work()
        return {"objects": objects, "seconds": time.perf_counter() - start}
    target: Any = _Parse() if name == "parse" else _Steps(_composed(name, _first_names(source)))
    kept: list[Any] = target.kept
    start, objects = time.perf_counter(), 0
    parser = etree.XMLParser(target=target)
    for piece in pieces(source):
        parser.feed(piece)
        objects += len(kept)
        kept.clear()
    parser.close()
    return {"objects": objects, "seconds": time.perf_counter() - start}


def _first_names(path: Path) -> list[str]:
    _, element = next(iter(etree.iterparse(path, events=("start",), tag=BLOB_TAG)))
    return [str(name) for name in element.attrib]


def _composed(step: str, names: list[str]) -> Step:
    """The function for the objects of a document that does all steps up to this one."""
    members = [member for member in attributes(Blob) if member.name in names]
    lines = ["def read(_attributes):", f"    if len(_attributes) != {len(names)}:", "        return None"]
    scope: dict[str, Any] = {"_new": object.__new__, "_model": Blob}
    if step == "values":
        lines += [f"    {member.field} = _attributes[{member.name!r}]" for member in members]
    if step == "conversion":
        lines += [f"    {member.field} = {_converted(member, scope)}" for member in members]
    if step == "building":
        absent = [name for name in Blob.__slots__ if name not in {member.field for member in members}]
        lines += [
            "    _self = _new(_model)",
            *(f"    _self.{member.field} = {_converted(member, scope)}" for member in members),
            *(f"    _self.{name} = None" for name in absent),
            "    return _self",
        ]
    return compiled("read", lines, scope)  # type: ignore[no-any-return]


def _converted(member: Member, scope: dict[str, Any]) -> str:
    text = f"_attributes[{member.name!r}]"
    if member.type is bool:
        return f"{text} == 'true'"
    if member.type is int:
        return f"int({text})"
    if member.type is XmlDateTime or issubclass(member.type, Enum):
        scope[f"_{member.field}"] = member.type
        return f"_{member.field}({text})"
    return text


def measure(options: Options) -> list[Run]:
    path = options.document()
    return in_turns(STEPS, options.rounds, lambda name: apart(measure_step, name, path))


def table(results: Results) -> str:
    runs = results.runs
    objects = where(runs, contender=WHOLE)[0]["objects"]
    rows = []
    for before, name in zip([None, *STEPS], STEPS):
        costs, shares = _costs(runs, name, before)
        nanoseconds = spread([1e9 * cost / objects for cost in costs], ",.0f")
        rows.append([name, nanoseconds, spread([100 * share for share in shares], ".0f"), STEPS[name]])
    whole = [1e9 * run["seconds"] / objects for run in where(runs, contender=WHOLE)]
    rows.append(["all", spread(whole, ",.0f"), "100", "the streaming decoder"])
    title = f"{objects:,} objects, {results.rounds}:"
    return f"{title}\n\n{markdown(['step', '>ns an object', '>%', 'what'], rows)}"


def _costs(runs: list[Run], name: str, before: str | None) -> tuple[list[float], list[float]]:
    """What a step adds to the one before it, round by round: in seconds, and as a share of the whole."""
    seconds = {(run["contender"], run["round"]): run["seconds"] for run in runs}
    costs, shares = [], []
    for run in where(runs, contender=name):
        cost = run["seconds"] - (seconds[before, run["round"]] if before else 0)
        costs.append(cost)
        shares.append(cost / seconds[WHOLE, run["round"]])
    return costs, shares
