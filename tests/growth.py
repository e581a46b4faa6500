"""How the time of something grows with its input."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from math import inf, log
from typing import TypeVar

Input = TypeVar("Input")


# Nearer to linear than to quadratic: what large inputs cost beside (memory, caches, others) is below that.
LINEAR = 1.5

_ROUNDS = 6


def exponent(make: Callable[[int], Input], run: Callable[[Input], object], sizes: Sequence[int]) -> float:
    """The power of the size with which processor time grows, fitted to the best of a few runs of each size.

    Other work on the machine only adds to a time. So as long as the result is not clearly linear, each size
    is run some more, and the best of all its runs counts. Hold the result against `LINEAR`.
    """
    best = dict.fromkeys(sizes, inf)
    fitted = inf
    for _ in range(_ROUNDS):
        for size in sizes:
            best[size] = min(best[size], *(_seconds(run, make(size)) for _ in range(3)))
        fitted = _fitted([(log(size), log(seconds)) for size, seconds in best.items()])
        if fitted <= 1.3:
            break
    return fitted


def _fitted(points: Sequence[tuple[float, float]]) -> float:
    """The slope of the line through points, by least squares."""
    x_mean, y_mean = (sum(values) / len(points) for values in zip(*points))
    return sum((x - x_mean) * (y - y_mean) for x, y in points) / sum((x - x_mean) ** 2 for x, _ in points)


def _seconds(run: Callable[[Input], object], made: Input) -> float:
    start = time.process_time()
    run(made)
    return time.process_time() - start
