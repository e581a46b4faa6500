"""The judgement by columns is that of the slow way, finding by finding and place by place."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ds3codec import MasterObjectList, Report, encode, validate
from ds3codec.limits import PIECE
from ds3codec.testing.strategies import jobs
from ds3codec.validation import Place
from tests.examples import BLOB, PLACEMENT, SAMPLE, UUID, blob, chunk, element, job, node
from tests.fuzz import mutations
from tests.validation.oracle import SLOW_RULES, slowly
from tests.validation.test_against_libxml2 import broken

LONG = "a name that is long enough for many objects to be a run " * 3
VERSIONS = st.sampled_from(["auto", "auto", "3.0", "4.1", "5.4", "6.0"])


def said(report: Report) -> dict[str, Any]:
    """All that a report says; the findings of each rule in their order.

    What libxml2 says of text that is not well-formed depends on how the text is cut. Where the parser meets a
    layout for the first time, it does not know the name of the object yet.
    """
    findings: dict[str, list[Any]] = {}
    for finding in report.findings:
        message = finding.message if finding.rule != "not-well-formed" else ""
        place = finding.place
        if finding.rule == "no-version":
            place = Place(place.path, line=place.line, column=place.column)
        findings.setdefault(finding.rule, []).append((message, place))
    return {
        "findings": findings,
        "counts": dict(report.counts),
        "versions": (report.api_versions, report.before_3_0),
        "read": (report.chunks, report.blobs, report.complete),
    }


def assert_same(document: bytes, **options: Any) -> None:
    assert said(validate(document, select=SLOW_RULES, **options)) == said(slowly(document, **options))


@given(st.randoms(use_true_random=False), VERSIONS)
def test_runs_with_something_wrong_are_judged_as_the_parser_s(random: Random, version: str) -> None:
    assert_same(mutations.document(random), api_version=version)


@given(jobs(), st.randoms(use_true_random=False), VERSIONS, st.integers(0, 3))
def test_any_document_is_judged_as_the_parser_s(
    item: MasterObjectList, random: Random, version: str, limit: int
) -> None:
    document = broken(random, encode(item))
    padding = b"<!--" + b"x" * (PIECE - random.randrange(len(document)) - len(b"<!---->\n")) + b"-->\n"
    assert_same(padding + document, api_version=version, max_findings=limit)


@pytest.mark.parametrize("size", [1, 200, PIECE])
def test_the_first_of_several_numbers_below_zero_is_the_first_in_the_document(size: int) -> None:
    blobs = [blob(), blob(Offset="-1"), blob(Length="-1"), blob(Offset="-2", Length="-2")]
    document = job(chunk(*blobs), chunk(*blobs, ChunkNumber="-1"))
    pieces = [document[at : at + size] for at in range(0, len(document), size)]
    report = validate(pieces, select=["negative-number"])
    first, second = "/MasterObjectList/Objects[1]", "/MasterObjectList/Objects[2]"
    places = ["/Object[2]/@Offset", "/Object[3]/@Length", "/Object[4]/@Length", "/Object[4]/@Offset"]
    expected = [*(first + place for place in places), f"{second}/@ChunkNumber"]
    assert [finding.path for finding in report.findings] == [*expected, *(second + place for place in places)]
    [only] = validate(pieces, select=["negative-number"], max_findings=1).findings
    assert only.path == expected[0]


def many(count: int, **members: Any) -> list[str]:
    """Blobs with these members, or with what these functions make of their number, in the wire's order."""
    return [
        element("Object", dict(sorted((BLOB | {"Name": f"{LONG}{number}"} | made).items())))
        for number in range(count)
        for made in [{name: one(number) if callable(one) else one for name, one in members.items()}]
    ]


EVERY = {
    "wrong ids": {"Id": lambda number: "7" if number % 3 else UUID},
    "wrong numbers": {"Length": lambda number: "4 KiB" if number % 5 else "7", "Offset": " +4 "},
    "nothing but wrong numbers": {"Length": "much", "Offset": "far"},
    "numbers below zero": {"Length": lambda number: str(number % 4 - 2)},
    "unknown attributes": {"Color": "red", "Id": lambda number: "x" if number % 7 else UUID},
    "other buckets": {"Bucket": lambda number: "other" if number % 2 else "bucket"},
    "both versions": {"Version": "1", "VersionId": UUID},
    "one name": {"Name": "object", "Offset": lambda number: str(number * 7 % 100), "Length": "5"},
    "several names": {"Name": lambda number: f"{LONG}{number % 50}", "Offset": str, "Length": "1"},
    "states": {"InCache": lambda number: "true" if number % 2 else "no"},
}


@pytest.mark.parametrize("limit", [0, 3, 100, 10_000])
@pytest.mark.parametrize("what", EVERY)
def test_many_findings_are_those_of_the_slow_way(what: str, limit: int) -> None:
    blobs = many(600, **EVERY[what])
    document = job(
        element("Nodes", {}, node()),
        chunk(*blobs[:200], NodeId="7"),
        *(chunk(one, ChunkNumber=str(number % 90), NodeId=UUID) for number, one in enumerate(blobs[200:])),
        EntirelyInCache="true",
        OriginalSizeInBytes="700",
    )
    assert_same(document, max_findings=limit)


@pytest.mark.parametrize("wrong", ["Length", "InCache", "Latest", "Version"])
def test_objects_that_lack_an_attribute_now_and_then_are_judged_by_their_layouts(wrong: str) -> None:
    members = {wrong: lambda number: "7" if number % 13 else "wrong"} if wrong != "Latest" else {}
    members |= {"Latest": lambda number: "true" if number % 17 else "wrong"}
    blobs = many(600, Id=lambda number: UUID if number % 11 else "7", VersionId=UUID, **members)
    for number in range(0, 600, 3):
        blobs[number] = blobs[number].replace(f' VersionId="{UUID}"', "")
    for version in ("auto", "4.1", "5.4"):
        assert_same(job(chunk(*blobs)), api_version=version)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("<BarCode>text</BarCode>", "<BarCode>text</BarCode><BarCode/>", marks=pytest.mark.full),
        ("<BarCode>text</BarCode>", ""),
        pytest.param("<AzureTargets/>", "<AzureTargets/><AzureTargets/>", marks=pytest.mark.full),
        pytest.param("<AzureTargets/>", "<Pools/>", marks=pytest.mark.full),
        ("7</", "9223372036854775808</"),
        ("</Tape>", "text</Tape>"),
        pytest.param("Z</", "Z </", marks=pytest.mark.full),
        pytest.param("<EjectPending>", "<EjectPending> ", marks=pytest.mark.full),
        pytest.param("2026-", "99999999999999999999-", marks=pytest.mark.full),
        pytest.param("<PhysicalPlacement>", "<Id>7</Id><PhysicalPlacement>", marks=pytest.mark.full),
        ("<PhysicalPlacement>", f"<Id>{UUID}</Id><PhysicalPlacement>"),
        pytest.param("<PhysicalPlacement>", "<PhysicalPlacement a='1'>", marks=pytest.mark.full),
    ],
)
def test_a_placement_that_is_wrong_now_and_then_is_found(old: str, new: str) -> None:
    assert old in PLACEMENT or old == "<BarCode>text</BarCode>"
    wrong = PLACEMENT.replace(old, new)
    blobs = [
        element("Object", BLOB | {"Name": str(number)}, wrong if number % 50 == 49 else PLACEMENT)
        for number in range(100)
    ]
    for version in ("auto", "3.0", "5.4"):
        assert_same(job(chunk(*many(50), *blobs)), api_version=version)


def test_the_sample_is_judged_alike() -> None:
    assert_same(SAMPLE)
