"""Reads small responses in memory, such as the answers to polls, at once and without a scanner.

Objects that look alike are read as a run. In the text for lxml a single bare object replaces them, which
shows that they are in a chunk. Only usual responses are read here: in UTF-8, with known attributes and
objects without children. Any other, and any with an error, gives no result, and is decoded as a stream.
"""

from __future__ import annotations

from functools import cache

from ..errors import DecodeError
from ..models import Blob, JobChunk, JobNode, MasterObjectList
from ..options import Missing
from ..wire.names import BLOB_TAG, CHUNK_TAG, JOB_TAG, NODE_TAG, NODES_TAG
from .attributes import Attributes, Policy, is_known
from .columns import Columns
from .parser import Element, parse
from .runs import Runs
from .scanner import empty_elements, is_plain
from .text import is_plain_utf_8

__all__ = ["read_whole"]

_LARGEST = 16 * 1024  # bytes; a smaller document is not worth streaming
_STAND_IN = b"<%b/>" % BLOB_TAG.encode()


class _UnusualError(Exception):
    """A document that is not read here."""


def read_whole(document: object, missing: Missing) -> MasterObjectList | JobChunk | None:
    """Read a job or a lone chunk at once; None if it must be decoded as a stream."""
    if type(document) is not bytes or len(document) > _LARGEST or not _is_usual(document):
        return None
    if missing not in ("error", "none"):
        return None
    try:
        run, rest = _run_in(document, missing)
        root = parse(rest)
        if root is not None and root.tag == JOB_TAG:
            return _job(root, run, missing)
        if root is not None and root.tag == CHUNK_TAG:
            [chunk] = _chunks([root], run, missing)
            return chunk
    except (_UnusualError, DecodeError, ValueError):
        pass
    return None


def _is_usual(document: bytes) -> bool:
    """Tell whether a document is in UTF-8, has only tags, and declares no name spaces."""
    return (
        is_plain(document) and b"\0" not in document and b"xmlns" not in document and is_plain_utf_8(document)
    )


def _run_in(document: bytes, missing: Missing) -> tuple[Columns | None, bytes]:
    """Read the objects of a document, if they are a run, and replace them with a single object."""
    begin, first, end = empty_elements(document, BLOB_TAG)
    runs = Runs(missing)
    if begin < 0 or not runs.learn(document[begin:first], in_job=True):
        return None, document
    if not is_known(Blob, frozenset(runs.form.names), missing):
        return None, document
    text = document[begin:end].decode()
    run = next(runs.passages(text))
    if run.columns is None or len(run.text) < len(text):
        return None, document
    return run.columns, document[:begin] + _STAND_IN + document[end:]


def _job(root: Element, run: Columns | None, missing: Missing) -> MasterObjectList:
    job: MasterObjectList = _attributes(MasterObjectList, missing).read(root)
    chunks: list[Element] = []
    for child in root:
        if child.tag == CHUNK_TAG:
            chunks.append(child)
        elif child.tag == NODES_TAG and not child.keys():
            job.nodes += [_node(node, missing) for node in child]
        else:
            raise _UnusualError
    job.chunks = _chunks(chunks, run, missing)
    return job


def _node(element: Element, missing: Missing) -> JobNode:
    if element.tag != NODE_TAG or len(element):
        raise _UnusualError
    node: JobNode = _attributes(JobNode, missing).read(element)
    return node


def _chunks(elements: list[Element], run: Columns | None, missing: Missing) -> list[JobChunk]:
    """Read chunks. The object that stands for a run is replaced with the blobs of the run."""
    chunks: list[JobChunk] = []
    for element in elements:
        chunk: JobChunk = _attributes(JobChunk, missing).read(element)
        objects = list(element)
        if any(item.tag != BLOB_TAG or len(item) for item in objects):
            raise _UnusualError
        if not objects or run is None:
            chunk.blobs = _blobs(objects, missing)
            chunks.append(chunk)
        elif len(objects) == 1:
            blobs = run.blob_models()
            ends = [*run.boundaries, len(blobs)]
            for each, begin, end in zip([chunk, *run.chunk_models()], [0, *ends], ends):
                each.blobs = blobs[begin:end]
                chunks.append(each)
        else:
            raise _UnusualError
    return chunks


def _blobs(objects: list[Element], missing: Missing) -> list[Blob]:
    if not objects:
        return []
    attributes = _attributes(Blob, missing)
    return attributes.read_alike(objects) or list(map(attributes.read, objects))


@cache
def _attributes(model: type, missing: Missing) -> Attributes:
    return Attributes(model, Policy(False, missing, _refuse, _refuse))


def _refuse(*names: str) -> None:
    """Raise an error for unknown names."""
    if names:
        raise _UnusualError
