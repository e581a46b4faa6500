"""Jobs that agree with themselves: nothing is found in them, and one thing that is changed is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ds3codec import JobRequestType, JobStatus, MasterObjectList, encode, validate
from ds3codec.testing.strategies import consistent_jobs
from ds3codec.validation import Severity
from ds3codec.wire.members import attributes
from tests.validation.examples import ROOT, found


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
