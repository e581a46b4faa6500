"""What comes from a document, made fit to be shown: no character of it acts on a terminal or a log."""

from __future__ import annotations

import json

__all__ = ["as_data", "printable"]


def printable(text: str) -> str:
    """`text` with all that does not print escaped, such as `\\x1b` and `\\u202e`, as `repr` does it."""
    if text.isprintable():
        return text
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
        for character in text
    )


def as_data(value: object, indent: int | None = None) -> str:
    """`value` as JSON in printing ASCII, from which a program reads the very characters."""
    return json.dumps(value, indent=indent).replace("\x7f", "\\u007f")
