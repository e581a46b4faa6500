"""Several answers of one job, held against each other."""

from __future__ import annotations

from ds3codec.validation import Answers, Report, validate
from tests.examples import UUID, blob, chunk, job
from tests.validation.examples import OTHER, ROOT, found

LONG = "a name that is long enough for many objects to be a run " * 4


def validated(*answers: bytes) -> list[Report]:
    together = Answers()
    return [validate(answer, select=["together"], together=together) for answer in answers]


def listing(count: int, **members: str) -> bytes:
    blobs = [blob(Name=f"{LONG}{number}", Length=str(number)) for number in range(count)]
    return job(chunk(*blobs, **members))


def test_answers_that_agree_have_no_findings() -> None:
    finished = job(Status="COMPLETED", CompletedSizeInBytes="10")
    answers = [listing(300), listing(300, ChunkId=UUID.upper()), listing(100), finished, finished]
    assert [report.findings for report in validated(*answers)] == [[]] * 5


def test_a_blob_that_moves_to_another_chunk_is_found() -> None:
    _, report = validated(listing(300), listing(300, ChunkId=OTHER))
    assert report.counts["blob-changed"] == 300
    assert found(report, "blob-changed")[299 - 200] == f"{ROOT}/Objects[1]/Object[100]"


def test_what_an_answer_says_twice_is_no_contradiction_of_another() -> None:
    twice = job(chunk(blob(Length="1"), blob(Length="2")))
    assert [report.findings for report in validated(twice)] == [[]]
    _, report = validated(job(chunk(blob(Length="1"))), twice)
    assert found(report, "blob-changed") == [f"{ROOT}/Objects[1]/Object[2]/@Length"]


def test_the_answers_of_another_job_are_compared_no_further() -> None:
    _, other, again = validated(
        listing(10), listing(10, ChunkId=OTHER).replace(UUID.encode(), OTHER.encode()), listing(10)
    )
    assert set(other.counts) == {"job-changed"}
    assert again.findings == []


def test_the_most_that_was_completed_counts() -> None:
    sizes = ["5", "3", "4"]
    reports = validated(*(job(CompletedSizeInBytes=size) for size in sizes))
    assert [report.counts["completed-shrank"] for report in reports] == [0, 1, 1]
