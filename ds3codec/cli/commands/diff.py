"""The command `diff`: what two responses of one job differ in, as polling gives them.

Of the older response each blob is remembered by the hash of what tells it from others, with its length and
whether it is in the cache: some 250 bytes a blob. The newer one is read beside that. What only the older one
has is found by reading it once more.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from itertools import repeat
from typing import Any, NamedTuple

import click

from ...captures import Tally, responses
from ...errors import Ds3CodecError, SourceError, public_name, quoted_name
from ...models import JobChunk, MasterObjectList
from ...readers import ColumnReader
from ...wire.members import attributes
from ..options import more_help
from ..terminal import (
    EXIT_CLEAN,
    EXIT_FINDINGS,
    EXIT_INTERRUPTED,
    EXIT_UNREADABLE,
    Printer,
    ReadingProgress,
    as_data,
    counted,
    discard_output,
    failed,
    put,
    sized,
)

__all__ = ["diff"]

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
    "blobs_moved": ("blob", "moved to another chunk"),
    "blobs_changed": ("blob", "changed: id or whether it is the latest"),
}

# The fields of a blob that are compared: what tells it from others, what is told of, and the rest.
_FIELDS = ("bucket", "name", "version", "version_id", "offset", "length", "in_cache", "id", "latest")


@click.command()
@click.argument("old", type=click.Path(allow_dash=True))
@click.argument("new", type=click.Path(allow_dash=True))
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="Output format.")
@click.option(
    "--most", type=click.IntRange(0), default=10, help="Number of differences of each kind to list."
)
@more_help(
    "OLD and NEW are captures, as for validate. The first job response in each is compared. NEW may be - for"
    " standard input. The command needs some 250 bytes of memory per blob.",
    examples=(
        "ds3codec diff polls/1.xml polls/2.xml",
        "ds3codec diff old.xml.gz new.xml.gz --format json",
        "curl http://ds3/_rest_/job/$JOB | ds3codec diff old.xml -",
    ),
)
def diff(old: str, new: str, form: str, most: int) -> int:
    """Compare two responses of one job: chunks, blobs, the cache, the header.

    Exit status 0: no difference; 1: differences; 2: something could not be read.
    """
    try:
        with ReadingProgress() as progress:
            found = compare(old, new, most, progress.follow)
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except Ds3CodecError as error:
        failed(str(error))
        return EXIT_UNREADABLE
    try:
        _show(found, form)
        sys.stdout.flush()
    except BrokenPipeError:  # nobody reads on, but they differ all the same
        discard_output()
    return EXIT_FINDINGS if found.any else EXIT_CLEAN


def _show(found: Differences, form: str) -> None:
    if form == "json":
        groups = {name: vars(group) for name, group in found.groups.items()}
        header = {name: {"old": _text(old), "new": _text(new)} for name, (old, new) in found.header.items()}
        put(as_data({"same": not found.any, "header": header, **groups}, indent=2))
        return
    printer = Printer()
    if not found.any:
        printer.line("no difference")
    for name, (old, new) in found.header.items():
        printer.line((name, "bold"), f": {_worded(old)}, then {_worded(new)}")
    for name, (noun, verb) in GROUPS.items():
        group = found.groups[name]
        if group.count:
            total = f", {sized(group.bytes)}" if noun == "blob" else ""
            printer.line((f"{counted(group.count, noun)} {verb}{total}", "bold"))
            for example in group.examples:
                printer.line(f"  {example}")
            if group.count > len(group.examples):
                printer.line(f"  and {group.count - len(group.examples):,} more")


def _worded(value: object) -> str:
    if value is None:
        return "nothing"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _text(value: object) -> object:
    """A value of a header as it is shown: booleans and numbers as they are, all else as on the wire."""
    return value if value is None or isinstance(value, (bool, int)) else str(value)


# The comparison.


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


class _State(NamedTuple):
    """What may change of a blob; its chunk's id and the rest as hashes."""

    length: int
    in_cache: bool | None
    chunk: int
    rest: int


class _Blob(NamedTuple):
    """A blob as it is compared."""

    key: int
    name: str
    offset: int
    state: _State

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
    remembered = {blob.key: blob.state for blob in before.blobs()}
    for blob in after.blobs():
        _compare_blob(found, blob, remembered.pop(blob.key, None))
    if remembered:
        for blob in _Read(old, follow).blobs():
            if blob.key in remembered:
                found.found("blobs_removed", blob.text, blob.state.length)
    _compare_chunks(found, before.chunks, after.chunks)
    _compare_headers(found, before.header, after.header)
    return found


def _compare_blob(found: Differences, blob: _Blob, old: _State | None) -> None:
    new = blob.state
    if old is None:
        found.found("blobs_added", blob.text, new.length)
        return
    if old.length != new.length:
        sizes = f": {old.length} bytes, then {new.length}"
        found.found("blobs_resized", lambda: blob.text() + sizes, new.length)
    for name, has_happened in (
        ("blobs_cached", new.in_cache and not old.in_cache),
        ("blobs_uncached", old.in_cache and not new.in_cache),
        ("blobs_moved", new.chunk != old.chunk),
        ("blobs_changed", new.rest != old.rest),
    ):
        if has_happened:
            found.found(name, blob.text, new.length)


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
    before, after = _nodes(old), _nodes(new)
    if before != after:
        found.header["Nodes"] = before, after


def _nodes(job: MasterObjectList | None) -> str | None:
    """The nodes of a job in words."""
    nodes = job.nodes if job is not None else []
    texts = [f"{node.end_point} ({node.id}, ports {node.http_port} and {node.https_port})" for node in nodes]
    return ", ".join(sorted(texts)) or None


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
            raise SourceError(f"{public_name(self._path)}: {error}") from error

    def _blobs(self) -> Iterator[_Blob]:
        tally = Tally()
        self._follow(tally, self._path)
        response = next(responses(self._path, tally=tally), None)
        if response is None:
            raise SourceError(f"there is no job response in {quoted_name(self._path)}")
        reader = ColumnReader(response.body, missing="none")
        chunk = 0
        for columns in reader:
            models = columns.chunk_models()
            self.chunks |= {str(model.chunk_id): _in_words(model) for model in models}
            begins = {row: hash(model.chunk_id) for row, model in zip(columns.boundaries, models)}
            blobs = [columns.blobs.get(field) for field in _FIELDS]
            rows = zip(*(_column(column, columns.blob_count) for column in blobs))
            for row, (bucket, name, version, version_id, offset, length, in_cache, *rest) in enumerate(rows):
                chunk = begins.get(row, chunk)
                key = hash((bucket, name, version if version_id is None else version_id, offset))
                state = _State(length or 0, in_cache, chunk, hash(tuple(rest)))
                yield _Blob(self._distinct(key), name, offset, state)
            chunk = begins.get(columns.blob_count, chunk)
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
