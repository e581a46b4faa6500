"""Takes tags, instructions and references apart.

The parts joined again are the same text, with all its faults.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from ..decoding.scanner import EDGES, INSTRUCTION
from ..decoding.text import DECLARATION
from ..errors import NotWellFormedError

__all__ = [
    "characters",
    "check_names",
    "declaration",
    "instruction_parts",
    "is_referring",
    "names_in",
    "renamed",
    "respelled",
    "tag_parts",
]

_VALUE = re.compile(r"""(=\s*["'])((?<=")[^"]*|(?<=')[^']*)(["'])""", re.ASCII)
_NAME = re.compile(r"\S+", re.ASCII)
_OF_ELEMENT = r"""[^\s/"'=!?]+"""
_OF_ATTRIBUTE = r"""\s+[^\s/"'=]+\s*"""
# The parts of a tag around its values: a single one, or the first, those between, and the last.
_ALONE = re.compile(rf"{_OF_ELEMENT}\s*", re.ASCII)
_FIRST = re.compile(_OF_ELEMENT + _OF_ATTRIBUTE, re.ASCII)
_NEXT = re.compile(_OF_ATTRIBUTE, re.ASCII)
_REST = re.compile(r"\s*", re.ASCII)
_SPELLED = re.compile(r"&[^&;]*;?|[^&]", re.DOTALL)
_REFERENCE = re.compile(r"&(?:(amp|lt|gt|quot|apos)|#x([0-9A-Fa-f]+)|#([0-9]+));", re.ASCII)
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_LAST = 0x10FFFF


def tag_parts(tag: str) -> list[str]:
    """Split the inside of a tag: a name, the opening of its value, the value, the closing, and so on.

    The first part is the name of the element, followed by a space and the name of the first attribute, if
    there is one. The last part is the rest, and not a name.
    """
    return _VALUE.split(tag)


def check_names(parts: Sequence[str]) -> None:
    """Check that the parts from `tag_parts` that should be names are names.

    Raises:
        NotWellFormedError: A part is not a name.
    """
    first, *others = parts
    *between, last = others or [""]
    begins = _FIRST if others else _ALONE
    if not all([begins.fullmatch(first), *map(_NEXT.fullmatch, between), _REST.fullmatch(last)]):
        raise NotWellFormedError("a tag contains something that is neither a name nor a value")


def names_in(part: str) -> list[str]:
    """Find the names in a part of a tag."""
    return _NAME.findall(part)


def renamed(part: str, change: Callable[[str], str]) -> str:
    """Change the names in a part of a tag."""
    return _NAME.sub(lambda found: change(found[0]), part)


def instruction_parts(instruction: str) -> tuple[str, str]:
    """Split an instruction into its target and the rest."""
    found = _NAME.match(instruction)
    end = found.end() if found is not None else 0
    return instruction[:end], instruction[end:]


def declaration(instruction: str) -> str:
    """Rewrite an XML declaration for text that is now in UTF-8, in the same length.

    Raises:
        NotWellFormedError: The instruction is not an XML declaration.
    """
    opening, ending = EDGES[INSTRUCTION]
    text = opening + instruction.encode() + ending
    found = DECLARATION.fullmatch(text)
    if found is None:
        raise NotWellFormedError("the XML declaration is not well-formed")
    if found["minor"] not in (b"0", b"1"):
        text = _filled(text, found.span("minor"), b"0")  # 1.0 means the same to any parser
    if found["encoding"] is not None and found["encoding"].lower() != b"utf-8":
        text = _filled(text, found.span("told"), b" ")
    return text[len(opening) : -len(ending)].decode()


def _filled(text: bytes, span: tuple[int, int], byte: bytes) -> bytes:
    """Fill a part of a text with a byte."""
    begin, end = span
    return text[:begin] + byte * (end - begin) + text[end:]


def is_referring(text: str) -> bool:
    """Tell whether a text may have references."""
    return "&" in text


def characters(text: str) -> str:
    """Read the references in a text, each as one character.

    Raises:
        NotWellFormedError: A reference is invalid.
    """
    return "".join(map(_character, _SPELLED.findall(text)))


def respelled(text: str, before: str, new: str) -> str:
    """Replace the characters `before` of a text with `new`, each in the spelling of the old one."""
    return text if before == new else "".join(map(_spelled_alike, _SPELLED.findall(text), new))


def _character(spelling: str) -> str:
    if spelling[0] != "&":
        return spelling
    found = _REFERENCE.fullmatch(spelling)
    if found is None:
        raise NotWellFormedError("a reference is not one that XML has")
    named, hexadecimal, decimal = found.groups()
    if named:
        return _NAMED[named]
    digits, base = (hexadecimal, 16) if hexadecimal else (decimal, 10)
    code = int(digits, base) if len(digits.lstrip("0")) <= len(str(_LAST)) else _LAST + 1
    if code > _LAST:
        raise NotWellFormedError("a reference is not one that XML has")
    return chr(code)


def _spelled_alike(old: str, new: str) -> str:
    """Write a character in place of another: as it is, or as a reference of the same length.

    A decimal reference to a, b or c, such as &#97;, becomes one digit longer if the new letter is d, e or f.
    """
    if len(old) == 1:
        return new
    if not old.startswith("&#"):  # a named reference is punctuation, which stays
        return old
    if old[2] == "x":
        return f"&#x{ord(new):0{len(old) - len('&#x;')}x};"
    return f"&#{ord(new):0{len(old) - len('&#;')}};"
