"""The operations: how they are asked for, and how a recorded request is recognised."""

from __future__ import annotations

import re
import uuid
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ds3codec import MasterObjectList
from ds3codec.operations import OPERATIONS, Operation, OperationError, operation_for, request_for
from ds3codec.wire.members import attributes

JOB = "78dba377-a02a-4c15-b2a1-412514342f17"
IDS = {"job": JOB, "chunk": JOB, "bucket": "archive"}


def ids_of(operation: Operation) -> dict[str, str]:
    return {name: IDS[name] for name in operation.ids}


def test_there_are_twelve() -> None:
    assert len({operation.name for operation in OPERATIONS}) == len(OPERATIONS) == 12


@pytest.mark.parametrize(
    ("name", "method", "target"),
    [
        ("Close Aggregating Job", "PUT", f"/_rest_/job/{JOB}?close_aggregating_job"),
        ("Create Bulk GET", "PUT", "/_rest_/bucket/archive?operation=start_bulk_get"),
        ("Create Bulk PUT", "PUT", "/_rest_/bucket/archive?operation=start_bulk_put"),
        ("Replicate PUT Job", "PUT", "/_rest_/bucket/archive?operation=start_bulk_put&replicate"),
        ("Create Bulk VERIFY", "PUT", "/_rest_/bucket/archive?operation=start_bulk_verify"),
        ("Stage Objects", "PUT", "/_rest_/bucket/archive?operation=start_bulk_stage"),
        ("Get Job", "GET", f"/_rest_/job/{JOB}"),
        ("Allocate Job Chunk", "PUT", f"/_rest_/job_chunk/{JOB}?operation=allocate"),
        ("Modify Job", "PUT", f"/_rest_/job/{JOB}"),
        ("Modify Active Job", "PUT", f"/_rest_/active_job/{JOB}"),
        ("Get Job Chunks Ready For Client Processing", "GET", f"/_rest_/job_chunk?job={JOB}"),
        ("Get Job Chunk", "GET", f"/_rest_/job_chunk/{JOB}"),
    ],
)
def test_a_request_is_spelled_as_documented_and_recognised(name: str, method: str, target: str) -> None:
    operation = operation_for(method, target)
    assert operation is not None
    assert operation.name == name
    request = request_for(name, **ids_of(operation))
    assert (request.method, request.target) == (method, target)
    assert request_for(operation, **ids_of(operation)) == request


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
@given(data=st.data())
def test_a_request_is_recognised_in_any_case_and_order(operation: Operation, data: st.DataObject) -> None:
    request = request_for(operation, **ids_of(operation))
    items = request.query.split("&") if request.query else []
    items += data.draw(st.lists(st.sampled_from(["priority=HIGH", "force", "name=a%20b"]), unique=True))
    cased = [
        "=".join([data.draw(cases(name)), *(data.draw(cases(text)) for text in value)])
        for name, *value in (item.split("=") for item in data.draw(st.permutations(items)))
    ]
    slash = data.draw(st.sampled_from(["", "/"]))
    host = data.draw(st.sampled_from(["", "http://10.0.0.1", "https://ds3.example:8443"]))
    url = f"{host}{request.path}{slash}?{'&'.join(cased)}"
    assert operation_for(data.draw(cases(request.method)), url) == operation
    found = operation.ids_in(url)
    assert found is not None
    assert {name: text.lower() for name, text in found.items()} == ids_of(operation)


def cases(text: str) -> st.SearchStrategy[str]:
    return st.sampled_from([text, text.upper(), text.lower(), text.title()])


@given(st.text(st.characters(blacklist_categories=("Cs",)), min_size=1).filter(lambda x: x not in "..."))
def test_a_bucket_of_any_name_comes_back_as_it_was(bucket: str) -> None:
    request = request_for("Create Bulk GET", bucket=bucket)
    assert re.fullmatch(r"/_rest_/bucket/[A-Za-z0-9%._~-]+", request.path)
    assert unquote(request.path.rpartition("/")[2]) == bucket
    operation = operation_for(*request[:1], request.target)
    assert operation is not None
    assert operation.ids_in(request.target) == {"bucket": bucket}


@pytest.mark.parametrize(
    ("method", "url"),
    [
        ("GET", "/_rest_/bucket/archive"),
        ("PUT", "/_rest_/bucket/archive"),
        ("PUT", "/_rest_/bucket/archive?operation=list"),
        ("DELETE", f"/_rest_/job/{JOB}"),
        ("GET", "/_rest_/job"),
        ("GET", "/_rest_/job_chunk"),
        ("GET", f"/_rest_/job/{JOB}/more"),
        ("GET", "/archive/object"),
        ("", ""),
        ("GET", "http://["),
    ],
)
def test_another_request_is_not_recognised(method: str, url: str) -> None:
    assert operation_for(method, url) is None


@pytest.mark.parametrize(
    ("name", "ids", "message"),
    [
        ("Get Job", {}, "needs the id 'job'"),
        ("Get Job", {"job": "78dba377"}, "'78dba377' is not the UUID of a job"),
        ("Get Job", {"job": f"{{{JOB}}}"}, "is not the UUID"),
        ("Get Job", {"job": ""}, "'' is not a job"),
        ("Get Job", {"job": 7}, "7 is not a job"),
        ("Get Job", {"job": JOB, "bucket": "b"}, "Get Job takes job, not 'bucket'"),
        ("Create Bulk GET", {"bucket": ".."}, "'..' is not a bucket"),
        ("Open Job", {}, "there is no operation 'Open Job'; there are Close Aggregating Job"),
    ],
)
def test_what_cannot_be_asked_for_is_a_clear_error(name: str, ids: dict[str, str], message: str) -> None:
    with pytest.raises(OperationError, match=re.escape(message)):
        request_for(name, **ids)


def test_an_id_may_be_a_uuid() -> None:
    assert request_for("get job", job=uuid.UUID(JOB)).path == f"/_rest_/job/{JOB}"


def test_what_must_hold_names_attributes_of_the_answer() -> None:
    names = {member.name for member in attributes(MasterObjectList)}
    assert {name for operation in OPERATIONS for name, _ in operation.answer} <= names
