"""The reference decoder: the loop of every lxml tutorial, with the same models as its result.

It takes no short cuts: `iterparse` yields one element after the other, and each is cleared once it is read.
The members come from the bindings, the values from the exact parsers of `wire.kinds`. `ds3codec.decode` does
the same in pieces, columns and callbacks; the tests compare the two.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import is_dataclass
from io import BytesIO, TextIOBase
from typing import Any, BinaryIO

from lxml import etree

from ..errors import Ds3CodecError, UsageError
from ..model_bases.enumeration import OpenEnumeration
from ..models import Blob, JobChunk, JobNode, MasterObjectList
from ..options import Missing
from ..wire.kinds import kind_of
from ..wire.members import Member, attributes, elements, wire_name
from ..wire.names import XSI

__all__ = ["WrongDocumentError", "decode"]

JOB_TAG, CHUNK_TAG = wire_name(MasterObjectList), wire_name(JobChunk)
NODES = next(member for member in elements(MasterObjectList) if member.type is JobNode)
STREAMED = (MasterObjectList, JobChunk)
# The children that the job and its chunks may have; these are read and cleared before their parents end.
INSIDE = {
    wire_name(model): {member.wrapper or member.name for member in elements(model)} for model in STREAMED
}


class WrongDocumentError(Ds3CodecError):
    """A document that no decoder may accept."""


def decode(source: bytes | BinaryIO, *, strict: bool = False, missing: Missing = "error") -> MasterObjectList:
    """Decode as `ds3codec.decode` does. Raises WrongDocumentError for any error of the document."""
    is_file = callable(getattr(source, "read", None)) and not isinstance(source, TextIOBase)
    if not isinstance(source, bytes) and not is_file:
        raise UsageError(f"expected bytes or a binary file object, not {type(source).__name__}")
    read = _Reference(strict, missing)
    chunks: list[JobChunk] = []
    blobs: list[Blob] = []
    nodes: list[JobNode] = []
    job: MasterObjectList | None = None
    depth = 0
    file = BytesIO(source) if isinstance(source, bytes) else source
    events = etree.iterparse(file, events=("start", "end"), load_dtd=False, no_network=True)
    try:
        for event, element in events:
            parent: Any = element.getparent()
            if event == "start":
                depth += 1
                if parent is None:
                    _check_root(element)
                continue
            depth -= 1
            if depth in (1, 2) and element.tag not in INSIDE.get(parent.tag, (element.tag,)):
                read.pass_over(element.tag)
            elif depth == 2 and parent.tag == CHUNK_TAG:
                blobs.append(read.model(Blob, element))
                _forget(element)
            elif depth == 1 and element.tag == CHUNK_TAG:
                chunks.append(read.model(JobChunk, element))
                chunks[-1].blobs, blobs = blobs, []
                _forget(element)
            elif depth == 1:
                nodes += read.value(NODES, element)
            elif depth == 0:
                job = read.model(MasterObjectList, element)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise WrongDocumentError(str(error)) from None
    if job is None:
        raise WrongDocumentError("there is no document")
    job.nodes, job.chunks = nodes, chunks
    return job


def _check_root(root: etree._Element) -> None:
    if root.tag != JOB_TAG:
        raise ValueError(f"the root is {root.tag!r}")
    if root.getroottree().docinfo.internalDTD is not None:
        raise ValueError("a document type declaration")


def _forget(element: etree._Element) -> None:
    """Clear an element and remove the ones before it, as the tutorials do to keep the tree small."""
    parent: Any = element.getparent()
    element.clear()
    while element.getprevious() is not None:
        del parent[0]


class _Reference:
    """Turns elements into models, with the two options. Raises ValueError for anything wrong."""

    def __init__(self, strict: bool, missing: Missing) -> None:
        self._strict = strict
        self._missing = missing

    def model(self, model: type, element: etree._Element) -> Any:
        attribute_of = {member.name: member for member in attributes(model)}
        child_of = {member.wrapper or member.name: member for member in elements(model)}
        fields: dict[str, Any] = {}
        self._check_attributes(element, attribute_of)
        for name, member in attribute_of.items():
            text = element.get(name)
            fields[member.field] = None if text is None else self._parsed(member, text)
            if text is None:
                self._check_optional(member)
        for child in element.iterchildren(etree.Element):
            if child.tag not in child_of:
                self.pass_over(child.tag)
            elif model not in STREAMED:
                fields[child_of[child.tag].field] = self.value(child_of[child.tag], child)
        for member in child_of.values():
            if member.field not in fields:
                fields[member.field] = [] if member.repeated else None
                if not member.repeated:
                    self._check_optional(member)
        return model(**fields)

    def pass_over(self, name: object) -> None:
        if self._strict:
            raise ValueError(f"unknown: {name!s}")

    def _check_attributes(self, element: etree._Element, known: Container[str] = ()) -> None:
        for name in element.attrib:
            if name not in known and not str(name).startswith(XSI):
                self.pass_over(name)

    def value(self, member: Member, element: etree._Element) -> Any:
        if member.wrapper and element.tag == member.wrapper:
            self._check_attributes(element)
            if any(child.tag != member.name for child in element.iterchildren(etree.Element)):
                self.pass_over(member.wrapper)
            return [self.value(member, child) for child in element.iterchildren(member.name)]
        model: type = member.type
        if is_dataclass(model):
            return self.model(model, element)
        self._check_attributes(element)
        if len(element.findall("*")):
            self.pass_over(element[0].tag)
        text = "".join(element.xpath("text()"))
        return None if member.nillable and not text else self._parsed(member, text)

    def _parsed(self, member: Member, text: str) -> Any:
        try:
            return kind_of(member).parse(text)
        except ValueError:
            if self._strict or not issubclass(member.type, OpenEnumeration):
                raise
            return member.type.of(text)

    def _check_optional(self, member: Member) -> None:
        if member.required and self._missing == "error":
            raise ValueError(f"{member.name} is missing")
