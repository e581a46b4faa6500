"""What validation finds in many responses, as frames of Dask's: one of responses, one of findings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import dask.dataframe as dd
import pandas as pd
import pyarrow as pa
from dask.delayed import delayed

from ..captures.paths import Paths
from ..captures.streams import PassedOver
from ..errors import SourceError
from ..options import several
from ..validation import Severity, validate
from ..validation.findings import finding_row, report_row
from .parts import Part, surveyed

if TYPE_CHECKING:
    from dask.delayed import Delayed

__all__ = ["Validated", "validate_many"]

_TEXT, _NUMBER = pa.string(), pa.int64()
_RESPONSES = pa.schema(
    [
        *(
            ("input", _TEXT),
            ("response", _TEXT),
            ("status", _NUMBER),
            ("operation", _TEXT),
            ("job_id", _TEXT),
        ),
        *(("ok", pa.bool_()), ("complete", pa.bool_()), ("api_versions", pa.list_(_TEXT))),
        *((f"{severity.value}s", _NUMBER) for severity in Severity),
        *(("chunks", _NUMBER), ("blobs", _NUMBER), ("bytes_read", _NUMBER)),
        *(("failure", _TEXT), ("passed_over", _TEXT)),
    ]
)
_FINDINGS = pa.schema(
    [
        *((name, _TEXT) for name in ("input", "response", "rule", "severity", "message", "path")),
        *((name, _NUMBER) for name in ("line", "column")),
    ]
)


class Validated(NamedTuple):
    """What is found in many captures. Compute both at once: they share their work.

    Attributes:
        responses: A row for each response: `input` and `response` (which of the capture's it is), `status`,
            `operation`, `job_id`, `ok`, `complete`, `api_versions` that it fits, how many `errors`,
            `warnings` and `notes`, `chunks`, `blobs`, `bytes_read`. A capture that cannot be read any further
            is a row whose `failure` says why, and a file in a folder that is no capture one whose
            `passed_over` does; these are null in all others.
        findings: A row for each finding: `input`, `response`, `rule`, `severity`, `message`, `path`, `line`
            and `column`.
    """

    responses: dd.DataFrame
    findings: dd.DataFrame


def validate_many(
    paths: Paths,
    *,
    api_version: str = "auto",
    select: Iterable[str] | None = None,
    ignore: Iterable[str] = (),
    max_findings: int = 100,
    storage_options: Mapping[str, Any] | None = None,
) -> Validated:
    """Validate the responses of captures on all cores or machines, a partition for each capture.

        responses, findings = dask.compute(*validate_many("captures/*.har"))

    Args:
        paths: Paths, folders, globs, or URLs that fsspec knows.
        api_version: As in `validate`.
        select: As in `validate`.
        ignore: As in `validate`.
        max_findings: As in `validate`: of each rule, in each response.
        storage_options: What fsspec is given for URLs.

    Raises:
        SourceError: No capture has such a name.
        RuleError: There is no such rule.
        VersionError: There is no such version.
        UsageError: An option is wrong.
    """
    options = {
        "api_version": api_version,
        "select": None if select is None else _names("select", select),
        "ignore": _names("ignore", ignore),
        "max_findings": max_findings,
    }
    validate(b"", **options)  # type: ignore[arg-type]  # raises the errors of the options now
    stored = storage_options or {}
    names, passed_over = surveyed(paths, stored)
    found = [delayed(_validated)(Part(name, stored), options) for name in names]
    if passed_over:
        found.append(delayed((_rows_passed_over(passed_over), [])))
    return Validated(
        _joined([delayed(_responses)(each) for each in found], _RESPONSES),
        _joined([delayed(_findings)(each) for each in found], _FINDINGS),
    )


def _names(name: str, given: Iterable[str]) -> str | list[str]:
    """Names that can be gone through more than once; one alone as it is."""
    return given if isinstance(given, str) else list(several(name, given))


def _joined(frames: list[Delayed], columns: pa.Schema) -> dd.DataFrame:
    joined: dd.DataFrame = dd.from_delayed(frames, meta=_as_frame([], columns), verify_meta=False)
    return joined


# What is done where the data are read.

_Found = list[dict[str, Any]]


def _validated(part: Part, options: dict[str, Any]) -> tuple[_Found, _Found]:
    """The rows of responses and of findings of a capture."""
    of_responses: _Found = []
    of_findings: _Found = []
    try:
        with part.whole() as source:
            for response in part.responses(source):
                name = {"input": part.name, "response": response.origin}
                report = validate(response, **options)
                counts = {f"{severity.value}s": report.count(severity) for severity in Severity}
                of_responses.append(name | {"status": response.status} | report_row(report) | counts)
                of_findings += [name | finding_row(found) for found in report.findings]
    except SourceError as error:
        of_responses.append({"input": part.name, "ok": False, "complete": False, "failure": str(error)})
    return of_responses, of_findings


def _rows_passed_over(passed_over: Iterable[PassedOver]) -> _Found:
    return [{"input": one.name, "passed_over": one.reason} for one in passed_over]


def _responses(found: tuple[_Found, _Found]) -> pd.DataFrame:
    return _as_frame(found[0], _RESPONSES)


def _findings(found: tuple[_Found, _Found]) -> pd.DataFrame:
    return _as_frame(found[1], _FINDINGS)


def _as_frame(rows: _Found, columns: pa.Schema) -> pd.DataFrame:
    frame: pd.DataFrame = pa.Table.from_pylist(rows, columns).to_pandas(types_mapper=pd.ArrowDtype)
    return frame
