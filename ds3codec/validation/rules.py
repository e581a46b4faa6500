"""All rules by name, each with its meaning, its reason and an example.

A rule's name is stable, because scripts select by it. Its group is the part of validation that it belongs to.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from ..errors import RuleError, shown
from ..options import several
from .checks import CHECKS
from .checks.base import Rule, Severity

__all__ = ["GROUPS", "RULES", "RuleError", "meant", "selected"]


_E, _W, _N = Severity.ERROR, Severity.WARNING, Severity.NOTE

_OF_DOCUMENTS = (
    Rule(
        "not-well-formed", "form", _E, "The document is not well-formed XML.",
        "No XML parser can go on from there, so the rest was not checked.",
        '<Objects ChunkId="..." ChunkNumber=0>',
    ),
    Rule(
        "truncated", "form", _E, "The document, or the recording or compression around it, ends too early.",
        "The connection broke, or the recording stopped early; objects are missing.",
        "<MasterObjectList ...><Objects ...><Object",
    ),
    Rule(
        "damaged-compression", "form", _E, "The compressed data is damaged or cannot be decompressed.",
        "Its content is lost, or not what was compressed.",
        "a gzip file with a changed byte",
    ),
    Rule(
        "forbidden-construct", "form", _E,
        "There is a document type declaration, or an entity beyond XML's own five.",
        "No appliance writes one; in a response it is an attack or a mistake.",
        "<!DOCTYPE MasterObjectList>",
    ),
    Rule(
        "limit-exceeded", "form", _E, "Elements are too deep, a tag is too long, or names are too many.",
        "No real response comes near the limits, which keep memory bounded.",
        "a Name of 20 MB",
    ),
    Rule(
        "wrong-document", "form", _E, "The XML is well-formed, but its root is not the expected one.",
        "The answer belongs to another request, or does not come from the appliance.",
        "<ListBucketResult>",
    ),
    Rule(
        "server-error", "form", _E, "The answer is the server's error.",
        "The request failed; code, status and message are the server's own.",
        "<Error><Code>NotFound</Code>...</Error>",
    ),
    Rule(
        "trailing-bytes", "form", _E, "Something follows the end of the document.",
        "Two answers ran into each other, or the body was cut at a wrong length.",
        "</MasterObjectList><MasterObjectList ...>",
    ),
    Rule(
        "not-recorded", "form", _N, "The body was not recorded.",
        "So it was not checked. Browsers leave large bodies out, and curl -o writes them to another file.",
        'a HAR entry whose "content" has no text',
    ),
    Rule(
        "misrecorded", "form", _N, "The recording contradicts itself, or was edited.",
        "The body is read as it is, not as its headers describe it.",
        "a body that is longer than its Content-Length because a name was redacted by hand",
    ),
    Rule(
        "unknown-attribute", "schema", _E, "The schema does not have an attribute.",
        "It is misspelled, or from a newer API than is known here.",
        '<Object Colour="red" .../>',
    ),
    Rule(
        "missing-attribute", "schema", _E, "An attribute that every version writes is missing.",
        "Clients of all versions expect it.",
        '<Object Length="1" Offset="0" Latest="true"/>, without a Name',
    ),
    Rule(
        "unexpected-element", "schema", _E, "An element is not allowed where it stands.",
        "It is misspelled, misplaced, or from a newer API than is known here. Its content is not checked.",
        "<Objects ...><Folder/></Objects>",
    ),
    Rule(
        "missing-element", "schema", _E, "An element that every version writes is missing.",
        "Clients of all versions expect it.",
        "<Tape> without its <BarCode>",
    ),
    Rule(
        "unexpected-text", "schema", _E, "There is text where only elements are allowed.",
        "White space is allowed there, but text has no meaning.",
        "<Objects ...>three objects</Objects>",
    ),
    Rule(
        "invalid-value", "schema", _E, "A value does not fit its type.",
        "Clients cannot read it; an enumeration's value may be from a newer API than is known here.",
        'Length="4 KiB"',
    ),
    Rule(
        "before-3.0", "version", _N, "The response comes from before API 3.0.",
        "Many attributes did not exist then, and are not reported as missing.",
        'WriteOptimization="CAPACITY" at the root',
    ),
    Rule(
        "no-version", "version", _N, "No single version of the API has all of the document's members.",
        "The document was assembled or edited, or a newer appliance wrote it.",
        'VersionId (from 5.0) in a response with the element Id (3.0 only)',
    ),
    Rule(
        "not-in-version", "version", _E, "The chosen API version does not have a member or its value.",
        "An appliance of that version never writes it.",
        "VersionId, with --api-version 4.1",
    ),
    Rule(
        "required-in-version", "version", _E,
        "A member that the chosen API version always writes is missing.",
        "An appliance of that version writes it even if it is null or empty.",
        "no Version on an object, with --api-version 4.1",
    ),
)  # fmt: skip

_OF_EXCHANGES = (
    Rule(
        "answer-contradicts-request", "exchange", _E,
        "The answer does not fit the request's operation.",
        "After Close Aggregating Job, for example, Aggregating must be false, and JobId that of the request.",
        'PUT /_rest_/job/...?close_aggregating_job, answered with Aggregating="true"',
    ),
    Rule(
        "status-contradicts-body", "exchange", _E, "The status code contradicts the body.",
        "A success has a job as its body, a failure an Error with the same code.",
        "HTTP/1.1 200 OK with an Error as its body",
    ),
    Rule(
        "no-retry-after", "exchange", _W, "No chunks are ready, and there is no Retry-After.",
        "The client does not know when to ask again.",
        "an answer to Get Job Chunks Ready For Client Processing without Objects and without that header",
    ),
)  # fmt: skip

# The rules of a check are in its class.
RULES: dict[str, Rule] = {
    rule.name: rule
    for rule in (*_OF_DOCUMENTS, *(rule for check in CHECKS for rule in check.rules), *_OF_EXCHANGES)
}
GROUPS = tuple(dict.fromkeys(rule.group for rule in RULES.values()))


def selected(select: Iterable[str] | None, ignore: Iterable[str]) -> frozenset[str]:
    """Collect the names of the rules to apply: those of `select` (None for all) without those of `ignore`.

    Both are names of rules and groups, or a single one. Raises RuleError for an unknown name, and UsageError
    for an argument of another type.
    """
    chosen = set(RULES) if select is None else _expanded(several("select", select))
    return frozenset(chosen - _expanded(several("ignore", ignore)))


def _expanded(names: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for name in [names] if isinstance(names, str) else names:
        if isinstance(name, str) and name in RULES:
            found.add(name)
        elif isinstance(name, str) and name in GROUPS:
            found.update(rule.name for rule in RULES.values() if rule.group == name)
        else:
            raise RuleError(
                f"there is no rule {shown(name)}{meant(name)}; groups are {', '.join(GROUPS)}, "
                "and `ds3codec rules` lists the rules"
            )
    return found


def meant(name: object) -> str:
    """Ask if a rule or group was meant that has nearly this name; empty where none has."""
    near = get_close_matches(str(name), (*RULES, *GROUPS), n=1)
    return f" (did you mean {near[0]}?)" if near else ""
