"""What a document says, element by element: each is read once it has ended, and placed among the others.

The elements that are known may stand in a few places only. Of those that hold others, down to a chunk, the
open ones are the containers; what they hold is read from first to last, when the innermost of them ends, or
when it is as good as known: an element behind it has begun, or the text that was parsed so far has no more.
What the schema does not have is found between what it has.
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
"""The elements that `Document` is told of: those that hold others, and the server's error."""

_BLOB_CHILDREN = children_of(Blob)


class Watcher(Protocol):
    """What is shown the elements of a document, in its order, before they are cleared."""

    def job(self, element: Element) -> None:
        """A job begins."""

    def nodes(self, element: Element) -> None:
        """A list of nodes begins."""

    def node(self, element: Element, node: JobNode) -> None:
        """A node has ended."""

    def chunk(self, element: Element, chunk: JobChunk) -> None:
        """A chunk begins."""

    def blob(self, element: Element, blob: Blob) -> None:
        """A blob has ended."""

    def stranger(self, element: Element, container: Element) -> None:
        """An unknown element has begun in a known one."""

    def text(self, container: Element, text: str, before: Element | None) -> None:
        """Text stands in an element, after one of its children; None for what is no longer there."""

    def answered(self, element: Element, error: ServerError) -> None:
        """The document is the server's error."""

    def clears(self) -> None:
        """What was shown since the last call is about to go."""


class Document:
    """One document, as far as it is read.

    Args:
        chunks: What takes its chunks and blobs.
        strict: Whether an unknown name is an error.
        missing: Whether a required attribute that is missing is an error, or None.
        wrong: Called for each value that its type does not have, which is None then; without it, that is an
            error.
        watcher: What is shown the elements.

    Attributes:
        header: The job without its chunks; None for a lone chunk.
        header_complete: Whether the header is read: a chunk began, or the root ended.
        root: The name of the root; empty before it has begun.
        has_ended: Whether the root has ended.
        unknown: The names that the schema does not have.
        containers: The open elements that are known, down to a chunk.
        inside: The name of the innermost; empty without one.
        last: Its last child that is read and not yet cleared.
        error: The root, if that is the server's error.
        window: The text of the elements that are not yet cleared.
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
        # The server's error is taken as far as it makes sense: it is what went wrong already.
        lenient = Policy(False, "none", self.unknown.limit, self.unknown.limit, wrong or _nothing)
        self._members = Elements(policy, self.located)
        self._error_members = Elements(lenient, self.located)
        self._attributes: dict[type, Attributes] = {
            model: Attributes(model, policy) for model in (MasterObjectList, JobNode, JobChunk, Blob)
        }
        self._plain: list[Element] = []  # objects without children that wait to be read
        self._node_count = 0

    def is_known(self, element: Element) -> bool:
        """Tell whether an element is read once it has ended, if it stands in the innermost container."""
        return (self.inside, element.tag) in _READERS

    # What holds others.

    def begin(self, element: Element) -> None:
        """Take note of an element that begins, if it may begin where it stands."""
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
        """Take note of an element that ends, if it has begun here."""
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

    # What is read when it has ended.

    def read_to(self, end: Element | None) -> None:
        """Read what stands in the innermost container before one of its children, or before its end."""
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
        """Read the objects without children that wait, by the column if they are alike."""
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
        """Count an unknown element that begins, unless the decoder is strict."""
        name = discreet(element.tag)
        if self._strict:
            raise self.located(UnknownNameError(f"unknown element {shown(name)}"), element)
        self.unknown.counts[name] += 1
        self.note([(element.tag, *element.keys())], element)
        if self.watcher is not None:
            self.watcher.stranger(element, self.containers[-1])

    def note(self, names: Iterable[Sequence[str]], stranger: Element) -> None:
        """Note names in an unknown element."""
        try:
            for each in names:
                self.unknown.limit(*each)
        except LimitExceededError as error:
            raise self.located(error, stranger) from None

    # Clearing.

    def clear(self, opened: Sequence[Element], start: int) -> None:
        """Clear what is read.

        Args:
            opened: The open elements in the innermost container, from the outermost.
            start: Where in the window the first of these begins.
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
        """Go on with other elements for the same containers, and with so many elements in the tree."""
        self.containers = containers
        self.last = None
        self.window.begin(begun)

    # Places.

    def path_of(self, element: Element) -> str:
        """Tell the path of an element, or of the first in it that is unknown."""
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
        """Tell the path of the container at a depth."""
        steps = [""]
        for container in self.containers[:depth]:
            number = self._chunks.count if container.tag == CHUNK_TAG and len(steps) > 1 else None
            steps.append(str(container.tag) if number is None else f"{container.tag}[{number}]")
        return "/".join(steps)

    def tags(self) -> Tags:
        """Give the tags of the text whose elements are not yet cleared."""
        return self.window.tags()

    def mark(self, element: Element) -> Mark:
        """Mark where an element stands, before it is cleared."""
        return self.window.mark(element, self.containers)

    def marks(self, element: Element) -> list[Mark]:
        """Mark where an element stands, and all in it, in the document's order."""
        first = self.mark(element)
        return [Mark(first.tags, first.number + number) for number, _ in enumerate(element.iter())]

    def _number(self, element: Element, with_all: bool) -> None:
        if self.watcher is not None:
            self.window.number(element, with_all)

    def located(self, error: DecodeError, element: Element) -> DecodeError:
        """Add the place of an element to an error about it; the error's path goes on from there."""
        error.path = f"{self.path_of(element)}{error.path or ''}"
        place = self.mark(element).place()
        if place is not None:
            error.line, error.column = place
        return error


# What may begin where, and what is read when it has ended: by the innermost container and the name.
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
