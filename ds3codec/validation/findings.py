"""What validation says: findings with their places, gathered in a report.

All findings are counted; of each rule no more than a limit are kept.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ..models import MasterObjectList
from ..operations import Operation
from .checks.base import Severity
from .places import Place
from .rules import GROUPS, RULES

__all__ = ["Finding", "Findings", "Report", "finding_row", "report_row"]

_CHUNK = re.compile(r"/Objects\[(\d+)\]")
_OBJECT = re.compile(r"/Object\[(\d+)\]")


@dataclass(slots=True)
class Finding:
    """One thing that is wrong, doubtful, or worth knowing.

    Attributes:
        rule: The name of the rule.
        message: What it is, for a person. It shows no credential.
        place: Where it is.
    """

    rule: str
    message: str
    place: Place

    @property
    def severity(self) -> Severity:
        """That of the rule."""
        return RULES[self.rule].severity

    @property
    def path(self) -> str | None:
        """The element or attribute; None before the root."""
        return self.place.path

    @property
    def line(self) -> int | None:
        """The line, counted from 1; None where it is not known."""
        return self.place.line

    @property
    def column(self) -> int | None:
        """The column, counted from 1; None where it is not known."""
        return self.place.column

    @property
    def chunk(self) -> int | None:
        """Which chunk of the document, counted from 1; None for what is in none, and in a lone chunk."""
        return _number(_CHUNK, self.place.path)

    @property
    def object(self) -> int | None:
        """Which object of its chunk, counted from 1; None for what is in none."""
        return _number(_OBJECT, self.place.path)

    def __str__(self) -> str:
        return f"{self.severity.value}: {self.message} [{self.rule}] ({self.where})"

    @property
    def where(self) -> str:
        """The place in words."""
        place = self.place
        parts = [
            f"line {place.line}" if place.line is not None else "",
            f"column {place.column}" if place.column is not None else "",
            f"at {place.path}" if place.path else "",
            f"chunk number {place.chunk_number}" if place.chunk_number is not None else "",
            f"object {place.object_name!r}" if place.object_name is not None else "",
        ]
        return ", ".join(filter(None, parts)) or "before the root"


def _number(pattern: re.Pattern[str], path: str | None) -> int | None:
    match = pattern.search(path or "")
    return int(match[1]) if match else None


@dataclass(slots=True)
class Report:
    """What validation found in one response.

    Attributes:
        findings: In the order in which they were found; of each rule no more than the limit.
        counts: How many findings each rule had, those over the limit included.
        api_versions: The versions of the API that the response can come from, oldest first; none for a
            response that does not fit any, or comes from before 3.0.
        before_3_0: Whether it is recognised as a response from before API 3.0.
        header: The job without its chunks, as far as it could be read; None for any other document.
        operation: The operation of the request, where that is known.
        chunks: How many chunks there are.
        blobs: How many blobs there are.
        bytes_read: Bytes that were read, before decompression.
        complete: Whether the response was read to its end.
        recorded: Whether there was a body to be checked.
        broken_off: Why the document could not be read to its end; None where it could.
        not_checked: The groups of rules that were not applied, or not to all of the response, and why.
    """

    findings: list[Finding] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    api_versions: tuple[str, ...] = ()
    before_3_0: bool = False
    header: MasterObjectList | None = None
    operation: Operation | None = None
    chunks: int = 0
    blobs: int = 0
    bytes_read: int = 0
    complete: bool = False
    recorded: bool = True
    broken_off: str | None = None
    not_checked: dict[str, str] = field(
        default_factory=lambda: dict.fromkeys(GROUPS, "the response was not read to its end")
    )

    @property
    def errors(self) -> int:
        """How many findings are errors."""
        return self.count(Severity.ERROR)

    @property
    def ok(self) -> bool:
        """Whether nothing is an error."""
        return self.errors == 0

    def count(self, severity: Severity) -> int:
        """How many findings have this severity."""
        return sum(count for rule, count in self.counts.items() if RULES[rule].severity is severity)

    def unlisted(self) -> Counter[str]:
        """How many findings of each rule are counted but not kept."""
        return self.counts - Counter(finding.rule for finding in self.findings)


def report_row(report: Report) -> dict[str, Any]:
    """List what a report says of a response, without the findings, as a row of a table."""
    return {
        "ok": report.ok,
        "complete": report.complete,
        "recorded": report.recorded,
        "operation": report.operation and report.operation.name,
        "job_id": report.header and report.header.job_id,
        "api_versions": list(report.api_versions),
        "before_3_0": report.before_3_0,
        "chunks": report.chunks,
        "blobs": report.blobs,
        "bytes_read": report.bytes_read,
        "not_checked": report.not_checked,
    }


def finding_row(found: Finding) -> dict[str, Any]:
    """List what a finding says as a row of a table."""
    return {
        "rule": found.rule,
        "severity": found.severity.value,
        "message": found.message,
        "path": found.path,
        "line": found.line,
        "column": found.column,
        "chunk": found.chunk,
        "object": found.object,
        "chunk_number": found.place.chunk_number,
        "object_name": found.place.object_name,
    }


class Findings:
    """Gathers findings into a report: of the rules that apply, up to the limit."""

    def __init__(self, report: Report, rules: frozenset[str], limit: int) -> None:
        self.rules = rules
        self._report = report
        self._limit = limit

    def add(self, rule: str, message: str, place: Place | Callable[[], Place]) -> None:
        """Note a finding, if its rule applies. Its place is asked for if the report lists it."""
        if rule not in self.rules:
            return
        self._report.counts[rule] += 1
        if not self.is_full(rule, already=1):
            finding = Finding(rule, message, place if isinstance(place, Place) else place())
            self._report.findings.append(finding)

    def count(self, rule: str, findings: int) -> bool:
        """Count so many findings, if the report would list none of them; whether it would not."""
        if not self.is_full(rule):
            return False
        if rule in self.rules:
            self._report.counts[rule] += findings
        return True

    def is_full(self, rule: str, already: int = 0) -> bool:
        """Whether another finding of a rule would only be counted."""
        return rule not in self.rules or self._report.counts[rule] - already >= self._limit
