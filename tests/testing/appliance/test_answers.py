"""What the appliance does: each operation, and the whole life of a job."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote
from uuid import uuid4

import pytest

from ds3codec import JobStatus, OperationError, Priority, UsageError, decode_chunk, encode, request_for
from ds3codec.operations import OPERATIONS
from ds3codec.testing.appliance import Appliance
from ds3codec.validation import Severity, known_versions

from .client import Answer, ask, listed

GET = "/_rest_/bucket/archive?operation=start_bulk_get"
PUT = "/_rest_/bucket/archive?operation=start_bulk_put"


@pytest.fixture
def appliance() -> Iterator[Appliance]:
    with Appliance(chunk_objects=2, blob_size=100) as running:
        running.add_bucket("archive", {"a": 10, "b": 250, "c": 0})
        yield running


def clean(answer: Answer) -> Answer:
    """An answer in which validation finds nothing."""
    findings = [one for one in answer.report.findings if one.severity is not Severity.NOTE]
    assert (answer.status, findings) == (200, [])
    return answer


def refusal(answer: Answer) -> tuple[int, str]:
    report = answer.report
    assert {one.rule for one in report.findings} == {"server-error"}
    return answer.status, answer.body.partition(b"<Code>")[2].partition(b"<")[0].decode()


def test_a_job_that_aggregates_is_put_appended_to_closed_and_completed(appliance: Appliance) -> None:
    created = clean(ask(appliance, "PUT", f"{PUT}&aggregating=true", listed("x", Size=150))).job
    assert (created.aggregating, created.original_size_in_bytes) == (True, 150)
    assert [blob.length for chunk in created.chunks for blob in chunk.blobs] == [100, 50]
    more = clean(ask(appliance, "PUT", f"{PUT}&aggregating=true", listed("y", Size=7))).job
    assert (more.job_id, more.original_size_in_bytes, len(more.chunks)) == (created.job_id, 157, 2)

    job = created.job_id
    for name, offset, size in (("x", 0, 100), ("x", 100, 50), ("y", 0, 7), ("appended", 0, 3)):
        body = b"." * size
        assert ask(appliance, "PUT", f"/archive/{name}?job={job}&offset={offset}", body).status == 200
    open_still = clean(ask(appliance, "GET", f"/_rest_/job/{job}")).job
    assert (open_still.status, open_still.cached_size_in_bytes) == (JobStatus.IN_PROGRESS, 160)

    closed = clean(ask(appliance, "PUT", request_for("Close Aggregating Job", job=job).target)).job
    assert (closed.aggregating, closed.status, closed.chunks) == (False, JobStatus.COMPLETED, [])
    refused = ask(appliance, "PUT", f"/archive/late?job={job}", b"late")
    assert refusal(refused) == (409, "Conflict")
    assert refusal(ask(appliance, "PUT", f"/_rest_/job/{job}?close_aggregating_job")) == (409, "Conflict")
    another = ask(appliance, "PUT", f"{PUT}&aggregating=true", listed("late", Size=1)).job
    assert another.job_id != job

    ready = clean(ask(appliance, "GET", f"/_rest_/job_chunk?job={job}"))
    assert (ready.job.chunks, "retry-after" in ready.headers) == ([], True)
    appliance.forget(job)
    gone = ask(appliance, "GET", f"/_rest_/job_chunk?job={job}")
    assert (gone.status, gone.body) == (410, b"")
    assert refusal(ask(appliance, "GET", f"/_rest_/job/{job}")) == (404, "NotFound")


def test_a_job_that_gets_is_ready_chunk_by_chunk_and_completed() -> None:
    with Appliance(chunk_objects=1, chunk_seconds=0.3, retry_after=7) as appliance:
        appliance.add_bucket("archive", {"a": 10, "b": 20})
        created = clean(ask(appliance, "PUT", GET, listed("a", "b"))).job
        job = created.job_id
        assert not any(blob.in_cache for chunk in created.chunks for blob in chunk.blobs)
        none = clean(ask(appliance, "GET", f"/_rest_/job_chunk?job={job}"))
        assert (none.job.chunks, none.headers["retry-after"]) == ([], "7")
        chunk = created.chunks[1].chunk_id
        early = ask(appliance, "PUT", f"/_rest_/job_chunk/{chunk}?operation=allocate")
        assert (early.status, early.headers["retry-after"], early.body) == (503, "7", b"")
        early = ask(appliance, "GET", f"/archive/a?job={job}")
        assert refusal(early) == (503, "ServiceUnavailable")
        ready: list[int] = []
        while len(ready) < 2:
            chunks = clean(ask(appliance, "GET", f"/_rest_/job_chunk?job={job}")).job.chunks
            assert all(blob.in_cache for chunk in chunks for blob in chunk.blobs)
            ready = [chunk.chunk_number for chunk in chunks]
            assert ready in ([], [0], [0, 1])
        allocated = ask(appliance, "PUT", f"/_rest_/job_chunk/{chunk}?operation=allocate")
        assert decode_chunk(allocated.body).node_id == created.nodes[0].id
        assert decode_chunk(ask(appliance, "GET", f"/_rest_/job_chunk/{chunk}").body).chunk_number == 1
        assert ask(appliance, "GET", f"/archive/b?job={job}&offset=0").body == bytes(20)
        rest = clean(ask(appliance, "GET", f"/_rest_/job/{job}")).job
        assert [blob.name for chunk in rest.chunks for blob in chunk.blobs] == ["a"]
        assert rest.completed_size_in_bytes == 20
        ask(appliance, "GET", f"/archive/a?job={job}")
        assert clean(ask(appliance, "GET", f"/_rest_/job/{job}")).job.status is JobStatus.COMPLETED
        assert refusal(ask(appliance, "PUT", f"/_rest_/active_job/{job}?name=x")) == (404, "NotFound")


@pytest.mark.parametrize("operation", ["start_bulk_get", "start_bulk_verify", "start_bulk_stage"])
def test_parts_of_objects_are_cut_into_blobs(appliance: Appliance, operation: str) -> None:
    target = f"/_rest_/bucket/archive/?OPERATION={operation}&priority=low&name=mine"
    body = b'<Objects><Object Name="b" Offset="20" Length="110"/><Object Name="c"/></Objects>'
    answer = clean(ask(appliance, "PUT", target, body))
    job = answer.job
    assert job.request_type == ("VERIFY" if operation.endswith("verify") else "GET")
    assert (job.name, job.priority) == ("mine", Priority.LOW)
    assert [(blob.name, blob.offset, blob.length) for chunk in job.chunks for blob in chunk.blobs] == [
        ("b", 20, 100),
        ("b", 120, 10),
        ("c", 0, 0),
    ]


def test_a_job_changes_its_name_and_priority(appliance: Appliance) -> None:
    job = ask(appliance, "PUT", GET, listed("a")).job.job_id
    for path in ("job", "active_job"):
        target = f"/_rest_/{path}/{job}?priority=URGENT&name={path}"
        changed = clean(ask(appliance, "PUT", target)).job
        assert (changed.priority, changed.name) == (Priority.URGENT, path)
    for wrong in ("priority=CRITICAL", "priority=FAST"):
        assert refusal(ask(appliance, "PUT", f"/_rest_/job/{job}?{wrong}")) == (400, "BadRequest")
    assert appliance.job(job).priority is Priority.URGENT
    assert ask(appliance, "DELETE", f"/_rest_/job/{job}?force").status == 204
    with pytest.raises(UsageError, match="there is no job"):
        appliance.job(job)


@pytest.mark.parametrize("version", known_versions())
def test_each_version_has_its_form(version: str) -> None:
    with Appliance(api_version=version) as appliance:
        appliance.add_bucket("archive", {"a": 10})
        answer = ask(appliance, "PUT", GET, listed("a"))
        assert answer.report.ok
        assert version in answer.report.api_versions
        assert encode(answer.job) == answer.body


def test_a_job_that_replicates_puts(appliance: Appliance) -> None:
    answer = clean(ask(appliance, "PUT", f"{PUT}&replicate", listed("new", Size=3)))
    assert answer.job.request_type == "PUT"


WRONG = {
    "no bucket": ("PUT", GET.replace("archive", "other"), listed("a"), 404, "NotFound"),
    "no object": ("PUT", GET, listed("z"), 404, "NotFound"),
    "behind the end": ("PUT", GET, listed("a", Offset=5, Length=6), 416, "InvalidRange"),
    "no list": ("PUT", GET, None, 400, "MissingRequestBodyError"),
    "an empty list": ("PUT", GET, b"<Objects/>", 400, "MalformedXML"),
    "no XML": ("PUT", GET, b"<Objects>", 400, "MalformedXML"),
    "another root": ("PUT", GET, b"<Object/>", 400, "MalformedXML"),
    "no name": ("PUT", GET, b'<Objects><Object Length="1"/></Objects>', 400, "MalformedXML"),
    "another attribute": ("PUT", GET, listed("a", Size=1), 400, "MalformedXML"),
    "no number": ("PUT", GET, listed("a", Offset="x"), 400, "MalformedXML"),
    "no version": ("PUT", GET, listed("a", VersionId="x"), 400, "MalformedXML"),
    "twice": ("PUT", GET, listed("a", "a"), 400, "MalformedXML"),
    "no size": ("PUT", PUT, listed("x"), 400, "MalformedXML"),
    "there already": ("PUT", PUT, listed("a", Size=1), 409, "ObjectAlreadyExists"),
    "no boolean": ("PUT", f"{PUT}&aggregating=maybe", listed("x", Size=1), 400, "BadRequest"),
    "no job": ("GET", f"/_rest_/job/{uuid4()}", None, 404, "NotFound"),
    "no UUID": ("GET", "/_rest_/job/x", None, 400, "BadRequest"),
    "no chunk": ("GET", f"/_rest_/job_chunk/{uuid4()}", None, 404, "NotFound"),
    "another query": ("PUT", f"{GET}&colour=red", listed("a"), 501, "NotImplemented"),
    "another operation": ("PUT", "/_rest_/bucket/archive?operation=other", b"", 501, "NotImplemented"),
    "another path": ("GET", "/_rest_/system_information", None, 501, "NotImplemented"),
    "another method": ("POST", "/archive/a", b"", 501, "NotImplemented"),
    "parts that overlap": (
        "PUT",
        GET,
        b'<Objects><Object Name="b" Length="9"/><Object Name="b" Offset="8" Length="9"/></Objects>',
        400,
        "BadRequest",
    ),
    "too many blobs": ("PUT", PUT, listed("x", Size=2**62), 400, "BadRequest"),
    "a number of many digits": ("PUT", PUT, listed("x", Size="9" * 5000), 400, "MalformedXML"),
    "a character that XML has not": ("GET", "/_rest_/job/%00", None, 400, "BadRequest"),
    "such a one in a query": ("PUT", f"{GET}&name=%01", listed("a"), 400, "BadRequest"),
    "a bucket with a long name": ("PUT", f"/{'n' * 1025}", b"", 400, "BadRequest"),
    "no path": ("GET", "//", None, 501, "NotImplemented"),
    "no URL": ("GET", "//[x/y", None, 400, "BadRequest"),
    "an object of no job": ("GET", "/archive/a", None, 501, "NotImplemented"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_refused_with_the_server_s_error(appliance: Appliance, name: str) -> None:
    method, target, body, status, code = WRONG[name]
    assert refusal(ask(appliance, method, target, body)) == (status, code)
    assert appliance.exchanges == [(method, target, status)]


def test_blobs_of_other_sizes_and_jobs_are_refused(appliance: Appliance) -> None:
    job = ask(appliance, "PUT", PUT, listed("x", Size=5)).job.job_id
    assert refusal(ask(appliance, "PUT", f"/archive/x?job={job}", b"1234")) == (400, "BadRequest")
    assert refusal(ask(appliance, "PUT", f"/archive/x?job={job}&offset=-1", b"")) == (400, "BadRequest")
    assert refusal(ask(appliance, "PUT", f"/archive/other?job={job}", b"")) == (409, "Conflict")
    reading = ask(appliance, "PUT", GET, listed("a")).job.job_id
    assert refusal(ask(appliance, "PUT", f"/archive/a?job={reading}", b"")) == (409, "Conflict")
    assert refusal(ask(appliance, "GET", f"/archive/b?job={reading}")) == (404, "NotFound")
    assert ask(appliance, "PUT", "/another").status == 200
    assert refusal(ask(appliance, "PUT", f"/another/x?job={job}", b"12345")) == (409, "Conflict")


def test_what_is_appended_is_new_or_follows_and_a_refusal_changes_nothing(appliance: Appliance) -> None:
    job = ask(appliance, "PUT", f"{PUT}&aggregating=true", listed("x", Size=150)).job.job_id
    before = appliance.job(job)
    for target, size, expected in (
        ("z", 101, (400, "EntityTooLarge")),
        ("z?offset=5", 1, (409, "Conflict")),
        ("x?offset=140", 10, (409, "Conflict")),
        ("a", 10, (409, "ObjectAlreadyExists")),
        ("%00", 1, (400, "BadRequest")),
        ("n" * 1025, 1, (400, "BadRequest")),
    ):
        separator = "&" if "?" in target else "?"
        answer = ask(appliance, "PUT", f"/archive/{target}{separator}job={job}", b"." * size)
        assert refusal(answer) == expected
    assert appliance.job(job) == before
    assert ask(appliance, "PUT", f"/archive/x?job={job}&offset=150", b"more").status == 200
    assert clean(ask(appliance, "GET", f"/_rest_/job/{job}")).job.original_size_in_bytes == 154


@pytest.mark.parametrize(("target", "body"), [(PUT, listed("x", Size=150)), (GET, listed("a"))])
def test_nothing_is_appended_twice(appliance: Appliance, target: str, body: bytes) -> None:
    job = ask(appliance, "PUT", f"{target}&aggregating=true", body).job.job_id
    before = appliance.job(job)
    again = ask(appliance, "PUT", f"{target}&aggregating=true", body)
    assert refusal(again) == (409, "ObjectAlreadyExists")
    assert appliance.job(job) == before


def test_a_large_job_is_known_as_a_whole_only() -> None:
    with Appliance() as appliance:
        empty = clean(ask(appliance, "GET", f"/_rest_/job/{appliance.add_large_job(0)}"))
        assert empty.job.chunks == []
        large = appliance.add_large_job(5, api_version="5.4")
        name = clean(ask(appliance, "GET", f"/_rest_/job/{large}")).job.chunks[0].blobs[0].name
        target = f"/production-archive/{quote(name)}?job={large}"
        assert refusal(ask(appliance, "GET", target)) == (501, "NotImplemented")


def test_chunks_are_chosen(appliance: Appliance) -> None:
    created = ask(appliance, "PUT", GET, listed("a", "b", "c")).job
    job, chunk = created.job_id, created.chunks[1].chunk_id
    some = ask(appliance, "GET", f"/_rest_/job_chunk?job={job}&preferred_number_of_chunks=1").job
    assert [found.chunk_number for found in some.chunks] == [0]
    some = ask(appliance, "GET", f"/_rest_/job_chunk?job={job}&job_chunk={chunk}").job
    assert [found.chunk_number for found in some.chunks] == [1]
    wrong = ask(appliance, "GET", f"/_rest_/job_chunk?job={job}&preferred_number_of_chunks=0")
    assert refusal(wrong) == (400, "BadRequest")


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_every_operation_is_known(appliance: Appliance, operation: object) -> None:
    ids = {"job": str(uuid4()), "chunk": str(uuid4()), "bucket": "archive"}
    try:
        request = request_for(operation, **{name: ids[name] for name in operation.ids})  # type: ignore[attr-defined,arg-type]
    except OperationError:
        pytest.fail("the operation takes something else")
    assert ask(appliance, request.method, request.target).status != 501
