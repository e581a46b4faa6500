"""Reads the XSDs' annotations: the API versions of members and values, and the meaning of attributes.

In the XSDs, the appinfo of each member and each value of an enumeration has its spans of versions and its
unit; the documentation describes it. Both are read on first use.
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
        last: The last version; None if the newest known version still has it.
        omitted: True if these versions leave out a member that is null.
    """

    first: str
    last: str | None
    omitted: bool


class Meaning(NamedTuple):
    """The meaning of an attribute.

    Attributes:
        text: The description.
        unit: The unit, such as "bytes"; empty if there is none.
    """

    text: str
    unit: str


@cache
def member_spans() -> dict[tuple[str, str, str], tuple[Span, ...]]:
    """Map the owner's name in the XSD, the form and the name of each member to its spans.

    The form is "attribute" or "element". A list in an element of its own has a name such as "Nodes/Node".
    """
    return {key: _spans(member) for key, member in _declarations()}


def _declarations() -> Iterator[tuple[tuple[str, str, str], etree._Element]]:
    """Yield the declaration of each member, with its key in `member_spans`."""
    for owner in _owners():
        for kind in ("attribute", "all/element", "sequence/element"):
            for member in _content(owner).iterfind("/".join(f"{XS}{step}" for step in kind.split("/"))):
                yield (str(owner.get("name")), str(member.tag).removeprefix(XS), _name(member)), member


@cache
def value_spans() -> dict[tuple[str, str], tuple[Span, ...]]:
    """Map each enumeration's name in the XSD and each of its values to the spans of the value."""
    return {
        (str(owner.get("name")), str(value.get("value"))): _spans(value)
        for owner in _owners()
        for value in owner.iterfind(f"{XS}restriction/{XS}enumeration")
    }


def meaning(model: type, member: Member) -> Meaning:
    """Look up the meaning of an attribute of a model."""
    return _meanings()[wire_name(model), "attribute", member.name]


@cache
def _meanings() -> dict[tuple[str, str, str], Meaning]:
    return {key: Meaning(_text(item), _unit(item)) for key, item in _declarations()}


def whole_schema() -> etree._Element:
    """Read the main XSD, with the included files inserted, so that no other file is needed."""
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
    """Find the complex type with the members of a declaration: itself, or the one inside an element."""
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
