"""Reads the blobs of many responses as a Dask frame: a partition for each capture, or each part of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import repeat
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import dask.dataframe as dd
import pandas as pd
import pyarrow as pa
from dask.delayed import delayed
from dask.utils import parse_bytes

from ..captures.paths import Paths, each_path
from ..errors import InputError, SourceError, UsageError, public_name, shown
from ..options import Missing, ReadOptions
from ..tables.schema import arrow_schema, labelled, labelled_schema
from .parts import Part, Rows, is_sound, named, read, reason_of, split

if TYPE_CHECKING:
    from typing import overload

    from dask.delayed import Delayed

__all__ = ["Collected", "read_blobs"]

_FAILED = pa.schema([pa.field(name, pa.string()) for name in ("input", "reason")])


class Collected(NamedTuple):
    """The blobs of readable captures, and the other captures. Compute both at once: they share their work.

    Attributes:
        blobs: The blobs of the readable captures.
        failed: A row for each other capture: its name (`input`) and the reason (`reason`).
    """

    blobs: dd.DataFrame
    failed: dd.DataFrame


if TYPE_CHECKING:

    @overload
    def read_blobs(
        paths: Paths,
        *,
        blocksize: int | str | None = ...,
        errors: Literal["raise"] = ...,
        strict: bool = ...,
        missing: Missing = ...,
        placements: bool = ...,
        credentials: Sequence[str] = ...,
        storage_options: Mapping[str, Any] | None = ...,
    ) -> dd.DataFrame: ...

    @overload
    def read_blobs(
        paths: Paths,
        *,
        blocksize: int | str | None = ...,
        errors: Literal["collect"],
        strict: bool = ...,
        missing: Missing = ...,
        placements: bool = ...,
        credentials: Sequence[str] = ...,
        storage_options: Mapping[str, Any] | None = ...,
    ) -> Collected: ...


def read_blobs(
    paths: Paths,
    *,
    blocksize: int | str | None = "64 MiB",
    errors: Literal["raise", "collect"] = "raise",
    strict: bool = False,
    missing: Missing = "error",
    placements: bool = False,
    credentials: Sequence[str] = (),
    storage_options: Mapping[str, Any] | None = None,
) -> dd.DataFrame | Collected:
    """Read the blobs of captures as a Dask frame, on all cores or machines.

        blobs = read_blobs("captures/*.xml")
        print(blobs.groupby("node_end_point").length.sum().compute())

    The columns are `input`, the name of the capture, `job_id`, and those of `ds3codec.tables.arrow_schema`.
    Captures are those of `ds3codec.captures`. A large uncompressed response is cut after chunks, and each
    part becomes a partition. If cutting it is not safe, one of its partitions has all rows. A partition is
    read when it is computed.

    Args:
        paths: Paths, folders, globs, or URLs that fsspec knows.
        blocksize: The size of a part, in bytes or as "64 MiB"; None to cut nothing.
        errors: "raise" to raise an error for a capture that cannot be read; "collect" to get the readable
            captures, and a table of the others. A capture that cannot be read to its end gives no rows.
        strict: As in `decode`.
        missing: As in `decode`.
        placements: As in `record_batches`.
        credentials: As in `record_batches`.
        storage_options: The options of fsspec for URLs.

    Raises:
        SourceError: A path matches no capture, and `errors` is "raise".
        UsageError: An option is invalid.
        InputError: In computing: a capture cannot be read, and `errors` is "raise".
    """
    if errors not in ("raise", "collect"):
        raise UsageError(f"errors must be 'raise' or 'collect', not {shown(errors)}")
    options = ReadOptions(strict=strict, missing=missing, placements=placements, credentials=credentials)
    arrays = arrow_schema(placements=placements, credentials=credentials)
    columns = labelled_schema(arrays, "input", "job_id")
    size, stored = _size(blocksize), storage_options or {}
    if errors == "raise":
        captures = [split(name, size, stored) for name in named(paths, stored)]
        frames = [
            delayed(_frame)(part, sound, columns, options)
            for parts in captures
            for part, sound in zip(parts, repeat(_soundness(parts)))
        ]
        return _joined(frames, columns)
    names, unnamed = _named_apart(paths, stored)
    tried = [_tried_parts(split(name, size, stored), columns, options) for name in names]
    failed = [
        delayed(_failures)(failures) for failures in (*([one] for one in unnamed), *(one for _, one in tried))
    ]
    return Collected(
        _joined([frame for frames, _ in tried for frame in frames], columns), _joined(failed, _FAILED)
    )


def _named_apart(paths: Paths, options: Mapping[str, Any]) -> tuple[list[str], list[tuple[str, str]]]:
    """Find the captures of each path, and list the paths without any, with the reasons."""
    names, unnamed = [], []
    for path in each_path(paths):
        try:
            names += named(path, options)
        except SourceError as error:
            unnamed.append((public_name(path), reason_of(path, error)))
    return names, unnamed


def _size(blocksize: int | str | None) -> int | None:
    if blocksize is None:
        return None
    try:
        size = int(parse_bytes(blocksize)) if isinstance(blocksize, str) else blocksize
    except (OverflowError, ValueError):  # an unknown unit, or not a number
        size = 0
    if not isinstance(size, int) or isinstance(size, bool) or size < 1:
        raise UsageError(f"blocksize must be bytes, such as '64 MiB', or None, not {shown(blocksize)}")
    return size


def _soundness(parts: list[Part]) -> Delayed | bool:
    """Tell whether all parts of a capture can be read separately."""
    return len(parts) == 1 or delayed(all)([delayed(is_sound)(part) for part in parts])


def _tried_parts(
    parts: list[Part], columns: pa.Schema, options: ReadOptions
) -> tuple[list[Delayed], list[Delayed]]:
    """Read each part of a capture as a frame, all empty if one fails, and list the failures."""
    sound = _soundness(parts)
    outcomes = [delayed(_tried)(part, sound, columns, options) for part in parts]
    failures = [delayed(itemgetter(1))(outcome) for outcome in outcomes]
    return [delayed(_kept)(outcome, failures, columns) for outcome in outcomes], failures


def _joined(frames: list[Delayed], columns: pa.Schema) -> dd.DataFrame:
    empty = _as_frame(columns.empty_table())
    joined: dd.DataFrame = dd.from_delayed(frames or [delayed(empty)], meta=empty, verify_meta=False)
    return joined


# Tasks, which run where the data is read.


def _frame(part: Part, is_sound: bool, columns: pa.Schema, options: ReadOptions) -> pd.DataFrame:
    tables = [_named(rows, columns) for rows in read(part, is_sound, options)]
    return _as_frame(pa.concat_tables([columns.empty_table(), *tables]))


def _tried(
    part: Part, is_sound: bool, columns: pa.Schema, options: ReadOptions
) -> tuple[pd.DataFrame | None, tuple[str, str] | None]:
    """Read the rows of a part. Returns the frame, or the name of the capture and the reason."""
    try:
        return _frame(part, is_sound, columns, options), None
    except InputError as error:
        return None, (error.name, error.reason)


def _kept(
    outcome: tuple[pd.DataFrame | None, object], failures: list[object], columns: pa.Schema
) -> pd.DataFrame:
    frame, _ = outcome
    return _as_frame(columns.empty_table()) if frame is None or any(failures) else frame


def _failures(failures: list[tuple[str, str] | None]) -> pd.DataFrame:
    """Keep one row at most: each part of an unreadable capture gives the same error."""
    found = list(filter(None, failures))[:1]
    rows = [dict(zip(_FAILED.names, failure)) for failure in found]
    return _as_frame(pa.Table.from_pylist(rows, _FAILED))


def _named(rows: Rows, columns: pa.Schema) -> pa.Table:
    """Add the names of the capture and the job to some rows."""
    job_id = None if rows.header is None else rows.header.job_id
    return labelled(rows.table, columns, input=rows.origin, job_id=job_id)


def _as_frame(table: pa.Table) -> pd.DataFrame:
    """Make a pandas frame with Arrow's types, in which missing values do not change a column's type."""
    frame: pd.DataFrame = table.to_pandas(types_mapper=pd.ArrowDtype)
    return frame
