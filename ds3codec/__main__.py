"""`python -m ds3codec` is the command `ds3codec`.

Internal: names here may change in any release.
"""

from .cli import main

__all__: list[str] = []

if __name__ == "__main__":
    main()
