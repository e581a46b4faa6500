"""The vendor's Python SDK: ElementTree's tree of the body, then the SDK's own parser."""

# ruff: noqa: S314  (the documents are our own)
from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

from ds3 import ds3

from .sources import Source, whole


def parsed(source: Source) -> dict[str, Any]:
    result: dict[str, Any] = ds3.parseModel(ElementTree.fromstring(whole(source)), ds3.MasterObjectList())
    return result
