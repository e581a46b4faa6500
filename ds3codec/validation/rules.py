"""The rules: what validation looks for, why, and what a violation looks like.

A rule's name is stable, for scripts select by it. Its group says which part of the check it belongs to.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import NamedTuple

from ..errors import Ds3CodecError, shown

__all__ = ["RULES", "Rule", "RuleError", "Severity", "selected"]


class Severity(str, Enum):
    """How bad a finding is: the document is wrong, it is doubtful, or it is worth knowing."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def weight(self) -> int:
        """More is worse."""
        return {"error": 3, "warning": 2, "note": 1}[self.value]


class RuleError(Ds3CodecError, ValueError):
    """A name that no rule and no group of rules has."""


class Rule(NamedTuple):
    """One rule.

    Attributes:
        name: Its stable name.
        group: "form", "schema", "version", "consistency" or "exchange".
        severity: That of its findings.
        meaning: What it finds.
        reason: Why that is wrong, or worth knowing.
        example: What such a document has in it.
    """

    name: str
    group: str
    severity: Severity
    meaning: str
    reason: str
    example: str


_E, _W, _N = Severity.ERROR, Severity.WARNING, Severity.NOTE

_RULES = (
    Rule(
        "not-well-formed", "form", _E, "The text is not XML, or is broken XML.",
        "No XML parser reads on from there, so nothing after this place was checked.",
        '<Objects ChunkId="..." ChunkNumber=0>',
    ),
    Rule(
        "truncated", "form", _E, "The document, or what it is wrapped in, ends before it is complete.",
        "The connection broke, or the recording stopped early; objects are missing.",
        "<MasterObjectList ...><Objects ...><Object",
    ),
    Rule(
        "damaged-compression", "form", _E, "The compressed data is damaged or cannot be decompressed.",
        "What comes out is not what went in.",
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
        "The answer is to another request, or comes from something else than the appliance.",
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
        "unknown-attribute", "schema", _E, "An attribute that the schema does not have.",
        "A misspelling, or a newer API than 6.0.",
        '<Object Colour="red" .../>',
    ),
    Rule(
        "missing-attribute", "schema", _E, "An attribute is missing that every version writes.",
        "Clients of all versions read it.",
        '<Object Length="1" Offset="0" Latest="true"/>, without a Name',
    ),
    Rule(
        "unexpected-element", "schema", _E, "An element that may not stand there.",
        "A misspelling, a wrong order, or a newer API than 6.0. What is in it is not checked.",
        "<Objects ...><Folder/></Objects>",
    ),
    Rule(
        "missing-element", "schema", _E, "An element is missing that every version writes.",
        "Clients of all versions read it.",
        "<Tape> without its <BarCode>",
    ),
    Rule(
        "unexpected-text", "schema", _E, "Text where only elements may stand.",
        "White space may be there, text has no meaning.",
        "<Objects ...>three objects</Objects>",
    ),
    Rule(
        "invalid-value", "schema", _E, "A value that its type does not have.",
        "A client cannot read it; an enumeration's value may belong to a newer API than 6.0.",
        'Length="4 KiB"',
    ),
    Rule(
        "before-3.0", "version", _N, "The response comes from before API 3.0.",
        "Then many attributes did not exist, and are not reported as missing.",
        'WriteOptimization="CAPACITY" at the root',
    ),
    Rule(
        "no-version", "version", _N, "No single version of the API has all that the document has.",
        "It was put together or changed after the appliance wrote it, or the appliance is newer than 6.0.",
        'VersionId (from 5.0) in a response with the element Id (3.0 only)',
    ),
    Rule(
        "not-in-version", "version", _E, "A member that the chosen API version does not have.",
        "An appliance of that version does not write it.",
        "VersionId, with --api-version 4.1",
    ),
    Rule(
        "required-in-version", "version", _E,
        "A member is missing that the chosen API version always writes.",
        "An appliance of that version writes it even if it is null or empty.",
        "no Version on an object, with --api-version 4.1",
    ),
    Rule(
        "chunk-number-repeated", "consistency", _E, "Two chunks have the same ChunkNumber.",
        "The number is the chunk's place in the job.",
        'ChunkNumber="3" twice',
    ),
    Rule(
        "chunk-out-of-order", "consistency", _W,
        "A ChunkNumber is smaller than one before it, under IN_ORDER.",
        "The client must process the chunks in order, and takes them as they are listed.",
        'ChunkNumber="2" after ChunkNumber="3"',
    ),
    Rule(
        "chunk-id-repeated", "consistency", _E, "Two chunks have the same ChunkId.",
        "The id names one chunk, and is how a client asks for it.",
        "one ChunkId twice",
    ),
    Rule(
        "chunk-without-objects", "consistency", _W, "A chunk has no objects.",
        "There is nothing to transfer in it.",
        "<Objects .../>",
    ),
    Rule(
        "node-unknown", "consistency", _E, "A NodeId that is not one of the job's nodes.",
        "A client cannot tell where to transfer the chunk.",
        "a NodeId that no Node has as Id",
    ),
    Rule(
        "node-repeated", "consistency", _E, "Two nodes have the same Id.",
        "The id names one node; its end point must be clear.",
        "one Id on two Node elements",
    ),
    Rule(
        "negative-number", "consistency", _E, "A length, an offset, a size or a chunk number below zero.",
        "They count bytes, or chunks.",
        'Length="-1"',
    ),
    Rule(
        "blob-repeated", "consistency", _E, "The same blob of the same object twice.",
        "A client would transfer it twice, or overwrite it.",
        "two Object elements of one Name, version and Offset",
    ),
    Rule(
        "blobs-overlap", "consistency", _E, "Two blobs of one object share bytes.",
        "Each byte of an object is in one blob.",
        'Offset="0" Length="10", and Offset="5" Length="10", of one Name',
    ),
    Rule(
        "blobs-with-a-gap", "consistency", _N, "Bytes between two blobs of one object that are in neither.",
        "A partial read has just the blobs it needs; elsewhere a part of the object is missing.",
        'Offset="0" Length="10", and Offset="20" Length="10", of one Name',
    ),
    Rule(
        "completed-more-than-cached", "consistency", _W,
        "CompletedSizeInBytes is larger than CachedSizeInBytes.",
        "What is completely processed went through the cache before.",
        'CachedSizeInBytes="0" CompletedSizeInBytes="10"',
    ),
    Rule(
        "completed-more-than-original", "consistency", _E,
        "CompletedSizeInBytes is larger than OriginalSizeInBytes.",
        "No more than the whole job can be completed. An original size of 0 means that it is not known yet.",
        'OriginalSizeInBytes="10" CompletedSizeInBytes="11"',
    ),
    Rule(
        "cached-more-than-original", "consistency", _E,
        "CachedSizeInBytes is larger than OriginalSizeInBytes.",
        "No more than the whole job can be in cache. An original size of 0 means that it is not known yet.",
        'OriginalSizeInBytes="10" CachedSizeInBytes="11"',
    ),
    Rule(
        "lengths-more-than-original", "consistency", _E,
        "The blobs' lengths add up to more than OriginalSizeInBytes.",
        "The job is the sum of its blobs. An original size of 0 means that it is not known yet.",
        'OriginalSizeInBytes="10", and a blob of Length="11"',
    ),
    Rule(
        "lengths-less-than-original", "consistency", _W,
        "The blobs' lengths add up to less than the answer should list.",
        "An answer that lists the whole job, or all of it that is not yet completed, misses objects. "
        "Judged where the request is known and the job in progress.",
        'OriginalSizeInBytes="10" after a Create Bulk GET, and a single blob of Length="9"',
    ),
    Rule(
        "cache-contradicts-blobs", "consistency", _E,
        "EntirelyInCache is true, and a blob's InCache is false.",
        "All of the job's blobs should be in cache.",
        'EntirelyInCache="true", and a blob with InCache="false"',
    ),
    Rule(
        "cache-not-told", "consistency", _W,
        "EntirelyInCache is false, though the blobs are the whole job and all in cache.",
        "A client would wait for what is there.",
        'EntirelyInCache="false", every blob InCache="true", and the lengths add up to the original size',
    ),
    Rule(
        "other-bucket", "consistency", _E, "An object's Bucket is not the job's BucketName.",
        "A job is about one bucket.",
        'BucketName="a", and an object with Bucket="b"',
    ),
    Rule(
        "versions-mixed", "consistency", _E, "Some objects have Version and some VersionId, or one has both.",
        "Version, up to API 4.1, became VersionId in 5.0; no appliance writes both.",
        'Version="1", and VersionId="..." on another object',
    ),
    Rule(
        "completed-with-bytes-outstanding", "consistency", _W,
        "The status is COMPLETED, with bytes outstanding.",
        "What is not completely processed is outstanding; of a PUT, what is not received, "
        "for real ones are COMPLETED with all in cache and nothing completed.",
        'Status="COMPLETED" RequestType="GET" CompletedSizeInBytes="0" OriginalSizeInBytes="10"',
    ),
    Rule(
        "start-in-the-future", "consistency", _W, "StartDate is in the future.",
        "The clock of the appliance, or of this machine, is wrong by more than five minutes.",
        'StartDate="2999-01-01T00:00:00.000Z"',
    ),
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

RULES: dict[str, Rule] = {rule.name: rule for rule in _RULES}
_GROUPS = {rule.group for rule in _RULES}


def selected(select: Iterable[str] | None, ignore: Iterable[str]) -> frozenset[str]:
    """The names of the rules that apply: those of `select` (None for all) without those of `ignore`.

    Both take names of rules and of groups, or one such name. Raises RuleError for any other name.
    """
    chosen = set(RULES) if select is None else _expanded(select)
    return frozenset(chosen - _expanded(ignore))


def _expanded(names: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for name in [names] if isinstance(names, str) else names:
        if name in RULES:
            found.add(name)
        elif name in _GROUPS:
            found.update(rule.name for rule in RULES.values() if rule.group == name)
        else:
            raise RuleError(
                f"there is no rule {shown(name)}; groups are {', '.join(sorted(_GROUPS))}, "
                "and `ds3codec rules` lists the rules"
            )
    return found
