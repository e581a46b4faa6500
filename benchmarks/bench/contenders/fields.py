"""Plain data with the models' fields and types, for every contender that has no models of its own.

The generated models define the names, fields and types (`ds3codec.wire.members`). From these, `shape_of`
makes one table for each kind of element, by which a short loop reads elements. The conversions are the
obvious ones, and check nothing against the schema.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any, NamedTuple

from xsdata.models.datatype import XmlDateTime

from ds3codec import Blob, JobChunk, MasterObjectList
from ds3codec.wire.members import Member, attributes, elements, wire_name

Fields = dict[str, Any]
Convert = Callable[[str], Any]

_BOOLEANS = {"true": True, "false": False, "TRUE": True, "FALSE": False, "1": True, "0": False}


class Child(NamedTuple):
    """A child element: its field, its name inside any wrapper, and its shape unless it is just text."""

    field: str
    name: str
    wrapped: bool
    repeated: bool
    convert: Convert
    shape: Shape | None


class Shape(NamedTuple):
    """A kind of element: the field and the conversion for each attribute, and its children."""

    attributes: dict[str, tuple[str, Convert]]
    children: dict[str, Child]


@cache
def shape_of(model: type) -> Shape:
    return Shape(
        {member.name: (member.field, _convert(member)) for member in attributes(model)},
        {member.wrapper or member.name: _child(member) for member in elements(model)},
    )


def _child(member: Member) -> Child:
    kind: type = member.type
    shape = shape_of(kind) if is_dataclass(kind) else None
    wrapped = member.wrapper is not None
    convert = str if shape else _convert(member)
    return Child(member.field, member.name, wrapped, member.repeated, convert, shape)


def _convert(member: Member) -> Convert:
    if member.type is bool:
        return _BOOLEANS.__getitem__
    if member.type is XmlDateTime:
        return XmlDateTime.from_string
    if issubclass(member.type, Enum):
        return {value.value: value for value in member.type}.__getitem__
    convert: Convert = member.type  # int and str are their own conversions
    return convert


JOB_TAG, CHUNK_TAG = map(wire_name, (MasterObjectList, JobChunk))
BLOB_TAG = next(member.name for member in elements(JobChunk) if member.type is Blob)
JOB, CHUNK, BLOB = map(shape_of, (MasterObjectList, JobChunk, Blob))


def typed(shape: Shape, pairs: Iterable[tuple[str, str]]) -> Fields:
    """Convert the names and texts of an element's attributes to fields."""
    known = shape.attributes
    values: Fields = {}
    for name, text in pairs:
        if name in known:
            field, convert = known[name]
            values[field] = convert(text)
    return values


def from_element(element: Any, shape: Shape) -> Fields:
    """Convert an element to fields, of any library whose elements are like ElementTree's."""
    values = typed(shape, element.items())
    if len(element):
        for node in element:
            if child := shape.children.get(node.tag):
                _add(values, child, node)
    return values


def _add(values: Fields, child: Child, node: Any) -> None:
    if child.shape is None:
        values[child.field] = None if node.text is None else child.convert(node.text)
    elif child.wrapped:
        values[child.field] = [from_element(inner, child.shape) for inner in node]
    elif child.repeated:
        values.setdefault(child.field, []).append(from_element(node, child.shape))
    else:
        values[child.field] = from_element(node, child.shape)


def plain(value: Any) -> Any:
    """Convert models and fields to dicts without absent values, so that they can be compared."""
    if is_dataclass(value):
        value = {field.name: getattr(value, field.name) for field in fields(value) if field.compare}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {field: plain(item) for field, item in value.items() if item is not None and item != []}
    return value
