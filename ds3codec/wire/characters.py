"""Which characters a text may have: in any document, in a tag as they are, and how the others are escaped."""

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

# What XML 1.0 does not have in any spelling (section 2.2).
NO_CHARACTER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

# What has to be escaped for a text to be read back as it was.
TEXT_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
ATTRIBUTE_ESCAPES = TEXT_ESCAPES | str.maketrans({'"': "&quot;", "\t": "&#9;", "\n": "&#10;"})

# What a value never has as it is: XML does not have it, reads it as something else, or as markup.
_SPECIAL = bytes(range(0x20)) + b"<"
_ESCAPED = _SPECIAL + b'&>"'

_ENTITIES = {"&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'"}
_REFERENCE = re.compile("&#x([0-9A-Fa-f]{1,6});|&#([0-9]{1,7});|&[a-z]*;?")


def special_bytes(text: bytes) -> int:
    """Count the bytes of a text that an attribute's value never has as they are, apart from references."""
    return len(text) - len(text.translate(None, _SPECIAL))


def are_plain(texts: list[str]) -> bool:
    """Whether texts may be written into a tag as they are."""
    text = "".join(texts)
    try:
        data = text.encode()
    except UnicodeEncodeError:
        return False
    if len(data.translate(None, _ESCAPED)) != len(data):
        return False
    return len(data) == len(text) or ("\ufffe" not in text and "\uffff" not in text)


def unescaped(text: str) -> str:
    """Replace the references in a text; ValueError if one of them is not among those that XML has."""
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
