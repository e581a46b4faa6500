"""The reference decoder, the loop of every lxml tutorial, which the tests compare with the decoder."""

from __future__ import annotations

from ds3codec import MasterObjectList
from ds3codec.testing import reference

from .sources import Source, opened


def loop(source: Source) -> MasterObjectList:
    with opened(source) as file:
        return reference.decode(file, missing="none")
