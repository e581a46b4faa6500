"""xmlschema: validates against the XSD and decodes to dicts in the same pass."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from typing import Any

from xmlschema import XMLSchema

from .sources import Source, readable, whole

_SCHEMA = XMLSchema(str(files("ds3codec.schemas") / "MasterObjectList.xsd"))


def validated(source: Source) -> Iterator[int]:
    """Validate in one call, which does not count objects; count them quickly in the text instead."""
    _SCHEMA.validate(readable(source))
    yield whole(source).count(b"<Object ")


def to_dicts(source: Source) -> Any:
    return _SCHEMA.decode(readable(source))
