"""Models in the data frames of others, by the ways that one tries first."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest

from ds3codec import Blob, decode, iter_blobs
from tests.examples import BLOB, PLACEMENT, SAMPLE, blob, chunk, element, job

pandas, polars, pyarrow = (pytest.importorskip(name) for name in ("pandas", "polars", "pyarrow"))

FRAMES: dict[str, Callable[[list[Blob]], Any]] = {
    "pandas": pandas.DataFrame,
    "pandas, from dicts": lambda blobs: pandas.DataFrame(map(dataclasses.asdict, blobs)),
    "pandas, normalised": lambda blobs: pandas.json_normalize(list(map(dataclasses.asdict, blobs))),
    "polars, from dicts": lambda blobs: polars.DataFrame(list(map(dataclasses.asdict, blobs))),
    "polars, from_dicts": lambda blobs: polars.from_dicts(list(map(dataclasses.asdict, blobs))),
    "pyarrow": lambda blobs: pyarrow.Table.from_pylist(list(map(dataclasses.asdict, blobs))).to_pandas(),
    "pyarrow, from pandas": lambda blobs: pyarrow.Table.from_pandas(pandas.DataFrame(blobs)).to_pandas(),
}
PLAIN = FRAMES | {"polars": polars.DataFrame}


def expect(frame: Any, blobs: list[Blob]) -> None:
    for field in ("name", "offset", "length", "latest", "id"):
        assert list(frame[field]) == [getattr(blob, field) for blob in blobs]
    assert frame["length"].sum() == sum(blob.length for blob in blobs)


@pytest.mark.parametrize("way", FRAMES)
def test_the_sample_becomes_a_frame(way: str) -> None:
    blobs = list(iter_blobs(SAMPLE))
    expect(FRAMES[way](blobs), blobs)


@pytest.mark.parametrize("way", PLAIN)
def test_blobs_of_which_some_have_versions_become_a_frame(way: str) -> None:
    versions: list[dict[str, str]] = [
        {},
        {"Version": "7"},
        {"VersionId": "a"},
        {"Bucket": "b", "InCache": "true"},
    ]
    blobs = list(iter_blobs(job(chunk(*(blob(Id="i", **version) for version in versions)))))
    frame = PLAIN[way](blobs)
    expect(frame, blobs)
    assert frame["version"][1] == 7
    assert frame["version_id"][2] == "a"


def test_nodes_become_a_frame() -> None:
    nodes = decode(SAMPLE).nodes
    for frame in (pandas.DataFrame(nodes), polars.DataFrame(nodes)):
        assert list(frame["end_point"]) == [node.end_point for node in nodes]


def test_polars_takes_placements_as_they_are_where_the_first_blob_has_one() -> None:
    """It looks at the first blob alone to see whether there is anything nested."""
    placed = element("Object", BLOB, PLACEMENT)
    blobs = list(iter_blobs(job(chunk(placed, blob(), placed))))
    frame = polars.DataFrame(blobs)
    expect(frame, blobs)
    assert frame["physical_placement"].null_count() == 1
