"""What the examiner finds in single elements: each violation once, where it is."""

from __future__ import annotations

import pytest

from ds3codec import validate
from ds3codec.validation import RULES
from tests.examples import BLOB, CHUNK, JOB, PLACEMENT, blob, chunk, element, error, job, node

XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
ROOT = "/MasterObjectList"
FIRST = f"{ROOT}/Objects[1]/Object[1]"


def found(document: bytes) -> list[tuple[str, str | None]]:
    """The rules of the schema that a document violates, each with its place."""
    findings = validate(document).findings
    return [(each.rule, each.path) for each in findings if RULES[each.rule].group == "schema"]


@pytest.mark.parametrize("children", ["", PLACEMENT, "<Id>7</Id>", " "])
def test_a_blob_s_attribute_is_reported_once_whatever_the_blob_holds(children: str) -> None:
    wrong = blob(Length="x")[:-2] + f">{children}</Object>"
    attributes = [(rule, path) for rule, path in found(job(chunk(wrong))) if "@" in str(path)]
    assert attributes == [("invalid-value", f"{FIRST}/@Length")]


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize("nil", ["true", "x"])
def test_an_object_is_not_nil(nil: str, number: int) -> None:
    objects = [f'{blob()[:-2]} {XSI} xsi:nil="{nil}"/>'] * number
    assert [path for _, path in found(job(chunk(*objects)))] == [
        f"{ROOT}/Objects[1]/Object[{place}]"
        + ("" if nil == "true" else "/@{http://www.w3.org/2001/XMLSchema-instance}nil")
        for place in range(1, number + 1)
    ]


def test_hints_of_where_a_schema_is_are_allowed() -> None:
    hint = f'{XSI} xsi:schemaLocation="a b" xsi:noNamespaceSchemaLocation="c"'
    assert found(job(f"<Nodes {hint}/>", chunk(f"{blob()[:-2]} {hint}/>", blob()))) == []


@pytest.mark.parametrize(
    ("attribute", "path"),
    [
        ('a="1"', "/@a"),
        ('xsi:nil="true"', ""),
        ('xsi:type="x"', "/@{http://www.w3.org/2001/XMLSchema-instance}type"),
    ],
)
def test_attributes_of_the_list_of_nodes_are_reported_there_and_nothing_else(
    attribute: str, path: str
) -> None:
    document = job(f"<Nodes {XSI} {attribute}>{node()}</Nodes>", chunk(blob()))
    assert [where for _, where in found(document)] == [f"{ROOT}/Nodes{path}"]


def test_the_servers_error_is_judged_as_a_whole() -> None:
    assert found(error()) == []
    assert found(error(HttpErrorCode="x")) == [("invalid-value", "/Error/HttpErrorCode")]
    assert found(error().replace(b"</Error>", b"<New/></Error>")) == [("unexpected-element", "/Error/New")]
    assert found(error().replace(b"<Error>", b'<Error a="1">')) == [("unknown-attribute", "/Error/@a")]


def test_a_lone_chunk_is_of_no_old_version() -> None:
    lacking = element("Objects", {"ChunkNumber": "0"}, blob()).encode()
    assert found(lacking) == [("missing-attribute", "/Objects/@ChunkId")]


REQUIRED = ["Aggregating", "BucketName", "CachedSizeInBytes", "JobId"]


@pytest.mark.parametrize(
    ("missing", "date", "is_old"),
    [
        (2, "2026", False),
        (3, "2026", True),
        (4, "2026", True),
        (0, "2015", False),
        (1, "2015", True),
        (1, "2016", False),
    ],
)
def test_a_job_is_old_if_it_lacks_three_attributes_or_one_in_the_years_before(
    missing: int, date: str, is_old: bool
) -> None:
    members = {name: text for name, text in JOB.items() if name not in REQUIRED[:missing]}
    members["StartDate"] = f"{date}-03-14T09:26:53.589Z"
    report = validate(element("MasterObjectList", members, chunk(blob())).encode())
    assert report.before_3_0 == is_old
    assert ("missing-attribute" in report.counts) == (missing > 0 and not is_old)


def test_what_no_version_has_is_reported_at_the_first_object_that_has_it() -> None:
    newer = element("Object", BLOB | {"VersionId": JOB["JobId"]})
    document = job(element("Objects", CHUNK, newer, blob(Version="1")))
    [finding] = [each for each in validate(document).findings if each.rule == "no-version"]
    assert finding.path == f"{ROOT}/Objects[1]/Object[2]"
