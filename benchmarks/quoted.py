"""Quotations of the saved results in other pages, beside figures measured elsewhere.

A page has a place for each quotation, between `<!-- name: begin -->` and `<!-- name: end -->`. Only this
module writes there, so every figure matches the saved results.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path

from benchmarks.bench.contenders import CONTENDERS
from benchmarks.bench.measuring import YARDSTICK
from benchmarks.bench.results import Results, load, markdown, middle, ratios, spread, where
from benchmarks.goals import missed

__all__ = ["quote"]

ROOT = Path(__file__).parent.parent

# Times, streaming = 1, from the owners' machine and an earlier one; they are not measured again.
ELSEWHERE = {
    "Intel Xeon, the owners'": {
        "ds3codec, blob by blob": "1.05",
        "ds3codec, decode": "1.13",
        "ds3codec, record_batches": "0.83",
        "ds3codec, validate": "1.7",
        "ds3codec, encode": "0.49",
        "lxml, iterparse of tutorials": "2.7",
        "ElementTree to dicts": "2.2",
        "the vendor's Python SDK": "3.8",
    },
    "AMD EPYC, 0.1.0": {
        "ds3codec, blob by blob": "1.07",
        "ds3codec, decode": "1.17",
        "ds3codec, validate": "2.10",
        "ds3codec, encode": "0.51",
        "lxml, iterparse of tutorials": "3.69",
        "ElementTree to dicts": "3.13",
        "xsdata, lxml handler": "28.47",
    },
}
SHOWN = [
    *(YARDSTICK, "ds3codec, blob by blob", "ds3codec, decode", "ds3codec, record_batches"),
    *("ds3codec, validate", "ds3codec, encode"),
    *("lxml, iterparse of tutorials", "ElementTree to dicts", "the vendor's Python SDK"),
    *("orxml", "xml2arrow, parse_batches", "xsdata, lxml handler"),
]
SMALL = [
    *("orxml", "ElementTree to dicts", "lxml, fromstring and get", "the vendor's Python SDK"),
    *("ds3codec, decode", "ds3codec, blob by blob"),
]
FEW_OBJECTS = 10


def speed(results: Results) -> str:
    """Compare a few contenders, on the machine of these results and elsewhere."""
    runs, machine = results.runs, results.machine["processor"].split(" Processor")[0].replace("(R)", "")
    here = f"{machine}, {results.versions['ds3codec']}"
    head = ["way", f">{here}", *(f">{place}" for place in ELSEWHERE), ">objects/s", ">memory", "gives"]
    rows = []
    for name in SHOWN:
        if own := where(runs, contender=name):
            elsewhere = [figures.get(name, "") for figures in ELSEWHERE.values()]
            rate = f"{own[0]['objects'] / middle(own):,.0f}"
            memory = f"{middle(own, 'megabytes'):,.0f} MB"
            gives = CONTENDERS[name].gives
            rows.append([name, spread(ratios(runs, name, YARDSTICK)), *elsewhere, rate, memory, gives])
    return markdown(head, rows)


def small(results: Results) -> str:
    """Compare a few contenders on a small response, in one line."""
    runs = where(results.runs, series="small", value=FEW_OBJECTS)
    times = {name: 1e6 * middle(own) for name in SMALL if (own := where(runs, contender=name))}
    told = ", ".join(f"{name.replace(', ', ': ')} {time:,.0f}" for name, time in times.items())
    return f"Small responses rank differently. Microseconds to read {FEW_OBJECTS} objects in memory: {told}."


# Each quotation: the page, its place there, the name of its results, and the function that formats them.
QUOTATIONS: list[tuple[Path, str, str, Callable[[Results], str]]] = [
    (ROOT / "README.md", "speed", "throughput", speed),
    (ROOT / "README.md", "small", "latency", small),
    (ROOT / "benchmarks" / "README.md", "missed", "goals", missed),
]


def quote(folder: Path) -> Iterable[tuple[Path, str]]:
    """Yield each page, with its quotations updated from the results in a folder."""
    for path in dict.fromkeys(page for page, *_ in QUOTATIONS):
        text = path.read_text(encoding="utf-8")
        for page, place, results, made in QUOTATIONS:
            if page == path:
                begin, end = f"<!-- {place}: begin -->", f"<!-- {place}: end -->"
                new = f"{begin}\n{made(load(folder / f'{results}.json'))}\n{end}"
                text = re.sub(f"{begin}.*{end}", lambda match, new=new: new, text, flags=re.DOTALL)  # type: ignore[misc]
        yield path, text
