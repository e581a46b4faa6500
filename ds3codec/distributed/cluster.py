"""Steps on a cluster of Dask's, one of this machine or one that runs; their results come in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from distributed import Client, LocalCluster

from ..errors import UsageError

__all__ = ["connected", "in_order"]

T = TypeVar("T")

_AHEAD = 2  # steps for each thread of the cluster, so that none waits and few results do


@contextmanager
def connected(workers: int | None, scheduler: str | None) -> Iterator[Client]:
    """A client of a running cluster, or of one with so many processes, which ends with the block.

    Raises:
        UsageError: No scheduler answers there.
    """
    if scheduler is None:
        options = {"n_workers": workers, "threads_per_worker": 1, "dashboard_address": ":0"}
        with LocalCluster(**options, silence_logs=50) as cluster, Client(cluster) as client:
            yield client
        return
    try:
        running = Client(scheduler, timeout=10)
    except (OSError, ValueError) as error:
        raise UsageError(f"no scheduler answers at {scheduler!r}: {error}") from None
    with running as client:
        yield client


def in_order(client: Client, step: Callable[..., T], inputs: Iterable[tuple[Any, ...]]) -> Iterator[T]:
    """The result of a step for each of the inputs, in their order, while others are on their way."""
    most = _AHEAD * max(1, sum(client.nthreads().values()))
    waiting: deque[Any] = deque()
    for arguments in inputs:
        waiting.append(client.submit(step, *arguments, pure=False))
        if len(waiting) >= most:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()
