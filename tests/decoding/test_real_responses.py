"""Responses recorded from real appliances, in the folder that DS3CODEC_CAPTURES names.

Every document there decodes, agrees attribute by attribute with a plain ElementTree reading, and encodes
again to the same canonical XML: all but the names that the schema does not have, which are counted.
"""

from __future__ import annotations

import os
from dataclasses import is_dataclass
from enum import Enum
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from xsdata.models.datatype import XmlDateTime

from ds3codec import Blob, JobReader, MasterObjectList, MissingAttributeError, decode, encode
from ds3codec.wire.members import Member, attributes, elements

FOLDER = os.environ.get("DS3CODEC_CAPTURES")
CAPTURES = sorted(Path(FOLDER).rglob("*.xml")) if FOLDER else []
SPELLINGS = {"TRUE": "true", "FALSE": "false", "1": "true", "0": "false"}

BOOLEANS = {
    member.name for model in (MasterObjectList, Blob) for member in attributes(model) if member.type is bool
}

pytestmark = pytest.mark.skipif(not FOLDER, reason="DS3CODEC_CAPTURES names no folder")


def test_there_are_captures() -> None:
    assert CAPTURES


@pytest.mark.parametrize("path", CAPTURES, ids=lambda path: path.name)
def test_a_capture_agrees_with_elementtree(path: Path) -> None:
    job = decode(path, missing="none")
    root = ElementTree.parse(path).getroot()  # noqa: S314  (a recording of our own choice)
    compare(job, root)
    assert [len(chunk.blobs) for chunk in job.chunks] == [len(item) for item in root.iterfind("Objects")]


@pytest.mark.parametrize("path", CAPTURES, ids=lambda path: path.name)
def test_a_capture_encodes_to_the_same_canonical_xml(path: Path) -> None:
    with JobReader(path, missing="none") as reader:
        list(reader)
        unknown = set(reader.unknown)
    theirs = ElementTree.parse(path).getroot()  # noqa: S314
    ours = ElementTree.fromstring(encode(decode(path, missing="none")))  # noqa: S314
    for item in theirs.iter():
        for name in unknown & set(item.attrib):
            del item.attrib[name]
    assert canonical(ours) == canonical(theirs)


@pytest.mark.parametrize("path", CAPTURES, ids=lambda path: path.name)
def test_a_capture_decodes_by_default_or_says_what_would_help(path: Path) -> None:
    try:
        decode(path)
    except MissingAttributeError as error:
        assert 'missing="none"' in str(error)


def compare(item: Any, element: ElementTree.Element) -> None:
    """A model holds just what its element does."""
    for member in attributes(type(item)):
        value, text = getattr(item, member.field), element.get(member.name)
        assert (value is None) == (text is None), member.name
        if text is not None:
            assert plain(value) == plain_text(member.type, text), member.name
    for member in elements(type(item)):
        children = element.findall(f"{member.wrapper}/{member.name}" if member.wrapper else member.name)
        value = getattr(item, member.field)
        values = (
            value if isinstance(value, list) else [value] if value is not None else [None] * len(children)
        )
        assert len(values) == len(children), member.name
        for value, child in zip(values, children):
            compare_element(member, value, child)


def compare_element(member: Member, value: Any, child: ElementTree.Element) -> None:
    """A member that is an element holds just what that does: a model, a value, or null."""
    if is_dataclass(value):
        compare(value, child)
    elif value is None:
        assert not child.text, member.name
    else:
        assert plain(value) == plain_text(member.type, child.text or ""), member.name


def plain(value: object) -> object:
    return value.value if isinstance(value, Enum) else value


def plain_text(kind: type, text: str) -> object:
    if kind is bool:
        return SPELLINGS.get(text, text) == "true"
    if kind is int:
        return int(text)
    return XmlDateTime.from_string(text) if kind is XmlDateTime else text


def canonical(element: ElementTree.Element) -> str:
    """Canonical XML of an element, with the booleans in one spelling and no white space between tags."""
    for item in element.iter():
        for name, text in item.attrib.items():
            item.set(name, SPELLINGS.get(text, text) if name in BOOLEANS else text)
    return ElementTree.canonicalize(ElementTree.tostring(element, encoding="unicode"), strip_text=True)
