"""All rules by name: what validation looks for, why, and what a violation looks like.

A rule's name is stable, for scripts select by it. Its group says which part of the check it belongs to.
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
        "not-well-formed", "form", _E, "The text is not XML, or is broken XML.",
        "No XML parser can read past this place, so nothing after it was checked.",
        '<Objects ChunkId="..." ChunkNumber=0>',
    ),
    Rule(
        "truncated", "form", _E, "The document, or the data that contains it, ends before it is complete.",
        "The connection broke, or the recording stopped early; objects are missing.",
        "<MasterObjectList ...><Objects ...><Object",
    ),
    Rule(
        "damaged-compression", "form", _E, "The compressed data is damaged or cannot be decompressed.",
        "The data is not what was compressed.",
        "a gzip file with a changed byte",
    ),
    Rule(
        "forbidden-construct", "form", _E,
        "A document type declaration, or an entity beyond the five of XML.",
        "No appliance writes one; in a response it is an attack or a mistake.",
        "<!DOCTYPE MasterObjectList>",
    ),
    Rule(
        "limit-exceeded", "form", _E, "Elements too deep, a tag too long, or too many unknown names.",
        "No real response comes near the limits, which keep memory bounded.",
        "a Name of 20 MB",
    ),
    Rule(
        "wrong-document", "form", _E, "Well-formed XML with another root.",
        "The answer is to another request, or comes from something other than the appliance.",
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
        "Browsers leave large ones out, and curl -o writes them elsewhere: nothing of it was checked.",
        'a HAR entry whose "content" has no text',
    ),
    Rule(
        "misrecorded", "form", _N, "The recording contradicts itself, or was edited.",
        "The body is read by its content.",
        "a body longer than its Content-Length, because a name in it was redacted by hand",
    ),
    Rule(
        "unknown-attribute", "schema", _E, "An attribute that the schema does not have.",
        "A misspelling, or a newer API than is known here.",
        '<Object Colour="red" .../>',
    ),
    Rule(
        "missing-attribute", "schema", _E, "A missing attribute that every version writes.",
        "Clients of all versions read it.",
        '<Object Length="1" Offset="0" Latest="true"/>, without a Name',
    ),
    Rule(
        "unexpected-element", "schema", _E, "An element that is not allowed there.",
        "A misspelling, a wrong order, or a newer API than is known here. What is in it is not checked.",
        "<Objects ...><Folder/></Objects>",
    ),
    Rule(
        "missing-element", "schema", _E, "A missing element that every version writes.",
        "Clients of all versions read it.",
        "<Tape> without its <BarCode>",
    ),
    Rule(
        "unexpected-text", "schema", _E, "Text where only elements are allowed.",
        "White space is allowed there; other text has no meaning.",
        "<Objects ...>three objects</Objects>",
    ),
    Rule(
        "invalid-value", "schema", _E, "A value that is not valid for its type.",
        "A client cannot read it; an enumeration's value may belong to a newer API than is known here.",
        'Length="4 KiB"',
    ),
    Rule(
        "before-3.0", "version", _N, "The response comes from before API 3.0.",
        "Many attributes did not exist then, and are not reported as missing.",
        'WriteOptimization="CAPACITY" at the root',
    ),
    Rule(
        "no-version", "version", _N, "No single API version has everything in the document.",
        "It was put together or changed after the appliance wrote it, or a newer appliance wrote it.",
        'VersionId (from 5.0) in a response with the element Id (3.0 only)',
    ),
    Rule(
        "not-in-version", "version", _E, "A member that the chosen API version does not have.",
        "An appliance of that version does not write it.",
        "VersionId, with --api-version 4.1",
    ),
    Rule(
        "required-in-version", "version", _E,
        "A missing member that the chosen API version always writes.",
        "An appliance of that version writes it even if it is null or empty.",
        "no Version on an object, with --api-version 4.1",
    ),
)  # fmt: skip

_OF_EXCHANGES = (
    Rule(
        "answer-contradicts-request", "exchange", _E,
        "The answer is not what the request's operation demands.",
        "After Close Aggregating Job, for example, Aggregating is false, and JobId is that of the request.",
        'PUT /_rest_/job/...?close_aggregating_job, answered with Aggregating="true"',
    ),
    Rule(
        "status-contradicts-body", "exchange", _E, "Status code and body say different things.",
        "A success has a job as its body, a failure an Error with the same code.",
        "HTTP/1.1 200 OK with an Error as its body",
    ),
    Rule(
        "no-retry-after", "exchange", _W, "No chunks are ready, and there is no Retry-After.",
        "The client is not told when to ask again.",
        "an answer to Get Job Chunks Ready For Client Processing without Objects and without that header",
    ),
)  # fmt: skip

# Those of a check stand beside it.
RULES: dict[str, Rule] = {
    rule.name: rule
    for rule in (*_OF_DOCUMENTS, *(rule for check in CHECKS for rule in check.rules), *_OF_EXCHANGES)
}
GROUPS = tuple(dict.fromkeys(rule.group for rule in RULES.values()))


def selected(select: Iterable[str] | None, ignore: Iterable[str]) -> frozenset[str]:
    """The names of the rules that apply: those of `select` (None for all) without those of `ignore`.

    Both take names of rules and of groups, or one such name. Raises RuleError for any other name, and
    UsageError for what is neither names nor a name.
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
