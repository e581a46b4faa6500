"""What two responses of one job differ in, as polling gives them.

Of the older response each blob is remembered by the hash of what tells it from others, with its length and
whether it is in the cache: some 250 bytes a blob. The newer one is read beside that. What only the older one
has is found by reading it once more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import repeat
from typing import Any, NamedTuple

from ..captures import Tally, responses
from ..errors import Ds3CodecError, SourceError
from ..models import JobChunk, MasterObjectList
from ..readers import ColumnReader
from ..wire.members import attributes

__all__ = ["GROUPS", "Differences", "Group", "compare"]

# What can happen to chunks and blobs: to which of the two, and what.
GROUPS = {
    "chunks_added": ("chunk", "came"),
    "chunks_removed": ("chunk", "went"),
    "chunks_changed": ("chunk", "changed: node or number"),
    "blobs_added": ("blob", "came"),
    "blobs_removed": ("blob", "went"),
    "blobs_cached": ("blob", "came into the cache"),
    "blobs_uncached": ("blob", "left the cache"),
    "blobs_resized": ("blob", "changed: length"),
}


class Group:
    """What happened to some chunks or blobs.

    Attributes:
        count: How many.
        bytes: How many bytes the blobs have together; 0 for chunks.
        examples: The first of them, in words.
    """

    def __init__(self) -> None:
        self.count: int = 0
        self.bytes: int = 0
        self.examples: list[str] = []

    def add(self, example: Callable[[], str], size: int, most: int) -> None:
        """Count one more."""
        self.count += 1
        self.bytes += size
        if len(self.examples) < most:
            self.examples.append(example())


class Differences:
    """What two responses differ in.

    Attributes:
        header: The attributes of the job that changed, by their names on the wire: the old and the new value.
        groups: What happened to chunks and blobs, by its name in `GROUPS`.
    """

    def __init__(self, most: int) -> None:
        self.header: dict[str, tuple[Any, Any]] = {}
        self.groups: dict[str, Group] = {name: Group() for name in GROUPS}
        self._most = most

    @property
    def any(self) -> bool:
        """Whether there is a difference."""
        return bool(self.header) or any(group.count for group in self.groups.values())

    def found(self, name: str, example: Callable[[], str], size: int = 0) -> None:
        """Something happened to a chunk or a blob."""
        self.groups[name].add(example, size, self._most)


class _Blob(NamedTuple):
    """A blob as it is compared."""

    key: int
    name: str
    offset: int
    length: int
    in_cache: bool | None

    def text(self) -> str:
        return f"{self.name} at byte {self.offset}"


def compare(old: str, new: str, most: int, follow: Callable[[Tally, str], None]) -> Differences:
    """Compare the first job responses of two captures.

    Args:
        old: The path of the older one.
        new: The path of the newer one.
        most: How many examples to keep of each group.
        follow: Called with each path before it is read, and with the tally that will count its bytes.

    Raises:
        SourceError: A capture cannot be read, has no job response, or one that is wrong.
    """
    if old == "-":
        raise SourceError("the older response may be read twice: it cannot come from standard input")
    found = Differences(most)
    before, after = _Read(old, follow), _Read(new, follow)
    remembered = {blob.key: (blob.length, blob.in_cache) for blob in before.blobs()}
    for blob in after.blobs():
        _compare_blob(found, blob, remembered.pop(blob.key, None))
    if remembered:
        for blob in _Read(old, follow).blobs():
            if blob.key in remembered:
                found.found("blobs_removed", blob.text, blob.length)
    _compare_chunks(found, before.chunks, after.chunks)
    _compare_headers(found, before.header, after.header)
    return found


def _compare_blob(found: Differences, blob: _Blob, before: tuple[int, bool | None] | None) -> None:
    if before is None:
        found.found("blobs_added", blob.text, blob.length)
        return
    length, in_cache = before
    if length != blob.length:
        found.found(
            "blobs_resized", lambda: f"{blob.text()}: {length} bytes, then {blob.length}", blob.length
        )
    if blob.in_cache and not in_cache:
        found.found("blobs_cached", blob.text, blob.length)
    if in_cache and not blob.in_cache:
        found.found("blobs_uncached", blob.text, blob.length)


def _compare_chunks(found: Differences, old: dict[str, str], new: dict[str, str]) -> None:
    for identifier, text in new.items():
        before = old.get(identifier)
        if before is None:
            found.found("chunks_added", text.__str__)
        elif before != text:
            found.found("chunks_changed", f"{before}; then {text}".__str__)
    for identifier, text in old.items():
        if identifier not in new:
            found.found("chunks_removed", text.__str__)


def _compare_headers(found: Differences, old: MasterObjectList | None, new: MasterObjectList | None) -> None:
    for member in attributes(MasterObjectList):
        before, after = getattr(old, member.field, None), getattr(new, member.field, None)
        if before != after:
            found.header[member.name] = before, after


class _Read:
    """A response as it is compared.

    Attributes:
        header: The job, once it is read.
        chunks: Its chunks by their ids, in words, once the blobs are read.
    """

    def __init__(self, path: str, follow: Callable[[Tally, str], None]) -> None:
        self.header: MasterObjectList | None = None
        self.chunks: dict[str, str] = {}
        self._path = path
        self._follow = follow
        self._keys: set[int] = set()

    def blobs(self) -> Iterator[_Blob]:
        """The blobs. Raises SourceError, which names the capture, also for a response that is wrong."""
        try:
            yield from self._blobs()
        except SourceError:
            raise
        except Ds3CodecError as error:
            raise SourceError(f"{self._path}: {error}") from error

    def _blobs(self) -> Iterator[_Blob]:
        tally = Tally()
        self._follow(tally, self._path)
        response = next(responses(self._path, tally), None)
        if response is None:
            raise SourceError(f"there is no job response in {self._path!r}")
        reader = ColumnReader(response.body, missing="none")
        for columns in reader:
            for chunk in columns.chunk_models():
                self.chunks[str(chunk.chunk_id)] = _in_words(chunk)
            count = columns.blob_count
            names = _column(columns.blobs.get("name"), count)
            buckets = _column(columns.blobs.get("bucket"), count)
            versions = _column(columns.blobs.get("version_id", columns.blobs.get("version")), count)
            offsets = _column(columns.blobs.get("offset"), count)
            keys = map(hash, zip(buckets, names, versions, offsets))
            lengths = _column(columns.blobs.get("length"), count)
            cached = _column(columns.blobs.get("in_cache"), count)
            for key, name, offset, length, in_cache in zip(keys, names, offsets, lengths, cached):
                yield _Blob(self._distinct(key), name, offset, length or 0, in_cache)
        self.header = reader.header

    def _distinct(self, key: int) -> int:
        """A key, or where there was such a blob before, the next one that is free."""
        while key in self._keys:
            key += 1
        self._keys.add(key)
        return key


def _column(values: Iterable[Any] | None, count: int) -> list[Any]:
    return list(repeat(None, count)) if values is None else list(values)


def _in_words(chunk: JobChunk) -> str:
    node = f"on node {chunk.node_id}" if chunk.node_id else "on no node"
    return f"chunk {chunk.chunk_number} ({chunk.chunk_id}) {node}"
