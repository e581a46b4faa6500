"""What the parser's callbacks build: the header, the nodes, and batches of blobs.

lxml calls `start`, `end` and `data` for each tag and text, and builds no tree: nothing has to be pruned, and
memory stays the same whatever a document holds. `Target` knows at which level it stands, and what may begin
there. Blobs take the shortest way, through the function compiled for their layout. Anything else that begins
is looked up in a table; what is not in it is counted as unknown and passed over with all that it contains.

A watcher, which validation has, is told what begins and ends.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from inspect import signature
from typing import Any, Protocol

from ..errors import (
    DecodeError,
    ForbiddenConstructError,
    LimitExceededError,
    ServerErrorResponse,
    UnexpectedDocumentError,
    UnknownNameError,
    shown,
)
from ..limits import DEEPEST, MOST_NODES
from ..models import Blob, JobChunk, JobNode, MasterObjectList, ServerError
from ..wire.members import elements
from ..wire.names import BLOB_TAG, CHUNK_TAG, ERROR, JOB_TAG, NODE_TAG, NODES_TAG, discreet
from .batches import Batches
from .chunks import Chunks
from .columns import Columns
from .elements import ElementBuilder
from .layouts import XSI, Builder, Layouts, Missing, Policy
from .location import (
    AT_END,
    BEFORE_ROOT,
    IN_BLOB,
    IN_CHUNK,
    IN_JOB,
    IN_MEMBER,
    IN_NODE,
    IN_NODES,
    IN_UNKNOWN,
    Location,
)
from .unknown import UnknownNames

__all__ = ["Target", "Watcher"]

_BLOB_MEMBERS = {member.name: member for member in elements(Blob)}

_USUAL_LAYOUTS = 16


class Watcher(Protocol):
    """What is told of a document as the target goes through it."""

    def layouts(self, model: type, policy: Policy) -> Layouts:
        """Give what builds the models of one kind."""

    def begins(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins; the target has not taken it yet."""

    def began(self, tag: str, attributes: Mapping[str, str]) -> None:
        """The target has taken the element that began."""

    def ends(self, tag: str) -> None:
        """An element ends; the target has not taken that yet."""

    def text(self, text: str) -> None:
        """Text stands in the innermost open element."""

    def answered(self, error: ServerError) -> None:
        """The document is the server's error."""


class Target:
    """The parser's target, for one document after the other.

    Attributes:
        options: `strict` and `missing`.
        header: The job as far as it is read, without its chunks; None for a lone chunk.
        header_complete: Whether the header is read: a chunk began, or the root ended.
        chunks: The chunks, with the batches of their blobs.
        at: Where in the document the parser stands.
        started: How many elements have begun, for the parser.
        suspect: Which of them an error raised is about, counted from 1.
        check_prefixes: Called before an element is believed, where the parser may have to complain of it.

    Args:
        strict: Whether an unknown name is an error.
        missing: Whether a required attribute that is missing is an error, or None.
        wrong: Whether a value that its type does not have is an error, or None.
        watcher: Told what begins and ends.
    """

    def __init__(
        self, strict: bool, missing: Missing, wrong: Missing = "error", watcher: Watcher | None = None
    ) -> None:
        self.options: tuple[bool, Missing] = strict, missing
        self._strict = strict
        self._watcher = watcher
        self._policy = Policy(strict, missing, self._count, self._limit, wrong)
        # The server's error is taken as far as it makes sense: it is what went wrong already.
        self._lenient = Policy(False, "none", self._limit, self._limit, "none")
        layouts = Layouts if watcher is None else watcher.layouts
        self._layouts: dict[type, Layouts] = {
            model: layouts(model, self._policy) for model in (MasterObjectList, JobNode, JobChunk, Blob)
        }
        self._blob_layouts = self._layouts[Blob]
        self.begin()

    def begin(self, chunks: Chunks[Any] | None = None) -> None:
        """Be ready for another document, whose chunks are handed out as batches if not otherwise."""
        self.header: MasterObjectList | None = None
        self.header_complete: bool = False
        self.chunks: Chunks[Any] = Batches() if chunks is None else chunks
        self.started: int = 0
        self.suspect: int | None = None
        self.check_prefixes: Callable[[], None] | None = None
        self.at: Location = Location(self.chunks)
        self._unknown = UnknownNames()
        self._finished = False
        self._member = ERROR  # of the last blob, that is being built
        self._started_before = 0
        self._ended = False  # anything but a blob

    @property
    def has_many_layouts(self) -> bool:
        """Whether it has seen documents of more layouts than usual, which it would go on knowing."""
        return max(map(len, self._layouts.values())) > _USUAL_LAYOUTS

    # The parser's side.

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self.started += 1
        if self._finished:
            return
        try:
            if self.check_prefixes is not None:
                self.check_prefixes()
            if self._watcher is not None:
                self._watcher.begins(tag, attributes)
            if tag == BLOB_TAG and self.at.level == IN_CHUNK:
                self._start_blob(attributes)
            elif self.at.builder is not None:
                self.at.builder.start(tag, attributes)
            else:
                _STARTERS.get((self.at.level, tag), Target._start_unknown)(self, tag, attributes)
            if self._watcher is not None:
                self._watcher.began(tag, attributes)
        except DecodeError as error:
            self.suspect = self.started
            error.path = error.path or self.path()
            raise

    def start_ns(self, prefix: str, uri: str) -> None:
        self._limit(prefix, uri)

    def pi(self, name: str, data: str | None = None) -> None:
        self._limit(name)

    def end(self, tag: str) -> None:
        if self._finished:
            return
        if self._watcher is not None:
            self._watcher.ends(tag)
        if self.at.level == IN_BLOB:
            self.at.level = IN_CHUNK
            return
        self._ended = True
        if self.at.builder is not None:
            if self.at.builder.end():
                self._end_member(self.at.builder.value)
            return
        _ENDERS[self.at.level](self)

    def data(self, text: str) -> None:
        if self._finished:
            return
        if self._watcher is not None:
            self._watcher.text(text)
        if self.at.builder is not None:
            self.at.builder.data(text)

    def doctype(self, name: str, public_id: str | None, system_url: str | None) -> None:
        raise ForbiddenConstructError(f"a document type declaration ({shown(name)}) is not allowed")

    def close(self) -> None:
        """Do nothing; lxml asks for this method."""

    # The decoder's side.

    def finish(self) -> bool:
        """Say that no more input comes; whether the document is complete.

        libxml2 then reports what it has of a tag that is cut short as if that were all of it. No such
        callback may be believed, so all are ignored from here on.
        """
        self._finished = True
        return self.at.level == AT_END

    def progressed(self) -> bool:
        """Whether anything has begun or ended since this was last asked."""
        before, ended = self._started_before, self._ended
        self._started_before, self._ended = self.started, False
        return ended or before != self.started

    @property
    def unknown(self) -> Counter[str]:
        """How often each name that the schema does not have came up."""
        return self._unknown.counts

    @property
    def names_length(self) -> int:
        """How many characters there were in unknown names."""
        return self._unknown.length

    @property
    def is_in_chunk(self) -> bool:
        """Whether a chunk is open, and nothing in it."""
        return self.at.level == IN_CHUNK and not self._finished

    @property
    def may_have_chunks(self) -> bool:
        """Whether another chunk may follow the open one."""
        return self.header is not None

    def add(self, columns: Columns) -> None:
        """Take what follows in the open chunk, and the parser has not seen."""
        self.chunks.add(columns)
        for name in columns.unknown:
            self.unknown[name] += columns.blob_count

    def take(self) -> list[Any]:
        """Hand out the parts since the last call, and the finished blobs of an unfinished chunk."""
        return self.chunks.take(self.at.is_in_blob)

    def path(self) -> str | None:
        """Tell where in the document the parser stands."""
        return self.at.path()

    def is_in_secret(self, tag: bytes) -> bool:
        """Whether a credential may stand here, or in a start tag with these first bytes."""
        return self.at.is_in_secret(tag)

    # What begins.

    def _start_blob(self, attributes: Mapping[str, str]) -> None:
        layouts = self._blob_layouts
        try:
            self.chunks.blobs.append(layouts.last(attributes) or layouts.build_other(attributes))
        except DecodeError as error:
            raise self._located(error, self.at.blob_path(1)) from None
        except ValueError:
            self.chunks.blobs.append(self._built(layouts.build_by_name, attributes, self.at.blob_path(1)))
        self.at.level = IN_BLOB

    def _start_job(self, tag: str, attributes: Mapping[str, str]) -> None:
        self.at.level, self.at.root = IN_JOB, tag
        self.header = self._built(self._layouts[MasterObjectList].build, attributes)

    def _start_nodes(self, tag: str, attributes: Mapping[str, str]) -> None:
        self.at.level = IN_NODES
        self._limit(*attributes)
        for name in attributes:
            if not name.startswith(XSI):
                if self._strict:
                    raise UnknownNameError(f"unknown attribute {shown(name)}", path=f"{self.path()}/@{name}")
                self.unknown[name] += 1

    def _start_node(self, tag: str, attributes: Mapping[str, str]) -> None:
        self.at.level = IN_NODE
        self.at.nodes += 1
        if self.at.nodes > MOST_NODES:
            raise LimitExceededError(f"more than {MOST_NODES} nodes")
        node = self._built(self._layouts[JobNode].build, attributes)
        if self.header is not None:
            self.header.nodes.append(node)

    def _start_chunk(self, tag: str, attributes: Mapping[str, str]) -> None:
        self.at.root = self.at.root or tag
        self.at.level = IN_CHUNK
        self.header_complete = True
        self.chunks.begin(None)
        self.chunks.open = self._built(self._layouts[JobChunk].build, attributes)

    def _start_error(self, tag: str, attributes: Mapping[str, str]) -> None:
        self.at.level, self.at.root = IN_MEMBER, tag
        self.at.builder = ElementBuilder(ERROR, "", self._lenient)
        self.at.builder.start(tag, attributes)

    def _start_member(self, tag: str, attributes: Mapping[str, str]) -> None:
        self.at.level, self._member = IN_MEMBER, _BLOB_MEMBERS[tag]
        self.at.builder = ElementBuilder(self._member, self.at.blob_path(), self._policy)
        self.at.builder.start(tag, attributes)

    def _start_unknown(self, tag: str, attributes: Mapping[str, str]) -> None:
        stranger = discreet(tag)
        if self.at.level == BEFORE_ROOT:
            raise UnexpectedDocumentError(
                f"the root element is {shown(stranger)}, not {JOB_TAG} or {CHUNK_TAG}", path=f"/{stranger}"
            )
        if self.at.enter(stranger):
            if self._strict:
                raise UnknownNameError(f"unknown element {shown(stranger)}", path=self.path())
            self.unknown[stranger] += 1
        if len(self.at.strangers) > DEEPEST:
            raise LimitExceededError(f"elements nested deeper than {DEEPEST}")
        self._limit(tag, *attributes)

    # What ends.

    def _end_root(self) -> None:
        self.at.level = AT_END
        self.header_complete = True

    def _end_nodes(self) -> None:
        self.at.level = IN_JOB

    def _end_node(self) -> None:
        self.at.level = IN_NODES

    def _end_chunk(self) -> None:
        self.chunks.end()
        self.at.level = IN_JOB if self.header is not None else AT_END

    def _end_member(self, value: Any) -> None:
        self.at.builder = None
        if self.at.root != ERROR.name:
            blob = self.chunks.blobs[-1]
            setattr(blob, self._member.field, value)
            blob.__post_init__()
            self.at.level = IN_BLOB
        elif self._watcher is None:
            raise ServerErrorResponse(value)
        else:
            self.at.level = AT_END
            self._watcher.answered(value)

    def _end_unknown(self) -> None:
        self.at.leave()

    # Building.

    def _built(self, build: Builder, attributes: Mapping[str, str], path: str | None = None) -> Any:
        try:
            return build(attributes)
        except DecodeError as error:
            raise self._located(error, path or self.path()) from None

    def _located(self, error: DecodeError, path: str | None) -> DecodeError:
        """An error about an element's attributes, with the path of the element before theirs."""
        if error.path is None or error.path.startswith("/@"):
            error.path = f"{path}{error.path or ''}"
        return error

    def _count(self, name: str) -> None:
        self.unknown[name] += 1
        self._limit(name)

    def _limit(self, *names: str) -> None:
        try:
            self._unknown.limit(*names)
        except LimitExceededError as error:
            error.path = self.path()
            raise


# The functions for what may begin where, and for what ends.
_STARTERS: dict[tuple[int, str], Callable[[Target, str, Mapping[str, str]], None]] = {
    (BEFORE_ROOT, JOB_TAG): Target._start_job,
    (BEFORE_ROOT, CHUNK_TAG): Target._start_chunk,
    (BEFORE_ROOT, ERROR.name): Target._start_error,
    (IN_JOB, NODES_TAG): Target._start_nodes,
    (IN_JOB, CHUNK_TAG): Target._start_chunk,
    (IN_NODES, NODE_TAG): Target._start_node,
    **{(IN_BLOB, name): Target._start_member for name in _BLOB_MEMBERS},
}
_ENDERS: dict[int, Callable[[Target], None]] = {
    IN_JOB: Target._end_root,
    IN_NODES: Target._end_nodes,
    IN_NODE: Target._end_node,
    IN_CHUNK: Target._end_chunk,
    IN_UNKNOWN: Target._end_unknown,
}

# lxml asks each target for the signature of `start`; to find it out anew takes as long as ten objects.
Target.start.__signature__ = signature(Target.start)  # type: ignore[attr-defined]
