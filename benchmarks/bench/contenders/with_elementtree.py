"""The standard library's ElementTree."""

# ruff: noqa: S314  (the documents are our own)
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import is_dataclass
from functools import cache
from typing import Any
from xml.etree import ElementTree

from ds3codec import MasterObjectList
from ds3codec.wire.members import Member, attributes, elements

from .fields import CHUNK, CHUNK_TAG, Fields, from_element
from .sources import Source, readable, whole


def to_dicts(source: Source) -> dict[str, Any]:
    return _as_dict(ElementTree.parse(readable(source)).getroot())


def _as_dict(element: ElementTree.Element) -> dict[str, Any]:
    members: dict[str, Any] = dict(element.attrib)
    for child in element:
        members.setdefault(child.tag, []).append(_as_dict(child))
    return members


def iterparse(source: Source) -> Iterator[Fields]:
    for _, element in ElementTree.iterparse(readable(source)):
        if element.tag == CHUNK_TAG:
            yield from_element(element, CHUNK)
            element.clear()


def vendor_way(source: Source) -> dict[str, Any]:
    """Read like the vendor's Python SDK: build the whole tree, then look up each member by name."""
    return _as_members(ElementTree.fromstring(whole(source)), MasterObjectList)


@cache
def _members_of(model: type) -> tuple[list[str], tuple[Member, ...]]:
    return [member.name for member in attributes(model)], elements(model)


def _as_members(element: ElementTree.Element, model: type) -> dict[str, Any]:
    names, child_members = _members_of(model)
    members: dict[str, Any] = {name: element.get(name) for name in names}
    for member in child_members:
        if members.get(member.name) is None:
            children = element.findall(f"{member.wrapper}/{member.name}" if member.wrapper else member.name)
            values = [_value(child, member) for child in children]
            members[member.name] = values if member.repeated else next(iter(values), None)
    return members


def _value(element: ElementTree.Element, member: Member) -> Any:
    model: type = member.type
    return _as_members(element, model) if is_dataclass(model) else element.text
