"""The ways to read or write a response that are compared.

Each is a function of a path: what stands before its `yield` is made ready outside the measurement, the
yielded function is what is measured. It returns how many objects it dealt with.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import is_dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree

from lxml import etree

import ds3codec
from ds3codec.bindings import Member, attributes, elements

Work = Callable[[], int]


class Contender(NamedTuple):
    """One way.

    Attributes:
        prepare: Makes it ready for a document.
        gives: What comes out of it.
        slow: Whether one run of it is enough.
    """

    prepare: Callable[[Path], Work]
    gives: str
    slow: bool = False


def bare_loop(path: Path) -> Work:
    def work() -> int:
        objects = 0
        for _, chunk in etree.iterparse(path, events=("end",), tag="Objects"):
            objects += len(chunk)
            chunk.clear()
            root = chunk.getparent()
            while root is not None and root[0] is not chunk:
                del root[0]
        return objects

    return work


def streaming(path: Path) -> Work:
    def work() -> int:
        with ds3codec.JobReader(path) as reader:
            return sum(len(batch.blobs) for batch in reader)

    return work


def blob_by_blob(path: Path) -> Work:
    return lambda: sum(1 for _ in ds3codec.iter_blobs(path))


def incremental(path: Path) -> Work:
    def work() -> int:
        decoder = ds3codec.IncrementalDecoder()
        objects = 0
        with path.open("rb") as file:
            while piece := file.read(64 * 1024):
                objects += sum(len(batch.blobs) for batch in decoder.feed(piece))
        return objects + sum(len(batch.blobs) for batch in decoder.close())

    return work


def whole(path: Path) -> Work:
    return lambda: _count(ds3codec.decode(path))


def xsdata_parser(path: Path) -> Work:
    from xsdata.formats.dataclass.parsers import XmlParser  # noqa: PLC0415  (only where it is measured)
    from xsdata.formats.dataclass.parsers.handlers import LxmlEventHandler  # noqa: PLC0415

    parser = XmlParser(handler=LxmlEventHandler)
    return lambda: _count(parser.parse(path, ds3codec.MasterObjectList))


def element_tree(path: Path) -> Work:
    def as_dict(element: ElementTree.Element) -> dict[str, Any]:
        members: dict[str, Any] = dict(element.attrib)
        for child in element:
            members.setdefault(child.tag, []).append(as_dict(child))
        return members

    def work() -> int:
        job = as_dict(ElementTree.parse(path).getroot())  # noqa: S314  (our own document)
        return sum(len(chunk.get("Object", ())) for chunk in job.get("Objects", ()))

    return work


def vendor_way(path: Path) -> Work:
    """As the vendor's Python SDK: the whole body in memory, its tree, then each member asked for by name."""

    @cache
    def members_of(model: type) -> tuple[list[str], tuple[Member, ...]]:
        return [member.name for member in attributes(model)], elements(model)

    def as_dict(element: ElementTree.Element, model: type) -> dict[str, Any]:
        names, child_members = members_of(model)
        members: dict[str, Any] = {name: element.get(name) for name in names}
        for member in child_members:
            children = element.findall(f"{member.wrapper}/{member.name}" if member.wrapper else member.name)
            values = [value(child, member) for child in children]
            members[member.name] = values if member.repeated else next(iter(values), None)
        return members

    def value(element: ElementTree.Element, member: Member) -> Any:
        model: type = member.type
        return as_dict(element, model) if is_dataclass(model) else element.text

    def work() -> int:
        root = ElementTree.fromstring(path.read_bytes())  # noqa: S314  (our own document)
        job = as_dict(root, ds3codec.MasterObjectList)
        return sum(len(chunk["Object"]) for chunk in job["Objects"])

    return work


def encode(path: Path) -> Work:
    job = ds3codec.decode(path)

    def work() -> int:
        ds3codec.encode(job)
        return _count(job)

    return work


def writer(path: Path) -> Work:
    with ds3codec.JobReader(path) as reader:
        header, batches = reader.header, list(reader)

    def work() -> int:
        with ds3codec.JobWriter(os.devnull, header) as output:
            for chunk, blobs in batches:
                output.write(chunk, blobs)
        return sum(len(batch.blobs) for batch in batches)

    return work


def xsdata_serializer(path: Path) -> Work:
    from xsdata.formats.dataclass.serializers import XmlSerializer  # noqa: PLC0415

    job, serializer = ds3codec.decode(path), XmlSerializer()

    def work() -> int:
        serializer.render(job)
        return _count(job)

    return work


def _count(job: ds3codec.MasterObjectList) -> int:
    return sum(len(chunk.blobs) for chunk in job.chunks)


READING = {
    "iterparse, bare loop": Contender(bare_loop, "nothing kept"),
    "ds3codec, streaming": Contender(streaming, "batches of models, none kept"),
    "ds3codec, blob by blob": Contender(blob_by_blob, "models, none kept"),
    "ds3codec, incremental": Contender(incremental, "batches of models, none kept"),
    "ds3codec, decode": Contender(whole, "the whole job as models"),
    "ElementTree to dicts": Contender(element_tree, "the whole job as dicts of strings"),
    "ElementTree, vendor's way": Contender(vendor_way, "the whole job as dicts of strings"),
    "xsdata, XmlParser": Contender(xsdata_parser, "the whole job as the same models", slow=True),
}
WRITING = {
    "ds3codec, encode": Contender(encode, "the document, from the whole job"),
    "ds3codec, JobWriter": Contender(writer, "the document, in pieces"),
    "xsdata, XmlSerializer": Contender(xsdata_serializer, "the document, from the whole job", slow=True),
}
CONTENDERS = READING | WRITING
