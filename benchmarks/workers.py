"""One large response read on one core and on two, by worker processes of Dask's."""

from __future__ import annotations

import time
from importlib import import_module

from benchmarks.bench.measuring import Run
from benchmarks.bench.processes import in_own_process
from benchmarks.bench.results import Results, markdown, middle, ratios, where
from benchmarks.options import Options
from ds3codec.extras import extra

ONE, TWO = "one worker", "two workers"
SERIES = "workers"
_LARGE = 8  # times the objects of other documents: 1 GB if these have 500,000


def read(workers: int, path: str) -> Run:
    """Time the sum of all blob lengths, once the workers are running."""
    from distributed import Client, LocalCluster  # noqa: PLC0415  (the other benchmarks run without it)

    from ds3codec.distributed import read_blobs  # noqa: PLC0415

    with (
        LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=":0") as cluster,
        Client(cluster),
    ):
        blobs = read_blobs(path)
        start = time.perf_counter()
        objects = int(blobs.length.count().compute())
        return {"seconds": time.perf_counter() - start, "objects": objects}


def measure(options: Options) -> list[Run]:
    require_dask()
    path = options.made("large.xml", _LARGE * options.objects)
    return [
        {
            "series": SERIES,
            "contender": name,
            "round": number + 1,
            "bytes": path.stat().st_size,
            **in_own_process(read, count, path),
        }
        for number in range(options.rounds)
        for name, count in ((ONE, 1), (TWO, 2))
    ]


def require_dask() -> None:
    """Raise ModuleNotFoundError, which names the extra, if Dask is not installed."""
    with extra("dask"):
        import_module("distributed")


def table(results: Results) -> str:
    rows = [[name, f"{middle(where(results.runs, contender=name), 'seconds'):.2f} s"] for name in (ONE, TWO)]
    [size] = {run["bytes"] for run in results.runs}
    gain = ", ".join(f"{ratio:.2f}" for ratio in ratios(results.runs, ONE, TWO))
    title = f"A response of {size / 1e6:,.0f} MB ({results.rounds}); two are as many times as fast: {gain}"
    return f"{title}\n\n{markdown(['', '>time'], rows)}"
