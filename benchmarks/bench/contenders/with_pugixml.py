"""pugixml, through its Python package: its tree, with every element as a dict of its attributes."""

from __future__ import annotations

from typing import Any

from pugixml import pugi

from .sources import Source, whole


def to_dicts(source: Source) -> dict[str, Any]:
    text, document = whole(source), pugi.XMLDocument()
    if not document.load_buffer(text, len(text)):
        raise ValueError("pugixml cannot read the document")
    return _as_dict(document.document_element())


def _as_dict(node: Any) -> dict[str, Any]:
    members: dict[str, Any] = {attribute.name(): attribute.value() for attribute in node.attributes()}
    for child in node.children():
        members.setdefault(child.name(), []).append(_as_dict(child))
    return members
