"""Rust packages that promise xmltodict's dicts; their texts are not converted."""

from __future__ import annotations

from typing import Any

from .sources import Source, whole


def orxml(source: Source) -> dict[str, Any]:
    import orxml  # noqa: PLC0415  (each is measured without the others)

    document: dict[str, Any] = orxml.parse(whole(source))
    return document


def quick_xmltodict(source: Source) -> dict[str, Any]:
    import quick_xmltodict  # noqa: PLC0415

    document: dict[str, Any] = quick_xmltodict.parse(whole(source))
    return document


def xmltodict_rs(source: Source) -> dict[str, Any]:
    import xmltodict_rs  # noqa: PLC0415

    document: dict[str, Any] = xmltodict_rs.parse(whole(source))
    return document
