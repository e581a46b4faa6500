"""The reference decoder of the tests, which is the loop that every lxml tutorial shows.

It is loaded from `tests`, where it is held against the decoder, so that what is measured is what is tested.
"""

from __future__ import annotations

from importlib import import_module

from benchmarks.contenders.sources import Source, opened
from ds3codec import MasterObjectList

_REFERENCE = import_module("tests.reference")  # the tests are not installed: this needs a checkout


def loop(source: Source) -> MasterObjectList:
    with opened(source) as file:
        job: MasterObjectList = _REFERENCE.decode(file, missing="none")
    return job
