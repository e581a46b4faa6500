"""How the time of something grows with its input."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from math import log
from typing import TypeVar

Input = TypeVar("Input")


def exponent(make: Callable[[int], Input], run: Callable[[Input], object], sizes: Sequence[int]) -> float:
    """The power of the size with which the processor time grows, fitted to the best of three runs of each."""
    points = [
        (log(size), log(min(_seconds(run, made) for _ in range(3))))
        for size in sizes
        for made in [make(size)]
    ]
    x_mean, y_mean = (sum(values) / len(points) for values in zip(*points))
    return sum((x - x_mean) * (y - y_mean) for x, y in points) / sum((x - x_mean) ** 2 for x, _ in points)


def _seconds(run: Callable[[Input], object], made: Input) -> float:
    start = time.process_time()
    run(made)
    return time.process_time() - start
