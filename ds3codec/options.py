"""The types that stand in the signatures of all readers and writers, and checks of what they are given.

Internal: what is public of this is in `ds3codec` itself.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from typing import Literal, Protocol, TypedDict, TypeVar, get_args

from .errors import UsageError, shown

if sys.version_info >= (3, 11):
    from typing import Unpack
else:
    from typing_extensions import Unpack

__all__ = [
    "BinaryFile",
    "BinarySink",
    "Missing",
    "ReadOptions",
    "Sink",
    "Source",
    "Unpack",
    "check_missing",
    "check_number",
    "check_type",
    "several",
]

Item = TypeVar("Item")


class BinaryFile(Protocol):
    """A file object opened for reading bytes, or anything with its `read`."""

    def read(self, size: int, /) -> bytes: ...


class BinarySink(Protocol):
    """A file object opened for writing bytes, or anything with its `write`.

    Where `write` returns a number, as that of raw files does, it is taken for the bytes that were written,
    and it is called again for the rest.
    """

    def write(self, data: bytes, /) -> object: ...


Source = str | os.PathLike[str] | bytes | bytearray | memoryview | BinaryFile | Iterable[bytes]
"""A path or URL, bytes, a binary file object, or an iterable of bytes; plain or compressed."""

Sink = str | os.PathLike[str] | BinarySink
"""A path or a binary file object."""

Missing = Literal["error", "none"]
"""The treatment of a required attribute that is missing: as an error, or as None."""


class ReadOptions(TypedDict, total=False):
    """How a response is read as a table; see `record_batches`."""

    strict: bool
    missing: Missing
    placements: bool
    credentials: Sequence[str]
    threads: int | None


def check_missing(missing: object) -> None:
    """Reject a value that the option `missing` does not have.

    Raises:
        UsageError: It is neither "error" nor "none".
    """
    if missing not in get_args(Missing):
        raise UsageError(f'missing must be "error" or "none", not {missing!r}')


def check_number(name: str, given: object, least: int, most: int = 2**63 - 1) -> None:
    """Raise UsageError for an option that is not a whole number of this range."""
    if isinstance(given, bool) or not isinstance(given, int) or not least <= given <= most:
        range_ = f"from {least} on" if most == 2**63 - 1 else f"from {least} to {most}"
        raise UsageError(f"{name} must be a whole number {range_}, not {shown(given)}")


def check_type(name: str, given: object, *kinds: type) -> None:
    """Raise UsageError for an argument that is none of these types."""
    if not isinstance(given, kinds):
        names = " or ".join("None" if kind is type(None) else kind.__name__ for kind in kinds)
        raise UsageError(f"{name} must be of type {names}, not {type(given).__name__}")


def several(name: str, given: Iterable[Item]) -> Iterable[Item]:
    """Return an argument that has several items. Raises UsageError for any other."""
    if not isinstance(given, Iterable):
        raise UsageError(f"{name} must be several, such as a list, not {shown(given)}")
    return given
