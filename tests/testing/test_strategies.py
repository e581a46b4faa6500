"""The strategies: documents of each version, and spellings as they were asked for."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from ds3codec import (
    Blob,
    JobNode,
    PhysicalPlacement,
    UsageError,
    VersionError,
    decode,
    decode_chunk,
    encode,
    validate,
)
from ds3codec.testing.strategies import (
    blobs,
    chunks,
    consistent_jobs,
    documents,
    jobs,
    models,
    nodes,
    placements,
)
from ds3codec.validation import Severity, known_versions
from tests.examples import valid

VERSIONS = st.sampled_from(known_versions())
SLOW = settings(suppress_health_check=[HealthCheck.too_slow])


@SLOW
@given(st.data(), VERSIONS)
def test_a_consistent_job_of_a_version_has_no_finding(data: st.DataObject, version: str) -> None:
    job = data.draw(consistent_jobs(api_version=version))
    for document in (encode(job), data.draw(documents(st.just(job), between=["\n  "]))):
        report = validate(document, api_version=version)
        assert not [finding for finding in report.findings if finding.severity is not Severity.NOTE]


@SLOW
@given(st.data(), VERSIONS)
def test_any_job_of_a_version_has_no_members_and_values_of_others(data: st.DataObject, version: str) -> None:
    report = validate(data.draw(documents(jobs(api_version=version))), api_version=version)
    assert "not-in-version" not in {finding.rule for finding in report.findings}


@SLOW
@given(st.data())
def test_documents_are_written_as_asked(data: st.DataObject) -> None:
    job = data.draw(jobs(texts=st.just("text")))
    assert decode(data.draw(documents(st.just(job)))) == job
    assert b'"' not in data.draw(documents(st.just(job), quotes="'")).partition(b"?>")[2]
    on_one_line = data.draw(documents(st.just(job), between=[""]))
    assert b"<!--" not in on_one_line
    upper = [["FALSE"], ["TRUE"]]
    root = etree.fromstring(data.draw(documents(st.just(job), booleans=upper)))
    assert root.get("Naked") in ("FALSE", "TRUE")


@SLOW
@given(st.data())
def test_sizes_and_texts_are_as_asked(data: st.DataObject) -> None:
    job = data.draw(jobs(max_nodes=0, max_chunks=1, max_blobs=1, texts=st.just("text")))
    assert (job.nodes, len(job.chunks) <= 1, job.name) == ([], True, "text")
    assert sum(len(chunk.blobs) for chunk in job.chunks) <= 1


@SLOW
@given(blobs(appliance=True), nodes(appliance=True), placements(appliance=True), chunks(appliance=True))
def test_each_model_can_be_drawn_alone(
    blob: Blob, node: JobNode, placement: PhysicalPlacement, chunk: object
) -> None:
    assert isinstance(blob, Blob)
    assert isinstance(node, JobNode)
    assert isinstance(placement, PhysicalPlacement)
    assert decode_chunk(encode(chunk)) == chunk


VALID = {
    "jobs": jobs().map(encode),
    "documents": documents(),
    "documents as the appliance spells them": documents(jobs(appliance=True), between=[""]),
    "jobs of a version": VERSIONS.flatmap(lambda version: jobs(api_version=version)).map(encode),
    "consistent jobs": consistent_jobs().map(encode),
    "chunks": chunks().map(encode),
}


@pytest.mark.parametrize(
    ("name", "examples"),
    [
        *((name, 10) for name in VALID),
        *(pytest.param(name, 1000, marks=pytest.mark.full) for name in ("jobs", "documents")),
    ],
)
def test_libxml2_accepts_all_that_is_drawn(name: str, examples: int) -> None:
    @settings(SLOW, max_examples=examples)
    @given(VALID[name])
    def is_valid(document: bytes) -> None:
        assert valid(document)

    is_valid()


def test_a_version_that_is_none_is_refused() -> None:
    for strategy in (jobs, consistent_jobs):
        with pytest.raises(VersionError):
            strategy(api_version="2.0")


def test_a_field_that_no_model_has_is_refused() -> None:
    with pytest.raises(UsageError, match="Blob has no field 'naem'"):
        blobs(naem=st.just("a"))
    with pytest.raises(UsageError, match="expected one of the models, not <class 'int'>"):
        models(int)
