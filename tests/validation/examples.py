"""Documents for the tests of validation, and what is asked of a report."""

from __future__ import annotations

from ds3codec.captures import Response
from ds3codec.validation import RULES, Report, validate
from tests.examples import UUID

OTHER = "11111111-2222-3333-4444-555555555555"


ROOT = "/MasterObjectList"


FIRST = f"{ROOT}/Objects[1]/Object[1]"


def recorded(document: bytes, url: str = "", status: int = 200, **headers: str) -> Response:
    method, _, target = url.partition(" ")
    return Response("recorded", [document], status, headers, method or None, target or None)


CLOSE = f"PUT http://ds3/_rest_/job/{UUID}?CLOSE_AGGREGATING_JOB"


READY = f"GET /_rest_/job_chunk?job={UUID}"


WHOLE = "PUT /_rest_/bucket/bucket?operation=start_bulk_get"


def lacking(members: dict[str, str], name: str) -> dict[str, str]:
    return {key: text for key, text in members.items() if key != name}


def found(report: Report, rule: str) -> list[str | None]:
    return [finding.path for finding in report.findings if finding.rule == rule]


def of_rule(report: Report, rule: str) -> list[tuple[str | None, int | None, int | None]]:
    """The places of a rule's findings."""
    return [(item.path, item.line, item.column) for item in report.findings if item.rule == rule]


def found_in(document: bytes) -> list[tuple[str, str | None]]:
    """The rules of the schema that a document violates, each with its place."""
    findings = validate(document).findings
    return [(each.rule, each.path) for each in findings if RULES[each.rule].group == "schema"]
