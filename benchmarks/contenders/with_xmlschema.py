"""xmlschema: validates against the XSD and decodes to dicts in the same pass."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from xmlschema import XMLSchema

from benchmarks.contenders.sources import Source, readable

_SCHEMA = XMLSchema(str(files("ds3codec.schemas") / "MasterObjectList.xsd"))


def to_dicts(source: Source) -> Any:
    return _SCHEMA.decode(readable(source))
