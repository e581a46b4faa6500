"""The command `diff`: the differences between two responses of one job, as polling gives them.

The chunks and blobs of both are written to a temporary database, which sorts them by their keys. Then the two
are merged side by side. So memory stays constant, however large the responses are. Blobs with equal keys are
paired one by one, in the order of the responses.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from heapq import heappush, heapreplace
from itertools import repeat
from typing import Any, NamedTuple, TypeVar

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

_Item = TypeVar("_Item", "_Chunk", "_Blob")

# The possible changes, each with its noun (chunk or blob) and verb.
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

# The compared fields of a blob: the key, those reported by name, and the rest.
_FIELDS = ("bucket", "name", "version", "version_id", "offset", "length", "in_cache", "id", "latest")


@click.command()
@click.argument("old", type=click.Path(allow_dash=True))
@click.argument("new", type=click.Path(allow_dash=True))
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="Output format.")
@click.option(
    "--most", type=click.IntRange(0), default=10, help="Number of differences of each kind to list."
)
@more_help(
    "OLD and NEW are captures, as for validate. The first job response in each is compared. One of them may"
    " be - for standard input. The command writes some 400 bytes per blob to a temporary file.",
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
    except BrokenPipeError:  # the reader is gone, but the exit status still counts
        discard_output()
    return EXIT_FINDINGS if found.any else EXIT_CLEAN


def _show(found: Differences, form: str) -> None:
    if form == "json":
        groups = {
            name: {"count": group.count, "bytes": group.bytes, "examples": group.examples}
            for name, group in found.groups.items()
        }
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
    """Keep None, booleans and numbers; turn any other value of a header into text."""
    return value if value is None or isinstance(value, (bool, int)) else str(value)


# The comparison.


class Group:
    """The chunks or blobs with one kind of change.

    Attributes:
        count: The number of them.
        bytes: The total length of the blobs; 0 for chunks.
    """

    def __init__(self, most: int) -> None:
        self.count: int = 0
        self.bytes: int = 0
        self._most = most
        self._first: list[tuple[int, str]] = []  # a heap with the last row on top

    @property
    def examples(self) -> list[str]:
        """The first of the chunks or blobs, in words."""
        return [text for _, text in sorted(self._first, reverse=True)]

    def add(self, row: int, example: Callable[[], str], size: int) -> None:
        """Count a chunk or blob, and keep its example if its row is among the first."""
        self.count += 1
        self.bytes += size
        if len(self._first) < self._most:
            heappush(self._first, (-row, example()))
        elif self._first and -row > self._first[0][0]:
            heapreplace(self._first, (-row, example()))


class Differences:
    """The differences between two responses.

    Attributes:
        header: The old and the new value of each changed attribute of the job, by its name on the wire.
        groups: The changed chunks and blobs, by the kind of change (see `GROUPS`).
    """

    def __init__(self, most: int) -> None:
        self.header: dict[str, tuple[Any, Any]] = {}
        self.groups: dict[str, Group] = {name: Group(most) for name in GROUPS}

    @property
    def any(self) -> bool:
        """True if there is a difference."""
        return bool(self.header) or any(group.count for group in self.groups.values())

    def found(self, name: str, row: int, example: Callable[[], str], size: int = 0) -> None:
        """Record a change of a chunk or a blob."""
        self.groups[name].add(row, example, size)


class _Chunk(NamedTuple):
    """A chunk for comparison; chunks with equal keys are the same chunk."""

    key: str
    row: int
    text: str


class _Blob(NamedTuple):
    """A blob for comparison; `rest` holds its id and its `latest` flag."""

    key: str
    row: int
    name: str
    offset: int
    length: int
    in_cache: bool | None
    chunk: str
    rest: str

    def text(self) -> str:
        return f"{self.name} at byte {self.offset}"


def compare(old: str, new: str, most: int, follow: Callable[[Tally, str], None]) -> Differences:
    """Compare the first job responses of two captures.

    Args:
        old: The path of the older one.
        new: The path of the newer one.
        most: The number of examples to keep in each group.
        follow: A function called before each path is read, with the tally that counts its bytes and the path.

    Raises:
        SourceError: A capture cannot be read, or has no valid job response.
    """
    if old == new == "-":
        raise SourceError("only one of the responses can come from standard input")
    found = Differences(most)
    try:
        with closing(sqlite3.connect("")) as database:  # a temporary file, deleted on close
            database.execute("pragma journal_mode = off")  # nothing is ever rolled back
            before, after = _Read(database, "old", old, follow), _Read(database, "new", new, follow)
            for old_blob, new_blob in _pairs(before.sorted(_Blob), after.sorted(_Blob)):
                _compare_blob(found, old_blob, new_blob)
            for old_chunk, new_chunk in _pairs(before.sorted(_Chunk), after.sorted(_Chunk)):
                _compare_chunk(found, old_chunk, new_chunk)
    except sqlite3.Error as error:
        raise SourceError(f"no temporary file to compare them in: {error}") from error
    _compare_headers(found, before.header, after.header)
    return found


def _pairs(old: Iterator[_Item], new: Iterator[_Item]) -> Iterator[tuple[_Item | None, _Item | None]]:
    """Merge two sorted iterators into pairs with equal keys; None stands for a missing partner."""
    before, after = next(old, None), next(new, None)
    while before is not None or after is not None:
        if after is None or (before is not None and before.key < after.key):
            yield before, None
            before = next(old, None)
        elif before is None or after.key < before.key:
            yield None, after
            after = next(new, None)
        else:
            yield before, after
            before, after = next(old, None), next(new, None)


def _compare_blob(found: Differences, old: _Blob | None, new: _Blob | None) -> None:
    if new is None:
        if old is not None:
            found.found("blobs_removed", old.row, old.text, old.length)
        return
    if old is None:
        found.found("blobs_added", new.row, new.text, new.length)
        return
    if old.length != new.length:
        sizes = f": {old.length} bytes, then {new.length}"
        found.found("blobs_resized", new.row, lambda: new.text() + sizes, new.length)
    for name, has_happened in (
        ("blobs_cached", new.in_cache and not old.in_cache),
        ("blobs_uncached", old.in_cache and not new.in_cache),
        ("blobs_moved", new.chunk != old.chunk),
        ("blobs_changed", new.rest != old.rest),
    ):
        if has_happened:
            found.found(name, new.row, new.text, new.length)


def _compare_chunk(found: Differences, old: _Chunk | None, new: _Chunk | None) -> None:
    if old is None and new is not None:
        found.found("chunks_added", new.row, new.text.__str__)
    elif old is not None and new is None:
        found.found("chunks_removed", old.row, old.text.__str__)
    elif old is not None and new is not None and old.text != new.text:
        found.found("chunks_changed", new.row, f"{old.text}; then {new.text}".__str__)


def _compare_headers(found: Differences, old: MasterObjectList | None, new: MasterObjectList | None) -> None:
    for member in attributes(MasterObjectList):
        before, after = getattr(old, member.field, None), getattr(new, member.field, None)
        if before != after:
            found.header[member.name] = before, after
    before, after = _nodes(old), _nodes(new)
    if before != after:
        found.header["Nodes"] = before, after


def _nodes(job: MasterObjectList | None) -> str | None:
    """Describe the nodes of a job, or return None if it has none."""
    nodes = job.nodes if job is not None else []
    texts = [f"{node.end_point} ({node.id}, ports {node.http_port} and {node.https_port})" for node in nodes]
    return ", ".join(sorted(texts)) or None


class _Read:
    """A response whose chunks and blobs are read into the database.

    Attributes:
        header: The job.

    Raises:
        SourceError: The response cannot be read or is invalid; the message names the capture.
    """

    def __init__(
        self, database: sqlite3.Connection, name: str, path: str, follow: Callable[[Tally, str], None]
    ) -> None:
        self.header: MasterObjectList | None = None
        self._database = database
        self._name = name
        self._create(_Chunk)
        self._create(_Blob)
        try:
            self._read(path, follow)
        except SourceError:
            raise
        except Ds3CodecError as error:
            raise SourceError(f"{public_name(path)}: {error}") from error

    def _create(self, kind: type[_Item]) -> None:
        self._database.execute(f"create table {self._table(kind)} ({', '.join(kind._fields)})")

    def _table(self, kind: type[_Item]) -> str:
        return f"{self._name}{kind.__name__}"

    def sorted(self, kind: type[_Item]) -> Iterator[_Item]:
        """Yield the chunks or the blobs, sorted by key and then by position."""
        rows = self._database.execute(f"select * from {self._table(kind)} order by key, row")  # noqa: S608
        return map(kind._make, rows)

    def _insert(self, kind: type[_Item], items: Iterable[_Item]) -> None:
        places = ", ".join("?" * len(kind._fields))
        self._database.executemany(f"insert into {self._table(kind)} values ({places})", items)  # noqa: S608

    def _read(self, path: str, follow: Callable[[Tally, str], None]) -> None:
        tally = Tally()
        follow(tally, path)
        response = next(responses(path, tally=tally), None)
        if response is None:
            raise SourceError(f"there is no job response in {quoted_name(path)}")
        reader = ColumnReader(response.body, missing="none")
        chunk, chunk_count, blob_count = "", 0, 0
        for columns in reader:
            chunks = [
                _Chunk(repr(model.chunk_id), number, _in_words(model))
                for number, model in enumerate(columns.chunk_models(), chunk_count)
            ]
            self._insert(_Chunk, chunks)
            begins = {row: each.key for row, each in zip(columns.boundaries, chunks)}
            blobs = [columns.blobs.get(field) for field in _FIELDS]
            rows = zip(*(_column(column, columns.blob_count) for column in blobs))
            self._insert(_Blob, _blobs(rows, blob_count, chunk, begins))
            chunk = chunks[-1].key if chunks else chunk
            chunk_count += len(chunks)
            blob_count += columns.blob_count
        self.header = reader.header


def _blobs(
    rows: Iterable[tuple[Any, ...]], before: int, chunk: str, begins: dict[int, str]
) -> Iterator[_Blob]:
    """Build the blobs for comparison from rows.

    Args:
        rows: The fields of consecutive blobs.
        before: The number of blobs before them.
        chunk: The key of the chunk that is open before the first.
        begins: The keys of the chunks that begin among them, by row.
    """
    for row, (bucket, name, version, version_id, offset, length, in_cache, *rest) in enumerate(rows):
        chunk = begins.get(row, chunk)
        key = repr((bucket, name, version if version_id is None else version_id, offset))
        yield _Blob(key, before + row, name, offset, length or 0, in_cache, chunk, repr(rest))


def _column(values: Iterable[Any] | None, count: int) -> list[Any]:
    return list(repeat(None, count)) if values is None else list(values)


def _in_words(chunk: JobChunk) -> str:
    node = f"on node {chunk.node_id}" if chunk.node_id else "on no node"
    return f"chunk {chunk.chunk_number} ({chunk.chunk_id}) {node}"
