"""The reports of a validation as text, JSON, JSON Lines, JUnit's XML, annotations of GitHub,
or SARIF.

Each format is a function from results to pieces of text. It yields them as the results arrive if the format
allows that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple
from xml.etree import ElementTree

from ..captures.streams import PassedOver
from ..validation import RULES, Finding, Report, Severity
from ..validation.findings import finding_row, report_row
from ..validation.rules import GROUPS
from .reading import Order, Unread, Unreadable, passed_over_in_words, plain_unread
from .sarif import Log
from .terminal import Part, as_data, counted, failed, printable, printable_name

__all__ = ["FORMATS", "Result", "Style", "statistics"]

_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}
_TITLES = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


@dataclass(slots=True)
class Result:
    """The result of validating one response.

    Attributes:
        file: The file that the response comes from.
        origin: The name of the response, which differs from the file's if that has several.
        report: The report with the findings.
        seconds: The time that validation took.
        unfinished: The reason the rest was not read; None if all was.
    """

    file: str
    origin: str
    report: Report
    seconds: float = 0.0
    unfinished: str | None = None


class Style(NamedTuple):
    """The options for showing results.

    Attributes:
        severity: The least severity that is shown.
        quiet: True to show findings only.
    """

    severity: Severity
    quiet: bool

    def shows(self, rule: str) -> bool:
        """Tell whether the findings of a rule are severe enough to be shown."""
        return RULES[rule].severity.weight >= self.severity.weight

    def shown(self, report: Report) -> list[Finding]:
        """Return the findings of a report that are severe enough to be shown."""
        return [found for found in report.findings if found.severity.weight >= self.severity.weight]

    def unlisted(self, report: Report) -> dict[str, str]:
        """Count the unlisted findings, in words, of each rule that is severe enough to be shown."""
        counts = sorted(report.unlisted().items())
        return {rule: f"and {count:,} more of {rule}" for rule, count in counts if self.shows(rule)}

    def count(self, report: Report) -> int:
        """Count the findings that are severe enough to be shown, including those over the limit."""
        return sum(report.count(one) for one in Severity if one.weight >= self.severity.weight)


Found = Iterable[Result | Unread | Order]
Format = Callable[[Found, Style], Iterator[str | list[Part]]]


def text(results: Found, style: Style) -> Iterator[list[Part]]:
    """Yield the lines of a report for people, as styled parts."""
    totals: Counter[Severity] = Counter()
    responses, unfinished, unreadable, unrecorded = 0, 0, 0, 0
    passed_over: list[PassedOver] = []
    for result in results:
        if isinstance(result, Order):
            if not style.quiet:
                yield [f"compared in the order of {result.by}"]
        elif isinstance(result, PassedOver):
            passed_over.append(result)
        elif isinstance(result, Unreadable):
            unreadable += 1
        else:
            responses += 1
            unrecorded += not result.report.recorded
            unfinished += result.unfinished is not None
            totals.update({severity: result.report.count(severity) for severity in Severity})
            yield from _lines(result, style)
    if not style.quiet:
        yield [_conclusion(responses, unfinished, unreadable, unrecorded, totals)]
        for line in passed_over_in_words(passed_over):
            yield [line]


def _lines(result: Result, style: Style) -> Iterator[list[Part]]:
    """Yield the heading of a result and the findings under it."""
    findings = style.shown(result.report)
    if findings or style.count(result.report) or result.unfinished or not style.quiet:
        yield [(printable_name(result.origin), "bold"), f": {_heading(result)}"]
    for found in findings:
        colour, word = _COLOURS[found.severity], found.severity.value
        yield ["  ", (word, colour), f" {found.message} ", (f"[{found.rule}]", "dim")]
        yield ["    ", (found.where, "dim")]
    for unlisted in style.unlisted(result.report).values():
        yield ["  ", (unlisted, "dim")]


def _conclusion(
    responses: int, unfinished: int, unreadable: int, unrecorded: int, totals: Counter[Severity]
) -> str:
    """Return the last line: the totals, and the number of inputs that were not checked or read."""
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
    """Yield one document with all responses, the inputs that were not read, and the totals."""
    lists: dict[type, list[Any]] = {Result: [], Unreadable: [], PassedOver: []}
    totals: Counter[str] = Counter({one.value: 0 for one in Severity})
    order = None
    for result in results:
        if isinstance(result, Order):
            order = result.by
            continue
        lists[type(result)].append(_plain(result, style))
        if isinstance(result, Result):
            totals.update({one.value: result.report.count(one) for one in Severity})
    document = {
        "responses": lists[Result],
        "unreadable": lists[Unreadable],
        "passed_over": lists[PassedOver],
        "order": order,
        "totals": dict(totals),
    }
    yield as_data(document, indent=2)


def jsonl(results: Found, style: Style) -> Iterator[str]:
    """Yield a line for each response as soon as it is validated, and for each input that was not read."""
    for result in results:
        yield as_data(_plain(result, style))


def _plain(result: Result | Unread | Order, style: Style) -> dict[str, Any]:
    if isinstance(result, Order):
        return {"order": result.by}
    if isinstance(result, (Unreadable, PassedOver)):
        return plain_unread(result)
    report = result.report
    return {
        "file": result.file,
        "origin": result.origin,
        **report_row(report),
        "ok": report.ok and result.unfinished is None,
        "unfinished": result.unfinished,
        "counts": dict(report.counts),
        "findings": [finding_row(found) for found in style.shown(report)],
    }


def junit(results: Found, style: Style) -> Iterator[str]:
    """Yield a document with a test case for each response and group of rules.

    A group that was not checked is skipped, as is an input that was passed over. An unreadable input is an
    error.
    """
    cases: dict[str, list[ElementTree.Element]] = {}
    order = None
    for result in results:
        if isinstance(result, Order):
            order = result.by
        elif isinstance(result, PassedOver):
            case = _case(result.name, result.name, 0, _skipped(result.reason))
            cases.setdefault(result.name, []).append(case)
        elif isinstance(result, Unreadable):
            case = _case(result.file, result.file, 0, _problem("error", "unreadable", result.reason))
            cases.setdefault(result.file, []).append(case)
        else:
            cases.setdefault(result.file, []).extend(_cases(result, style))
    every = [case for of_file in cases.values() for case in of_file]
    suites = ElementTree.Element("testsuites", {"name": "ds3codec validate", **_counts(every)})
    for file, of_file in cases.items():
        suite = ElementTree.SubElement(
            suites, "testsuite", {"name": printable_name(file), **_counts(of_file)}
        )
        if order is not None:
            properties = ElementTree.SubElement(suite, "properties")
            ElementTree.SubElement(properties, "property", name="order", value=order)
        suite.extend(of_file)
    ElementTree.indent(suites)
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield ElementTree.tostring(suites, encoding="us-ascii").decode()  # so that any output encoding will do


def _cases(result: Result, style: Style) -> Iterator[ElementTree.Element]:
    """Yield the test cases of a response, one for each group of rules."""
    report = result.report
    unlisted = style.unlisted(report)
    for place, group in enumerate(GROUPS):
        findings = [one for one in style.shown(report) if RULES[one.rule].group == group]
        rules = [rule for rule in report.counts if RULES[rule].group == group and style.shows(rule)]
        problems = []
        if rules:
            count = sum(report.counts[rule] for rule in rules)
            lines = [f"{one.severity.value}: {one.message} [{one.rule}] ({one.where})" for one in findings]
            lines += [unlisted[rule] for rule in rules if rule in unlisted]
            message = findings[0].message if count == len(findings) == 1 else counted(count, "finding")
            problems.append(_problem("failure", rules[0], message, "\n".join(map(printable, lines))))
        elif place == 0 and result.unfinished is not None:
            problems.append(_problem("error", "unfinished", result.unfinished))
        elif group in report.not_checked:
            problems.append(_skipped(report.not_checked[group]))
        name = f"{printable_name(result.origin)}: {group}"
        yield _case(result.file, name, 0 if place else result.seconds, *problems)


def _skipped(reason: str) -> ElementTree.Element:
    return ElementTree.Element("skipped", message=printable(reason))


def _case(file: str, name: str, seconds: float, *problems: ElementTree.Element) -> ElementTree.Element:
    case = ElementTree.Element(
        "testcase", classname=printable_name(file), name=printable_name(name), time=f"{seconds:.3f}"
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
    """Yield annotations in the form that GitHub's runner recognises in a log."""
    for result in results:
        if isinstance(result, Order):
            yield _annotation("notice", {"title": "order"}, f"compared in the order of {result.by}")
        elif isinstance(result, PassedOver):
            yield _annotation("notice", {"file": result.name, "title": "passed over"}, result.reason)
        elif isinstance(result, Unreadable):
            yield _annotation("error", {"file": result.file, "title": "unreadable"}, result.reason)
        else:
            yield from _annotations(result, style)


def _annotations(result: Result, style: Style) -> Iterator[str]:
    if result.unfinished is not None:
        places: dict[str, Any] = {"file": result.file, "title": "unfinished"}
        yield _annotation("error", places, f"{result.origin} is not read to the end: {result.unfinished}")
    for found in style.shown(result.report):
        places = {"file": result.file, "line": found.line, "col": found.column, "title": found.rule}
        at = f" (at {found.path})" if found.path else ""
        yield _annotation(_TITLES[found.severity], places, f"{found.message}{at}")
    for rule, unlisted in style.unlisted(result.report).items():
        yield _annotation(_TITLES[RULES[rule].severity], {"file": result.file, "title": rule}, unlisted)


def sarif(results: Found, style: Style) -> Iterator[str]:
    """Yield a log in SARIF 2.1.0, for editors and code hosts, cut to the size that they accept."""
    log = Log()
    for result in results:
        if isinstance(result, Order):
            log.note(f"compared in the order of {result.by}")
        elif isinstance(result, PassedOver):
            log.note(f"{result.name} is passed over: {result.reason}", result.name)
        elif isinstance(result, Unreadable):
            log.fail(result.reason, result.file)
        else:
            _log(result, style, log)
    yield as_data(log.document(), indent=2)
    for left_out in log.left_out():
        failed(left_out)


def _log(result: Result, style: Style, log: Log) -> None:
    if result.unfinished is not None:
        log.fail(f"{result.origin} is not read to the end: {result.unfinished}", result.file)
    for found in style.shown(result.report):
        log.add(result.file, result.origin, found)
    for unlisted in style.unlisted(result.report).values():
        log.note(f"{result.origin}: {unlisted}", result.file, level="warning")


def statistics(results: Found, style: Style) -> Iterator[str]:
    """Yield the number of findings of each rule, most first; report unread input on standard error."""
    counts: Counter[str] = Counter()
    passed_over: list[PassedOver] = []
    for result in results:
        if isinstance(result, Result):
            counts.update(result.report.counts)
            if result.unfinished is not None:
                failed(f"{result.origin} is not read to the end: {result.unfinished}")
        elif isinstance(result, PassedOver):
            passed_over.append(result)
    shown = [(rule, count) for rule, count in counts.most_common() if style.shows(rule)]
    width = max((len(f"{count:,}") for _, count in shown), default=0)
    for rule, count in shown:
        yield f"{count:>{width},}  {rule} ({RULES[rule].severity.value})"
    for line in passed_over_in_words(passed_over):
        failed(line)


def _annotation(kind: str, places: dict[str, Any], message: str) -> str:
    if "file" in places:
        places["file"] = printable_name(places["file"])
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
