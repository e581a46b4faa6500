"""Targets with their parsers, kept for the next document.

Making a pair takes as long as decoding twenty objects. Each thread has its own, for they are used by one
document at a time.
"""

from __future__ import annotations

import threading

from .layouts import Missing
from .parser import PushParser
from .positions import Positions
from .target import Target

__all__ = ["borrowed", "give_back"]

_MOST_IDLE = 4


class _Idle(threading.local):
    def __init__(self) -> None:
        self.pairs: dict[tuple[bool, Missing], list[tuple[Target, PushParser]]] = {}


_idle = _Idle()


def borrowed(strict: bool, missing: Missing) -> tuple[Target, PushParser]:
    """A target and its parser, ready for a document."""
    pairs = _idle.pairs.setdefault((strict, missing), [])
    if pairs:
        return pairs.pop()
    target = Target(strict, missing)
    return target, PushParser(target, Positions())


def give_back(pair: tuple[Target, PushParser]) -> None:
    """Keep a target and its parser, whose document has ended without an error."""
    target, parser = pair
    pairs = _idle.pairs.setdefault(target.options, [])
    if len(pairs) < _MOST_IDLE and not target.has_many_layouts:
        target.begin()
        parser.begin(Positions())
        pairs.append(pair)
