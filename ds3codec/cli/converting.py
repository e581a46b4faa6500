"""The command `convert`: responses and tables in, one table or one response out, by the endings of the names.

What goes from XML to XML passes through models, and comes out in the appliance's form with all that the
models have. All else passes as record batches.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

from ..captures import Response, Tally, responses
from ..errors import Ds3CodecError, SourceError, TableError, UsageError
from ..models import MasterObjectList
from ..readers import JobReader
from ..sinks import Sink
from ..tables import arrow_schema
from ..tables.back import encode_batches
from ..tables.batches import TableReader
from ..tables.files import Batches, ReadOptions, plain_schema, to_csv, to_feather, to_jsonl, to_parquet
from ..tables.opening import TABLE_FORMATS, open_table
from ..tables.schema import credential_names
from ..tables.selecting import Comparison, Selected
from ..writers import JobWriter
from .outputs import attempt
from .reading import Cluster
from .terminal import ReadingProgress

__all__ = ["Wanted", "form_of", "run"]

_ENDINGS = {".xml": "xml", ".parquet": "parquet", ".arrow": "arrow", ".feather": "arrow"}
_ENDINGS |= {".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl"}
_COMPRESSIONS = {".gz": "gzip", ".bz2": "bz2", ".zst": "zstd"}
_TEXTS = {"csv": to_csv, "jsonl": to_jsonl}

_INPUT = "input"


class Wanted(NamedTuple):
    """The options of the command."""

    output: str
    form: str
    compression: str | None
    columns: list[str]
    comparisons: list[Comparison]
    placements: bool
    job: str | None
    cluster: Cluster | None


def form_of(name: str) -> tuple[str | None, str | None]:
    """The format and the compression that the ending of a name says."""
    path = Path(name)
    compression = _COMPRESSIONS.get(path.suffix.lower())
    ending = Path(path.stem).suffix if compression else path.suffix
    return _ENDINGS.get(ending.lower()), compression


def run(files: Sequence[str], wanted: Wanted) -> int:
    """Convert files, and give the exit status."""
    return attempt(lambda: _read_and_convert(files, wanted))


def _read_and_convert(files: Sequence[str], wanted: Wanted) -> None:
    with ReadingProgress() as progress:
        _convert(_Inputs(files, wanted, progress), wanted)


def _convert(inputs: _Inputs, wanted: Wanted) -> None:
    sink: Sink = sys.stdout.buffer if wanted.output == "-" else wanted.output
    if wanted.form == "xml":
        _to_xml(inputs, sink, wanted)
        return
    batches: Batches = Selected(inputs.batches(), wanted.comparisons, wanted.columns)
    if wanted.form in _TEXTS:
        _TEXTS[wanted.form](batches, sink, compression=wanted.compression)  # type: ignore[arg-type]
    elif wanted.compression is not None:
        raise UsageError(f"a {wanted.form} file is compressed in itself: leave out the second ending")
    elif wanted.form == "parquet":
        to_parquet(batches, sink)
    else:
        to_feather(batches, sink)


def _to_xml(inputs: _Inputs, sink: Sink, wanted: Wanted) -> None:
    if wanted.columns:
        raise UsageError("a response has all columns: leave out --columns")
    if wanted.compression is not None:
        raise UsageError("a response is written as it is: compress it afterwards")
    if inputs.is_one_response and not wanted.comparisons and wanted.job is None:
        inputs.copy(sink)
        return
    batches = inputs.batches(is_whole=True)
    header = None if wanted.job is None else _job(wanted.job)
    rows = None if wanted.comparisons else getattr(batches, "rows", None)
    selected = Selected(batches, wanted.comparisons)
    encode_batches(selected.schema, selected, sink, rows=rows, header=header)


def _job(path: str) -> MasterObjectList:
    """The job of a response, for a table that has none."""
    for response in responses(path):
        with JobReader(response.body) as reader:
            return reader.header
    raise SourceError(f"there is no response in {path!r}")


class _Inputs:
    """The inputs of a conversion, which are read once.

    Attributes:
        is_one_response: Whether there is a single one, and that is no table.
    """

    def __init__(self, files: Sequence[str], wanted: Wanted, progress: ReadingProgress) -> None:
        self._files = files
        self._wanted = wanted
        self._progress = progress
        self._tally = Tally()
        self.is_one_response: bool = len(files) == 1 and _table_form(files[0]) is None

    def copy(self, sink: Sink) -> None:
        """Write the only response in the appliance's form."""
        file = self._files[0]
        found = self._responses(file)
        response = next(found, None)
        if response is None:
            raise SourceError(f"there is no response in {file!r}")
        with JobReader(self._shown(response, file)) as reader:
            header = None if reader.is_lone_chunk else reader.header
            with JobWriter(sink, header) as writer:
                for chunk, blobs in reader:
                    writer.write(chunk, blobs)
                if next(found, None) is not None:
                    raise UsageError(f"{file!r} has several responses, and XML has one job")

    def batches(self, *, is_whole: bool = False) -> Batches:
        """The rows of all inputs; `is_whole` to have placements with all in them."""
        if self._wanted.cluster is not None and not is_whole and not any(map(_table_form, self._files)):
            return self._distributed(self._wanted.cluster)
        one = len(self._files) == 1
        form = _table_form(self._files[0])
        if one and form is not None:
            return open_table(self._files[0], form)
        if one:
            response = next(self._responses(self._files[0]), None)
            if response is None:
                raise SourceError(f"there is no response in {self._files[0]!r}")
            if response.status is None:
                return self._reader(response, self._files[0], is_whole=is_whole)
        if is_whole:
            raise UsageError("XML has one job: give one response, or one table")
        return _Several(self._all(), self._wanted.placements)

    def _distributed(self, cluster: Cluster) -> Batches:
        from . import distributing  # noqa: PLC0415  (only with the extra)

        options = ReadOptions(placements=self._wanted.placements)
        return distributing.DistributedRows(cluster, self._files, options)

    def _all(self) -> Iterator[tuple[str, Batches]]:
        """Each input with what its rows say it is."""
        for file in self._files:
            form = _table_form(file)
            if form is not None:
                yield file, open_table(file, form)
                continue
            for response in self._responses(file):
                yield response.origin, self._reader(response, file)

    def _responses(self, file: str) -> Iterator[Response]:
        return responses(file, self._tally)

    def _reader(self, response: Response, file: str, *, is_whole: bool = False) -> TableReader:
        try:
            return TableReader(
                self._shown(response, file),
                placements=is_whole or self._wanted.placements,
                credentials=credential_names() if is_whole else (),
            )
        except Ds3CodecError as error:
            raise _InResponseError(response.origin, error) from error

    def _shown(self, response: Response, file: str) -> Iterator[bytes]:
        size = Path(file).stat().st_size if Path(file).is_file() else None
        before = self._tally.bytes_read
        for piece in response.body:
            yield piece
            self._progress.show(file, self._tally.bytes_read - before, size)


def _table_form(file: str) -> str | None:
    form, _ = form_of(file)
    return form if form in TABLE_FORMATS else None


class _InResponseError(Ds3CodecError):
    """An error of one response among several, with its name."""

    def __init__(self, origin: str, error: Ds3CodecError) -> None:
        super().__init__(f"{origin}: {error}")


class _Several:
    """The rows of several inputs, with a column that names the input."""

    def __init__(self, inputs: Iterator[tuple[str, Batches]], placements: bool) -> None:
        self._inputs = inputs
        self._columns = plain_schema(arrow_schema(placements=placements))
        self.schema: pa.Schema = self._columns.insert(0, pa.field(_INPUT, pa.string()))

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        for name, batches in self._inputs:
            try:
                for batch in batches:
                    yield self._named(name, batch)
            except (SourceError, TableError):
                raise
            except Ds3CodecError as error:
                raise _InResponseError(name, error) from error

    def metadata(self) -> dict[bytes, bytes]:
        """None: there is no one job."""
        return {}

    def _named(self, name: str, batch: pa.RecordBatch) -> pa.RecordBatch:
        columns = [
            batch.column(field.name).cast(field.type)
            if field.name in batch.schema.names
            else pa.nulls(batch.num_rows, field.type)
            for field in self._columns
        ]
        names = pa.array([name] * batch.num_rows, pa.string())
        return pa.RecordBatch.from_arrays([names, *columns], schema=self.schema)
