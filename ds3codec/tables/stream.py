"""Exports record batches as an Arrow C stream for other engines, with plain error messages.

pyarrow makes the stream. Its error messages would include the class and the traceback of an exception, so the
stream's function for the last error is replaced.
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
    """The C structure of a stream in Arrow's C stream interface."""

    _fields_ = (
        ("get_schema", ctypes.c_void_p),
        ("get_next", ctypes.c_void_p),
        ("get_last_error", ctypes.c_void_p),
        ("release", ctypes.c_void_p),
        ("private_data", ctypes.c_void_p),
    )


class _Batches(Iterator[pa.RecordBatch]):
    """Batches that keep the message of their exception in memory readable from C."""

    def __init__(self, batches: Iterator[pa.RecordBatch]) -> None:
        self._batches = batches
        self._message: ctypes.Array[ctypes.c_char] | None = None
        self.callback: Callable[..., int] | None = None  # kept alive, for ctypes holds no reference

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
        """Return the address of the message in memory; 0 without one."""
        return 0 if self._message is None else ctypes.addressof(self._message)


def arrow_stream(schema: pa.Schema, batches: Iterator[pa.RecordBatch], requested: object = None) -> object:
    """Make a capsule with a stream of batches, for `__arrow_c_stream__` to return.

    Args:
        schema: The schema of the batches.
        batches: The batches.
        requested: A capsule with the schema that the engine requests.
    """
    failing = _Batches(batches)
    reader = pa.RecordBatchReader.from_batches(schema, failing)
    capsule: object = reader.__arrow_c_stream__(requested)
    stream = _Stream.from_address(_pointer_in(capsule, _NAME))
    of_arrow = _LastError(stream.get_last_error)
    failing.callback = _LastError(lambda address: failing.address_of_message() or of_arrow(address))
    stream.get_last_error = ctypes.cast(failing.callback, ctypes.c_void_p).value
    return capsule
