"""What the XSDs say beside the types: which versions of the API have what, and what an attribute means.

Each member and each value of an enumeration carries its spans of versions in the XSD's appinfo, with the unit
and a description of it. They are read when first asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from lxml import etree

from .members import Member, wire_name

__all__ = ["MAIN", "XS", "Meaning", "Span", "meaning", "member_spans", "value_spans", "whole_schema"]

XS = "{http://www.w3.org/2001/XMLSchema}"
_CONTRACTS = f"{XS}annotation/{XS}appinfo/{{urn:ds3codec:contract}}contract"
MAIN = "MasterObjectList.xsd"
_FILES = ("MasterObjectList.xsd", "PhysicalPlacement.xsd", "Error.xsd", "SimpleTypes.xsd")


class Span(NamedTuple):
    """A span of API versions.

    Attributes:
        first: The first version, such as "3.0.1".
        last: The last one; None where the newest known has it still.
        omitted: Whether a member is left out in these versions when it is null.
    """

    first: str
    last: str | None
    omitted: bool


class Meaning(NamedTuple):
    """What an attribute means.

    Attributes:
        text: In words.
        unit: Its unit, such as "bytes"; empty where it has none.
    """

    text: str
    unit: str


@cache
def member_spans() -> dict[tuple[str, str, str], tuple[Span, ...]]:
    """The spans of each member, by its owner's name in the XSD, its form and its name.

    The form is "attribute" or "element"; a list in an element of its own is "Nodes/Node".
    """
    return {key: _spans(member) for key, member in _declarations()}


def _declarations() -> Iterator[tuple[tuple[str, str, str], etree._Element]]:
    """The declaration of each member, by the key that it has in `member_spans`."""
    for owner in _owners():
        for kind in ("attribute", "all/element", "sequence/element"):
            for member in _content(owner).iterfind("/".join(f"{XS}{step}" for step in kind.split("/"))):
                yield (str(owner.get("name")), str(member.tag).removeprefix(XS), _name(member)), member


@cache
def value_spans() -> dict[tuple[str, str], tuple[Span, ...]]:
    """The spans of each value of an enumeration, by the enumeration's name in the XSD and the value."""
    return {
        (str(owner.get("name")), str(value.get("value"))): _spans(value)
        for owner in _owners()
        for value in owner.iterfind(f"{XS}restriction/{XS}enumeration")
    }


def meaning(model: type, member: Member) -> Meaning:
    """What an attribute of a model means."""
    return _meanings()[wire_name(model), "attribute", member.name]


@cache
def _meanings() -> dict[tuple[str, str, str], Meaning]:
    return {key: Meaning(_text(item), _unit(item)) for key, item in _declarations()}


def whole_schema() -> etree._Element:
    """The main XSD with what it includes in it, so that nothing has to be found beside it."""
    folder = files("ds3codec.schemas")
    root = etree.fromstring((folder / MAIN).read_bytes())
    done = {MAIN}
    while (include := root.find(f"{XS}include")) is not None:
        name = str(include.get("schemaLocation"))
        place = root.index(include)
        parts = [] if name in done else list(etree.fromstring((folder / name).read_bytes()))
        done.add(name)
        root[place : place + 1] = [part for part in parts if part.tag != f"{XS}annotation"]
    return root


def _owners() -> Iterator[etree._Element]:
    folder = files("ds3codec.schemas")
    for name in _FILES:
        root = etree.fromstring((folder / name).read_bytes())
        yield from (item for item in root if isinstance(item.tag, str) and item.get("name"))


def _content(owner: etree._Element) -> etree._Element:
    """The complex type that holds an owner's members: itself, or the one inside an element."""
    inner = owner.find(f"{XS}complexType")
    return owner if inner is None else inner


def _name(member: etree._Element) -> str:
    name = str(member.get("name") or member.get("ref"))
    item = member.find(f"{XS}complexType/{XS}sequence/{XS}element")
    return name if item is None else f"{name}/{item.get('name')}"


def _spans(item: etree._Element) -> tuple[Span, ...]:
    return tuple(
        Span(str(span.get("first")), span.get("last"), span.get("absence") is not None)
        for span in item.iterfind(_CONTRACTS)
    )


def _text(item: etree._Element) -> str:
    return (item.findtext(f"{XS}annotation/{XS}documentation") or "").strip()


def _unit(item: etree._Element) -> str:
    return next(
        (str(contract.get("unit")) for contract in item.iterfind(_CONTRACTS) if contract.get("unit")), ""
    )
