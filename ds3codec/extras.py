"""What a package of an extra is missing for, said in one line.

Internal: names here may change in any release.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["extra"]


@contextmanager
def extra(name: str) -> Iterator[None]:
    """Name the extra where an import in the block finds a package missing.

    Raises:
        ModuleNotFoundError: A package is missing; its `name` is that of the package.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        message = f"{error.name} is missing: pip install 'ds3codec[{name}]'"
        raise ModuleNotFoundError(message, name=error.name) from error
