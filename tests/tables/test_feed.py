"""Which bytes are read as arrays."""

from __future__ import annotations

import pytest

from ds3codec import limits
from ds3codec.decoding.decoder import Decoder
from ds3codec.tables import feed
from ds3codec.tables.arrays import Arrays
from ds3codec.tables.feed import WideFeed
from ds3codec.tables.rows import Rows
from tests.decoding.test_feed import PLAIN
from tests.examples import blob, chunk, job


def share(document: bytes, size: int = limits.PIECE) -> float:
    """How much of the blobs of a document are read as arrays."""
    decoder = Decoder(Rows(), strict=False, missing="error", feed=WideFeed)
    parts = []
    for at in range(0, len(document), size):
        parts += [part for some in decoder.feed(document[at : at + size]) for part in some]
    parts += [part for some in decoder.close() for part in some]
    in_arrays = sum(part.blob_count for part in parts if isinstance(part, Arrays))
    return in_arrays / decoder.blobs_read


def test_nearly_all_of_a_plain_document_is_read_as_arrays() -> None:
    assert share(job(chunk(*PLAIN * 100))) > 0.99
    assert share(job(chunk(*PLAIN * 100)), size=8000) > 0.9


@pytest.mark.parametrize("odd", ["<!-- -->", blob(Length="+1"), "<New/>", blob(Bucket="b")])
def test_an_odd_tag_costs_its_slice_only(odd: str) -> None:
    objects = PLAIN * 200
    objects[len(objects) // 2 : len(objects) // 2] = [odd]
    assert len("".join(objects)) > 4 * limits.PIECE
    assert share(job(chunk(*objects))) > 0.8


def test_what_is_gathered_is_limited() -> None:
    decoder = Decoder(Rows(), strict=False, missing="error", feed=WideFeed)
    data = "".join(PLAIN * 100).encode()
    given = read = 0
    beginning = job(chunk(*PLAIN)).partition(b"</Objects>")[0]
    for piece in [beginning, *[data] * 10]:
        given += len(piece)
        for parts in decoder.feed(piece):
            read += sum(part.blob_count for part in parts)
    assert given - read * len(data) / len(PLAIN * 100) < feed._WIDE + 2 * limits.PIECE
