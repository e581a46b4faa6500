"""lxml: its tree, its iterparse, a parser target, and its xmlfile for writing.

The target and the writer of blobs name the attributes by hand, which is fastest: our goals are set against
them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from importlib.resources import files
from typing import Any, BinaryIO, cast

from lxml import etree

from ds3codec import Blob, BlobBatch, JobChunk, MasterObjectList
from ds3codec.wire.members import attributes, elements

from .fields import (
    BLOB,
    BLOB_TAG,
    CHUNK,
    CHUNK_TAG,
    JOB,
    JOB_TAG,
    Fields,
    from_element,
    typed,
)
from .sources import Source, pieces, readable, whole


def bare_loop(source: Source) -> Iterator[int]:
    yield from _chunk_lengths(etree.iterparse(readable(source), events=("end",), tag=CHUNK_TAG))


def validating_loop(source: Source) -> Iterator[int]:
    schema = etree.XMLSchema(file=str(files("ds3codec.schemas") / "MasterObjectList.xsd"))
    yield from _chunk_lengths(
        etree.iterparse(readable(source), events=("end",), tag=CHUNK_TAG, schema=schema)
    )


def _chunk_lengths(events: Iterable[tuple[str, etree._Element]]) -> Iterator[int]:
    for _, chunk in events:
        yield len(chunk)
        chunk.clear()
        root = chunk.getparent()
        while root is not None and root[0] is not chunk:
            del root[0]


def get_loop(source: Source) -> dict[str, Any]:
    """Read a document in memory with the least work: its texts, looked up by name."""
    root = etree.fromstring(whole(source))
    chunks = [
        {name: chunk.get(name) for name in CHUNK.attributes}
        | {BLOB_TAG: [{name: element.get(name) for name in BLOB.attributes} for element in chunk]}
        for chunk in root.iter(CHUNK_TAG)
    ]
    return {CHUNK_TAG: chunks}


def tree(source: Source) -> Fields:
    return from_element(etree.parse(readable(source)).getroot(), JOB)


def iterparse(source: Source) -> Iterator[tuple[Fields, Fields]]:
    """Yield objects as most tutorials do: clear the element, and delete its preceding siblings."""
    last: Any = None
    fields: Fields = {}
    for _, element in etree.iterparse(readable(source), tag=BLOB_TAG):
        chunk: Any = element.getparent()
        if chunk is not last:
            last, fields = chunk, typed(CHUNK, chunk.items())
        yield fields, from_element(element, BLOB)
        element.clear()
        while element.getprevious() is not None:
            del chunk[0]


class _Target:
    """A hand-written target for this document: it checks only the tags, and has no loops."""

    def __init__(self) -> None:
        self.batches: list[BlobBatch] = []
        self._blobs: list[Blob] = []

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "Object":
            get = attributes.get
            blob: Blob = object.__new__(Blob)
            blob.id_element = blob.physical_placement = None
            blob.bucket = get("Bucket")
            blob.id = get("Id")
            in_cache = get("InCache")
            blob.in_cache = None if in_cache is None else in_cache == "true"
            blob.latest = attributes["Latest"] == "true"
            blob.length = int(attributes["Length"])
            blob.name = attributes["Name"]
            blob.offset = int(attributes["Offset"])
            version = get("Version")
            blob.version = None if version is None else int(version)
            blob.version_id = get("VersionId")
            self._blobs.append(blob)
        elif tag == "Objects":
            self._begin(attributes)

    def close(self) -> None:
        """Do nothing; lxml requires this method."""

    def take(self) -> list[BlobBatch]:
        """Take the batches since the last call; the open chunk continues in a new batch."""
        taken, self._blobs = self.batches, []
        self.batches = [BlobBatch(taken[-1].chunk, self._blobs)] if taken else []
        return taken

    def _begin(self, attributes: Mapping[str, str]) -> None:
        self._blobs = []
        chunk = JobChunk(
            chunk_id=attributes["ChunkId"],
            chunk_number=int(attributes["ChunkNumber"]),
            node_id=attributes.get("NodeId"),
        )
        self.batches.append(BlobBatch(chunk, self._blobs))


def target(source: Source) -> Iterator[BlobBatch]:
    callbacks = _Target()
    parser = etree.XMLParser(target=cast("Any", callbacks))
    for piece in pieces(source):
        parser.feed(piece)
        yield from callbacks.take()
    parser.close()


def xmlfile(job: MasterObjectList, sink: BinaryIO) -> None:
    [nodes] = [member for member in elements(MasterObjectList) if member.wrapper]
    with etree.xmlfile(sink, encoding="UTF-8") as output, output.element(JOB_TAG, _texts(job)):
        with output.element(str(nodes.wrapper)):
            for node in job.nodes:
                output.write(etree.Element(nodes.name, _texts(node)))
        for chunk in job.chunks:
            with output.element(CHUNK_TAG, _texts(chunk)):
                for blob in chunk.blobs:
                    with output.element(BLOB_TAG, _texts_of_blob(blob)):
                        pass


def _texts_of_blob(blob: Blob) -> dict[str, str]:
    texts = {}
    if blob.bucket is not None:
        texts["Bucket"] = blob.bucket
    if blob.id is not None:
        texts["Id"] = blob.id
    if blob.in_cache is not None:
        texts["InCache"] = "true" if blob.in_cache else "false"
    texts["Latest"] = "true" if blob.latest else "false"
    texts["Length"] = str(blob.length)
    texts["Name"] = blob.name
    texts["Offset"] = str(blob.offset)
    if blob.version is not None:
        texts["Version"] = str(blob.version)
    if blob.version_id is not None:
        texts["VersionId"] = blob.version_id
    return texts


def _texts(model: Any) -> dict[str, str]:
    """Return the attributes of the header, a node or a chunk as texts."""
    values = {member.name: getattr(model, member.field) for member in attributes(model.__class__)}
    return {name: _text(value) for name, value in values.items() if value is not None}


def _text(value: Any) -> str:
    if isinstance(value, Enum):
        return str(value.value)
    return str(value).lower() if isinstance(value, bool) else str(value)
