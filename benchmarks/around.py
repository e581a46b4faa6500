"""What surrounds the codec, each next to the part of the codec that it cannot do without."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.bench.measuring import Run, in_turns
from benchmarks.bench.measuring import measure as measure_one
from benchmarks.bench.processes import in_own_process
from benchmarks.bench.results import Results, markdown, middle, names_in, ratios, spread, where
from benchmarks.documents import MOST_ATTRIBUTES
from benchmarks.options import Options
from ds3codec import decode, encode
from ds3codec.redaction import redact
from ds3codec.testing import write_document

STREAMING, ENCODE = "ds3codec, streaming", "ds3codec, encode"
REDACT, GENERATE = "ds3codec, redact", "ds3codec, write_document"


def streaming(path: str, objects: int) -> Run:
    return measure_one(STREAMING, path, 0)


def redacted(path: str, objects: int) -> Run:
    document = Path(path).read_bytes()
    start = time.process_time()
    redact(document, io.BytesIO())
    return {"seconds": time.process_time() - start}


def encoded(path: str, objects: int) -> Run:
    job = decode(path)
    start = time.process_time()
    encode(job)
    return {"seconds": time.process_time() - start}


def generated(path: str, objects: int) -> Run:
    sink = io.BytesIO()
    start = time.process_time()
    write_document(sink, objects, blob_size=None, attribute_count=MOST_ATTRIBUTES)
    return {"seconds": time.process_time() - start}


# The contenders, each with the one that it is compared to.
COMPARED: dict[str, str] = {REDACT: STREAMING, GENERATE: ENCODE}
_WORK: dict[str, Callable[[str, int], Run]] = {
    STREAMING: streaming,
    REDACT: redacted,
    ENCODE: encoded,
    GENERATE: generated,
}


def measure(options: Options) -> list[Run]:
    path = str(options.made("around.xml", options.objects))
    return in_turns(
        _WORK,
        options.rounds,
        lambda name: in_own_process(_WORK[name], path, options.objects),
        series="around",
    )


def table(results: Results) -> str:
    runs = results.runs
    rows = [
        [name, f"{middle(where(runs, contender=name)):.3f} s", other, spread(ratios(runs, name, other))]
        for name, other in COMPARED.items()
        if name in names_in(runs)
    ]
    objects = results.parameters["objects"]
    return f"{objects:,} objects ({results.rounds}):\n\n" + markdown(["", ">time", "against", ">ratio"], rows)
