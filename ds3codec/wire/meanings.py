"""What the XSDs say of each attribute in words, and its unit."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from lxml import etree

from .members import Member, wire_name
from .versions import CONTRACTS, XS, declarations

__all__ = ["Meaning", "meaning"]


class Meaning(NamedTuple):
    """What an attribute means.

    Attributes:
        text: In words.
        unit: Its unit, such as "bytes"; empty where it has none.
    """

    text: str
    unit: str


def meaning(model: type, member: Member) -> Meaning:
    """What an attribute of a model means."""
    return _meanings()[wire_name(model), "attribute", member.name]


@cache
def _meanings() -> dict[tuple[str, str, str], Meaning]:
    return {key: Meaning(_text(item), _unit(item)) for key, item in declarations()}


def _text(item: etree._Element) -> str:
    return (item.findtext(f"{XS}annotation/{XS}documentation") or "").strip()


def _unit(item: etree._Element) -> str:
    return next(
        (str(contract.get("unit")) for contract in item.iterfind(CONTRACTS) if contract.get("unit")), ""
    )
