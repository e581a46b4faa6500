"""Runs the command `ds3codec` for `python -m ds3codec`.

Internal: names here may change in any release.
"""

from .cli import main

__all__: list[str] = []

if __name__ == "__main__":
    main()
