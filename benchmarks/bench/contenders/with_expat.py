"""The standard library's expat, with attributes in a list: names and texts in the document's order."""

from __future__ import annotations

from collections.abc import Iterator
from xml.parsers.expat import ParserCreate

from .fields import BLOB, BLOB_TAG, CHUNK, CHUNK_TAG, Fields, typed
from .sources import Source, pieces


def ordered(source: Source) -> Iterator[tuple[Fields, list[Fields]]]:
    batches: list[tuple[Fields, list[Fields]]] = []

    def start(tag: str, attributes: list[str]) -> None:
        texts = iter(attributes)
        if tag == BLOB_TAG:
            batches[-1][1].append(typed(BLOB, zip(texts, texts)))
        elif tag == CHUNK_TAG:
            batches.append((typed(CHUNK, zip(texts, texts)), []))

    parser = ParserCreate()
    parser.ordered_attributes = True
    parser.StartElementHandler = start
    for piece in pieces(source):
        parser.Parse(piece, False)
        yield from batches
        batches[:] = [(batches[-1][0], [])] if batches else []
    parser.Parse(b"", True)
