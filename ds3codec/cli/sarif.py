"""A log in SARIF 2.1.0 that stays within its readers' limits, and names what it leaves out.

GitHub refuses a whole log that has more than 25,000 results or is larger than 10 MB in gzip, see
https://docs.github.com/en/code-security/code-scanning/troubleshooting-sarif-uploads/results-exceed-limit and
https://docs.github.com/en/code-security/code-scanning/troubleshooting-sarif-uploads/file-too-large. Its other
limits are out of reach: a log has one run of some 60 rules without tags, and one location per result.

The most severe results are kept, and of equally severe ones the first.
"""

from __future__ import annotations

import os
import re
import zlib
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from .._version import __version__
from ..errors import unspelled
from ..remote import is_url
from ..validation import RULES, Finding, Severity
from .terminal import as_data

__all__ = ["Log"]

_MOST_RESULTS = 25_000
_MOST_NOTES = 1_000  # notifications, of inputs not read or passed over
_LARGEST = 9_500_000  # bytes of gzip, with room for the rest of the log
_LONGEST = 1_000  # characters of a text that GitHub shows
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}
_NUMBERS = {rule: number for number, rule in enumerate(RULES)}
_NO_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


class Log:
    """A growing log of one run."""

    def __init__(self) -> None:
        self._results: dict[Severity, list[dict[str, Any]]] = {severity: [] for severity in Severity}
        self._notes: list[dict[str, Any]] = []
        self._more_notes = 0
        self._found = 0
        self._kept = 0
        self._has_failed = False

    def add(self, file: str, origin: str, found: Finding) -> None:
        """Add a finding, as a result if there is room for it."""
        self._found += 1
        results = self._results[found.severity]
        if len(results) < _MOST_RESULTS:
            results.append(_result(file, origin, found))

    def fail(self, reason: str, file: str) -> None:
        """Add a notification that a file could not be read."""
        self._has_failed = True
        self.note(reason, file, level="error")

    def note(self, text: str, file: str | None = None, *, level: str = "note") -> None:
        """Add a notification about the run."""
        if len(self._notes) >= _MOST_NOTES:
            self._more_notes += 1
            return
        note: dict[str, Any] = {"level": level, "message": {"text": _cut(text)}}
        if file is not None:
            note["locations"] = [{"physicalLocation": {"artifactLocation": {"uri": uri_of(file)}}}]
        self._notes.append(note)

    def document(self) -> dict[str, Any]:
        """Return the log, with as many results as there is room for."""
        results = [one for severity in Severity for one in self._results[severity]][:_MOST_RESULTS]
        del results[_fitting(self._notes, results) :]
        self._kept = len(results)
        notes = [
            *self._notes,
            *({"level": "warning", "message": {"text": text}} for text in self.left_out()),
        ]
        run = {
            "tool": {"driver": {"name": "ds3codec", "version": __version__, "rules": _rules()}},
            "columnKind": "unicodeCodePoints",
            "invocations": [
                {"executionSuccessful": not self._has_failed, "toolExecutionNotifications": notes}
            ],
            "results": results,
        }
        return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}

    def left_out(self) -> list[str]:
        """Return sentences on what the document leaves out."""
        told = []
        if self._kept < self._found:
            rest = self._found - self._kept
            reason = f"GitHub takes {_MOST_RESULTS:,} results in 10 MB of gzip"
            told.append(f"{rest:,} of {self._found:,} results are left out of the log: {reason}")
        if self._more_notes:
            told.append(f"{self._more_notes:,} notifications of the run are left out of the log")
        return told


def _fitting(notes: Iterable[dict[str, Any]], results: list[dict[str, Any]]) -> int:
    """Count the results that fit beside the notes into a log of the largest size."""
    packer = zlib.compressobj()
    size = sum(len(packer.compress(as_data(note, indent=2).encode())) for note in notes)
    for count, result in enumerate(results):
        size += len(packer.compress(as_data(result, indent=2).encode()))
        if size > _LARGEST:
            return count
    return len(results)


def _rules() -> list[dict[str, Any]]:
    return [
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


def _result(file: str, origin: str, found: Finding) -> dict[str, Any]:
    """Convert a finding to a result."""
    location: dict[str, Any] = {"artifactLocation": {"uri": uri_of(file)}}
    if found.line is not None:
        location["region"] = {"startLine": found.line, "startColumn": found.column or 1}
    place: dict[str, Any] = {"physicalLocation": location}
    if found.path:
        place["logicalLocations"] = [{"fullyQualifiedName": _cut(found.path)}]
    return {
        "ruleId": found.rule,
        "ruleIndex": _NUMBERS[found.rule],
        "level": _LEVELS[found.severity],
        "message": {"text": _cut(found.message)},
        "locations": [place],
        "properties": {"response": origin},
    }


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def uri_of(file: str) -> str:
    """Return the URI of an input; for a path, a relative reference that keeps its bytes."""
    if is_url(file):
        return _NO_ESCAPE.sub("%25", quote(file, safe=":/?#[]@!$&'()*+,;=%"))
    path = unspelled(file).replace(os.sep, "/")
    if path.startswith("//"):  # would be read as a host
        path = f"/{path.lstrip('/')}"
    return quote(os.fsencode(path), safe="/")
