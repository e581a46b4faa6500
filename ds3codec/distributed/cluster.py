"""Steps on a cluster of Dask's, one of this machine or one that runs; their results come in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar
from uuid import uuid4

from distributed import Client, LocalCluster

from ..errors import UsageError, public_name, quoted_name

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
        reason = str(error) if public_name(scheduler) == scheduler else type(error).__name__
        raise UsageError(f"no scheduler answers at {quoted_name(scheduler)}: {reason}") from None
    with running as client:
        yield client


class _Step:
    """A step with its arguments. Its repr does not show these, for Dask logs it, and they may be URLs."""

    def __init__(self, step: Callable[..., T], arguments: tuple[Any, ...]) -> None:
        self._step = step
        self._arguments = arguments

    def __call__(self) -> Any:
        return self._step(*self._arguments)


def in_order(client: Client, step: Callable[..., T], inputs: Iterable[tuple[Any, ...]]) -> Iterator[T]:
    """The result of a step for each of the inputs, in their order, while others are on their way."""
    most = _AHEAD * max(1, sum(client.nthreads().values()))
    waiting: deque[Any] = deque()
    for arguments in inputs:
        key = f"{step.__name__}-{uuid4().hex}"
        waiting.append(client.submit(_Step(step, arguments), key=key, pure=False))
        if len(waiting) >= most:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()
