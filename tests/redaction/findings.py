"""What `validate` finds in a capture, to be held against what it finds in a redacted copy."""

from __future__ import annotations

import re
from typing import Any

from ds3codec import Report, validate
from ds3codec.captures import responses
from ds3codec.models import JobChunk, MasterObjectList, ServerError
from ds3codec.operations import OPERATIONS
from ds3codec.wire.members import attributes, elements, wire_name
from tests.redaction.planting import element_models

SCHEMA_NAMES = {wire_name(model) for model in (MasterObjectList, JobChunk, ServerError)} | {
    name
    for model in element_models()
    for member in (*attributes(model), *elements(model))
    for name in (member.name, member.wrapper)
    if name
}
METHODS = {operation.method for operation in OPERATIONS}
_STEP = re.compile(r"/(@?)(?:\{([^}]*)\})?([^/\[]+)(\[\d+\])?")


def found(capture: bytes) -> list[Any]:
    """All findings of all responses: rule, line, column, and path, but for the unknown names in it."""
    return [
        (each.origin, each.status, each.method in METHODS and each.method, places(validate(each)))
        for each in responses([capture], name="capture")
    ]


def found_but_for_the_recording(capture: bytes) -> list[Any]:
    """The same without what is said of the recording itself, which a copy in raw HTTP puts right."""
    return [
        (*exchange, [one for one in places if one[0] != "misrecorded"])
        for *exchange, places in found(capture)
    ]


def places(report: Report) -> list[Any]:
    return sorted(
        (one.rule, one.line or 0, one.column or 0, known_steps(one.path)) for one in report.findings
    )


def known_steps(path: str | None) -> str:
    """A path with a question mark for each name that the schema does not have."""
    if path is None:
        return ""
    return _STEP.sub(_known, path)


def _known(step: re.Match[str]) -> str:
    at, space, name, index = step.groups(default="")
    shown = space if space.startswith("http://www.w3.org/") else "?" * bool(space)
    return f"/{at}{{{shown}}}{name if name in SCHEMA_NAMES else '?'}{index}"
