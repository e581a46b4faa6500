"""The formats of reports that others define: SARIF 2.1.0, and the JSON Schema of our own JSON."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from .._version import __version__
from ..validation import RULES, Finding, Severity

__all__ = ["report_schema", "sarif_log", "sarif_result"]

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}
_SARIF = "https://json.schemastore.org/sarif-2.1.0.json"


def sarif_log(results: list[dict[str, Any]], failures: Iterable[str]) -> dict[str, Any]:
    """A log of one run: its results, and what could not be read."""
    problems = [{"level": "error", "message": {"text": reason}} for reason in failures]
    rules = [
        {
            "id": rule.name,
            "shortDescription": {"text": rule.meaning},
            "fullDescription": {"text": f"{rule.meaning} {rule.reason}"},
            "help": {"text": f"For example: {rule.example}"},
            "defaultConfiguration": {"level": _LEVELS[rule.severity]},
            "properties": {"group": rule.group},
        }
        for rule in RULES.values()
    ]
    driver = {"name": "ds3codec", "version": __version__, "rules": rules}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": not problems, "toolExecutionNotifications": problems}],
        "results": results,
    }
    return {"$schema": _SARIF, "version": "2.1.0", "runs": [run]}


def sarif_result(file: str, origin: str, found: Finding) -> dict[str, Any]:
    """A finding as a result."""
    location: dict[str, Any] = {"artifactLocation": {"uri": quote(file, safe="/:")}}
    if found.line is not None:
        location["region"] = {"startLine": found.line, "startColumn": found.column or 1}
    place: dict[str, Any] = {"physicalLocation": location}
    logical = [{"fullyQualifiedName": found.path}] if found.path else []
    if logical:
        place["logicalLocations"] = logical
    return {
        "ruleId": found.rule,
        "ruleIndex": list(RULES).index(found.rule),
        "level": _LEVELS[found.severity],
        "message": {"text": found.message},
        "locations": [place],
        "properties": {"response": origin},
    }


def report_schema() -> dict[str, Any]:
    """The JSON Schema of what `validate --format json` prints; a line of `jsonl` is one of its responses."""
    count = {"type": "integer", "minimum": 0}
    text, number = {"type": "string"}, {"type": ["integer", "null"]}
    maybe = {"type": ["string", "null"]}
    finding = _object(
        rule={"enum": list(RULES)},
        severity={"enum": [one.value for one in Severity]},
        message=text,
        path=maybe,
        line=number,
        column=number,
        chunk=number,
        object=number,
        chunk_number=number,
        object_name=maybe,
    )
    response = _object(
        file=text,
        origin=text,
        ok={"type": "boolean"},
        complete={"type": "boolean"},
        recorded={"type": "boolean"},
        unfinished=maybe,
        operation=maybe,
        job_id=maybe,
        api_versions={"type": "array", "items": text},
        before_3_0={"type": "boolean"},
        chunks=count,
        blobs=count,
        bytes_read=count,
        counts={"type": "object", "propertyNames": {"enum": list(RULES)}, "additionalProperties": count},
        findings={"type": "array", "items": {"$ref": "#/$defs/finding"}},
    )
    whole = _object(
        responses={"type": "array", "items": {"$ref": "#/$defs/response"}},
        unreadable={"type": "array", "items": {"$ref": "#/$defs/unreadable"}},
        totals=_object(**{one.value: count for one in Severity}),
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "What ds3codec validate finds",
        **whole,
        "$defs": {
            "response": response,
            "finding": finding,
            "unreadable": _object(file=text, unreadable=text),
        },
    }


def _object(**properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
