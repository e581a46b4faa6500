"""Models as they are in a version."""

from __future__ import annotations

from typing import Any

from ds3codec import Blob, JobChunk, PhysicalPlacement, encode
from ds3codec.testing.versions import limited


def blob() -> Blob:
    placement = PhysicalPlacement(pools=[], tapes=[])
    both: dict[str, Any] = {"version": 1, "version_id": "b"}
    return Blob(id="an id", latest=True, length=1, name="a", offset=0, physical_placement=placement, **both)


def written(version: str) -> bytes:
    return encode(limited(JobChunk(blobs=[blob()], chunk_id="c", chunk_number=0, node_id=None), version))


def test_members_of_other_versions_are_gone() -> None:
    assert b'Version="1"' in written("4.1")
    assert b"VersionId" not in written("4.1")
    assert b'VersionId="b"' in written("5.4")
    assert b'Version="1"' not in written("5.4")


def test_an_id_is_an_element_where_it_was_one() -> None:
    assert b"<Id>an id</Id>" in written("3.0.1")
    assert b'Id="an id"' in written("3.2.1")


def test_a_placement_has_the_lists_of_its_version() -> None:
    assert b"<PhysicalPlacement><Pools/><Tapes/></PhysicalPlacement>" in written("3.0.1")
    assert b"<AzureTargets/>" in written("6.0")
