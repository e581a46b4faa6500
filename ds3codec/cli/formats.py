"""The reports of a validation as text, JSON, JSON Lines, JUnit's XML, annotations of GitHub,
or SARIF.

Each format is a function from the results to pieces of text, which come as the results do where the format
allows it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple
from xml.etree import ElementTree

from ..validation import RULES, Finding, Report, Severity
from .escaping import as_data, printable
from .reading import Unreadable
from .reports import sarif_log, sarif_result
from .terminal import Part, counted

__all__ = ["FORMATS", "Result", "Style", "statistics"]

_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}
_TITLES = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


@dataclass(slots=True)
class Result:
    """What was found in one response.

    Attributes:
        file: The file that it comes from.
        origin: Which response of that file, where there are several.
        report: What was found.
        seconds: How long that took.
        unfinished: Why the rest was not read; None where all was.
    """

    file: str
    origin: str
    report: Report
    seconds: float = 0.0
    unfinished: str | None = None


class Style(NamedTuple):
    """How results are shown.

    Attributes:
        severity: The least that is shown.
        quiet: Whether only findings are shown.
    """

    severity: Severity
    quiet: bool

    def shows(self, rule: str) -> bool:
        """Whether findings of a rule are severe enough."""
        return RULES[rule].severity.weight >= self.severity.weight

    def shown(self, report: Report) -> list[Finding]:
        """The findings of a report that are severe enough."""
        return [found for found in report.findings if found.severity.weight >= self.severity.weight]

    def count(self, report: Report) -> int:
        """How many findings are severe enough, those over the limit included."""
        return sum(report.count(one) for one in Severity if one.weight >= self.severity.weight)


Found = Iterable[Result | Unreadable]
Format = Callable[[Found, Style], Iterator[str | list[Part]]]


def text(results: Found, style: Style) -> Iterator[list[Part]]:
    """For a person: the parts of each line, with their styles."""
    totals: Counter[Severity] = Counter()
    responses, unfinished, unreadable, unrecorded = 0, 0, 0, 0
    for result in results:
        if isinstance(result, Unreadable):
            unreadable += 1
            continue
        responses += 1
        unfinished += result.unfinished is not None
        unrecorded += not result.report.recorded
        totals.update({severity: result.report.count(severity) for severity in Severity})
        findings = style.shown(result.report)
        if findings or style.count(result.report) or result.unfinished or not style.quiet:
            yield [(result.origin, "bold"), f": {_heading(result)}"]
        for found in findings:
            colour, word = _COLOURS[found.severity], found.severity.value
            yield ["  ", (word, colour), f" {found.message} ", (f"[{found.rule}]", "dim")]
            yield ["    ", (found.where, "dim")]
        for rule, count in sorted(result.report.unlisted().items()):
            if style.severity.weight <= RULES[rule].severity.weight:
                yield ["  ", (f"and {count:,} more of {rule}", "dim")]
    if not style.quiet:
        yield [_conclusion(responses, unfinished, unreadable, unrecorded, totals)]


def _conclusion(
    responses: int, unfinished: int, unreadable: int, unrecorded: int, totals: Counter[Severity]
) -> str:
    """The last line: what was found, and what was not looked at."""
    amiss = []
    if unrecorded:
        amiss.append(f"{unrecorded:,} not checked, for the body was not recorded")
    if unfinished:
        amiss.append(f"{unfinished:,} not read to the end")
    if unreadable:
        amiss.append(f"{counted(unreadable, 'input')} not read")
    if not responses:
        return "; ".join(["nothing was validated", *amiss])
    if amiss and not any(totals.values()):
        return f"{counted(responses, 'response')}: nothing found so far; {'; '.join(amiss)}"
    return "; ".join([f"{counted(responses, 'response')}: {_totals(totals)}", *amiss])


def _heading(result: Result) -> str:
    report = result.report
    counts = Counter({one: report.count(one) for one in Severity})
    parts = [_totals(counts)]
    if not report.recorded:
        parts = ["not checked, for the body was not recorded"]
    if result.unfinished is not None:
        so_far = _totals(counts) if any(counts.values()) else "nothing found"
        parts = [f"not read to the end ({result.unfinished}); {so_far} so far"]
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


def as_json(results: Found, style: Style) -> Iterator[str]:
    """One document: all responses, what could not be read, and the totals."""
    responses, unreadable = [], []
    totals: Counter[str] = Counter({one.value: 0 for one in Severity})
    for result in results:
        if isinstance(result, Unreadable):
            unreadable.append(_plain_unreadable(result))
            continue
        responses.append(_plain(result, style))
        totals.update({one.value: result.report.count(one) for one in Severity})
    yield as_data({"responses": responses, "unreadable": unreadable, "totals": dict(totals)}, indent=2)


def jsonl(results: Found, style: Style) -> Iterator[str]:
    """A line for each response, as soon as it is validated, and for what could not be read."""
    for result in results:
        if isinstance(result, Unreadable):
            yield as_data(_plain_unreadable(result))
        else:
            yield as_data(_plain(result, style))


def _plain_unreadable(unreadable: Unreadable) -> dict[str, Any]:
    return {"file": unreadable.file, "unreadable": unreadable.reason}


def _plain(result: Result, style: Style) -> dict[str, Any]:
    report = result.report
    return {
        "file": result.file,
        "origin": result.origin,
        "ok": report.ok and result.unfinished is None,
        "complete": report.complete,
        "recorded": report.recorded,
        "unfinished": result.unfinished,
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


def junit(results: Found, style: Style) -> Iterator[str]:
    """A test case for each response and group of rules; what could not be read is an error."""
    cases: dict[str, list[ElementTree.Element]] = {}
    for result in results:
        of_file = cases.setdefault(result.file, [])
        if isinstance(result, Unreadable):
            of_file.append(_case(result.file, result.file, 0, _problem("error", "unreadable", result.reason)))
        else:
            of_file += _cases(result, style)
    every = [case for of_file in cases.values() for case in of_file]
    suites = ElementTree.Element("testsuites", {"name": "ds3codec validate", **_counts(every)})
    for file, of_file in cases.items():
        suite = ElementTree.SubElement(suites, "testsuite", {"name": printable(file), **_counts(of_file)})
        suite.extend(of_file)
    ElementTree.indent(suites)
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield ElementTree.tostring(suites, encoding="us-ascii").decode()  # in whatever encoding it is printed


def _cases(result: Result, style: Style) -> Iterator[ElementTree.Element]:
    """The cases of a response: one for each group of rules, and one for reading it to its end."""
    by_group: dict[str, list[Finding]] = {rule.group: [] for rule in RULES.values()}
    for found in style.shown(result.report):
        by_group[RULES[found.rule].group].append(found)
    for place, (group, findings) in enumerate(by_group.items()):
        problems = []
        if findings:
            lines = [f"{one.severity.value}: {one.message} [{one.rule}] ({one.where})" for one in findings]
            message = findings[0].message if len(findings) == 1 else f"{len(findings):,} findings"
            problems.append(_problem("failure", findings[0].rule, message, "\n".join(map(printable, lines))))
        elif place == 0 and result.unfinished is not None:
            problems.append(_problem("error", "unfinished", result.unfinished))
        elif not result.report.recorded:
            problems.append(ElementTree.Element("skipped", message="the body was not recorded"))
        yield _case(result.file, f"{result.origin}: {group}", 0 if place else result.seconds, *problems)


def _case(file: str, name: str, seconds: float, *problems: ElementTree.Element) -> ElementTree.Element:
    case = ElementTree.Element(
        "testcase", classname=printable(file), name=printable(name), time=f"{seconds:.3f}"
    )
    case.extend(problems)
    return case


def _problem(kind: str, rule: str, message: str, text: str = "") -> ElementTree.Element:
    problem = ElementTree.Element(kind, type=rule, message=printable(message))
    problem.text = text or None
    return problem


def _counts(cases: list[ElementTree.Element]) -> dict[str, str]:
    return {
        "tests": str(len(cases)),
        "failures": str(sum(case.find("failure") is not None for case in cases)),
        "errors": str(sum(case.find("error") is not None for case in cases)),
        "skipped": str(sum(case.find("skipped") is not None for case in cases)),
        "time": f"{sum(float(case.get('time', 0)) for case in cases):.3f}",
    }


def github(results: Found, style: Style) -> Iterator[str]:
    """Annotations, as GitHub's runner reads them off a log."""
    for result in results:
        if isinstance(result, Unreadable):
            yield _annotation("error", {"file": result.file, "title": "unreadable"}, result.reason)
            continue
        if result.unfinished is not None:
            places: dict[str, Any] = {"file": result.file, "title": "unfinished"}
            yield _annotation("error", places, f"{result.origin} is not read to the end: {result.unfinished}")
        for found in style.shown(result.report):
            places = {"file": result.file, "line": found.line, "col": found.column, "title": found.rule}
            at = f" (at {found.path})" if found.path else ""
            yield _annotation(_TITLES[found.severity], places, f"{found.message}{at}")


def sarif(results: Found, style: Style) -> Iterator[str]:
    """A log in SARIF 2.1.0, which editors and hosts of code show."""
    found, failures = [], []
    for result in results:
        if isinstance(result, Unreadable):
            failures.append(result.reason)
            continue
        if result.unfinished is not None:
            failures.append(f"{result.origin} is not read to the end: {result.unfinished}")
        found += [sarif_result(result.file, result.origin, one) for one in style.shown(result.report)]
    yield as_data(sarif_log(found, failures), indent=2)


def statistics(results: Found, style: Style) -> Iterator[str]:
    """A line for each rule with findings: how many there are, most first."""
    counts: Counter[str] = Counter()
    for result in results:
        if isinstance(result, Result):
            counts.update(result.report.counts)
    shown = [(rule, count) for rule, count in counts.most_common() if style.shows(rule)]
    width = max((len(f"{count:,}") for _, count in shown), default=0)
    for rule, count in shown:
        yield f"{count:>{width},}  {rule} ({RULES[rule].severity.value})"


def _annotation(kind: str, places: dict[str, Any], message: str) -> str:
    options = ",".join(
        f"{name}={_escaped(str(value)).replace(':', '%3A').replace(',', '%2C')}"
        for name, value in places.items()
        if value is not None
    )
    return f"::{kind} {options}::{_escaped(message)}"


def _escaped(value: str) -> str:
    return printable(value).replace("%", "%25")


FORMATS: dict[str, Format] = {
    "text": text,
    "json": as_json,
    "jsonl": jsonl,
    "junit": junit,
    "github": github,
    "sarif": sarif,
}
