"""Time against the size and the shape of the document.

There are four series: the number of objects, the size of the chunks, the attributes of an object, and its
children (tapes in its placement). Every contender runs the first, which gives the growth of its time: the
exponent of the number of objects, 1 for a linear decoder. The fit, round by round, begins at `FIT_FROM`,
since the cost of a start weighs on smaller sizes.
"""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.bench.contenders import CONTENDERS
from benchmarks.bench.measuring import Run
from benchmarks.bench.results import Results, exponent, markdown, names_in, per_object, spread, where
from benchmarks.documents import LEAST_ATTRIBUTES, MOST_ATTRIBUTES
from benchmarks.growth import over, over_objects, stopped, up_to, values_of
from benchmarks.options import Options

FIT_FROM = 50_000
MOST_IN_OTHER_SERIES = 500_000
CHUNK_SIZES = [1, 10, 100, 1_000, 10_000, 100_000, 500_000]
TAPES = [0, 1, 2, 4, 8]
# The contenders in the series with a fixed number of objects.
FEW = [
    "iterparse, bare loop",
    "ds3codec, streaming",
    "ds3codec, decode",
    "lxml, iterparse of tutorials",
    "ElementTree to dicts",
    "ds3codec, JobWriter",
]
TITLES = {
    "objects": "the number of objects",
    "chunk size": "the objects in a chunk",
    "attributes": "the attributes of an object",
    "tapes": "the tapes in the placement of an object",
}


def measure(options: Options) -> list[Run]:
    few, objects = options.contenders(FEW), min(options.objects, MOST_IN_OTHER_SERIES)
    return [
        *over_objects(options, options.contenders(CONTENDERS)),
        *over(
            "chunk size",
            up_to(objects, CHUNK_SIZES),
            lambda size: options.made("chunks.xml", objects, chunk_size=size),
            options,
            few,
        ),
        *over(
            "attributes",
            range(LEAST_ATTRIBUTES, MOST_ATTRIBUTES + 1),
            lambda count: options.made("attributes.xml", objects, attributes=count),
            options,
            few,
        ),
        *over(
            "tapes",
            TAPES,
            lambda count: options.made("tapes.xml", max(objects // 10, 1), tapes=count),
            options,
            few,
        ),
    ]


def table(results: Results) -> str:
    parts = []
    for series, title in TITLES.items():
        runs = where(results.runs, series=series)
        most = f"{max(run['objects'] for run in runs):,} objects" if series != "objects" else "all sizes"
        parts.append(f"Microseconds an object against {title} ({most}, {results.rounds}):")
        parts.append(_series(runs, fitted=series == "objects"))
    return "\n\n".join([*parts, *filter(None, [stopped(where(results.runs, series="objects"))])])


def _series(runs: Sequence[Run], *, fitted: bool) -> str:
    values = values_of(runs)
    head = ["way", *(f">{value:,}" for value in values)]
    rows = [
        [name, *(per_object(where(runs, contender=name, value=value)) for value in values)]
        for name in names_in(runs)
    ]
    if fitted:
        head.append(">exponent, fitted over")
        rows = [[*row, growth(where(runs, contender=row[0]))] for row in rows]
    return markdown(head, rows)


def growth(runs: Sequence[Run]) -> str:
    """Format the exponents of one contender, and the sizes they are fitted over."""
    fits = exponents(runs)
    if not fits:
        return "-"
    sizes = fitted_sizes(runs)
    return f"{spread(fits, '.3f')}, {sizes[0]:,} to {sizes[-1]:,}"


def exponents(runs: Sequence[Run]) -> list[float]:
    """Fit the exponent in each round that has all sizes."""
    sizes = fitted_sizes(runs)
    rounds = sorted({run["round"] for run in runs})
    points = [[(run["value"], run["seconds"]) for run in where(runs, round=number)] for number in rounds]
    chosen = [[point for point in of_round if point[0] in sizes] for of_round in points]
    return [exponent(of_round) for of_round in chosen if len(of_round) == len(sizes) > 1]


def fitted_sizes(runs: Sequence[Run]) -> list[int]:
    """Return the sizes from `FIT_FROM` on, or all sizes if fewer than two are that large."""
    sizes = values_of(runs)
    large = [size for size in sizes if size >= FIT_FROM]
    return large if len(large) > 1 else sizes
