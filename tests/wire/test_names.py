"""The names of elements, and which of them hold credentials."""

from __future__ import annotations

import pytest

from ds3codec.wire.names import BLOB_TAG, CHUNK_TAG, JOB_TAG, NODE_TAG, NODES_TAG, discreet, is_credential


def test_names_are_those_of_the_wire() -> None:
    assert (JOB_TAG, CHUNK_TAG, BLOB_TAG) == ("MasterObjectList", "Objects", "Object")
    assert (NODES_TAG, NODE_TAG) == ("Nodes", "Node")


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        (b"SecretKey", True),
        (b"SecretKey&hunter2", True),
        (b"a:AccountKey", True),
        (b"SecretKeys", False),
        (b"Object", False),
        (b"/SecretKey", False),
        (b"", False),
    ],
)
def test_a_credential_is_known_by_its_name(name: bytes, is_one: bool) -> None:
    assert is_credential(name) == is_one


def test_the_name_space_of_a_credential_is_not_shown() -> None:
    assert discreet("{hunter2}SecretKey") == "{*}SecretKey"
    assert discreet("{urn:x}New") == "{urn:x}New"
    assert discreet("SecretKey") == "SecretKey"
