"""Names the extra to install when a package is missing.

Internal: names here may change in any release.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["extra"]


@contextmanager
def extra(name: str) -> Iterator[None]:
    """Name the extra in the error if an import in the block finds no package.

    Raises:
        ModuleNotFoundError: A package is missing; `name` is the package.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        message = f"{error.name} is missing: pip install 'ds3codec[{name}]'"
        raise ModuleNotFoundError(message, name=error.name) from error
