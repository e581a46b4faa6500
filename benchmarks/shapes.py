"""Time against the form of the document: what appliances, proxies and people make of the same job.

Each shape differs in one respect from the plain document, which has chunks of 1,000 objects as the appliance
writes them. The table shows the time of an object in each shape, and its ratio to that in the plain document.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from benchmarks.bench.measuring import YARDSTICK, Run, compare
from benchmarks.bench.results import Results, markdown, names_in, per_object, spread, where
from benchmarks.options import Options

USUAL = ["iterparse, bare loop", YARDSTICK, "ds3codec, decode", "ElementTree to dicts"]
PLAIN = "plain"
SERIES = "shape"

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_ROOT_WITH_XSI = (
    b'<MasterObjectList xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    b' xsi:noNamespaceSchemaLocation="MasterObjectList.xsd" '
)


@dataclass(frozen=True)
class Shape:
    """A difference of a document from the plain one.

    Attributes:
        change: The function that changes its text.
        chunk_size: The objects in a chunk.
        tapes: The tapes in the placement of each object.
    """

    change: Callable[[bytes], bytes] = bytes
    chunk_size: int = 1_000
    tapes: int = 0


def _replace(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    return lambda document: document.replace(old, new)


def _substitute(pattern: bytes, new: bytes) -> Callable[[bytes], bytes]:
    return lambda document: re.sub(pattern, new, document)


def _comment_now_and_then(document: bytes) -> bytes:
    """Put a comment before every hundredth object."""
    first, *objects = re.split(rb"(?=<Object )", document)
    hundreds = [b"".join(objects[start : start + 100]) for start in range(0, len(objects), 100)]
    return first + b"".join(b"<!-- a hundred objects -->" + hundred for hundred in hundreds)


def _pretty_print(document: bytes) -> bytes:
    return etree.tostring(etree.fromstring(document), pretty_print=True, encoding="UTF-8")


def _declare(document: bytes) -> bytes:
    return _BYTE_ORDER_MARK + b'<?xml version="1.0" encoding="UTF-8"?>\n' + document


def _encode_as_utf_16(document: bytes) -> bytes:
    return document.decode().encode("utf-16")


SHAPES = {
    PLAIN: Shape(),
    "single quotes": Shape(_substitute(rb'="([^"]*)"', rb"='\1'")),
    "attributes on lines of their own": Shape(_substitute(rb'" (?=\w+=)', b'"\n        ')),
    "long form": Shape(_substitute(rb"<Object ([^>]*)/>", rb"<Object \1></Object>")),
    "an unknown attribute": Shape(_replace(b"<Object ", b'<Object Nearby="5" ')),
    "&amp; in every name": Shape(_replace(b' Name="projects/', b' Name="projects &amp; more/')),
    "a comment now and then": Shape(_comment_now_and_then),
    "byte order mark and declaration": Shape(_declare),
    "pretty-printed": Shape(_pretty_print),
    "xsi attributes at the root": Shape(_replace(b"<MasterObjectList ", _ROOT_WITH_XSI)),
    "UTF-16": Shape(_encode_as_utf_16),
    "chunks of 20": Shape(chunk_size=20),
    "chunks of 3": Shape(chunk_size=3),
    "chunks of 1": Shape(chunk_size=1),
    "two tapes each": Shape(tapes=2),
}


def make(options: Options, name: str, objects: int) -> Path:
    """Make the document in a shape, with a tenth of the objects if each has tapes."""
    shape = SHAPES[name]
    objects = max(objects // 10, 1) if shape.tapes else objects
    path = options.made("shape.xml", objects, chunk_size=shape.chunk_size, tapes=shape.tapes)
    path.write_bytes(shape.change(path.read_bytes()))
    return path


def measure(options: Options) -> list[Run]:
    return over_shapes(options, options.contenders(USUAL, needed=[YARDSTICK]), options.objects)


def over_shapes(options: Options, names: Sequence[str], objects: int) -> list[Run]:
    """Run the series of all shapes of a document with `objects` objects."""
    runs: list[Run] = []
    for shape in SHAPES:
        path = make(options, shape, objects)
        runs += compare(names, path, options.rounds, options.least_seconds, series=SERIES, value=shape)
    return runs


def against_plain(runs: Sequence[Run], name: str, shape: str) -> list[float]:
    """Return the time of an object in a shape divided by that in the plain document, in each round."""
    of_one = where(runs, contender=name)
    plain = {run["round"]: run["seconds"] / run["objects"] for run in where(of_one, value=PLAIN)}
    return [
        run["seconds"] / run["objects"] / plain[run["round"]]
        for run in where(of_one, value=shape)
        if run["round"] in plain
    ]


def table(results: Results) -> str:
    names = names_in(results.runs)
    head = [SERIES, *(f">{name}" for name in names), f">{YARDSTICK}, against {PLAIN}"]
    rows = [
        [
            shape,
            *(per_object(where(results.runs, contender=name, value=shape)) for name in names),
            spread(against_plain(results.runs, YARDSTICK, shape)),
        ]
        for shape in SHAPES
    ]
    most = max(run["objects"] for run in where(results.runs, contender=YARDSTICK))
    title = f"Microseconds an object, in documents of {most:,} objects ({results.rounds}):"
    return f"{title}\n\n{markdown(head, rows)}"
