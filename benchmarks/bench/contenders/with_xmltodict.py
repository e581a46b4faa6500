"""xmltodict: the document as nested dicts of texts, which are then converted."""

from __future__ import annotations

from typing import Any

import xmltodict

from .fields import JOB, JOB_TAG, Child, Fields, Shape, typed
from .sources import Source, opened


def to_fields(source: Source) -> Fields:
    with opened(source) as file:
        document = xmltodict.parse(file, force_list=_LISTS)
    return _fields(document[JOB_TAG], JOB)


def _fields(texts: dict[str, Any], shape: Shape) -> Fields:
    values = typed(shape, [(name[1:], text) for name, text in texts.items() if name[0] == "@"])
    for name, child in shape.children.items():
        if name in texts:
            values[child.field] = _value(texts[name], child)
    return values


def _value(inner: Any, child: Child) -> Any:
    if inner is None:
        return [] if child.repeated else None
    if child.shape is None:
        return child.convert(inner)
    if not child.repeated:
        return _fields(inner, child.shape)
    return [_fields(item, child.shape) for item in (inner[child.name] if child.wrapped else inner)]


def _repeated(shape: Shape) -> set[str]:
    """Return the names of repeatable elements, which xmltodict has to be told."""
    names = {child.name for child in shape.children.values() if child.repeated}
    return names.union(*(_repeated(child.shape) for child in shape.children.values() if child.shape))


_LISTS = tuple(_repeated(JOB))
