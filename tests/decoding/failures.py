"""How a wrong document fails: the same through every door, whole and in single bytes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from ds3codec import DecodeError, Ds3CodecError, IncrementalDecoder, aread, iter_blobs
from tests.examples import blob, chunk

SINGLE_BYTES = 1


WHOLE = 10**9


def failure(document: bytes, size: int = WHOLE, strict: bool = False) -> tuple[list[str], Ds3CodecError]:
    """The names of the blobs that came before the error, and the error: the same through all doors."""
    pieces = [document[place : place + size] for place in range(0, len(document), size)]
    results = [
        pulled(pieces, strict),
        pushed(pieces, strict),
        asyncio.run(awaited(pieces, strict)),
    ]
    assert [(names, str(error), type(error)) for names, error in results[1:]] == [
        (names, str(error), type(error)) for names, error in results[:-1]
    ]
    return results[0]


def pulled(pieces: list[bytes], strict: bool) -> tuple[list[str], Ds3CodecError]:
    names: list[str] = []
    with pytest.raises(Ds3CodecError) as caught:
        names.extend(name.name for name in iter_blobs(pieces, strict=strict))
    names.clear()
    with pytest.raises(Ds3CodecError) as again:
        for item in iter_blobs(pieces, strict=strict):
            names.append(item.name)  # noqa: PERF401  (what was appended before the error stays)
    assert str(again.value) == str(caught.value)
    return names, again.value


def pushed(pieces: list[bytes], strict: bool) -> tuple[list[str], Ds3CodecError]:
    decoder, names = IncrementalDecoder(strict=strict), []
    with pytest.raises(Ds3CodecError) as caught:
        for push in [
            *[lambda piece=piece: decoder.feed(piece) for piece in pieces],
            decoder.close,
            decoder.close,
        ]:
            names += [item.name for batch in push() for item in batch.blobs]
    return names, caught.value


async def awaited(pieces: list[bytes], strict: bool) -> tuple[list[str], Ds3CodecError]:
    async def source() -> AsyncIterator[bytes]:
        for piece in pieces:
            yield piece

    names: list[str] = []
    with pytest.raises(Ds3CodecError) as caught:
        async for batch in aread(source(), strict=strict):
            names += [item.name for item in batch.blobs]
    return names, caught.value


THREE = chunk(blob(Name="a"), blob(Name="b")), chunk(blob(Name="c"), ChunkNumber="1")


def read_up_to_error(document: bytes, size: int, **options: Any) -> tuple[list[str], DecodeError]:
    """The blobs that come of a document in pieces of some size, and the error that ends it."""
    read: list[str] = []
    with pytest.raises(DecodeError) as caught:
        for item in iter_blobs((document[at : at + size] for at in range(0, len(document), size)), **options):
            read.append(item.name)  # noqa: PERF401  (what was appended before the error stays)
    return read, caught.value
