"""Reads a document element by element, and keeps track of where each element stands.

Known elements may stand only in a few places. The containers are the open elements that hold others, down to
a chunk. Their children are read in order, once they are complete: when the innermost container ends, when a
later element begins, or at the end of the text parsed so far. Unknown elements are found between the known
ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

from ..errors import (
    DecodeError,
    LimitExceededError,
    ServerErrorResponse,
    UnexpectedDocumentError,
    UnknownNameError,
    shown,
)
from ..limits import MOST_NODES
from ..models import Blob, JobChunk, JobNode, MasterObjectList, ServerError
from ..options import Missing
from ..wire.names import BLOB_TAG, CHUNK_TAG, ERROR, JOB_TAG, NODE_TAG, NODES_TAG, discreet
from .attributes import Attributes, Policy
from .children import Elements, children_of, names_in, steps_to
from .chunks import Chunks
from .parser import Element
from .unknown import UnknownNames
from .window import Mark, Tags, Window

__all__ = ["CONTAINER_TAGS", "Document", "Watcher"]

CONTAINER_TAGS = (JOB_TAG, NODES_TAG, CHUNK_TAG, ERROR.name)
"""The elements whose start and end `Document` must see: the containers, and the server's error."""

_BLOB_CHILDREN = children_of(Blob)


class Watcher(Protocol):
    """An observer of a document's elements. It is shown each in order, before it is cleared."""

    def job(self, element: Element) -> None:
        """Take note of a job that begins."""

    def nodes(self, element: Element) -> None:
        """Take note of a list of nodes that begins."""

    def node(self, element: Element, node: JobNode) -> None:
        """Take note of a complete node."""

    def chunk(self, element: Element, chunk: JobChunk) -> None:
        """Take note of a chunk that begins."""

    def blob(self, element: Element, blob: Blob) -> None:
        """Take note of a complete blob."""

    def stranger(self, element: Element, container: Element) -> None:
        """Take note of an unknown element that begins in a known one."""

    def text(self, container: Element, text: str, before: Element | None) -> None:
        """Take note of text in an element, after the child `before`; None if that has been cleared."""

    def answered(self, element: Element, error: ServerError) -> None:
        """Take note that the document is the server's error."""

    def clears(self) -> None:
        """Prepare for clearing the elements that were shown since the last call."""


class Document:
    """A document, as far as it is read.

    Args:
        chunks: The collector of its chunks and blobs.
        strict: True if an unknown name is an error.
        missing: "error" if a missing required attribute is an error, "none" if it becomes None.
        wrong: A function called for each invalid value, which then becomes None; without it, such a value is
            an error.
        watcher: An observer of the elements.

    Attributes:
        header: The job without its chunks; None for a lone chunk.
        header_complete: True once the header is read: a chunk began, or the root ended.
        root: The name of the root; empty before it has begun.
        has_ended: True once the root has ended.
        unknown: The names that the schema does not have.
        containers: The open known elements, down to a chunk.
        inside: The name of the innermost container; empty without one.
        last: Its last child that is read and not cleared yet.
        error: The root, if it is the server's error.
        window: The text of the elements that are not cleared yet.
    """

    def __init__(
        self,
        chunks: Chunks[Any],
        *,
        strict: bool,
        missing: Missing,
        wrong: Callable[[], None] | None = None,
        watcher: Watcher | None = None,
    ) -> None:
        self.header: MasterObjectList | None = None
        self.header_complete: bool = False
        self.root: str = ""
        self.has_ended: bool = False
        self.unknown: UnknownNames = UnknownNames()
        self.containers: list[Element] = []
        self.inside: str = ""
        self.last: Element | None = None
        self.error: Element | None = None
        self.window: Window = Window()
        self.watcher: Watcher | None = watcher
        self._chunks = chunks
        self._strict = strict
        policy = Policy(strict, missing, self.unknown.pass_over, self.unknown.limit, wrong)
        # A faulty server's error is read leniently: it already reports a failure.
        lenient = Policy(False, "none", self.unknown.limit, self.unknown.limit, wrong or _nothing)
        self._members = Elements(policy, self.located)
        self._error_members = Elements(lenient, self.located)
        self._attributes: dict[type, Attributes] = {
            model: Attributes(model, policy) for model in (MasterObjectList, JobNode, JobChunk, Blob)
        }
        self._plain: list[Element] = []  # objects without children that wait to be read
        self._node_count = 0

    def is_known(self, element: Element) -> bool:
        """Tell whether an element is known as a child of the innermost container."""
        return (self.inside, element.tag) in _READERS

    # Containers.

    def begin(self, element: Element) -> None:
        """Begin an element, if it may stand here."""
        if element.getparent() is not (self.containers[-1] if self.containers else None):
            return
        begin = _BEGINNERS.get((self.inside, element.tag))
        if begin is not None:
            self.read_to(element)
            begin(self, element)
        elif not self.root:
            root = shown(discreet(element.tag))
            message = f"the root element is {root}, not {JOB_TAG} or {CHUNK_TAG}"
            raise self.located(UnexpectedDocumentError(message), element)

    def end(self, element: Element) -> None:
        """End an element, if it has begun here."""
        if element is self.error:
            self._read_error(element)
        elif self.containers and element is self.containers[-1]:
            self.read_to(None)
            if self.inside == CHUNK_TAG:
                self._chunks.end()
            self.containers.pop()
            self.inside = self.containers[-1].tag if self.containers else ""
            self.last = element
            if not self.containers:
                self.has_ended = self.header_complete = True

    def _begin_job(self, element: Element) -> None:
        self._enter(element)
        self.header = self._read(MasterObjectList, element)
        if self.watcher is not None:
            self.watcher.job(element)

    def _begin_nodes(self, element: Element) -> None:
        self._enter(element)
        try:
            self._members.check_attributes(element)
        except LimitExceededError as error:
            raise self.located(error, element) from None
        if self.watcher is not None:
            self.watcher.nodes(element)

    def _begin_chunk(self, element: Element) -> None:
        self._enter(element)
        self.header_complete = True
        self._chunks.begin(None)
        chunk = self._chunks.open = self._read(JobChunk, element)
        if self.watcher is not None:
            self.watcher.chunk(element, chunk)

    def _begin_error(self, element: Element) -> None:
        self.root = element.tag
        self.error = element

    def _enter(self, element: Element) -> None:
        self.root = self.root or element.tag
        self._number(element, with_all=False)
        self.containers.append(element)
        self.inside = element.tag
        self.last = None

    # Elements that are read once they are complete.

    def read_to(self, end: Element | None) -> None:
        """Read the children of the innermost container, up to the child `end` or all of them."""
        if self.watcher is None and end is not None and end.getprevious() is self.last:
            return
        if not self.containers:
            return
        container, last = self.containers[-1], self.last
        waits = self.inside == CHUNK_TAG and self.watcher is None
        self._show_text(container, last)
        for child in last.itersiblings() if last is not None else container:
            if child is end:
                break
            if waits and child.tag == BLOB_TAG and not len(child):
                self._plain.append(child)
                last = child
                continue
            self._read_plain()
            self._number(child, with_all=True)
            read = _READERS.get((self.inside, child.tag))
            if read is not None:
                read(self, child)
            else:
                self.begin_stranger(child)
                self.note(names_in(child), child)
            last = child
            self._show_text(container, child)
        self._read_plain()
        self.last = last

    def _read_node(self, element: Element) -> None:
        if self._node_count >= MOST_NODES:
            raise self.located(LimitExceededError(f"more than {MOST_NODES} nodes"), element)
        node = self._read(JobNode, element)
        for child in element:
            self._members.pass_over(child)
        if self.watcher is not None:
            self.watcher.node(element, node)
        self._node_count += 1
        if self.header is not None:
            self.header.nodes.append(node)

    def _read_blob(self, element: Element) -> None:
        blob = self._read(Blob, element)
        if len(element):
            self._members.fill(blob, element, _BLOB_CHILDREN)
            blob.__post_init__()
        if self.watcher is not None:
            self.watcher.blob(element, blob)
        self._chunks.blobs.append(blob)

    def _read_plain(self) -> None:
        """Read the waiting objects without children, by column if they are alike."""
        waiting, self._plain = self._plain, []
        if waiting:
            blobs = self._attributes[Blob].read_alike(waiting)
            if blobs is not None:
                self._chunks.blobs += blobs
            else:
                for element in waiting:
                    self._chunks.blobs.append(self._read(Blob, element))

    def _read_error(self, element: Element) -> None:
        self._number(element, with_all=True)
        error = self._error_members.model(ServerError, element)
        self.has_ended = True
        if self.watcher is None:
            raise ServerErrorResponse(error)
        self.watcher.answered(element, error)

    def _read(self, model: type, element: Element) -> Any:
        try:
            return self._attributes[model].read(element)
        except DecodeError as error:
            raise self.located(error, element) from None

    def _show_text(self, container: Element, before: Element | None) -> None:
        if self.watcher is not None:
            text = container.text if before is None else before.tail
            if text is not None:
                self.watcher.text(container, text, before)

    # Unknown elements in known ones.

    def begin_stranger(self, element: Element) -> None:
        """Count an unknown element that begins. Raises UnknownNameError if strict."""
        name = discreet(element.tag)
        if self._strict:
            raise self.located(UnknownNameError(f"unknown element {shown(name)}"), element)
        self.unknown.counts[name] += 1
        self.note([(element.tag, *element.keys())], element)
        if self.watcher is not None:
            self.watcher.stranger(element, self.containers[-1])

    def note(self, names: Iterable[Sequence[str]], stranger: Element) -> None:
        """Note the names in an unknown element. Raises LimitExceededError if there are too many."""
        try:
            for each in names:
                self.unknown.limit(*each)
        except LimitExceededError as error:
            raise self.located(error, stranger) from None

    # Clearing.

    def clear(self, opened: Sequence[Element], start: int) -> None:
        """Clear the elements that are read.

        Args:
            opened: The open elements inside the innermost container, outermost first.
            start: The offset in the window at which the first of these begins.
        """
        if self.watcher is not None:
            self.watcher.clears()
        chain = [*self.containers, *opened]
        cleared = len(self.containers) if opened and self.is_known(opened[0]) else len(chain)
        for around, inner in zip(chain[:cleared], [*chain[1:], None]):
            del around[: len(around) - (inner is not None)]
            if around.text is not None:
                around.text = None
        self.last = None
        if cleared < len(chain):
            text = self.window.text()
            self.window.begin(cleared, self.window.place.after(text[:start]), text[start:])
        else:
            self.window.begin(cleared)

    def replace(self, containers: list[Element], begun: int) -> None:
        """Go on with new elements for the same containers; `begun` elements are in the new tree."""
        self.containers = containers
        self.last = None
        self.window.begin(begun)

    # Places.

    def path_of(self, element: Element) -> str:
        """Write the path of an element, or of the outermost unknown element around it."""
        chain: list[Element] = []
        around: Element | None = element
        while around is not None and around not in self.containers:
            chain.insert(0, around)
            around = around.getparent()
        path = self._container_path(
            len(self.containers) if around is None else self.containers.index(around) + 1
        )
        if not chain:
            return path
        inside = around.tag if around is not None else ""
        child = chain[0]
        if (inside, child.tag) not in _READERS:
            return f"{path}/{discreet(child.tag)}"
        path += f"/{child.tag}"
        if child.tag == BLOB_TAG:
            path += f"[{self._chunks.blob_count + 1}]"
        elif child.tag == NODE_TAG:
            path += f"[{self._node_count + 1}]"
        model = {BLOB_TAG: Blob, NODE_TAG: JobNode}.get(str(child.tag), ServerError)
        return "/".join([path, *steps_to(model, chain[1:])])

    def _container_path(self, depth: int) -> str:
        """Write the path of the container at a depth."""
        steps = [""]
        for container in self.containers[:depth]:
            number = self._chunks.count if container.tag == CHUNK_TAG and len(steps) > 1 else None
            steps.append(str(container.tag) if number is None else f"{container.tag}[{number}]")
        return "/".join(steps)

    def tags(self) -> Tags:
        """Return the tags of the elements that are not cleared yet."""
        return self.window.tags()

    def mark(self, element: Element) -> Mark:
        """Mark the place of an element, before it is cleared."""
        return self.window.mark(element, self.containers)

    def marks(self, element: Element) -> list[Mark]:
        """Mark the places of an element and its descendants, in the document's order."""
        first = self.mark(element)
        return [Mark(first.tags, first.number + number) for number, _ in enumerate(element.iter())]

    def _number(self, element: Element, with_all: bool) -> None:
        if self.watcher is not None:
            self.window.number(element, with_all)

    def located(self, error: DecodeError, element: Element) -> DecodeError:
        """Add the place of an element to an error about it, in front of the error's path."""
        error.path = f"{self.path_of(element)}{error.path or ''}"
        place = self.mark(element).place()
        if place is not None:
            error.line, error.column = place
        return error


# The functions for elements that begin and for complete elements, by the innermost container and the name.
_BEGINNERS: dict[tuple[str, Any], Callable[[Document, Element], None]] = {
    ("", JOB_TAG): Document._begin_job,
    ("", CHUNK_TAG): Document._begin_chunk,
    ("", ERROR.name): Document._begin_error,
    (JOB_TAG, NODES_TAG): Document._begin_nodes,
    (JOB_TAG, CHUNK_TAG): Document._begin_chunk,
}
_READERS: dict[tuple[str, Any], Callable[[Document, Element], None]] = {
    ("", ERROR.name): Document._read_error,
    (NODES_TAG, NODE_TAG): Document._read_node,
    (CHUNK_TAG, BLOB_TAG): Document._read_blob,
}


def _nothing() -> None:
    """Do nothing about a wrong value."""
