"""What the parser's callbacks build: the header, the nodes, and batches of blobs.

lxml calls `start`, `end` and `data` for each tag and text, and no tree is built: there is nothing to prune,
and memory stays the same whatever a document holds. `Target` knows at which level it stands, and what may
begin there. Blobs take the shortest way, through the function composed for their layout; those that were read
past the parser are added. Anything else that begins is looked up in a table; what is not in it is counted as
unknown and passed over with all that it contains.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from inspect import signature
from itertools import chain, pairwise
from typing import Any, NamedTuple

from ..errors import (
    DecodeError,
    ForbiddenConstructError,
    LimitExceededError,
    ServerErrorResponse,
    UnexpectedDocumentError,
    UnknownNameError,
    shown,
)
from ..limits import DEEPEST, LONGEST_NAME, LONGEST_NAMES, MOST_BLOBS, MOST_NAMES, MOST_NODES
from ..models import Blob, JobChunk, JobNode, MasterObjectList
from ..wire.members import elements
from ..wire.names import BLOB_TAG, CHUNK_TAG, ERROR, JOB_TAG, NODE_TAG, NODES_TAG, discreet, is_credential
from .columns import Columns
from .elements import ElementBuilder
from .layouts import XSI, Layouts, Missing, Policy

__all__ = [
    "AT_END",
    "IN_BLOB",
    "IN_CHUNK",
    "IN_JOB",
    "IN_NODE",
    "IN_NODES",
    "BlobBatch",
    "Target",
]

_BLOB_MEMBERS = {member.name: member for member in elements(Blob)}

_USUAL_LAYOUTS = 16

# The levels: the innermost open element that is ours, or what stands in its place.
BEFORE_ROOT, IN_JOB, IN_NODES, IN_NODE, IN_CHUNK, IN_BLOB, IN_MEMBER, IN_UNKNOWN, AT_END, FINISHED = range(10)

# The methods for what may begin where, and for what ends.
_STARTERS: dict[tuple[int, str | None], str] = {
    (BEFORE_ROOT, JOB_TAG): "_start_job",
    (BEFORE_ROOT, CHUNK_TAG): "_start_chunk",
    (BEFORE_ROOT, ERROR.name): "_start_error",
    (IN_JOB, NODES_TAG): "_start_nodes",
    (IN_JOB, CHUNK_TAG): "_start_chunk",
    (IN_NODES, NODE_TAG): "_start_node",
    **{(IN_BLOB, name): "_start_member" for name in _BLOB_MEMBERS},
}
_ENDERS = {
    IN_JOB: "_end_root",
    IN_NODES: "_end_nodes",
    IN_NODE: "_end_node",
    IN_CHUNK: "_end_chunk",
    IN_UNKNOWN: "_end_unknown",
    FINISHED: "_end_nothing",
}


class BlobBatch(NamedTuple):
    """Blobs of one chunk that were read together.

    Attributes:
        chunk: The chunk's own attributes, without its blobs; the same object in all batches of a chunk.
        blobs: Up to a few hundred blobs, in the document's order; none for an empty chunk.
    """

    chunk: JobChunk
    blobs: list[Blob]


class Target:
    """The parser's target, for one document after the other.

    Attributes:
        options: `strict` and `missing`.
        header: The job as far as it is read, without its chunks; None for a lone chunk.
        header_complete: Whether the header is read: a chunk began, or the root ended.
        unknown: How often each name that the schema does not have came up.
        started: How many elements have begun, for the parser.
        suspect: Which of them an error raised is about, counted from 1.
        check_prefixes: Called before an element is believed, where the parser may have to complain of it.
        names_length: How many characters there were in unknown names.
    """

    def __init__(self, strict: bool, missing: Missing, wrong: Missing = "error") -> None:
        self.options = strict, missing
        self._strict = strict
        self._policy = Policy(strict, missing, self._count, self._remember, wrong)
        # The server's error is taken as far as it makes sense: it is what went wrong already.
        self._lenient = Policy(False, "none", self._remember, self._remember, "none")
        self._layouts: dict[type, Layouts] = {
            model: self._new_layouts(model) for model in (MasterObjectList, JobNode, JobChunk, Blob)
        }
        self._blob_layouts = self._layouts[Blob]
        self.begin()

    def begin(self) -> None:
        """Be ready for another document."""
        self.header: MasterObjectList | None = None
        self.header_complete = False
        self.unknown: Counter[str] = Counter()
        self.started = 0
        self.suspect: int | None = None
        self.check_prefixes: Callable[[], None] | None = None
        self.names_length = 0
        self._level = BEFORE_ROOT
        self._finished_at = BEFORE_ROOT
        self._root = ""
        self._nodes = 0
        self._chunk: JobChunk | None = None
        self._chunks = 0
        self._blobs: list[Blob] = []
        self._member = ERROR  # of the last blob, that is being built
        self._blobs_before = 0  # in the chunk, already taken away
        self._batches: list[BlobBatch] = []
        self._outer = BEFORE_ROOT  # the level around the unknown element
        self._strangers: list[str] = []  # the open unknown elements
        self._names: set[str] = set()
        self._started_before = 0
        self._ended = False  # anything but a blob
        self._builder: ElementBuilder | None = None

    @property
    def is_worn(self) -> bool:
        """Whether it has seen documents of more layouts than usual, which it would go on knowing."""
        return max(map(len, self._layouts.values())) > _USUAL_LAYOUTS

    # The parser's side.

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self.started += 1
        try:
            if self.check_prefixes is not None:
                self.check_prefixes()
            self._start(tag, attributes)
        except DecodeError:
            self.suspect = self.started
            raise

    def start_ns(self, prefix: str, uri: str) -> None:
        self._remember(prefix, uri)

    def pi(self, name: str, data: str | None = None) -> None:
        self._remember(name)

    def end(self, tag: str) -> None:
        if self._level == IN_BLOB:
            self._level = IN_CHUNK
            return
        self._ended = True
        if self._builder is not None:
            if self._builder.end():
                self._end_member(self._builder.value)
            return
        getattr(self, _ENDERS[self._level])(tag)

    def data(self, text: str) -> None:
        if self._builder is not None:
            self._builder.data(text)

    def doctype(self, name: str, public_id: str | None, system_url: str | None) -> None:
        raise ForbiddenConstructError(f"a document type declaration ({shown(name)}) is not allowed")

    def close(self) -> None:
        """Nothing is left to do; lxml asks for this method."""

    # The decoder's side.

    def finish(self) -> bool:
        """Say that no more input comes; whether the document is complete.

        libxml2 then reports what it has of a tag that is cut short as if that were all of it. No such
        callback may be believed, so none is listened to from here on.
        """
        complete = self._level == AT_END
        self._finished_at, self._level = self._level, FINISHED
        return complete

    def progressed(self) -> bool:
        """Whether anything has begun or ended since this was last asked."""
        before, ended = self._started_before, self._ended
        self._started_before, self._ended = self.started, False
        return ended or before != self.started

    @property
    def is_in_chunk(self) -> bool:
        """Whether a chunk is open, and nothing in it."""
        return self._level == IN_CHUNK

    @property
    def may_have_chunks(self) -> bool:
        """Whether another chunk may follow the open one."""
        return self.header is not None

    def add(self, columns: Columns) -> None:
        """Take what follows in the open chunk, and the parser has not seen."""
        blobs, boundaries = columns.blob_models(), columns.boundaries
        if boundaries:
            self._blobs += blobs[: boundaries[0]]
            self._flush(even_empty=self._blobs_before == 0)
            chunks = columns.chunk_models()
            parts = [blobs[begin:end] for begin, end in pairwise(boundaries)]
            if columns.blob_count <= MOST_BLOBS:
                self._batches += map(BlobBatch._make, zip(chunks, parts))
            else:
                self._batches += chain.from_iterable(map(_batches, chunks, parts))
            self._begin_chunk(chunks[-1], len(chunks))
            blobs = blobs[boundaries[-1] :]
        self._blobs += blobs
        for name in columns.unknown:
            self.unknown[name] += columns.blob_count

    def take(self) -> list[BlobBatch]:
        """The batches since the last call, with the blobs of an unfinished chunk, but no unfinished blob."""
        unfinished = [self._blobs.pop()] if self._blobs and self._is_in_blob() else []
        if self._blobs:
            self._flush()
        self._blobs = unfinished
        batches, self._batches = self._batches, []
        return batches

    def _is_in_blob(self) -> bool:
        level = self._finished_at if self._level == FINISHED else self._level
        return (self._outer if level == IN_UNKNOWN else level) in (IN_BLOB, IN_MEMBER)

    def path(self) -> str | None:
        """The innermost open element that is ours, or the outermost unknown one; None before the root."""
        return self._path_at(self._level)

    def is_in_secret(self, tag: bytes) -> bool:
        """Whether a credential may stand here, or in a start tag with these first bytes.

        It may anywhere in a placement, and in any unknown element.
        """
        if self._builder is not None and self._builder.is_in_secret():
            return True
        return bool(self._strangers) or is_credential(tag)

    # What begins and ends.

    def _start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == BLOB_TAG and self._level == IN_CHUNK:
            try:
                self._blobs.append(
                    self._blob_layouts.last(attributes) or self._blob_layouts.build_other(attributes)
                )
            except DecodeError as error:
                raise self._located(error, self._blob_path(1)) from None
            except ValueError:
                self._blobs.append(self._built(Blob, attributes, self._blob_path(1)))
            self._level = IN_BLOB
        elif self._builder is not None:
            self._builder.start(tag, attributes)
        else:
            getattr(self, _STARTERS.get((self._level, tag), "_start_unknown"))(tag, attributes)

    def _start_job(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._level, self._root = IN_JOB, tag
        self.header = self._built(MasterObjectList, attributes)

    def _start_nodes(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._level = IN_NODES
        self._remember(*attributes)
        for name in attributes:
            if not name.startswith(XSI):
                if self._strict:
                    raise UnknownNameError(f"unknown attribute {shown(name)}", path=f"{self.path()}/@{name}")
                self.unknown[name] += 1

    def _start_node(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._level = IN_NODE
        self._nodes += 1
        if self._nodes > MOST_NODES:
            raise LimitExceededError(f"more than {MOST_NODES} nodes", path=self.path())
        node = self._built(JobNode, attributes)
        if self.header is not None:
            self.header.nodes.append(node)

    def _start_chunk(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._root = self._root or tag
        self._level = IN_CHUNK
        self.header_complete = True
        self._begin_chunk(None, 1)
        self._chunk = self._built(JobChunk, attributes)

    def _begin_chunk(self, chunk: JobChunk | None, number: int) -> None:
        """Begin the last of so many chunks."""
        self._chunks += number
        self._blobs_before = 0
        self._chunk = chunk

    def _start_error(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._level, self._root = IN_MEMBER, tag
        self._builder = ElementBuilder(ERROR, "", self._lenient)
        self._builder.start(tag, attributes)

    def _start_member(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._level, self._member = IN_MEMBER, _BLOB_MEMBERS[tag]
        self._builder = ElementBuilder(self._member, self._blob_path(0), self._policy)
        self._builder.start(tag, attributes)

    def _start_unknown(self, tag: str, attributes: Mapping[str, str]) -> None:
        if self._level == FINISHED:
            return
        stranger = discreet(tag)
        if self._level == BEFORE_ROOT:
            raise UnexpectedDocumentError(
                f"the root element is {shown(stranger)}, not {JOB_TAG} or {CHUNK_TAG}", path=f"/{stranger}"
            )
        if self._level != IN_UNKNOWN:
            self._outer, self._level = self._level, IN_UNKNOWN
            self._strangers.append(stranger)
            if self._strict:
                raise UnknownNameError(f"unknown element {shown(stranger)}", path=self.path())
            self.unknown[stranger] += 1
        else:
            self._strangers.append(stranger)
        if len(self._strangers) > DEEPEST:
            raise LimitExceededError(f"elements nested deeper than {DEEPEST}", path=self.path())
        self._remember(tag, *attributes)

    def _end_root(self, tag: str) -> None:
        self._level = AT_END
        self.header_complete = True

    def _end_nodes(self, tag: str) -> None:
        self._level = IN_JOB

    def _end_node(self, tag: str) -> None:
        self._level = IN_NODES

    def _end_chunk(self, tag: str) -> None:
        self._flush(even_empty=self._blobs_before == 0)
        self._level = IN_JOB if self.header is not None else AT_END

    def _end_member(self, value: Any) -> None:
        if self._root == ERROR.name:
            raise ServerErrorResponse(value)
        setattr(self._blobs[-1], self._member.field, value)
        self._builder = None
        self._level = IN_BLOB

    def _end_nothing(self, tag: str) -> None:
        """After the input has ended, nothing that the parser reports is so."""

    def _end_unknown(self, tag: str) -> None:
        self._strangers.pop()
        if not self._strangers:
            self._level = self._outer

    # Building.

    def _new_layouts(self, model: type) -> Layouts:
        return Layouts(model, self._policy)

    def _built(self, model: type, attributes: Mapping[str, str], path: str | None = None) -> Any:
        try:
            return self._layouts[model].build(attributes)
        except DecodeError as error:
            raise self._located(error, path or self.path()) from None

    def _flush(self, even_empty: bool = False) -> None:
        """Move the blobs read so far into batches."""
        if self._chunk is not None and (self._blobs or even_empty):
            self._batches += _batches(self._chunk, self._blobs)
        self._blobs_before += len(self._blobs)
        self._blobs = []

    def _count(self, name: str) -> None:
        self.unknown[name] += 1
        self._remember(name)

    def _remember(self, *names: str) -> None:
        """Limit the unknown names, for libxml2 keeps them, too, as long as its thread lives."""
        for name in names:
            if name in self._names:
                continue
            self._names.add(name)
            self.names_length += len(name)
            if len(name) > LONGEST_NAME:
                raise LimitExceededError(f"a name of more than {LONGEST_NAME} characters", path=self.path())
            if len(self._names) > MOST_NAMES or self.names_length > LONGEST_NAMES:
                raise LimitExceededError(
                    f"more than {MOST_NAMES} different unknown names, or {LONGEST_NAMES} characters in them",
                    path=self.path(),
                )

    # Places.

    def _located(self, error: DecodeError, path: str | None) -> DecodeError:
        """An error about an element's attributes, with the path of the element before theirs."""
        if error.path is None or error.path.startswith("/@"):
            error.path = f"{path}{error.path or ''}"
        return error

    def _path_at(self, level: int) -> str | None:
        root = f"/{self._root}"
        if level == BEFORE_ROOT:
            return None
        if level == IN_NODES:
            return f"{root}/{NODES_TAG}"
        if level == IN_NODE:
            return f"{root}/{NODES_TAG}/{NODE_TAG}[{self._nodes}]"
        if level == IN_CHUNK:
            return root if self._root == CHUNK_TAG else f"{root}/{CHUNK_TAG}[{self._chunks}]"
        if level == IN_BLOB:
            return self._blob_path(0)
        if level == IN_MEMBER and self._builder is not None:
            return self._builder.path()
        if level == IN_UNKNOWN:
            return f"{self._path_at(self._outer)}/{self._strangers[0]}"
        if level == FINISHED:
            return self._path_at(self._finished_at)
        return root

    def _blob_path(self, beyond: int) -> str:
        number = self._blobs_before + len(self._blobs) + beyond
        return f"{self._path_at(IN_CHUNK)}/{BLOB_TAG}[{number}]"


def _batches(chunk: JobChunk, blobs: list[Blob]) -> list[BlobBatch]:
    """Blobs of a chunk in batches of a limited size; a single one where there are none."""
    if len(blobs) <= MOST_BLOBS:
        return [BlobBatch(chunk, blobs)]
    return [BlobBatch(chunk, blobs[begin : begin + MOST_BLOBS]) for begin in range(0, len(blobs), MOST_BLOBS)]


# lxml asks each target for the signature of `start`; to find it out anew takes as long as ten objects.
Target.start.__signature__ = signature(Target.start)  # type: ignore[attr-defined]
