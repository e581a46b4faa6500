"""Which versions of the API a response can come from."""

from __future__ import annotations

import pytest

from ds3codec import validate
from tests.examples import BLOB, CHUNK, JOB, SAMPLE, blob, chunk, element, job
from tests.validation.examples import ROOT


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


@pytest.mark.parametrize(("lacking", "is_old"), [(1, False), (2, False), (3, True), (4, True)])
def test_three_missing_attributes_make_a_response_old(lacking: int, is_old: bool) -> None:
    optional = ["Aggregating", "Naked", "Name", "UserName"][:lacking]
    present = {name: text for name, text in JOB.items() if name not in optional}
    report = validate(element("MasterObjectList", present).encode())
    assert report.before_3_0 == is_old
    assert report.counts["missing-attribute"] == (0 if is_old else lacking)


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
