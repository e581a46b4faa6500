"""The parts of tags and instructions, and references.

Nothing is built anew: whoever puts the parts together again has the same text, with all that is wrong in it.
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
# The parts of a tag that are no values: the only one, or the first, those between, and the last.
_ALONE = re.compile(rf"{_OF_ELEMENT}\s*", re.ASCII)
_FIRST = re.compile(_OF_ELEMENT + _OF_ATTRIBUTE, re.ASCII)
_NEXT = re.compile(_OF_ATTRIBUTE, re.ASCII)
_REST = re.compile(r"\s*", re.ASCII)
_SPELLED = re.compile(r"&[^&;]*;?|[^&]", re.DOTALL)
_REFERENCE = re.compile(r"&(?:(amp|lt|gt|quot|apos)|#x([0-9A-Fa-f]+)|#([0-9]+));", re.ASCII)
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_LAST = 0x10FFFF


def tag_parts(tag: str) -> list[str]:
    """Take the inside of a tag apart: a name, what begins its value, the value, what ends it, and so on.

    The first name is that of the element, with that of the first attribute, if there is one, and a space
    between them; the last part is what is left, and no name.
    """
    return _VALUE.split(tag)


def check_names(parts: Sequence[str]) -> None:
    """Check that the parts of a tag that are no values are names, where `tag_parts` has them.

    Raises:
        NotWellFormedError: They are anything else.
    """
    first, *others = parts
    *between, last = others or [""]
    begins = _FIRST if others else _ALONE
    if not all([begins.fullmatch(first), *map(_NEXT.fullmatch, between), _REST.fullmatch(last)]):
        raise NotWellFormedError("a tag has something in it that is neither a name nor a value")


def names_in(part: str) -> list[str]:
    """Find the names in a part of a tag."""
    return _NAME.findall(part)


def renamed(part: str, change: Callable[[str], str]) -> str:
    """Write other names into a part of a tag."""
    return _NAME.sub(lambda found: change(found[0]), part)


def instruction_parts(instruction: str) -> tuple[str, str]:
    """Take an instruction apart: its target, and the rest."""
    found = _NAME.match(instruction)
    end = found.end() if found is not None else 0
    return instruction[:end], instruction[end:]


def declaration(instruction: str) -> str:
    """Write an XML declaration for a text that is in UTF-8 now, as long as before.

    Raises:
        NotWellFormedError: It is none.
    """
    opening, ending = EDGES[INSTRUCTION]
    text = opening + instruction.encode() + ending
    found = DECLARATION.fullmatch(text)
    if found is None:
        raise NotWellFormedError("the XML declaration is not well-formed")
    if found["minor"] not in (b"0", b"1"):
        text = _filled(text, found.span("minor"), b"0")  # which means the same
    if found["encoding"] is not None and found["encoding"].lower() != b"utf-8":
        text = _filled(text, found.span("told"), b" ")
    return text[len(opening) : -len(ending)].decode()


def _filled(text: bytes, span: tuple[int, int], byte: bytes) -> bytes:
    """Fill a part of a text with a byte."""
    begin, end = span
    return text[:begin] + byte * (end - begin) + text[end:]


def is_referring(text: str) -> bool:
    """Whether there are references in a text."""
    return "&" in text


def characters(text: str) -> str:
    """Read the references in a text, each as one character.

    Raises:
        NotWellFormedError: One of them is none that XML has.
    """
    return "".join(map(_character, _SPELLED.findall(text)))


def respelled(text: str, before: str, new: str) -> str:
    """Write other characters into a text, each in the spelling of the one of `before` that it replaces."""
    return text if before == new else "".join(map(_spelled_alike, _SPELLED.findall(text), new))


def _character(spelling: str) -> str:
    if spelling[0] != "&":
        return spelling
    found = _REFERENCE.fullmatch(spelling)
    if found is None:
        raise NotWellFormedError("a reference is none that XML has")
    named, hexadecimal, decimal = found.groups()
    if named:
        return _NAMED[named]
    digits, base = (hexadecimal, 16) if hexadecimal else (decimal, 10)
    code = int(digits, base) if len(digits.lstrip("0")) <= len(str(_LAST)) else _LAST + 1
    if code > _LAST:
        raise NotWellFormedError("a reference is none that XML has")
    return chr(code)


def _spelled_alike(old: str, new: str) -> str:
    """Write a character in place of another one: as it is, or as a reference of the same length.

    It is one longer for a to c in decimal digits, such as &#97;, where the new letter is one of d to f.
    """
    if len(old) == 1:
        return new
    if not old.startswith("&#"):  # of punctuation, which stays
        return old
    if old[2] == "x":
        return f"&#x{ord(new):0{len(old) - len('&#x;')}x};"
    return f"&#{ord(new):0{len(old) - len('&#;')}};"
