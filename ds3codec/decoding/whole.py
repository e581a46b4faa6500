"""Small responses that are there as a whole, such as the answers to polls: parsed at once, without a scanner.

Only what is usual is read here: attributes that the schema has, plain objects, UTF-8. For all else, errors
among it, there is no result, and the response is decoded as any other.
"""

from __future__ import annotations

from functools import cache

from ..errors import DecodeError
from ..models import Blob, JobChunk, JobNode, MasterObjectList
from ..options import Missing
from ..wire.names import BLOB_TAG, CHUNK_TAG, JOB_TAG, NODE_TAG, NODES_TAG
from .elements import Attributes, Policy
from .parser import Element, parse
from .scanner import is_plain
from .text import is_plain_utf_8

__all__ = ["read_whole"]

_LARGEST = 16 * 1024  # bytes that are not worth streaming


class _UnusualError(Exception):
    """There is something that is not read here."""


def read_whole(document: object, missing: Missing) -> MasterObjectList | JobChunk | None:
    """Read a job or a lone chunk at once; None where it has to be decoded as usual."""
    if type(document) is not bytes or len(document) > _LARGEST or not _is_usual(document):
        return None
    root = parse(document)
    try:
        if root is None or missing not in ("error", "none"):
            return None
        if root.tag == CHUNK_TAG:
            return _chunk(root, missing)
        return _job(root, missing) if root.tag == JOB_TAG else None
    except (_UnusualError, DecodeError, ValueError):
        return None


def _is_usual(document: bytes) -> bool:
    """Tell whether a document has only tags, is in UTF-8, and declares no name spaces."""
    return (
        is_plain(document) and b"\0" not in document and b"xmlns" not in document and is_plain_utf_8(document)
    )


def _job(root: Element, missing: Missing) -> MasterObjectList:
    job: MasterObjectList = _attributes(MasterObjectList, missing).read(root)
    chunks: list[JobChunk] = []
    for child in root:
        if child.tag == CHUNK_TAG:
            chunks.append(_chunk(child, missing))
        elif child.tag == NODES_TAG and not child.keys():
            job.nodes += [_node(node, missing) for node in child]
        else:
            raise _UnusualError
    job.chunks = chunks
    return job


def _node(element: Element, missing: Missing) -> JobNode:
    if element.tag != NODE_TAG or len(element):
        raise _UnusualError
    node: JobNode = _attributes(JobNode, missing).read(element)
    return node


def _chunk(element: Element, missing: Missing) -> JobChunk:
    chunk: JobChunk = _attributes(JobChunk, missing).read(element)
    objects = list(element)
    chunk.blobs = []
    if not objects:
        return chunk
    if any(item.tag != BLOB_TAG or len(item) for item in objects):
        raise _UnusualError
    attributes = _attributes(Blob, missing)
    chunk.blobs = attributes.read_alike(objects) or list(map(attributes.read, objects))
    return chunk


@cache
def _attributes(model: type, missing: Missing) -> Attributes:
    return Attributes(model, Policy(False, missing, _refuse, _refuse))


def _refuse(*names: str) -> None:
    """Refuse names that the schema does not have."""
    if names:
        raise _UnusualError
