"""What a summary keeps of a response of any size."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ds3codec.readers import ColumnReader
from ds3codec.summaries import Summary
from tests.cli.command import run
from tests.examples import blob, chunk, job


def summary_of(document: bytes, top: int) -> Summary:
    summary = Summary("response")
    for columns in ColumnReader(document, missing="none"):
        summary.add(columns, top)
    return summary


@pytest.mark.parametrize("chunks", [1, 400, 401, 1_700])
def test_any_number_of_chunks_becomes_some_hundred_sections_that_add_up(chunks: int) -> None:
    parts = [chunk(blob(Length=str(1 + place % 7), InCache=str(place % 2))) for place in range(chunks)]
    summary = summary_of(job(*parts), top=3)
    assert summary.chunks == chunks
    assert min(chunks, 200) <= len(summary.sections) <= 400
    assert sum(section.chunks for section in summary.sections) == chunks
    assert sum(section.total for section in summary.sections) == summary.total
    assert sum(section.cached for section in summary.sections) == summary.cached
    assert len({section.chunks for section in summary.sections[:-1]}) <= 1


@given(lengths=st.lists(st.integers(0, 50), min_size=1, max_size=30), top=st.integers(1, 5))
def test_the_largest_objects_are_those_of_a_sorted_list(lengths: list[int], top: int) -> None:
    blobs = [blob(Name=f"object-{place:02}", Length=str(length)) for place, length in enumerate(lengths)]
    summary = summary_of(job(*(chunk(one) for one in blobs)), top)
    ends = sorted(lengths, reverse=True)[:top]
    assert sorted(summary.largest.values(), reverse=True) == ends
    assert all(lengths[int(name[-2:])] == end for name, end in summary.largest.items())


def test_none_of_the_objects_is_listed_on_request(tmp_path: Path) -> None:
    (tmp_path / "response.xml").write_bytes(job(chunk(blob())))
    [summary] = json.loads(run("summary", "--top", 0, "--format", "json", tmp_path / "response.xml").stdout)
    assert summary["largest_objects"] == []
