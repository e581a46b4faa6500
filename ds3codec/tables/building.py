"""Builds Arrow arrays from numpy arrays and from lists.

`pyarrow.array` does the same, but imports pandas if installed, which wastes a third of a second and 45 MB.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from itertools import accumulate
from typing import Any

import numpy as np
import pyarrow as pa

__all__ = ["booleans", "codes", "integers", "listed", "repeating"]


def integers(numbers: np.ndarray[Any, Any]) -> pa.Array:
    """Make an array of 64-bit integers."""
    return pa.Array.from_buffers(
        pa.int64(), len(numbers), [None, pa.py_buffer(np.ascontiguousarray(numbers, np.int64))]
    )


def booleans(flags: np.ndarray[Any, Any]) -> pa.Array:
    """Make an array of booleans."""
    return pa.Array.from_buffers(pa.bool_(), len(flags), [None, _bits(flags)])


def listed(items: Sequence[Any], kind: pa.DataType) -> pa.Array:
    """Make an array of type `kind` of numbers, booleans or texts; None becomes null."""
    validity, nulls = None, items.count(None)
    if nulls and nulls == len(items):
        return pa.nulls(nulls, kind)
    if nulls:
        validity = _bits(np.fromiter((item is not None for item in items), bool, len(items)))
    if kind == pa.string():
        texts = [item.encode() if item else b"" for item in items]
        ends = array("i", accumulate(map(len, texts), initial=0))
        buffers = [validity, pa.py_buffer(ends), pa.py_buffer(b"".join(texts))]
        return pa.Array.from_buffers(kind, len(items), buffers)
    plain = array(
        "i" if kind == pa.int32() else "q", items if validity is None else [item or 0 for item in items]
    )
    data = _bits(np.frombuffer(plain, np.int64)) if kind == pa.bool_() else pa.py_buffer(plain)
    return pa.Array.from_buffers(kind, len(items), [validity, data])


def repeating(items: Sequence[str | None]) -> pa.DictionaryArray:
    """Make a dictionary array of texts, which stores each text once; None becomes null."""
    texts = dict.fromkeys(items)
    texts.pop(None, None)
    numbers = {text: number for number, text in enumerate(texts)}
    indices = listed(list(map(numbers.get, items)), pa.int32())
    return pa.DictionaryArray.from_arrays(indices, listed(list(texts), pa.string()))


def codes(array: pa.DictionaryArray) -> np.ndarray[Any, Any]:
    """Return the codes of a dictionary array without nulls."""
    indices = array.indices
    return np.frombuffer(indices.buffers()[1], np.int32)[indices.offset : indices.offset + len(indices)]


def _bits(flags: np.ndarray[Any, Any]) -> pa.Buffer:
    return pa.py_buffer(np.packbits(flags.astype(bool), bitorder="little"))
