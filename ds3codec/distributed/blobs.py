"""The blobs of many responses as a frame of Dask's: a partition for each capture, or each part of one."""

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
    """What can be read of many captures, and what cannot. Compute both at once: they share their work.

    Attributes:
        blobs: The blobs of the captures that can be read.
        failed: A row for each other capture: its name (`input`) and why it cannot be read (`reason`).
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
    """Read the blobs of captures as a frame of Dask's, on all cores or machines.

        blobs = read_blobs("captures/*.xml")
        print(blobs.groupby("node_end_point").length.sum().compute())

    The columns are those of `ds3codec.tables.arrow_schema`; before them stand `input`, the name of the
    capture, and `job_id`. Captures are those of `ds3codec.captures`. A large response that is stored plain is
    cut behind its chunks, and each part becomes a partition. Where cutting it would not be right, one of its
    partitions has all rows. A partition is read when it is computed.

    Args:
        paths: Paths, folders, globs, or URLs that fsspec knows.
        blocksize: How large a part is, in bytes or as "64 MiB"; None to cut nothing.
        errors: "raise" an error for a capture that cannot be read, or "collect" what can be read, and a table
            of what cannot. Of a capture that cannot be read to its end no row is collected.
        strict: As in `decode`.
        missing: As in `decode`.
        placements: As in `record_batches`.
        credentials: As in `record_batches`.
        storage_options: What fsspec is given for URLs.

    Raises:
        SourceError: No capture has such a name, and `errors` is "raise".
        UsageError: An option is wrong.
        InputError: When it is computed: a capture cannot be read, and `errors` is "raise".
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
    """Find the captures that each path stands for, and the paths that stand for none, with the reasons."""
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
    except (OverflowError, ValueError):  # it has an unknown unit, or is no number
        size = 0
    if not isinstance(size, int) or isinstance(size, bool) or size < 1:
        raise UsageError(f"blocksize must be bytes, such as '64 MiB', or None, not {shown(blocksize)}")
    return size


def _soundness(parts: list[Part]) -> Delayed | bool:
    """Whether all parts of a capture can be read apart."""
    return len(parts) == 1 or delayed(all)([delayed(is_sound)(part) for part in parts])


def _tried_parts(
    parts: list[Part], columns: pa.Schema, options: ReadOptions
) -> tuple[list[Delayed], list[Delayed]]:
    """The frame of each part of a capture, empty where one of them fails, and what fails."""
    sound = _soundness(parts)
    outcomes = [delayed(_tried)(part, sound, columns, options) for part in parts]
    failures = [delayed(itemgetter(1))(outcome) for outcome in outcomes]
    return [delayed(_kept)(outcome, failures, columns) for outcome in outcomes], failures


def _joined(frames: list[Delayed], columns: pa.Schema) -> dd.DataFrame:
    empty = _as_frame(columns.empty_table())
    joined: dd.DataFrame = dd.from_delayed(frames or [delayed(empty)], meta=empty, verify_meta=False)
    return joined


# What is done where the data are read.


def _frame(part: Part, is_sound: bool, columns: pa.Schema, options: ReadOptions) -> pd.DataFrame:
    tables = [_named(rows, columns) for rows in read(part, is_sound, options)]
    return _as_frame(pa.concat_tables([columns.empty_table(), *tables]))


def _tried(
    part: Part, is_sound: bool, columns: pa.Schema, options: ReadOptions
) -> tuple[pd.DataFrame | None, tuple[str, str] | None]:
    """The rows of a part, or the name of what cannot be read and why."""
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
    """One row at most: each part of a capture that cannot be read gives the same error."""
    found = list(filter(None, failures))[:1]
    rows = [dict(zip(_FAILED.names, failure)) for failure in found]
    return _as_frame(pa.Table.from_pylist(rows, _FAILED))


def _named(rows: Rows, columns: pa.Schema) -> pa.Table:
    """Name the capture and the job of some rows."""
    job_id = None if rows.header is None else rows.header.job_id
    return labelled(rows.table, columns, input=rows.origin, job_id=job_id)


def _as_frame(table: pa.Table) -> pd.DataFrame:
    """A frame of pandas' that has Arrow's types, for with these a missing value is none of another type."""
    frame: pd.DataFrame = table.to_pandas(types_mapper=pd.ArrowDtype)
    return frame
