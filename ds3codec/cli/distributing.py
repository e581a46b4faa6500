"""The work of `validate` and `convert` on a cluster: a step for each capture, or each part of a large one.

Results come in the order of the captures, so the output equals that of a single process.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, islice
from typing import Any, TypeVar
from uuid import uuid4

import pyarrow as pa
from distributed import Client, LocalCluster

from ..captures import Tally, reading
from ..captures.recorders import reader_of
from ..distributed.parts import Part, Rows, is_sound, read, split
from ..errors import InputError, UsageError, public_name, quoted_name
from ..models import JobChunk, MasterObjectList
from ..options import ReadOptions
from ..tables.schema import HiddenChunk, arrow_schema, labelled, labelled_schema, metadata
from ..wire.members import attributes
from .reading import Cluster, Outcome, Reading, T, Unread
from .unreadables import Unreadables

__all__ = ["DistributedRows", "connected", "in_order", "results"]

Done = TypeVar("Done")

_AHEAD = 2  # steps per thread of the cluster: no thread is idle, and few results are held
_PART = 64 * 1024 * 1024  # bytes
_CHUNK = [member.field for member in attributes(JobChunk)]


def results(
    cluster: Cluster, reading: Reading, step: Callable[..., Outcome[T]], paths: Iterable[str], options: Any
) -> Iterator[T | Unread]:
    """Run a step on each file with the options, and yield the same results as `Reading.results`."""
    files = list(reading.files(paths))
    readable = [file for file in files if isinstance(file, str)]
    try:
        with connected(*cluster) as client:
            outcomes = in_order(client, step, ((file, options) for file in readable))
            for file in files:
                if not isinstance(file, str):
                    yield file
                else:
                    yield from reading.noted(file, next(outcomes))
    except KeyboardInterrupt:
        reading.interrupted = True


class DistributedRows:
    """The rows of captures, in order, with each part read on the cluster.

    Attributes:
        schema: The schema of the batches.
    """

    def __init__(
        self, cluster: Cluster, files: Sequence[str], options: ReadOptions, unreadable: Unreadables
    ) -> None:
        self._cluster = cluster
        self._unreadable = unreadable
        self._files = files
        self._options = options
        self._is_one = len(files) == 1 and _is_body(files[0])
        self._header: MasterObjectList | None = None
        self._hidden: list[HiddenChunk] = []
        self._rows = 0
        self._counts: list[int] = []  # for each part read, the number of parts of its capture
        self._last_chunk: dict[str, Any] | None = None
        columns = arrow_schema(placements=options.get("placements", False))
        self.schema: pa.Schema = columns if self._is_one else labelled_schema(columns, "input")

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        with connected(*self._cluster) as client:
            outcomes = zip(in_order(client, _tried, self._steps(client)), self._counts)
            for outcome, count in outcomes:
                parts = chain([outcome], (other for other, _ in islice(outcomes, count - 1)))
                yield from self._unreadable.readable(self.schema, self._batches(parts))
                deque(parts, maxlen=0)
        self._unreadable.close()

    def _batches(self, parts: Iterable[list[Rows] | InputError]) -> Iterator[pa.RecordBatch]:
        """Yield the rows of all parts of a capture."""
        for found in parts:
            if isinstance(found, InputError):
                raise found
            for rows in found:
                self._header = self._header or rows.header
                self._notice_hidden(rows)
                yield from self._of(rows).to_batches()

    def metadata(self) -> dict[bytes, bytes]:
        """Return the metadata of the job, if there is one, and of its chunks without rows."""
        return metadata(self._header, self._hidden, self._rows) if self._is_one else {}

    def _steps(self, client: Any) -> Iterator[tuple[Part, bool, ReadOptions]]:
        for file in self._files:
            parts = split(file, _PART, {})
            sound = len(parts) == 1 or all(in_order(client, is_sound, [(part,) for part in parts]))
            self._counts += [len(parts)] * len(parts)
            yield from ((part, sound, self._options) for part in parts)

    def _of(self, rows: Rows) -> pa.Table:
        return rows.table if self._is_one else labelled(rows.table, self.schema, input=rows.origin)

    def _notice_hidden(self, rows: Rows) -> None:
        """Add the chunks that no row shows, and one if a part begins with a chunk equal to the last one."""
        first = _chunk_at(rows, 0)
        if first is not None and first == self._last_chunk:
            self._hidden.append(HiddenChunk(self._rows, None))
        self._last_chunk = _chunk_at(rows, -1) or self._last_chunk
        self._hidden += [HiddenChunk(self._rows + one.row, one.chunk) for one in rows.hidden]
        self._rows += rows.table.num_rows


def _chunk_at(rows: Rows, row: int) -> dict[str, Any] | None:
    """Return the fields of the first (0) or last (-1) chunk, even if it has no rows."""
    count = rows.table.num_rows
    empty = [one.chunk for one in rows.hidden if one.row == (0 if row == 0 else count) and one.chunk]
    if empty:
        return empty[row]
    if not count:
        return None
    return {field: rows.table.column(field)[row].as_py() for field in _CHUNK}


def _is_body(file: str) -> bool:
    with reading(file, Tally(), None) as capture:
        read = reader_of(capture)
        capture.stream.abandon()
    return read is None


# Steps on a cluster.


def _tried(part: Part, is_sound: bool, options: ReadOptions) -> list[Rows] | InputError:
    """Read the rows of each response in a part; return the error if they cannot be read."""
    try:
        return read(part, is_sound, options)
    except InputError as error:
        return error


@contextmanager
def connected(workers: int | None, scheduler: str | None) -> Iterator[Client]:
    """Connect to a running cluster, or start a local one that ends with the block.

    Raises:
        UsageError: No scheduler answers at the address.
    """
    if scheduler is None:
        options = {"n_workers": workers, "threads_per_worker": 1, "dashboard_address": ":0"}
        with LocalCluster(**options, silence_logs=50) as cluster, Client(cluster) as client:
            yield client
        return
    try:
        running = Client(scheduler, timeout=10)
    except (OSError, ValueError) as error:
        reason = str(error) if public_name(scheduler) == scheduler else type(error).__name__
        raise UsageError(f"no scheduler answers at {quoted_name(scheduler)}: {reason}") from None
    with running as client:
        yield client


class _Step:
    """A step bound to its arguments.

    Dask logs the repr, which must not show the arguments: they may be URLs with credentials.
    """

    def __init__(self, step: Callable[..., Done], arguments: tuple[Any, ...]) -> None:
        self._step = step
        self._arguments = arguments

    def __call__(self) -> Any:
        return self._step(*self._arguments)


def in_order(client: Client, step: Callable[..., Done], inputs: Iterable[tuple[Any, ...]]) -> Iterator[Done]:
    """Yield the result of a step for each input in order, while later ones are being computed."""
    most = _AHEAD * max(1, sum(client.nthreads().values()))
    waiting: deque[Any] = deque()
    for arguments in inputs:
        key = f"{step.__name__}-{uuid4().hex}"
        waiting.append(client.submit(_Step(step, arguments), key=key, pure=False))
        if len(waiting) >= most:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()
