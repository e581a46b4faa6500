"""pygixml: its stream of elements, chunk by chunk."""

from __future__ import annotations

from collections.abc import Iterator

import pygixml

from .fields import CHUNK, CHUNK_TAG, Fields, from_element
from .sources import Source, readable


def stream(source: Source) -> Iterator[Fields]:
    for chunk in pygixml.iterfind(readable(source), CHUNK_TAG):
        yield from_element(chunk, CHUNK)
        chunk.clear()
