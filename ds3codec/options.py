"""What every reader takes as options.

Internal: names here may change in any release.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Literal, TypedDict, get_args

from .errors import UsageError

if sys.version_info >= (3, 11):
    from typing import Unpack
else:
    from typing_extensions import Unpack

__all__ = ["Missing", "ReadOptions", "Unpack", "check_missing"]

Missing = Literal["error", "none"]
"""What a required attribute is that is missing: an error, or None."""


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
