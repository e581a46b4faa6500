"""Converters of our types for xsdata's own parser and serializer.

The package's entry points name this module under `xsdata.plugins.class_types`. xsdata loads it on first use;
the codec itself does not need it.
"""

from __future__ import annotations

from typing import Any

from xsdata.formats.converter import Converter, converter

from .credential import Credential
from .enumeration import OpenEnumeration

__all__ = ["CredentialConverter", "EnumerationConverter"]


class EnumerationConverter(Converter):
    """Reads a text as a member, even if the schema does not have it."""

    def deserialize(self, value: Any, **arguments: Any) -> OpenEnumeration:
        enumeration: type[OpenEnumeration] = arguments["data_type"]
        return enumeration.of(value)

    def serialize(self, value: OpenEnumeration, **arguments: Any) -> str:
        return str(value)


class CredentialConverter(Converter):
    """Reads a text as a credential, and writes the credential's text."""

    def deserialize(self, value: Any, **arguments: Any) -> Credential:
        return Credential(value)

    def serialize(self, value: Credential, **arguments: Any) -> str:
        return value.reveal()


converter.register_converter(OpenEnumeration, EnumerationConverter())
converter.register_converter(Credential, CredentialConverter())
