"""Which blob is which: what validation remembers of every object."""

from __future__ import annotations

import subprocess
import sys
from collections import deque
from collections.abc import Iterator

import pytest

from ds3codec import Report, validate
from ds3codec.validation import Validation
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


@pytest.mark.full
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


@pytest.mark.parametrize("version", [{}, {"VersionId": UUID}, {"Version": "7"}])
def test_one_name_in_two_buckets_is_two_objects(version: dict[str, str]) -> None:
    blobs = [blob(Bucket=bucket, **version) for bucket in "ab"]
    assert not validate(job(chunk(*blobs)), select=["blobs-disagree", "blob-repeated"]).findings


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


@pytest.mark.parametrize(
    "objects", [100_000, *(pytest.param(number, marks=pytest.mark.full) for number in (132_000, 260_000))]
)
def test_an_object_of_one_blob_takes_at_most_60_bytes(objects: int) -> None:
    def document() -> Iterator[bytes]:
        yield job().replace(b"/>", b">") + chunk(blob()).split("<Object ")[0].encode()
        for start in range(0, objects, 1000):
            yield "".join(blob(Name=str(number)) for number in range(start, start + 1000)).encode()
        yield b"</Objects></MasterObjectList>"

    validation = Validation(document(), select=REMEMBERING)
    deque(validation.steps(), maxlen=0)
    [check] = validation._checks
    remembered = [*vars(check).values(), *vars(vars(check)["_seen"]).values()]
    assert validation.report.blobs == objects
    assert sum(map(sys.getsizeof, remembered)) / objects <= 60
