"""The command `convert`: responses and tables in, one table or one response out, by the endings of the names.

XML to XML passes through models, and is written in the appliance's form with everything the models hold.
All other conversions use record batches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import chain
from typing import NamedTuple

import pyarrow as pa

from ..captures import Response, Tally, responses
from ..captures.streams import PassedOver
from ..errors import Ds3CodecError, InputError, SourceError, UsageError, public_name, quoted_name
from ..formats import table_format_of
from ..models import MasterObjectList
from ..options import ReadOptions
from ..readers import JobReader
from ..sinks import Sink
from ..tables import arrow_schema
from ..tables.back import encode_batches
from ..tables.batches import TableReader
from ..tables.files import Batches, open_table, write_table
from ..tables.schema import credential_names, labelled, labelled_schema
from ..tables.selecting import Comparison, Selected
from ..writers import JobWriter
from .outputs import attempt, sink_of
from .reading import Cluster, passed_over_in_words
from .terminal import EXIT_CLEAN, EXIT_UNREADABLE, ReadingProgress, counted, failed
from .unreadables import Unreadables

__all__ = ["Wanted", "run"]

_INPUT = "input"

Opened = Callable[[], Batches]


class Wanted(NamedTuple):
    """The options of the command."""

    output: str
    form: str
    columns: list[str]
    comparisons: list[Comparison]
    placements: bool
    job: str | None
    cluster: Cluster | None
    skip_unreadable: bool = False


def run(files: Sequence[str], wanted: Wanted) -> int:
    """Convert files, and return the exit status."""
    unreadable = Unreadables(wanted.skip_unreadable)
    status = attempt(lambda: _read_and_convert(files, wanted, unreadable))
    return EXIT_UNREADABLE if unreadable.errors and status == EXIT_CLEAN else status


def _read_and_convert(files: Sequence[str], wanted: Wanted, unreadable: Unreadables) -> None:
    with ReadingProgress() as progress:
        inputs = _Inputs(files, wanted, progress, unreadable)
        _convert(inputs, wanted)
        progress.hide()
        for line in passed_over_in_words(inputs.passed_over):
            failed(line)


def _convert(inputs: _Inputs, wanted: Wanted) -> None:
    sink = sink_of(wanted.output)
    if wanted.form == "xml":
        _to_xml(inputs, sink, wanted)
    else:
        selected = Selected(inputs.batches(), wanted.comparisons, wanted.columns)
        write_table(selected, sink, wanted.form)
        _say_if_none(selected)


def _to_xml(inputs: _Inputs, sink: Sink, wanted: Wanted) -> None:
    if wanted.columns:
        raise UsageError("a response has all columns: leave out --columns")
    header = None if wanted.job is None else _job(wanted.job)
    if inputs.is_one_response and not wanted.comparisons:
        inputs.copy(sink, header)
        return
    batches = inputs.whole()
    rows = None if wanted.comparisons else getattr(batches, "rows", None)
    selected = Selected(batches, wanted.comparisons)
    encode_batches(selected.schema, _of_one_response(selected), sink, rows=rows, job=header)


def _say_if_none(selected: Selected) -> None:
    """Report that no row is left, since an empty table is easily missed."""
    if selected.found and not selected.left:
        failed(f"no row is left: --where asks for what is true of none of {counted(selected.found, 'row')}")


def _of_one_response(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Yield the batches; raise UsageError if their rows come from several responses."""
    found: set[str] = set()
    for batch in batches:
        if _INPUT in batch.schema.names:
            found.update(batch.column(_INPUT).unique().to_pylist())
        if len(found) > 1:
            choice = f"--where 'input = {min(found)}'"
            raise UsageError(f"the table has several responses, and XML has one job: add {choice}")
        yield batch


def _job(path: str) -> MasterObjectList:
    """Read the job of a response, for a table that has none."""
    for response in responses(path):
        with JobReader(response.body) as reader:
            return reader.header
    raise SourceError(f"there is no response in {quoted_name(path)}")


class _Inputs:
    """The inputs of a conversion, each read once.

    Attributes:
        is_one_response: True if the only input is a capture, not a table.
    """

    def __init__(
        self, files: Sequence[str], wanted: Wanted, progress: ReadingProgress, unreadable: Unreadables
    ) -> None:
        self._files = files
        self._wanted = wanted
        self._progress = progress
        self._unreadable = unreadable
        self._tally = Tally()
        self.is_one_response: bool = len(files) == 1 and _table_form(files[0]) is None

    @property
    def passed_over(self) -> list[PassedOver]:
        """The exchanges read so far that are not about jobs."""
        return self._tally.passed_over

    def copy(self, sink: Sink, header: MasterObjectList | None) -> None:
        """Write the only response in the appliance's form, with the given header or its own."""
        with _named(public_name(self._files[0])), JobReader(self._only_body()) as reader:
            if header is None and not reader.is_lone_chunk:
                header = reader.header
            with JobWriter(sink, header) as writer:
                for chunk, blobs in reader:
                    writer.write(chunk, blobs)

    def whole(self) -> Batches:
        """Return the rows of the only input, with every column."""
        file = self._files[0]
        form = _table_form(file)
        if len(self._files) > 1:
            raise UsageError("XML has one job: give one response, or one table")
        with _named(public_name(file)):
            if form is not None:
                return _Named(open_table(file, form), public_name(file))
            reader = TableReader(self._only_body(), placements=True, credentials=credential_names())
        return _Named(reader, public_name(file))

    def batches(self) -> Batches:
        """Return the rows of all inputs."""
        file = self._files[0]
        if self._wanted.cluster is not None and not any(map(_table_form, self._files)):
            return self._distributed(self._wanted.cluster)
        if len(self._files) > 1:
            return self._several(self._all())
        form = _table_form(file)
        if form is not None:
            with _named(public_name(file)):
                return _Named(open_table(file, form), public_name(file))
        found = self._responses(file)
        first = self._first(found)
        if first.status is None:
            with _named(public_name(file)):
                return _Named(self._reader(first), public_name(file))
        return self._several(self._read(chain([first], found)))

    def _several(self, inputs: Iterator[tuple[str, Opened]]) -> Batches:
        return _Several(inputs, self._wanted.placements, self._unreadable)

    def _first(self, found: Iterator[Response]) -> Response:
        response = next(found, None)
        if response is None:
            raise SourceError(f"there is no response in {quoted_name(self._files[0])}")
        return response

    def _only_body(self) -> Iterator[bytes]:
        """Yield the body of the only response; raise UsageError if another follows."""
        file = self._files[0]
        found = self._responses(file)
        yield from self._first(found).body
        if next(found, None) is not None:
            raise UsageError(f"{quoted_name(file)} has several responses, and XML has one job")

    def _distributed(self, cluster: Cluster) -> Batches:
        from . import distributing  # noqa: PLC0415  (only with the extra)

        options = ReadOptions(placements=self._wanted.placements)
        return distributing.DistributedRows(cluster, self._files, options, self._unreadable)

    def _all(self) -> Iterator[tuple[str, Opened]]:
        """Yield the label of each input and a function that opens it."""
        for file in self._files:
            form = _table_form(file)
            if form is not None:
                yield public_name(file), partial(open_table, file, form)
            else:
                yield from self._read(self._responses(file))

    def _read(self, found: Iterator[Response]) -> Iterator[tuple[str, Opened]]:
        while True:
            try:
                response = next(found, None)
            except SourceError as error:  # its message names the file; go on with the next
                self._unreadable.add(error)
                return
            if response is None:
                return
            yield response.origin, partial(self._reader, response)

    def _responses(self, file: str) -> Iterator[Response]:
        self._progress.follow(self._tally, file)
        return responses(file, tally=self._tally)

    def _reader(self, response: Response) -> TableReader:
        return TableReader(response.body, placements=self._wanted.placements)


def _table_form(file: str) -> str | None:
    return table_format_of(public_name(file).removesuffix("?..."))  # the query of a URL follows the ending


@contextmanager
def _named(name: str) -> Iterator[None]:
    """Add the name of an input to those of its errors that lack it."""
    try:
        yield
    except (SourceError, UsageError, InputError):
        raise
    except Ds3CodecError as error:
        raise InputError(name, str(error)) from error


class _Named:
    """The rows of the only input, with its name in their errors."""

    def __init__(self, batches: Batches, name: str) -> None:
        self._batches = batches
        self._name = name
        self.schema: pa.Schema = batches.schema
        self.rows: int | None = getattr(batches, "rows", None)

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        with _named(self._name):
            yield from self._batches

    def metadata(self) -> dict[bytes, bytes]:
        """Return the metadata of the job."""
        return self._batches.metadata()


class _Several:
    """The rows of several inputs, with a column that names the input.

    Once an input cannot be read, no more rows are given, but the other inputs are still read, so that the
    error names every unreadable one. With `--skip-unreadable`, the rows of the readable inputs are given.
    """

    def __init__(
        self, inputs: Iterator[tuple[str, Opened]], placements: bool, unreadable: Unreadables
    ) -> None:
        self._inputs = inputs
        self._unreadable = unreadable
        self.schema: pa.Schema = labelled_schema(arrow_schema(placements=placements), _INPUT)

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        for name, opened in self._inputs:
            yield from self._unreadable.readable(self.schema, self._labelled(name, opened))
        self._unreadable.close()

    def _labelled(self, name: str, opened: Opened) -> Iterator[pa.RecordBatch]:
        with _named(name):
            for batch in opened():
                yield labelled(batch, self.schema, input=name)

    def metadata(self) -> dict[bytes, bytes]:
        """Return an empty dict, since there is no single job."""
        return {}
