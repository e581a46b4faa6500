"""A placeholder in a model for a list whose items are streamed.

While a job is streamed, its header has no chunks and a chunk has no blobs: they come in batches. An empty
list in their place would look like data.

Internal: names here may change in any release.
"""

from __future__ import annotations

from functools import cache
from typing import Any, NoReturn

from .errors import UsageError

__all__ = ["Streamed", "streamed"]


class Streamed:
    """A placeholder for a list whose items come in batches; any use of it raises `UsageError`."""

    def __init__(self, field: str) -> None:
        self._field = field

    def _refuse(self, *arguments: object) -> NoReturn:
        raise UsageError(
            f"the {self._field} are not here: they were streamed, and come in the reader's batches"
        )

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        self._refuse()

    def __repr__(self) -> str:
        return "<streamed>"

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return streamed, (self._field,)


for _name in ("iter", "len", "bool", "getitem", "setitem", "delitem", "contains", "reversed", "add", "iadd"):
    setattr(Streamed, f"__{_name}__", Streamed._refuse)


@cache
def streamed(field: str) -> Streamed:
    """Return the placeholder for the list in a field of a model."""
    return Streamed(field)
