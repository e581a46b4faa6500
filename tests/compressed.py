"""Compressed data, packed and unpacked by the libraries of others."""

from __future__ import annotations

import bz2
import gzip
import lzma
from collections.abc import Callable

from tests.examples import zstd

PACK: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zstd": lambda data: bytes(zstd().compress(data)),
}
"""What packs, by the names of the compressions."""

UNPACK: dict[bytes, Callable[[bytes], bytes]] = {
    b"\x1f\x8b": gzip.decompress,
    b"BZh": bz2.decompress,
    b"\xfd7zXZ\x00": lzma.decompress,
    b"\x28\xb5\x2f\xfd": lambda data: bytes(zstd().decompress(data)),
}


def unpacked(data: bytes) -> bytes:
    """Unpack data that must be compressed."""
    [unpack] = [unpack for magic, unpack in UNPACK.items() if data.startswith(magic)]
    return unpack(data)
