"""The reports of a validation as text, JSON, JSON Lines, JUnit's XML, or annotations of GitHub.

Each format is a function from the results to pieces of text, which come as the results do where the format
allows it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple
from xml.etree import ElementTree

from ..validation import RULES, Finding, Report, Severity
from .escaping import as_data, printable
from .terminal import Part, counted

__all__ = ["FORMATS", "Result", "Style"]

_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}
_TITLES = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


class Result(NamedTuple):
    """What was found in one response.

    Attributes:
        file: The file that it comes from.
        origin: Which response of that file, where there are several.
        report: What was found.
    """

    file: str
    origin: str
    report: Report


class Style(NamedTuple):
    """How results are shown.

    Attributes:
        severity: The least that is shown.
        quiet: Whether only findings are shown.
    """

    severity: Severity
    quiet: bool

    def shown(self, report: Report) -> list[Finding]:
        """The findings of a report that are severe enough."""
        return [found for found in report.findings if found.severity.weight >= self.severity.weight]

    def count(self, report: Report) -> int:
        """How many findings are severe enough, those over the limit included."""
        return sum(report.count(one) for one in Severity if one.weight >= self.severity.weight)


Format = Callable[[Iterable[Result], Style], Iterator[str | list[Part]]]


def text(results: Iterable[Result], style: Style) -> Iterator[list[Part]]:
    """For a person: the parts of each line, with their styles."""
    totals: Counter[Severity] = Counter()
    responses = 0
    for result in results:
        responses += 1
        totals.update({severity: result.report.count(severity) for severity in Severity})
        findings = style.shown(result.report)
        if findings or style.count(result.report) or not style.quiet:
            yield [(result.origin, "bold"), f": {_heading(result.report)}"]
        for found in findings:
            colour, word = _COLOURS[found.severity], found.severity.value
            yield ["  ", (word, colour), f" {found.message} ", (f"[{found.rule}]", "dim")]
            yield ["    ", (found.where, "dim")]
        for rule, count in sorted(result.report.unlisted().items()):
            if style.severity.weight <= RULES[rule].severity.weight:
                yield ["  ", (f"and {count:,} more of {rule}", "dim")]
    if not style.quiet:
        yield [f"{counted(responses, 'response')}: {_totals(totals)}"]


def _heading(report: Report) -> str:
    parts = [_totals(Counter({one: report.count(one) for one in Severity}))]
    if report.operation is not None:
        parts.append(report.operation.name)
    if report.header is not None:
        parts.append(f"job {report.header.job_id}")
    if report.chunks:
        parts.append(f"{counted(report.chunks, 'chunk')}, {counted(report.blobs, 'blob')}")
    if report.before_3_0:
        parts.append("from before API 3.0")
    elif report.api_versions:
        first, last = report.api_versions[0], report.api_versions[-1]
        parts.append(f"API {first}" if first == last else f"API {first} to {last}")
    return "; ".join(parts)


def _totals(counts: Counter[Severity]) -> str:
    found = [counted(counts[severity], severity.value) for severity in Severity if counts[severity]]
    return ", ".join(found) or "nothing found"


def as_json(results: Iterable[Result], style: Style) -> Iterator[str]:
    """One document: all responses, and the totals."""
    responses = []
    totals: Counter[str] = Counter()
    for result in results:
        responses.append(_plain(result, style))
        totals.update({one.value: result.report.count(one) for one in Severity})
    yield as_data({"responses": responses, "totals": dict(totals)}, indent=2)


def jsonl(results: Iterable[Result], style: Style) -> Iterator[str]:
    """A line for each response, as soon as it is validated."""
    for result in results:
        yield as_data(_plain(result, style))


def _plain(result: Result, style: Style) -> dict[str, Any]:
    report = result.report
    return {
        "file": result.file,
        "origin": result.origin,
        "ok": report.ok,
        "complete": report.complete,
        "operation": report.operation and report.operation.name,
        "job_id": report.header and report.header.job_id,
        "api_versions": list(report.api_versions),
        "before_3_0": report.before_3_0,
        "chunks": report.chunks,
        "blobs": report.blobs,
        "bytes_read": report.bytes_read,
        "counts": dict(report.counts),
        "findings": [_plain_finding(found) for found in style.shown(report)],
    }


def _plain_finding(found: Finding) -> dict[str, Any]:
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


def junit(results: Iterable[Result], style: Style) -> Iterator[str]:
    """A test case for each response, which fails if anything was found."""
    suites = ElementTree.Element("testsuites", name="ds3codec validate")
    by_file: dict[str, ElementTree.Element] = {}
    for result in results:
        suite = by_file.get(result.file)
        if suite is None:
            suite = ElementTree.SubElement(
                suites, "testsuite", name=printable(result.file), tests="0", failures="0"
            )
            by_file[result.file] = suite
        names = {"classname": printable(result.file), "name": printable(result.origin)}
        case = ElementTree.SubElement(suite, "testcase", names)
        _add(suite, "tests", 1)
        for found in style.shown(result.report):
            _add(suite, "failures", 1)
            failure = ElementTree.SubElement(
                case, "failure", type=found.rule, message=printable(found.message)
            )
            failure.text = printable(f"{found.severity.value}: {found.where}")
    ElementTree.indent(suites)
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield ElementTree.tostring(suites, encoding="us-ascii").decode()  # in whatever encoding it is printed


def _add(element: ElementTree.Element, name: str, number: int) -> None:
    element.set(name, str(int(element.get(name, "0")) + number))


def github(results: Iterable[Result], style: Style) -> Iterator[str]:
    """Annotations, as GitHub's runner reads them off a log."""
    for result in results:
        for found in style.shown(result.report):
            places = {"file": result.file, "line": found.line, "col": found.column, "title": found.rule}
            options = ",".join(
                f"{name}={_escaped(str(value)).replace(':', '%3A').replace(',', '%2C')}"
                for name, value in places.items()
                if value is not None
            )
            message = f"{found.message} ({found.where})"
            yield f"::{_TITLES[found.severity]} {options}::{_escaped(message)}"


def _escaped(value: str) -> str:
    return printable(value).replace("%", "%25")


FORMATS: dict[str, Format] = {
    "text": text,
    "json": as_json,
    "jsonl": jsonl,
    "junit": junit,
    "github": github,
}
