"""What validation finds, and where: each rule with a document that breaks it and one that just does not."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from ds3codec import JobRequestType, JobStatus, MasterObjectList, encode
from ds3codec.captures import Response
from ds3codec.limits import PIECE
from ds3codec.validation import RULES, Report, RuleError, Severity, VersionError, validate
from ds3codec.wire.members import attributes
from tests.examples import (
    BLOB,
    CHUNK,
    JOB,
    PEAK_MEMORY,
    SAMPLE,
    UUID,
    blob,
    chunk,
    element,
    error,
    job,
    node,
    schema_file,
)
from tests.strategies import consistent_jobs, jobs
from tests.validation.test_against_libxml2 import broken

LIBXML2 = etree.XMLSchema(file=str(schema_file()))
OTHER = "11111111-2222-3333-4444-555555555555"
ROOT = "/MasterObjectList"
FIRST = f"{ROOT}/Objects[1]/Object[1]"


def recorded(document: bytes, url: str = "", status: int = 200, **headers: str) -> Response:
    method, _, target = url.partition(" ")
    return Response("recorded", [document], status, headers, method or None, target or None)


CLOSE = f"PUT http://ds3/_rest_/job/{UUID}?CLOSE_AGGREGATING_JOB"
READY = f"GET /_rest_/job_chunk?job={UUID}"
WHOLE = "PUT /_rest_/bucket/bucket?operation=start_bulk_get"
GOOD = job(element("Nodes", {}, node()), chunk(blob(VersionId=UUID), NodeId=UUID), OriginalSizeInBytes="10")
PART = {"Version": "1"}


def lacking(members: dict[str, str], name: str) -> dict[str, str]:
    return {key: text for key, text in members.items() if key != name}


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


def found(report: Report, rule: str) -> list[str | None]:
    return [finding.path for finding in report.findings if finding.rule == rule]


def test_every_rule_has_its_cases_and_says_what_it_is() -> None:
    assert CASES.keys() | VERSION_CASES.keys() == RULES.keys()
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


@pytest.mark.parametrize("rule", VERSION_CASES)
def test_a_rule_of_versions_finds_what_breaks_it(rule: str) -> None:
    version, document, path, other = VERSION_CASES[rule]
    assert found(validate(document, api_version=version), rule) == [path]
    assert not validate(document, api_version=other).counts[rule]


@given(consistent_jobs())
def test_a_consistent_job_has_no_errors_and_no_warnings(consistent: MasterObjectList) -> None:
    report = validate(encode(consistent))
    weights = {finding.severity for finding in report.findings if finding.rule != "cache-not-told"}
    assert weights <= {Severity.NOTE}, report.findings
    assert report.complete
    assert report.ok
    assert report.blobs == sum(len(chunk.blobs) for chunk in consistent.chunks)
    assert report.chunks == len(consistent.chunks)


Mutation = Callable[[MasterObjectList, int, int], str]


def repeat_blob(item: MasterObjectList, chunk: int, place: int) -> str:
    blobs = item.chunks[chunk].blobs
    blobs.append(blobs[place])
    item.original_size_in_bytes *= 2
    return f"/Objects[{chunk + 1}]/Object[{len(blobs)}]"


def repeat_chunk(item: MasterObjectList, chunk: int, place: int) -> str:
    item.chunks.append(replace(item.chunks[chunk]))
    item.original_size_in_bytes *= 2
    return f"/Objects[{len(item.chunks)}]"


def move_node(item: MasterObjectList, chunk: int, place: int) -> str:
    item.chunks[chunk].node_id = "00000000-0000-4000-8000-00000000ffff"
    return f"/Objects[{chunk + 1}]/@NodeId"


def set_on_blob(name: str, value: Any) -> Mutation:
    def mutation(item: MasterObjectList, chunk: int, place: int) -> str:
        blob = item.chunks[chunk].blobs[place]
        member = next(one for one in attributes(type(blob)) if one.name == name)
        setattr(blob, member.field, value)
        return f"/Objects[{chunk + 1}]/Object[{place + 1}]/@{name}"

    return mutation


def set_on_job(name: str, **values: Any) -> Mutation:
    def mutation(item: MasterObjectList, chunk: int, place: int) -> str:
        for key, value in values.items():
            setattr(item, key, value)
        return f"/@{name}"

    return mutation


MUTATIONS: dict[str, Mutation] = {
    "blob-repeated": repeat_blob,
    "chunk-id-repeated": repeat_chunk,
    "chunk-number-repeated": repeat_chunk,
    "node-unknown": move_node,
    "negative-number": set_on_blob("Offset", -7),
    "other-bucket": set_on_blob("Bucket", "no such bucket at all"),
    "invalid-value": set_on_blob("Id", "not a UUID"),
    "cached-more-than-original": set_on_job("CachedSizeInBytes", cached_size_in_bytes=2**62),
    "completed-with-bytes-outstanding": set_on_job(
        "Status", status=JobStatus.COMPLETED, request_type=JobRequestType.GET, completed_size_in_bytes=0
    ),
}


@pytest.mark.parametrize("rule", MUTATIONS)
@given(consistent=consistent_jobs(), data=st.data())
def test_a_mutation_is_found_where_it_is(
    rule: str, consistent: MasterObjectList, data: st.DataObject
) -> None:
    chunk = data.draw(st.integers(0, len(consistent.chunks) - 1))
    place = data.draw(st.integers(0, len(consistent.chunks[chunk].blobs) - 1))
    path = MUTATIONS[rule](consistent, chunk, place)
    assert f"{ROOT}{path}" in found(validate(encode(consistent)), rule)


# The schema.


def judged_by_libxml2(document: bytes) -> set[tuple[str, str | None]]:
    """The elements and attributes that libxml2's validation of a tree complains of."""
    LIBXML2.validate(etree.fromstring(document))
    places = set()
    for entry in LIBXML2.error_log:
        match = re.search(r"attribute '([^']*)'", entry.message, re.IGNORECASE)
        places.add((re.sub(r"/(Objects|Object|Node)(?=/|$)", r"/\1[1]", str(entry.path)), match and match[1]))
    return places


def judged_by_us(document: bytes) -> set[tuple[str, str | None]]:
    report = validate(document, select=["schema"], max_findings=10_000)
    places = set()
    for finding in report.findings:
        path, _, name = (finding.path or "").partition("/@")
        places.add((path.replace("/Tape[1]", "/Tape[1]"), name or None))
    return places


@given(jobs(), st.data())
def test_every_violation_of_an_attribute_is_found_where_libxml2_finds_it(
    item: MasterObjectList, data: st.DataObject
) -> None:
    for some in item.chunks:
        for one in some.blobs:
            one.physical_placement, one.id_element = None, None
    document = encode(item)
    for _ in range(data.draw(st.integers(0, 4))):
        tags = list(re.finditer(rb"<(\w+)( [^>]*?)(/?)>", document))
        tag = data.draw(st.sampled_from(tags))
        change = data.draw(st.sampled_from([b' New%d="1"' % len(document), b"", b"wrong", b"drop"]))
        document = document[: tag.start(2)] + changed(tag[2], change, data) + document[tag.end(2) :]
    if not validate(document, select=["before-3.0"]).before_3_0:
        assert judged_by_us(document) == judged_by_libxml2(document)


def changed(members: bytes, change: bytes, data: st.DataObject) -> bytes:
    """The attributes of a tag with one more, one less, or one of another value."""
    if change not in (b"wrong", b"drop"):
        return members + change
    found = data.draw(st.sampled_from(list(re.finditer(rb' (\w+)="[^"]*"', members)) or [None]))
    if found is None:
        return members
    new = (
        b"" if change == b"drop" else b' %s="%s"' % (found[1], data.draw(st.sampled_from([b"x", b"7", b""])))
    )
    return members[: found.start()] + new + members[found.end() :]


def test_several_violations_in_one_element_are_all_found() -> None:
    report = validate(job(chunk(blob(Length="x", Offset="y", Id="z", Color="red"))))
    rules = [(finding.rule, str(finding.path).rpartition("/@")[2]) for finding in report.findings]
    assert sorted(rules)[:4] == [
        ("invalid-value", "Id"),
        ("invalid-value", "Length"),
        ("invalid-value", "Offset"),
        ("no-version", FIRST),
    ]
    assert ("unknown-attribute", "Color") in rules


def test_what_comes_after_an_unexpected_element_is_checked_all_the_same() -> None:
    wrong = blob(Length="x")
    placement = (
        "<PhysicalPlacement><New/><Pools/><Tapes><Tape><Newer/><State>SLEEPY</State></Tape></Tapes>"
        "</PhysicalPlacement>"
    )
    document = job(
        "<New/>",
        chunk("<New/>", wrong, element("Object", BLOB, "<New/>", placement)),
        "<Nodes/>",
        chunk(wrong),
    )
    report = validate(document)
    assert found(report, "unexpected-element") == [
        f"{ROOT}/New",
        f"{ROOT}/Objects[1]/New",
        f"{ROOT}/Objects[1]/Object[2]/New",
        f"{ROOT}/Objects[1]/Object[2]/PhysicalPlacement/New",
        f"{ROOT}/Objects[1]/Object[2]/PhysicalPlacement/Tapes/Tape/Newer",
        f"{ROOT}/Nodes",
    ]
    assert found(report, "invalid-value") == [
        f"{FIRST}/@Length",
        f"{ROOT}/Objects[1]/Object[2]/PhysicalPlacement/Tapes/Tape/State",
        f"{ROOT}/Objects[2]/Object[1]/@Length",
    ]


@pytest.mark.parametrize("inside", [" ", "text", "<New/>"])
def test_a_node_has_nothing_in_it_not_even_white_space(inside: str) -> None:
    document = job(element("Nodes", {}, element("Node", {"EndPoint": "a", "Id": UUID}, inside)))
    assert judged_by_libxml2(document)
    assert not validate(document).ok


@pytest.mark.parametrize(
    "inside", ["<New/>" * 100_001, f"<New>{'x' * 2_000_000}</New>"], ids=["elements", "text"]
)
def test_what_an_object_may_hold_is_bounded(inside: str) -> None:
    assert validate(job(chunk(element("Object", BLOB, inside)))).counts["limit-exceeded"] == 1


def test_an_enumeration_value_that_the_schema_does_not_know_is_reported() -> None:
    assert found(validate(job(Priority="WHENEVER")), "invalid-value") == [f"{ROOT}/@Priority"]


# Places.


def positions(document: bytes, tag: bytes) -> Iterator[tuple[int, int]]:
    for match in re.finditer(re.escape(tag), document):
        before = document[: match.start()]
        yield before.count(b"\n") + 1, len(before.rpartition(b"\n")[2].decode()) + 1


@pytest.mark.parametrize("between", ["", "\n", "<!-- <Object/> -->", "<?skip <Object?>\r\n"])
@pytest.mark.parametrize("count", [1, 5000])
def test_line_and_column_are_those_of_the_tag_however_many_are_alike(between: str, count: int) -> None:
    blobs = [
        blob(Name=f"größe {place % 2}", Length="x" if place % 1000 == 0 else "0") for place in range(count)
    ]
    document = job(between, chunk(*(one + between for one in blobs)))
    report = validate(document, select=["invalid-value"])
    expected = list(positions(document, blob(Name="größe 0", Length="x").encode()))
    assert [(finding.line, finding.column) for finding in report.findings] == expected
    assert [finding.object for finding in report.findings] == list(range(1, count + 1, 1000))
    assert {finding.place.object_name for finding in report.findings} == {"größe 0"}


def with_boundary_at(place: int, document: bytes) -> Report:
    """The report of a document on a line of its own, with the end of the first piece at this place of it."""
    padding = b"<!--" + b"x" * (PIECE - place - len("<!---->\n")) + b"-->\n"
    report = validate(padding + document)
    report.bytes_read -= len(padding)
    report.findings.sort(key=str)  # those between blobs come after those of the schema in the same piece
    return report


@given(jobs(), st.randoms(use_true_random=False))
def test_the_boundary_of_two_pieces_changes_nothing_in_a_report(
    item: MasterObjectList, random: Random
) -> None:
    document = broken(random, encode(item))
    whole = with_boundary_at(0, document)
    assert with_boundary_at(random.randrange(len(document)), document) == whole


def test_findings_are_located_wherever_the_boundary_of_two_pieces_is() -> None:
    wrong = [blob(Length="x"), "text", blob()[:-2] + "><PhysicalPlacement><a/></PhysicalPlacement></Object>"]
    document = job(chunk(blob(), *wrong), element("Objects", {}))
    whole = with_boundary_at(0, document)
    assert len(whole.findings) > 5
    assert all(finding.line == 2 and finding.column for finding in whole.findings)
    for place in range(1, len(document) + 1, 11):
        assert with_boundary_at(place, document) == whole


def test_more_findings_than_the_limit_are_counted() -> None:
    document = job(chunk(*(blob(Length="x", Name=str(place)) for place in range(250))))
    report = validate(document, max_findings=7)
    assert len(found(report, "invalid-value")) == 7
    assert report.counts["invalid-value"] == 250
    assert report.unlisted()["invalid-value"] == 243


# Versions.


def test_a_response_from_before_3_0_is_recognised_and_not_drowned_in_findings() -> None:
    old = {key: JOB[key] for key in ("BucketName", "JobId", "Priority", "RequestType")}
    bare = {key: BLOB[key] for key in ("Name", "Length", "Offset")}
    objects = element("Objects", CHUNK, *(element("Object", bare | {"Name": str(n)}) for n in range(500)))
    document = element("MasterObjectList", old | {"StartDate": "2014-07-01T20:12:52.000Z"}, objects).encode()
    report = validate(document)
    assert report.before_3_0
    assert report.ok
    assert [finding.rule for finding in report.findings] == ["before-3.0"]
    assert validate(document.replace(b'"0"', b'"none"', 1)).counts["invalid-value"] == 1


def test_the_report_says_which_versions_the_response_can_come_from() -> None:
    assert validate(SAMPLE).api_versions == ("5.0", "5.1", "5.3", "5.4")
    assert validate(job(chunk(blob(Version="1", Bucket="bucket")))).api_versions[-1] == "4.1"


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


# Exchanges.


def test_an_error_answer_without_a_body_is_the_servers() -> None:
    report = validate(recorded(b"", READY, status=410))
    assert [finding.rule for finding in report.findings] == ["server-error"]
    assert "410" in report.findings[0].message
    assert found(validate(recorded(b"", READY, status=200)), "truncated") == [None]


def test_the_servers_error_is_reported_with_its_code() -> None:
    [finding] = validate(recorded(error(RequestId="42"), READY, status=404)).findings
    assert (finding.rule, finding.path) == ("server-error", "/Error")
    assert "404 NotFound: There is no such job." in finding.message


def test_the_answer_is_held_against_the_ids_of_the_request() -> None:
    other = recorded(job(), CLOSE.replace(UUID, OTHER))
    assert found(validate(other), "answer-contradicts-request") == [f"{ROOT}/@JobId"]
    assert validate(recorded(job(), CLOSE.replace(UUID, UUID.upper()))).ok
    lone = recorded(chunk(blob()).encode(), CLOSE)
    assert found(validate(lone), "answer-contradicts-request") == ["/Objects"]


@pytest.mark.parametrize(
    ("body", "status", "path"),
    [
        (error(), 200, "/Error"),
        (error(), 500, "/Error"),
        (error(), 404, None),
        (error(HttpErrorCode=""), 500, None),
        (job(), 404, ROOT),
        (job(), 302, ROOT),
        (job(), 206, None),
        (chunk(blob()).encode(), 503, "/Objects"),
    ],
)
def test_the_status_is_held_against_the_body(body: bytes, status: int, path: str | None) -> None:
    expected = [] if path is None else [path]
    assert found(validate(recorded(body, status=status)), "status-contradicts-body") == expected


def test_a_job_without_the_member_that_the_request_names_is_not_held_against_it() -> None:
    without = element("MasterObjectList", lacking(JOB, "JobId")).encode()
    report = validate(recorded(without, CLOSE))
    assert found(report, "missing-attribute") == [f"{ROOT}/@JobId"]
    assert found(report, "answer-contradicts-request") == []


# Credentials, memory, and real responses.


def test_no_credential_shows_in_a_finding() -> None:
    secret = "hunter2"  # noqa: S105
    target = "".join(f"<{name}>{secret}<x>{secret}</x></{name}>" for name in ("SecretKey", "ProxyPassword"))
    placement = f"<PhysicalPlacement><S3Targets><S3Target {secret}=''>{target}</S3Target></S3Targets>"
    document = job(chunk(element("Object", BLOB, f"{placement}</PhysicalPlacement>")))
    report = validate(document.replace(f" {secret}=".encode(), b" a="))
    assert report.counts["unexpected-element"]
    assert secret not in "".join(map(str, report.findings))


@pytest.mark.parametrize(("objects", "ignore", "megabytes"), [(300_000, "blobs", 60), (300_000, "", 130)])
def test_memory_is_bounded(objects: int, ignore: str, megabytes: int) -> None:
    script = f"""{PEAK_MEMORY}
from ds3codec.validation import validate

def document():
    yield {job()!r}.replace(b"/>", b">") + {chunk(blob())!r}.split("<Object ")[0].encode()
    for number in range({objects // 1000}):
        yield b"".join(
            b'<Object Latest="true" Length="1" Name="clip %d" Offset="0"/>' % (number * 1000 + place)
            for place in range(1000)
        )
    yield b"</Objects></MasterObjectList>"

blobs = ("blob-repeated", "blobs-overlap", "blobs-with-a-gap")
report = validate(document(), ignore={ignore or "()"})
assert report.blobs == {objects} and report.ok, report
print(peak_megabytes())
"""
    command = [sys.executable, "-c", script]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert float(output) < megabytes


FOLDER = os.environ.get("DS3CODEC_CAPTURES")


@pytest.mark.parametrize(
    "path", sorted(Path(FOLDER).rglob("*.xml")) if FOLDER else [], ids=lambda path: path.name
)
def test_a_real_response_has_no_error(path: Path) -> None:
    report = validate(path)
    assert report.ok, report.findings
    assert not report.count(Severity.WARNING), report.findings
