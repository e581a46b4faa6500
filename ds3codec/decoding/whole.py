"""Small responses that are there as a whole, such as the answers to polls: parsed at once, without a scanner.

Only what is usual is read here: attributes that the schema has, plain objects, UTF-8. For all else, errors
among it, there is no result, and the response is decoded as any other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, NamedTuple

from ..errors import DecodeError
from ..models import Blob, JobChunk, JobNode, MasterObjectList
from ..options import Missing
from ..wire.kinds import kind_of
from ..wire.members import attributes
from ..wire.names import BLOB_TAG, CHUNK_TAG, JOB_TAG, NODE_TAG, NODES_TAG
from .columns import Column, models
from .elements import Attributes, Policy, is_known
from .parser import Element, parse
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
    """Tell whether a document has tags alone, in UTF-8, and declares no name spaces."""
    if not document.startswith((b"<M", b"<O")) and not (
        document.startswith(b"<?xml") and is_plain_utf_8(document)
    ):
        return False
    return (
        document.find(b"<?", 1) < 0
        and b"<!" not in document
        and b"\0" not in document
        and b"xmlns" not in document
    )


def _job(root: Element, missing: Missing) -> MasterObjectList:
    job: MasterObjectList = _reader(MasterObjectList, missing)(root)
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
    node: JobNode = _reader(JobNode, missing)(element)
    return node


def _chunk(element: Element, missing: Missing) -> JobChunk:
    chunk: JobChunk = _reader(JobChunk, missing)(element)
    objects = list(element)
    chunk.blobs = []
    if not objects:
        return chunk
    names = objects[0].keys()
    if any(item.tag != BLOB_TAG or len(item) for item in objects):
        raise _UnusualError
    if all(item.keys() == names for item in objects):
        layout = _layout(tuple(names), missing)
        rows = [item.values() for item in objects]
        texts: list[Sequence[str]] = list(zip(*rows))
        values = {
            field: column(list(each)) for field, column, each in zip(layout.fields, layout.columns, texts)
        }
        chunk.blobs = models(Blob, values, len(objects))
    else:
        chunk.blobs = list(map(_reader(Blob, missing), objects))
    return chunk


class _Layout(NamedTuple):
    """The fields that attributes of an object fill, and what turns columns of texts into their values."""

    fields: list[str]
    columns: list[Callable[[Column], Column]]


def _layout(names: tuple[str, ...], missing: Missing) -> _Layout:
    if not is_known(Blob, frozenset(names), missing):
        raise _UnusualError
    return _known_layout(names)


@cache
def _known_layout(names: tuple[str, ...]) -> _Layout:
    members = {member.name: member for member in attributes(Blob)}
    known = [members[name] for name in names]
    return _Layout([member.field for member in known], [kind_of(member).column for member in known])


@cache
def _reader(model: type, missing: Missing) -> Callable[[Element], Any]:
    return Attributes(model, Policy(False, missing, _refuse, _refuse)).read


def _refuse(*names: str) -> None:
    """Refuse names that the schema does not have."""
    if names:
        raise _UnusualError
