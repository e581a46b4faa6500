"""Which parts of a document are read as arrays, and in which order they come among the others."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ds3codec import limits
from ds3codec.decoding.chunks import Stretches
from ds3codec.decoding.decoder import Decoder
from ds3codec.readers import ColumnReader
from ds3codec.tables.arrays import ArrayReader, Arrays
from tests.decoding.test_pieces import BOUNDARY, PLAIN
from tests.examples import blob, chunk, job


def share(document: bytes, size: int = limits.PIECE) -> float:
    """How much of the blobs of a document are read as arrays."""
    pieces = (document[at : at + size] for at in range(0, len(document), size))
    parts = list(ColumnReader(pieces, wide=ArrayReader(1)))
    in_arrays = sum(part.blob_count for part in parts if isinstance(part, Arrays))
    return in_arrays / sum(part.blob_count for part in parts)


def test_nearly_all_of_a_plain_document_is_read_as_arrays() -> None:
    assert share(job(chunk(*PLAIN * 100))) > 0.99
    assert share(job(chunk(*PLAIN * 100)), size=8000) > 0.9
    assert share(job(chunk(*[plain + BOUNDARY for plain in PLAIN] * 100))) > 0.8


@pytest.mark.parametrize("odd", ["<!-- -->", blob(Length="+1"), "<New/>", blob(Bucket="b")])
def test_an_odd_tag_costs_its_slice_only(odd: str) -> None:
    objects = PLAIN * 200
    objects[len(objects) // 2 : len(objects) // 2] = [odd]
    assert len("".join(objects)) > 4 * limits.PIECE
    assert share(job(chunk(*objects))) > 0.8


@pytest.mark.full
@pytest.mark.parametrize("threads", [1, 3])
def test_what_is_gathered_is_limited(threads: int) -> None:
    data = "".join(PLAIN * 100).encode()
    given = 0

    def pieces() -> Iterator[bytes]:
        nonlocal given
        for piece in [job(chunk(*PLAIN)).partition(b"</Objects>")[0], *[data] * 200]:
            given += len(piece)
            yield piece
        yield b"</Objects></MasterObjectList>"

    wide = ArrayReader(threads)
    decoder = Decoder(Stretches(), strict=False, missing="error", wide=wide)
    read, most = 0, (wide.ahead + 1) * (limits.WIDE + 2 * limits.PIECE)
    for piece in pieces():
        for parts in decoder.feed(piece):
            read += sum(part.blob_count for part in parts)
        assert given - read * len(data) / len(PLAIN * 100) < most
    wide.close()
