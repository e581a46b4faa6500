"""Record batches as Arrow's C stream, which the engines of others read: an error comes in its own words.

pyarrow makes the stream. It would tell an engine the class and the traceback of an exception, so the one
function of the stream that tells what is wrong is replaced.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator

import pyarrow as pa

__all__ = ["arrow_stream"]

_NAME = b"arrow_array_stream"

_LastError = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p)

_pointer_in = ctypes.pythonapi.PyCapsule_GetPointer
_pointer_in.restype = ctypes.c_void_p
_pointer_in.argtypes = [ctypes.py_object, ctypes.c_char_p]


class _Stream(ctypes.Structure):
    """The C structure of a stream, as Arrow fixes it."""

    _fields_ = (
        ("get_schema", ctypes.c_void_p),
        ("get_next", ctypes.c_void_p),
        ("get_last_error", ctypes.c_void_p),
        ("release", ctypes.c_void_p),
        ("private_data", ctypes.c_void_p),
    )


class _Batches(Iterator[pa.RecordBatch]):
    """Batches that keep the message of the exception that they raise, in memory that C may read."""

    def __init__(self, batches: Iterator[pa.RecordBatch]) -> None:
        self._batches = batches
        self._message: ctypes.Array[ctypes.c_char] | None = None
        self.callback: Callable[..., int] | None = None  # lives as long as these, and these as the stream

    def __next__(self) -> pa.RecordBatch:
        try:
            return next(self._batches)
        except StopIteration:
            raise
        except BaseException as error:
            text = str(error) or type(error).__name__
            self._message = ctypes.create_string_buffer(text.encode(errors="replace"))
            raise

    def address_of_message(self) -> int:
        """Give where the message is in memory; 0 without one."""
        return 0 if self._message is None else ctypes.addressof(self._message)


def arrow_stream(schema: pa.Schema, batches: Iterator[pa.RecordBatch], requested: object = None) -> object:
    """Make a capsule with a stream of batches, as `__arrow_c_stream__` returns it.

    Args:
        schema: Their schema.
        batches: The batches.
        requested: A capsule with the schema that the engine would like.
    """
    failing = _Batches(batches)
    reader = pa.RecordBatchReader.from_batches(schema, failing)
    capsule: object = reader.__arrow_c_stream__(requested)
    stream = _Stream.from_address(_pointer_in(capsule, _NAME))
    of_arrow = _LastError(stream.get_last_error)
    failing.callback = _LastError(lambda address: failing.address_of_message() or of_arrow(address))
    stream.get_last_error = ctypes.cast(failing.callback, ctypes.c_void_p).value
    return capsule
