"""The command line, `ds3codec`: validate, summarise, and look things up.

Each command has a module in `commands`. The commands need Click and rich, which the extra `cli` installs;
without them, a one-line message names the extra.

Internal: names here may change in any release.
"""

from __future__ import annotations

import sys

__all__ = ["main"]


def main() -> None:
    """Run the command that the arguments of this process name."""
    try:
        from .commands import run  # noqa: PLC0415  (only with the extra)
    except ModuleNotFoundError as error:
        if error.name not in ("click", "rich"):
            raise
        sys.exit("ds3codec: the command line needs the extra cli: pip install 'ds3codec[cli]'")
    sys.exit(run())
