"""Checks and escapes the characters of texts."""

from __future__ import annotations

import re

__all__ = [
    "ATTRIBUTE_ESCAPES",
    "NO_CHARACTER",
    "TEXT_ESCAPES",
    "WHITE_SPACE",
    "are_plain",
    "special_bytes",
    "unescaped",
]

WHITE_SPACE = " \t\n\r"

# The characters that XML 1.0 does not have in any spelling (section 2.2).
NO_CHARACTER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

# The characters to escape so that a text is read back unchanged.
TEXT_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
ATTRIBUTE_ESCAPES = TEXT_ESCAPES | str.maketrans({'"': "&quot;", "\t": "&#9;", "\n": "&#10;"})

# The bytes that a value must not have unescaped: XML does not have them, changes them in reading, or takes
# them for markup.
_SPECIAL = bytes(range(0x20)) + b"<"
_ESCAPED = _SPECIAL + b'&>"'

_ENTITIES = {"&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'"}
_REFERENCE = re.compile("&#x([0-9A-Fa-f]{1,6});|&#([0-9]{1,7});|&[a-z]*;?")


def special_bytes(text: bytes) -> int:
    """Count the bytes of a text that an attribute's value must not have unescaped."""
    return len(text) - len(text.translate(None, _SPECIAL))


def are_plain(texts: list[str]) -> bool:
    """Tell whether texts can be written into a tag without escaping."""
    text = "".join(texts)
    try:
        data = text.encode()
    except UnicodeEncodeError:
        return False
    if len(data.translate(None, _ESCAPED)) != len(data):
        return False
    return len(data) == len(text) or ("\ufffe" not in text and "\uffff" not in text)


def unescaped(text: str) -> str:
    """Replace the references in a text. Raises ValueError for a reference that XML does not have."""
    return _REFERENCE.sub(_character, text)


def _character(reference: re.Match[str]) -> str:
    hexadecimal, decimal = reference.groups()
    if hexadecimal or decimal:
        character = chr(int(hexadecimal, 16) if hexadecimal else int(decimal))
    else:
        character = _ENTITIES.get(reference[0], "")
    if not character or NO_CHARACTER.match(character):
        raise ValueError(f"{reference[0]} is not one of XML's references")
    return character
