"""Everything but runs: read from lxml's trees, element by element, each cleared once it is read.

This is the loop of the tutorials: the parser is given text, and tells which elements began and ended with it.
An element is read when it has ended, by a plain descent (`elements`). Then it goes, with all before it, so
the tree never has more than the open elements. What the schema does not have is found beside what it has.

Text is given in passages of complete markup, and nothing is believed before a passage is known to be
well-formed. If one is not, it is read again tag by tag, by a new parser that is put where the passage began.
So are passages in which order matters: with prefixes, of which libxml2 only complains, within unknown
elements, and in large objects, which have limits. Tag by tag, the outcome cannot depend on how the document
was cut, and that of a whole passage is the same, for nothing went wrong in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

from lxml import etree

from ..errors import (
    DecodeError,
    LimitExceededError,
    ServerErrorResponse,
    TruncatedError,
    UnexpectedDocumentError,
    UnknownNameError,
    shown,
)
from ..foreign import ENOUGH
from ..limits import DEEPEST, LARGE, LONGEST_OBJECT, LONGEST_TEXT, MOST_ELEMENTS, MOST_NODES
from ..models import Blob, JobChunk, JobNode, MasterObjectList, ServerError
from ..options import Missing
from ..wire.names import (
    BLOB_TAG,
    CHUNK_TAG,
    ERROR,
    JOB_TAG,
    NODE_TAG,
    NODES_TAG,
    discreet,
    is_credential,
)
from .chunks import Chunks
from .dictionary import count
from .elements import Attributes, Elements, Policy, children_of, names_in, steps_to, too_deep
from .parser import Element, Parser, SyntaxFault
from .scanner import (
    Fault,
    Place,
    begins,
    declared_names,
    first_name,
    has_instructions,
    has_prefixes,
    is_simple,
    markups,
    sound_part,
    text_before_markup,
)
from .unknown import UnknownNames
from .window import Mark, Tags, Window

__all__ = ["Trees", "Watcher"]

_TAGS = (JOB_TAG, NODES_TAG, NODE_TAG, CHUNK_TAG, BLOB_TAG, ERROR.name)
_BLOB_CHILDREN, _ERROR_CHILDREN = children_of(Blob), children_of(ServerError)

# Passages of one object from which on it is read tag by tag, so that small ones are not looked at again.
_MOST_PASSAGES = 32

_TRUNCATED = "the document ends before it is complete"
_NO_DOCUMENT = "there is no document: the input is empty or only white space"
_UNQUOTED = "the XML in this element is not well-formed"


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


class _Extent:
    """How much there is in an open object, or the like.

    Attributes:
        elements: The elements in it.
        characters: The characters in their texts.
        size: The bytes of it all.
    """

    __slots__ = ("characters", "elements", "size")

    def __init__(self) -> None:
        self.elements = self.characters = self.size = 0

    def check(self) -> None:
        """Raise LimitExceededError, without a place, if it is too much."""
        if self.elements > MOST_ELEMENTS:
            raise LimitExceededError(f"more than {MOST_ELEMENTS} elements in one object")
        if self.characters > LONGEST_TEXT:
            raise LimitExceededError(f"texts of more than {LONGEST_TEXT} characters in one object")
        if self.size > LONGEST_OBJECT:
            raise LimitExceededError(f"more than {LONGEST_OBJECT} bytes in one object")


class Trees:
    """Reads one document.

    Attributes:
        header: The job as far as it is read, without its chunks; None for a lone chunk.
        header_complete: Whether the header is read: a chunk began, or the root ended.
        root: The name of the root; empty before it has begun.
        has_ended: Whether the root has ended.
        unknown: The names that the schema does not have.
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
        self._chunks = chunks
        self._watcher = watcher
        policy = Policy(strict, missing, self.unknown.pass_over, self.unknown.limit, wrong)
        # The server's error is taken as far as it makes sense: it is what went wrong already.
        lenient = Policy(False, "none", self.unknown.limit, self.unknown.limit, wrong or _nothing)
        self._strict = strict
        self._members = Elements(policy, self._located)
        self._error_members = Elements(lenient, self._located)
        self._attributes: dict[type, Attributes] = {
            model: Attributes(model, policy) for model in (MasterObjectList, JobNode, JobChunk, Blob)
        }
        self._parser = Parser(_TAGS)
        self._is_tag_by_tag = False
        self._containers: list[Element] = []  # the open elements that are known, down to a chunk
        self._inside = ""  # the name of the innermost
        self._last: Element | None = None  # its last child that is read
        self._open: list[Element] = []  # the open elements in it: an object or an unknown one, and on
        self._error: Element | None = None  # the root, if that is the server's error
        self._plain: list[Element] = []  # objects that have ended, and wait to be read
        self._node_count = 0
        self._extent = _Extent()  # of the open object, where tags are read one by one
        self._window = Window()
        self._noted = 0  # characters in unknown names that the dictionary was told of

    @property
    def is_in_chunk(self) -> bool:
        """Whether the parser stands in a chunk, between two of its children."""
        return not self._open and self._inside == CHUNK_TAG

    @property
    def may_have_chunks(self) -> bool:
        """Whether another chunk may follow the open one."""
        return self.header is not None

    def feed(self, text: bytes, place: Place) -> None:
        """Read a passage of complete markup, which stands at `place`.

        Raises:
            DecodeError: The document is wrong; with its place.
            ServerErrorResponse: The document is the server's error.
        """
        simple = is_simple(text)
        end, fault = (len(text), None) if simple else sound_part(text)
        if end:
            self._feed(text[:end], place, simple)
        if fault is not None:
            raise self._error_of(fault, place.after(text[: fault.at]))

    def close(self, rest: bytes, place: Place) -> None:
        """Say that no more comes but a rest without complete markup. Raises what `feed` raises."""
        words = text_before_markup(rest)
        text = rest if self.has_ended else words
        if text.strip():
            end, fault = sound_part(text)
            if fault is not None:
                raise self._error_of(fault, place.after(text[: fault.at]))
            # libxml2 waits for markup before it looks at text.
            found = self._parser.feed(text[:end] + b"<a/>", place)
            if isinstance(found, SyntaxFault):
                raise self._translated(found, text)
        if not self.has_ended or len(words) < len(rest):
            line, column = place.after(rest)
            message = _TRUNCATED if self.root or rest.strip() else _NO_DOCUMENT
            raise TruncatedError(message, line=line, column=column, path=self.path())

    def path(self) -> str | None:
        """Tell the innermost open element that is known, or the outermost unknown one; None before any."""
        innermost = (self._open or self._containers)[-1:]
        if innermost:
            return self.path_of(innermost[0])
        return f"/{self.root}" if self.root else None

    # Passages.

    def _feed(self, text: bytes, place: Place, simple: bool) -> None:
        if self.has_ended:
            found = self._parser.feed(text, place)
            if isinstance(found, SyntaxFault):
                raise self._translated(found, text)
            return
        if self._is_delicate(text, simple):
            self._feed_tag_by_tag(text, place)
            return
        if self._is_tag_by_tag:
            self._begin_again(_TAGS)
        events = self._parser.feed(text, place)
        if isinstance(events, SyntaxFault):
            self._feed_tag_by_tag(text, place)
            raise self._translated(events, text)  # which came up again, in all likelihood
        if not self.root and first_name(text) and not (events and events[0][1].getparent() is None):
            self._feed_tag_by_tag(text, place)  # which tells what the root is
            return
        self._window.extend(text, place)
        for event, element in events:
            self._handle(event, element)
        self._settle()

    def _is_delicate(self, text: bytes, simple: bool) -> bool:
        """Tell whether a passage has to be read tag by tag."""
        if self._open and (self._is_tag_by_tag or self._is_in_stranger()):
            return True
        if self._window.size + len(text) > LARGE or self._window.passages > _MOST_PASSAGES:
            return True
        return not simple and (has_prefixes(text) or has_instructions(text, 1))

    def _feed_tag_by_tag(self, text: bytes, place: Place) -> None:
        if not self._is_tag_by_tag:
            if self._window.size:
                text, place = self._window.text() + text, self._window.place
            self._begin_again(None)
        for markup in markups(text):
            part = text[markup.start : markup.end]
            self._parse_tag(part, place, markup.begin - markup.start)
            place = place.after(part)

    def _begin_again(self, tags: tuple[str, ...] | None) -> None:
        """Put a new parser where the window begins. It tells of elements with these names."""
        chain = [*self._containers, *(self._open if self._is_in_stranger() else ())]
        self._parser = Parser(tags)
        begun = self._parser.feed(b"".join(map(_start_tag, chain)), Place()) if chain else []
        fresh = [element for _, element in begun[:1]] if not isinstance(begun, SyntaxFault) else []
        for _ in chain[1:]:
            fresh.append(fresh[-1][-1])
        self._open = fresh[len(self._containers) :]
        self._containers = fresh[: len(self._containers)]
        self._last = None
        self._window.begin(len(fresh))
        self._extent = _Extent()
        self._is_tag_by_tag = tags is None

    def _parse_tag(self, part: bytes, place: Place, begin: int) -> None:
        """Read one tag, which begins at `begin` behind some text."""
        try:
            self.unknown.limit(*declared_names(part))
        except LimitExceededError as error:
            raise self._located(error, None) from None
        events = self._parser.feed(part, place)
        if events == [] and not self.root and first_name(part):
            events = self._parser.feed(b"    ", place.after(part))  # libxml2 waits for the fourth byte
        fault = events if isinstance(events, SyntaxFault) else None
        if fault is None and has_prefixes(part):
            fault = self._parser.complaint(place.after(part[:begin]))
        if fault is not None:
            count(len(part))
            raise self._translated(fault, part)
        self._window.extend(part, place)
        self._extent.size += len(part)
        for event, element in events if not isinstance(events, SyntaxFault) else ():
            if event == "end":
                self._closes(element)
            else:
                self._opens(element)
        if not self._open:
            self._settle()
        elif self._is_in_stranger():
            self._window.begin(len(self._containers) + len(self._open))

    def _opens(self, element: Element) -> None:
        """Take note of an element that begins."""
        depth = len(self._containers)
        if not self._open:
            self._handle("start", element)
            if len(self._containers) > depth:
                return
            self._extent = _Extent()
        self._open.append(element)
        if not self._is_in_stranger():
            self._extent.elements += len(self._open) > 1
            self._check_extent()
        elif len(self._open) == 1:
            self._reach(element)
            self._begin_stranger(element)
        elif len(self._open) > DEEPEST:
            raise self._located(too_deep(), self._open[0])
        else:
            self._note([(element.tag, *element.keys())], self._open[0])

    def _closes(self, element: Element) -> None:
        """Take note of the end of an element."""
        if not self._open:
            self._handle("end", element)
        elif self._is_in_stranger():
            self._open.pop()
            if self._open:
                del self._open[-1][:]
            else:
                self._last = element
        else:
            self._extent.characters += len((element.text or "").strip())
            self._check_extent()
            self._open.pop()
            if not self._open:
                self._handle("end", element)

    def _check_extent(self) -> None:
        try:
            self._extent.check()
        except LimitExceededError as error:
            raise self._located(error, self._open[0]) from None

    def _is_in_stranger(self) -> bool:
        """Tell whether an unknown element is open in the innermost container."""
        return bool(self._open) and (self._inside, self._open[0].tag) not in _READERS

    # Elements.

    def _handle(self, event: str, element: Element) -> None:
        """Take an element that begins or ends, if it is known where it stands."""
        container = self._containers[-1] if self._containers else None
        if event == "end":
            if element is container:
                self._end(element)
            elif element.getparent() is container:
                read = _READERS.get((self._inside, element.tag))
                if read is not None:
                    self._reach(element)
                    self._number(element, with_all=True)
                    read(self, element)
                    self._last = element
        elif element.getparent() is container:
            begin = _BEGINNERS.get((self._inside, element.tag))
            if begin is not None:
                self._reach(element)
                begin(self, element)
            elif not self.root:
                root = shown(discreet(element.tag))
                message = f"the root element is {root}, not {JOB_TAG} or {CHUNK_TAG}"
                raise self._located(UnexpectedDocumentError(message), element)

    def _begin_job(self, element: Element) -> None:
        self._enter(element)
        self.header = self._read(MasterObjectList, element)
        if self._watcher is not None:
            self._watcher.job(element)

    def _begin_nodes(self, element: Element) -> None:
        self._enter(element)
        try:
            self._members.check_attributes(element)
        except LimitExceededError as error:
            raise self._located(error, element) from None
        if self._watcher is not None:
            self._watcher.nodes(element)

    def _begin_chunk(self, element: Element) -> None:
        self._enter(element)
        self.header_complete = True
        self._chunks.begin(None)
        chunk = self._chunks.open = self._read(JobChunk, element)
        if self._watcher is not None:
            self._watcher.chunk(element, chunk)

    def _begin_error(self, element: Element) -> None:
        self.root = element.tag
        self._error = element

    def _enter(self, element: Element) -> None:
        self.root = self.root or element.tag
        self._number(element, with_all=False)
        self._containers.append(element)
        self._inside = element.tag
        self._last = None

    def _end(self, element: Element) -> None:
        """Leave the innermost container, which ends."""
        self._reach(None)
        if self._inside == CHUNK_TAG:
            self._chunks.end()
        self._containers.pop()
        self._inside = self._containers[-1].tag if self._containers else ""
        self._last = element
        if not self._containers:
            self.has_ended = self.header_complete = True

    def _read_node(self, element: Element) -> None:
        if self._node_count >= MOST_NODES:
            raise self._located(LimitExceededError(f"more than {MOST_NODES} nodes"), element)
        node = self._read(JobNode, element)
        for child in element:
            self._members.pass_over(child)
        if self._watcher is not None:
            self._watcher.node(element, node)
        self._node_count += 1
        if self.header is not None:
            self.header.nodes.append(node)

    def _read_blob(self, element: Element) -> None:
        has_children = len(element) > 0
        if self._watcher is None and not has_children:
            self._plain.append(element)
            return
        self._read_plain()
        blob = self._read(Blob, element)
        if has_children:
            self._members.fill(blob, element, _BLOB_CHILDREN)
            blob.__post_init__()
        if self._watcher is not None:
            self._watcher.blob(element, blob)
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
        error = self._error_members.model(ServerError, element)
        self.has_ended = True
        if self._watcher is None:
            raise ServerErrorResponse(error)
        self._watcher.answered(element, error)

    def _read(self, model: type, element: Element) -> Any:
        try:
            return self._attributes[model].read(element)
        except DecodeError as error:
            raise self._located(error, element) from None

    # Unknown elements in known ones.

    def _reach(self, element: Element | None) -> None:
        """Pass over what stands in the innermost container before one of its children, or before its end."""
        if self._watcher is None and element is not None and element.getprevious() is self._last:
            return
        self._read_plain()
        if not self._containers:
            return
        container = self._containers[-1]
        last = self._last
        following = last.itersiblings() if last is not None else container.iterchildren()
        self._show_text(container, last)
        for sibling in following:
            if sibling is element:
                break
            self._number(sibling, with_all=True)
            self._begin_stranger(sibling)
            self._note(names_in(sibling), sibling)
            self._last = sibling
            self._show_text(container, sibling)

    def _show_text(self, container: Element, before: Element | None) -> None:
        if self._watcher is not None:
            text = container.text if before is None else before.tail
            if text is not None:
                self._watcher.text(container, text, before)

    def _begin_stranger(self, element: Element) -> None:
        """Count an unknown element that begins, unless the decoder is strict."""
        name = discreet(element.tag)
        if self._strict:
            raise self._located(UnknownNameError(f"unknown element {shown(name)}"), element)
        self.unknown.counts[name] += 1
        self._note([(element.tag, *element.keys())], element)
        if self._watcher is not None:
            self._watcher.stranger(element, self._containers[-1])

    def _note(self, names: Iterable[Sequence[str]], stranger: Element) -> None:
        """Note names in an unknown element."""
        try:
            for each in names:
                self.unknown.limit(*each)
        except LimitExceededError as error:
            raise self._located(error, stranger) from None

    # Clearing.

    def _settle(self) -> None:
        """Clear what is read, at the end of a passage."""
        self._read_plain()
        container = self._containers[-1] if self._containers else None
        child = self._error if not self.has_ended else None
        if container is not None and len(container):
            child = container[-1]
        start = 0
        self._open = []
        if child is not None and child is not self._last:
            start, depth = self._window.tail(child)
            self._open = _chain(child, depth)
        self._reach(self._open[0] if self._open else None)
        is_in_stranger = self._is_in_stranger()
        if is_in_stranger:
            self._begin_stranger(self._open[0])
            self._note(names_in(self._open[0]), self._open[0])
        if self._watcher is not None:
            self._watcher.clears()
        for container, inner in zip(self._containers, [*self._containers[1:], *self._open[:1], None]):
            del container[: len(container) - (inner is not None)]
            if container.text is not None:
                container.text = None
        self._last = None
        before = len(self._containers)
        if is_in_stranger:
            for around, inner in zip(self._open, [*self._open[1:], None]):
                del around[: len(around) - (inner is not None)]
            before += len(self._open)
        if self._open and not is_in_stranger:
            text = self._window.text()
            self._window.begin(before, self._window.place.after(text[:start]), text[start:])
        else:
            self._window.begin(before)
        if self.unknown.length != self._noted:
            count(self.unknown.length - self._noted)
            self._noted = self.unknown.length

    # Places.

    def path_of(self, element: Element) -> str:
        """Tell the path of an element, or of the first in it that is unknown."""
        chain: list[Element] = []
        around: Element | None = element
        while around is not None and around not in self._containers:
            chain.insert(0, around)
            around = around.getparent()
        path = self._container_path(
            len(self._containers) if around is None else self._containers.index(around) + 1
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
        for container in self._containers[:depth]:
            number = self._chunks.count if container.tag == CHUNK_TAG and len(steps) > 1 else None
            steps.append(str(container.tag) if number is None else f"{container.tag}[{number}]")
        return "/".join(steps)

    def tags(self) -> Tags:
        """Give the tags of the text whose elements are not yet cleared."""
        return self._window.tags()

    def mark(self, element: Element) -> Mark:
        """Mark where an element stands, before it is cleared."""
        return self._window.mark(element, self._containers)

    def marks(self, element: Element) -> list[Mark]:
        """Mark where an element stands, and all in it, in the document's order."""
        first = self.mark(element)
        return [Mark(first.tags, first.number + number) for number, _ in enumerate(element.iter())]

    def _number(self, element: Element, with_all: bool) -> None:
        if self._watcher is not None:
            self._window.number(element, with_all)

    # Errors.

    def _located(self, error: DecodeError, element: Element | None) -> DecodeError:
        """Add the place of an element to an error about it; the error's path goes on from there."""
        if element is None:
            error.path = error.path or self.path()
            return error
        error.path = f"{self.path_of(element)}{error.path or ''}"
        place = self.mark(element).place()
        if place is not None:
            error.line, error.column = place
        return error

    def _error_of(self, fault: Fault, place: Place) -> DecodeError:
        message = f"behind the end of the document: {fault.message}" if self.has_ended else fault.message
        return fault.kind(message, path=self.path(), line=place.line, column=place.column)

    def _translated(self, fault: SyntaxFault, text: bytes) -> DecodeError:
        """Make our error of one of libxml2, without its words where they may quote a credential."""
        if fault.code == etree.ErrorTypes.ERR_DOCUMENT_EMPTY and not self.root:
            fault = fault._replace(message=_before_document(text) or f"this is not XML: {fault.message}")
        error = fault.error()
        if self.has_ended:
            what = "text" if text_before_markup(text).strip() else "markup"
            error.message = f"other {what} follows the end of the document"
        elif self._is_in_secret(text):
            error.message = _UNQUOTED
        error.path = self.path()
        return error

    def _is_in_secret(self, text: bytes) -> bool:
        """Tell whether a credential may stand in a text that is read, or around it.

        It may in any unknown element, and anywhere in a member that has credentials.
        """
        if self._is_in_stranger() or is_credential(first_name(text)):
            return True
        inside = self._open[1:]
        if not inside:
            return False
        child = (_BLOB_CHILDREN if self._inside == CHUNK_TAG else _ERROR_CHILDREN).get(inside[0].tag)
        return len(inside) > 1 or child is None or child.model is not None


# What may begin where, and what is read when it has ended: by the innermost container and the name.
_BEGINNERS: dict[tuple[str, Any], Callable[[Trees, Element], None]] = {
    ("", JOB_TAG): Trees._begin_job,
    ("", CHUNK_TAG): Trees._begin_chunk,
    ("", ERROR.name): Trees._begin_error,
    (JOB_TAG, NODES_TAG): Trees._begin_nodes,
    (JOB_TAG, CHUNK_TAG): Trees._begin_chunk,
}
_READERS: dict[tuple[str, Any], Callable[[Trees, Element], None]] = {
    ("", ERROR.name): Trees._read_error,
    (NODES_TAG, NODE_TAG): Trees._read_node,
    (CHUNK_TAG, BLOB_TAG): Trees._read_blob,
}


def _before_document(text: bytes) -> str | None:
    """Tell what stands before the document, if one follows; not its text, which nobody knows."""
    head = text[:ENOUGH]
    found = [(at, name) for name in (JOB_TAG, CHUNK_TAG, ERROR.name, "?xml") for at in begins(head, name)]
    if not found:
        return None
    begin, name = min(found)
    characters = len(head[:begin].decode("utf-8", "replace"))
    return f"{characters} characters of other text stand before <{name}, where the document begins"


def _nothing() -> None:
    """Do nothing about a wrong value."""


def _start_tag(element: Element) -> bytes:
    """Write the start tag of an element, without its attributes."""
    empty = etree.tostring(etree.Element(element.tag, nsmap=element.nsmap), encoding="utf-8")
    return empty.removesuffix(b"/>") + b">"


def _chain(element: Element, depth: int) -> list[Element]:
    """List so many elements, each the last child of the one before."""
    chain = [element][:depth]
    while len(chain) < depth:
        chain.append(chain[-1][-1])
    return chain
