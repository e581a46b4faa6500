"""bigxml: handlers for the chunks and, in each, for its objects."""

from __future__ import annotations

from collections.abc import Iterator

from bigxml import Parser, XMLElement, xml_handle_element

from .fields import BLOB, BLOB_TAG, CHUNK, CHUNK_TAG, JOB_TAG, Fields, typed
from .sources import Source, opened


@xml_handle_element(BLOB_TAG)
def _blob(node: XMLElement) -> Iterator[Fields]:
    yield typed(BLOB, node.attributes.items())


@xml_handle_element(JOB_TAG, CHUNK_TAG)
def _chunk(node: XMLElement) -> Iterator[tuple[Fields, Fields]]:
    chunk = typed(CHUNK, node.attributes.items())
    for blob in node.iter_from(_blob):
        yield chunk, blob


def handlers(source: Source) -> Iterator[tuple[Fields, Fields]]:
    with opened(source) as file:
        yield from Parser(file).iter_from(_chunk)
