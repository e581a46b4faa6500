"""Which blob is which: what validation remembers of every object."""

from __future__ import annotations

import subprocess
import sys

import pytest

from ds3codec import Report, validate
from tests.examples import PEAK_MEMORY, UUID, blob, chunk, job
from tests.validation.examples import OTHER, ROOT, found


@pytest.mark.parametrize(("objects", "ignore", "megabytes"), [(300_000, "blobs", 45), (300_000, "", 60)])
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

blobs = ("blob-repeated", "blobs-overlap", "blobs-with-a-gap", "blobs-disagree")
report = validate(document(), ignore={ignore or "()"})
assert report.blobs == {objects} and report.ok, report
print(peak_megabytes())
"""
    command = [sys.executable, "-c", script]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert float(output) < megabytes


def versions(*blobs: tuple[str, str, str], **members: str) -> Report:
    """The report of an object's blobs, each with offset, length and version id."""
    return validate(
        job(
            chunk(
                *(
                    blob(Offset=offset, Length=length, VersionId=UUID[:-1] + version, **members)
                    for offset, length, version in blobs
                )
            )
        ),
        select=["blobs-disagree"],
    )


def test_blobs_of_another_version_are_found_where_they_go_on() -> None:
    report = versions(("0", "5", "1"), ("5", "5", "1"), ("10", "5", "2"), ("15", "5", "2"))
    assert found(report, "blobs-disagree") == [f"{ROOT}/Objects[1]/Object[3]"]
    assert report.findings[0].place.object_name == "object"
    assert "byte 10" in report.findings[0].message
    assert not versions(("0", "5", "1"), ("0", "5", "2"), ("5", "5", "2")).findings
    assert not versions(("0", "5", "1"), ("6", "5", "2")).findings


def test_an_object_of_one_version_id_is_in_one_bucket() -> None:
    def report(*buckets: str, version: str = "VersionId") -> Report:
        text = UUID if version == "VersionId" else "7"
        blobs = [blob(Bucket=bucket, **{version: text}) for bucket in buckets]
        return validate(job(chunk(*blobs)), select=["blobs-disagree"])

    assert found(report("a", "b"), "blobs-disagree") == [f"{ROOT}/Objects[1]/Object[2]"]
    assert not report("a", "b", version="Version").findings  # which counts in each bucket for itself
    assert not validate(job(chunk(blob(Bucket="a"), blob(Bucket="b")))).counts["blobs-disagree"]
    assert not report("a", "a").findings


def test_two_blobs_of_an_object_have_different_ids() -> None:
    ids = [UUID, OTHER, UUID]
    blobs = [blob(Offset=str(number), Length="1", Id=one) for number, one in enumerate(ids)]
    report = validate(job(chunk(*blobs)), select=["blobs-disagree"])
    assert found(report, "blobs-disagree") == [f"{ROOT}/Objects[1]/Object[3]"]
    assert not validate(job(chunk(*blobs[:2]))).counts["blobs-disagree"]


def test_a_gap_is_told_of_at_the_first_blob_of_its_object() -> None:
    filler = [blob(Name=f"{number} {'x' * 200}") for number in range(400)]
    gap = [blob(Length="5"), blob(Offset="6", Length="5")]
    document = job(chunk(*filler[:300], gap[0]), chunk(*filler[300:], gap[1], ChunkNumber="1"))
    [finding] = validate(document, select=["blobs-with-a-gap"]).findings
    assert (finding.path, finding.place.object_name) == (f"{ROOT}/Objects[1]/Object[301]", "object")
    lone = chunk(*gap).encode()
    assert found(validate(lone), "blobs-with-a-gap") == ["/Objects/Object[1]"]


def test_an_object_of_one_blob_takes_at_most_60_bytes() -> None:
    script = f"""{PEAK_MEMORY}
import sys
from ds3codec.validation import validate

def document(objects):
    yield {job()!r}.replace(b"/>", b">") + {chunk(blob())!r}.split("<Object ")[0].encode()
    for number in range(objects // 1000):
        yield b"".join(
            b'<Object Bucket="bucket" Latest="true" Length="1" Name="clip %d" Offset="0"/>' % place
            for place in range(number * 1000, number * 1000 + 1000)
        )
    yield b"</Objects></MasterObjectList>"

validate(document(50_000))
before = peak_megabytes()
report = validate(document(700_000))
assert report.blobs == 700_000 and not report.counts["blob-repeated"]
print((peak_megabytes() - before) * 1e6 / 650_000)
"""
    output = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout
    assert float(output) < 75  # a table that grows is there twice for a moment
