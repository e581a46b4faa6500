"""Which blob is which: what validation remembers of every object."""

from __future__ import annotations

import subprocess
import sys

import pytest

from ds3codec import Report, validate
from tests.examples import PEAK_MEMORY, UUID, blob, chunk, job
from tests.validation.examples import OTHER, ROOT, found

# For scripts: a job of so many objects, each of one blob, a hundred to a chunk.
DOCUMENT = f"""{PEAK_MEMORY}
from ds3codec.validation import validate

def document(objects):
    yield {job()!r}.replace(b"/>", b">")
    for chunk in range(objects // 100):
        yield b'<Objects ChunkId="%08x{UUID[8:]}" ChunkNumber="%d">' % (chunk, chunk)
        yield b"".join(
            b'<Object Bucket="bucket" Latest="true" Length="1" Name="clip %d" Offset="0"/>' % number
            for number in range(chunk * 100, chunk * 100 + 100)
        )
        yield b"</Objects>"
    yield b"</MasterObjectList>"
"""
REMEMBERING = ("blob-repeated", "blobs-overlap", "blobs-with-a-gap", "blobs-disagree")


def printed(script: str) -> float:
    command = [sys.executable, "-c", DOCUMENT + script]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


@pytest.mark.parametrize(("ignore", "megabytes"), [(REMEMBERING, 45), ((), 60)])
def test_memory_is_bounded(ignore: tuple[str, ...], megabytes: int) -> None:
    peak = f"""
report = validate(document(300_000), ignore={ignore})
assert report.blobs == 300_000 and report.ok, report
print(peak_megabytes())
"""
    assert printed(peak) < megabytes


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
    growth = """
validate(document(50_000))
before = peak_megabytes()
report = validate(document(700_000))
assert report.blobs == 700_000 and not report.counts["blob-repeated"]
print((peak_megabytes() - before) * 1e6 / 650_000)
"""
    assert printed(growth) < 75  # a table that grows is there twice for a moment
