"""What other clients get: the appliance for tests, and the results of the vendor's SDK."""

from __future__ import annotations

import importlib
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any
from urllib.request import urlopen
from xml.etree import ElementTree as ET

from benchmarks.bench.measuring import Run, in_turns
from benchmarks.bench.processes import in_own_process
from benchmarks.bench.results import Results, markdown, middle, names_in, ratios, spread, where
from benchmarks.options import Options
from ds3codec import decode
from ds3codec.compat import sdk_result
from ds3codec.extras import extra
from ds3codec.testing.appliance import Appliance

START, SEND = "the appliance: start", "the appliance: send a large job"
SDK, OURS, BOTH = "the vendor's SDK", "sdk_result of a decoded job", "decode and sdk_result"
_PIECE = 1024 * 1024


def start(path: str, objects: int) -> Run:
    """Time the start of the appliance, as in a fixture."""
    began = time.perf_counter()
    with Appliance():
        return {"seconds": time.perf_counter() - began}


def send(path: str, objects: int) -> Run:
    """Time the download of a large job, whose bytes are discarded."""
    with Appliance() as appliance:
        job = appliance.add_large_job(objects)
        began = time.perf_counter()
        with urlopen(f"{appliance.url}/_rest_/job/{job}") as response:  # noqa: S310  (on loopback)
            size = sum(len(piece) for piece in iter(lambda: response.read(_PIECE), b""))
        return {"seconds": time.perf_counter() - began, "bytes": size}


def sdk(path: str, objects: int) -> Run:
    """Time the SDK on a body: ElementTree builds a tree, which the SDK then parses."""
    vendor: Any = importlib.import_module("ds3.ds3")
    with open(path, "rb") as file:  # noqa: PTH123
        body = file.read()
    began = time.process_time()
    vendor.parseModel(ET.fromstring(body), vendor.MasterObjectList())  # noqa: S314  (it is our own)
    return {"seconds": time.process_time() - began}


def ours(path: str, objects: int) -> Run:
    job = decode(path)
    began = time.process_time()
    sdk_result(job)
    return {"seconds": time.process_time() - began}


def both(path: str, objects: int) -> Run:
    began = time.process_time()
    sdk_result(decode(path))
    return {"seconds": time.process_time() - began}


_WORK: dict[str, Callable[[str, int], Run]] = {START: start, SEND: send, SDK: sdk, OURS: ours, BOTH: both}


def measure(options: Options) -> list[Run]:
    with extra("testing"):
        importlib.import_module("h11")
    return [*_measured(options, [START, SEND]), *against_sdk(options, [SDK, OURS, BOTH])]


def against_sdk(options: Options, names: list[str]) -> list[Run]:
    """Measure our ways to the SDK's results, and the SDK itself if it is installed."""
    if not find_spec("ds3"):
        print("the vendor's SDK is not installed", file=sys.stderr)
    return _measured(options, [name for name in names if name != SDK or find_spec("ds3")])


def _measured(options: Options, names: list[str]) -> list[Run]:
    path = options.made("clients.xml", options.objects)
    return in_turns(
        names,
        options.rounds,
        lambda name: in_own_process(_WORK[name], str(path), options.objects),
        series="clients",
        objects=options.objects,
    )


def table(results: Results) -> str:
    runs = results.runs
    rows = []
    for name in names_in(runs):
        of_name = where(runs, contender=name)
        rate = f"{of_name[0]['bytes'] / middle(of_name) / 1e6:,.0f} MB/s" if "bytes" in of_name[0] else ""
        against = spread(ratios(runs, name, SDK)) if name in (OURS, BOTH) and SDK in names_in(runs) else ""
        rows.append([name, f"{middle(of_name):.3f} s", rate, against])
    title = f"{runs[0]['objects']:,} objects ({results.rounds}):"
    return f"{title}\n\n{markdown(['', '>time', '>rate', f'>{SDK} = 1'], rows)}"
