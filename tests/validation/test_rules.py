"""Each rule, with a document that breaks it and one that just does not."""

from __future__ import annotations

import re
from typing import Any

import pytest

from ds3codec.captures import Response
from ds3codec.validation import RULES, Answers, Report, RuleError, Validation, VersionError, validate
from tests.examples import BLOB, SAMPLE, UUID, blob, chunk, element, error, job, node
from tests.validation.examples import CLOSE, FIRST, OTHER, READY, ROOT, WHOLE, found, lacking, recorded

GOOD = job(element("Nodes", {}, node()), chunk(blob(VersionId=UUID), NodeId=UUID), OriginalSizeInBytes="10")


PART = {"Version": "1"}


def sized(original: int, *lengths: int, **members: str) -> bytes:
    blobs = [blob(Name=str(place), Length=str(length), **PART) for place, length in enumerate(lengths)]
    return job(chunk(*blobs), OriginalSizeInBytes=str(original), **members)


# Rule: what breaks it, where, and what just does not.
CASES: dict[str, tuple[Any, str | None, Any]] = {
    "not-well-formed": (b"<MasterObjectList a=1/>", None, GOOD),
    "truncated": (GOOD[:-5], ROOT, GOOD),
    "damaged-compression": (b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff\xff\xff", None, GOOD),
    "forbidden-construct": (b"<!DOCTYPE a>" + GOOD, None, b"<!-- a -->" + GOOD),
    "limit-exceeded": (
        job("<a>" * 101 + "</a>" * 101),
        f"{ROOT}/a",
        job("<a>" * 100 + "</a>" * 100),
    ),
    "wrong-document": (b"<ListBucketResult/>", "/ListBucketResult", chunk().encode()),
    "server-error": (error(), "/Error", GOOD),
    "trailing-bytes": (GOOD + b"<a/>", ROOT, GOOD + b"\n <!-- a -->"),
    "not-recorded": (Response("", (), 200, is_recorded=False), None, GOOD),
    "misrecorded": (Response("", [GOOD], 200, remarks=["it is base64"]), None, GOOD),
    "unknown-attribute": (job(Color="red"), f"{ROOT}/@Color", GOOD),
    "missing-attribute": (
        job(chunk(element("Object", lacking(BLOB, "Name")))),
        f"{FIRST}/@Name",
        job(chunk(element("Object", BLOB))),
    ),
    "unexpected-element": (job("<New/>"), f"{ROOT}/New", job("<Nodes/>")),
    "missing-element": (
        job(chunk(element("Object", BLOB, "<PhysicalPlacement/>"))),
        f"{FIRST}/PhysicalPlacement",
        job(chunk(element("Object", BLOB, "<PhysicalPlacement><Pools/><Tapes/></PhysicalPlacement>"))),
    ),
    "unexpected-text": (job(chunk(blob(), "text")), f"{ROOT}/Objects[1]", job(chunk(blob(), "\n "))),
    "invalid-value": (
        job(chunk(blob(Length="4 KiB"))),
        f"{FIRST}/@Length",
        job(chunk(blob(Length=" +4 "))),
    ),
    "before-3.0": (job(WriteOptimization="CAPACITY"), ROOT, job()),
    "no-version": (
        job(chunk(element("Object", BLOB | {"VersionId": UUID}, f"<Id>{UUID}</Id>"))),
        FIRST,
        job(chunk(element("Object", BLOB | {"Version": "1"}, f"<Id>{UUID}</Id>"))),
    ),
    "chunk-number-repeated": (
        job(chunk(), chunk(ChunkId=OTHER)),
        f"{ROOT}/Objects[2]",
        job(chunk(), chunk(ChunkId=OTHER, ChunkNumber="1")),
    ),
    "chunk-out-of-order": (
        job(chunk(ChunkNumber="1"), chunk(), ChunkClientProcessingOrderGuarantee="IN_ORDER"),
        f"{ROOT}/Objects[2]",
        job(chunk(ChunkNumber="1"), chunk(), ChunkClientProcessingOrderGuarantee="NONE"),
    ),
    "chunk-id-repeated": (
        job(chunk(), chunk(ChunkNumber="1", ChunkId=UUID.upper())),
        f"{ROOT}/Objects[2]",
        job(chunk(), chunk(ChunkNumber="1", ChunkId=OTHER)),
    ),
    "chunk-without-objects": (job(chunk()), f"{ROOT}/Objects[1]", job(chunk(blob()))),
    "node-unknown": (
        job(element("Nodes", {}, node()), chunk(NodeId=OTHER)),
        f"{ROOT}/Objects[1]/@NodeId",
        job(element("Nodes", {}, node()), chunk(NodeId=UUID.upper())),
    ),
    "node-repeated": (
        job(element("Nodes", {}, node(), node())),
        f"{ROOT}/Nodes/Node[2]",
        job(element("Nodes", {}, node(), node(Id=OTHER))),
    ),
    "negative-number": (job(chunk(blob(Offset="-1"))), f"{FIRST}/@Offset", job(chunk(blob(Offset="-0")))),
    "blob-repeated": (
        job(chunk(blob(Length="5")), chunk(blob(Length="5"), ChunkNumber="1", ChunkId=OTHER)),
        f"{ROOT}/Objects[2]/Object[1]",
        job(chunk(blob(Length="5", Version="1"), blob(Length="5", Version="2"), blob(Name="other"))),
    ),
    "blobs-overlap": (
        job(chunk(blob(Length="10"), blob(Offset="9", Length="10"))),
        f"{ROOT}/Objects[1]/Object[2]",
        job(chunk(blob(Length="10"), blob(Offset="10", Length="10"), blob(Name="other", Offset="9"))),
    ),
    "blobs-with-a-gap": (
        job(chunk(blob(Length="10"), blob(Offset="11", Length="10"))),
        FIRST,
        job(chunk(blob(Offset="10", Length="10"), blob(Length="10"))),
    ),
    "completed-more-than-cached": (
        job(CachedSizeInBytes="5", CompletedSizeInBytes="6"),
        f"{ROOT}/@CompletedSizeInBytes",
        job(CachedSizeInBytes="5", CompletedSizeInBytes="5"),
    ),
    "completed-more-than-original": (
        job(OriginalSizeInBytes="5", CompletedSizeInBytes="6"),
        f"{ROOT}/@CompletedSizeInBytes",
        job(OriginalSizeInBytes="0", CompletedSizeInBytes="6"),
    ),
    "cached-more-than-original": (
        job(OriginalSizeInBytes="5", CachedSizeInBytes="6"),
        f"{ROOT}/@CachedSizeInBytes",
        job(OriginalSizeInBytes="5", CachedSizeInBytes="5"),
    ),
    "lengths-more-than-original": (sized(10, 5, 6), f"{ROOT}/Objects[1]/Object[2]/@Length", sized(10, 5, 5)),
    "lengths-less-than-original": (
        recorded(sized(10, 5, 4), WHOLE),
        f"{ROOT}/@OriginalSizeInBytes",
        recorded(sized(10, 5, 4), READY),
    ),
    "cache-contradicts-blobs": (
        job(chunk(blob(InCache="false")), EntirelyInCache="true"),
        f"{FIRST}/@InCache",
        job(chunk(blob()), EntirelyInCache="true"),
    ),
    "cache-not-told": (
        job(chunk(blob(InCache="true", Length="5")), EntirelyInCache="false", OriginalSizeInBytes="5"),
        f"{ROOT}/@EntirelyInCache",
        job(chunk(blob(InCache="true", Length="5")), EntirelyInCache="false", OriginalSizeInBytes="6"),
    ),
    "other-bucket": (job(chunk(blob(Bucket="b"))), f"{FIRST}/@Bucket", job(chunk(blob(Bucket="bucket")))),
    "versions-mixed": (
        job(chunk(blob(Version="1"), blob(Name="b"), blob(Name="c", VersionId=UUID))),
        f"{ROOT}/Objects[1]/Object[3]/@VersionId",
        job(chunk(blob(Version="1"), blob(Name="b"), blob(Name="c", Version="2"))),
    ),
    "chunk-without-node": (job(chunk()), f"{ROOT}/Objects[1]", job(chunk(), Status="COMPLETED")),
    "node-without-chunks": (
        job(element("Nodes", {}, node(), node(Id=OTHER)), chunk(NodeId=UUID)),
        f"{ROOT}/Nodes/Node[2]",
        job(element("Nodes", {}, node(), node(Id=OTHER)), chunk()),
    ),
    "object-name": (job(chunk(blob(Name="/a"))), f"{FIRST}/@Name", job(chunk(blob(Name="a/b")))),
    "blobs-disagree": (
        job(chunk(blob(Length="10", **PART), blob(Offset="10", Version="2"))),
        f"{ROOT}/Objects[1]/Object[2]",
        job(chunk(blob(Length="10", **PART), blob(Offset="0", Version="2"))),
    ),
    "completed-with-bytes-outstanding": (
        job(Status="COMPLETED", OriginalSizeInBytes="5", CachedSizeInBytes="5"),
        f"{ROOT}/@Status",
        job(Status="COMPLETED", RequestType="PUT", OriginalSizeInBytes="5", CachedSizeInBytes="5"),
    ),
    "start-in-the-future": (job(StartDate="2999-01-01T00:00:00.000Z"), f"{ROOT}/@StartDate", job()),
    "answer-contradicts-request": (
        recorded(job(Aggregating="true"), CLOSE),
        f"{ROOT}/@Aggregating",
        recorded(job(Aggregating="true"), CLOSE.replace("CLOSE_AGGREGATING_JOB", "")),
    ),
    "status-contradicts-body": (recorded(error(), status=200), "/Error", recorded(error(), status=404)),
    "no-retry-after": (
        recorded(job(), READY, server="ds3"),
        ROOT,
        recorded(job(), READY, **{"retry-after": "60"}),
    ),
}


VERSION_CASES = {
    "not-in-version": ("4.1", job(chunk(blob(VersionId=UUID))), f"{FIRST}/@VersionId", "5.0"),
    "required-in-version": ("5.4", job(chunk(blob())), f"{FIRST}/@VersionId", "auto"),
}


# Rule: an answer, one that contradicts it, where, and one that just does not.
TOGETHER_CASES: dict[str, tuple[bytes, bytes, str, bytes]] = {
    "job-changed": (job(), job(JobId=OTHER), f"{ROOT}/@JobId", job(JobId=UUID.upper())),
    "completed-shrank": (
        job(CompletedSizeInBytes="5"),
        job(CompletedSizeInBytes="4"),
        f"{ROOT}/@CompletedSizeInBytes",
        job(CompletedSizeInBytes="5"),
    ),
    "completed-undone": (
        job(Status="COMPLETED"),
        job(Status="CANCELED"),
        f"{ROOT}/@Status",
        job(Status="COMPLETED"),
    ),
    "blob-changed": (
        job(chunk(blob(), blob(Offset="5"))),
        job(chunk(blob(Offset="5", Length="1"))),
        f"{FIRST}/@Length",
        job(chunk(blob(Offset="6", Length="1"), blob())),
    ),
}


def test_every_rule_has_its_cases_and_says_what_it_is() -> None:
    assert CASES.keys() | VERSION_CASES.keys() | TOGETHER_CASES.keys() == RULES.keys()
    for rule in RULES.values():
        assert all(rule)
        assert rule.meaning.endswith(".")
        assert rule.reason.endswith(".")


@pytest.mark.parametrize("rule", CASES)
def test_a_rule_finds_what_breaks_it_and_not_what_just_does_not(rule: str) -> None:
    breaking, path, other = CASES[rule]
    report = validate(breaking)
    assert found(report, rule) == [path]
    assert report.counts[rule] == 1
    assert not validate(other).counts[rule]
    assert not validate(breaking, ignore=[rule]).counts[rule]
    assert set(validate(breaking, select=[rule]).counts) == {rule}


@pytest.mark.parametrize("rule", TOGETHER_CASES)
def test_a_rule_of_several_answers_finds_what_breaks_it(rule: str) -> None:
    first, breaking, path, other = TOGETHER_CASES[rule]
    for second, expected in ((breaking, [path]), (other, [])):
        answers = Answers()
        reports = [validated(answer, answers) for answer in (first, second)]
        assert found(reports[0], rule) == []
        assert found(reports[1], rule) == expected


def validated(answer: bytes, answers: Answers) -> Report:
    validation = Validation(answer, together=answers)
    for _ in validation.steps():
        pass
    return validation.report


@pytest.mark.parametrize("rule", VERSION_CASES)
def test_a_rule_of_versions_finds_what_breaks_it(rule: str) -> None:
    version, document, path, other = VERSION_CASES[rule]
    assert found(validate(document, api_version=version), rule) == [path]
    assert not validate(document, api_version=other).counts[rule]


@pytest.mark.parametrize("version", ["2.0", "7", "five", "", 5.4, None])
def test_an_unknown_version_or_rule_is_a_clear_error(version: Any) -> None:
    with pytest.raises(VersionError, match=re.escape(repr(version))):
        validate(SAMPLE, api_version=version)
    for names in ("spelling", ["spelling"]):
        with pytest.raises(RuleError, match="there is no rule 'spelling'"):
            validate(SAMPLE, select=names)


def test_one_name_of_a_rule_is_as_good_as_a_list_of_it() -> None:
    document = job(chunk(blob(Length="x"), blob(Nearby="5")))
    assert set(validate(document, select="invalid-value").counts) == {"invalid-value"}
    assert "invalid-value" not in validate(document, ignore="invalid-value").counts
