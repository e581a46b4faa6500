"""Helpers for the tests of other packages.

- `documents`: responses of any size that are valid and consistent, the same for the same seed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .documents import write_document

__all__ = ["write_document"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from . import documents  # noqa: PLC0415  (pytest loads this package with the plugin, in every project)

    return getattr(documents, name)
