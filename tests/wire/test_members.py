"""What the models say of themselves, held against the XSD that they are generated from."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import etree

from ds3codec import Blob, JobChunk, JobNode, MasterObjectList
from ds3codec.models import S3Target, Tape
from ds3codec.wire.contracts import Meaning, meaning
from ds3codec.wire.members import attributes, credentials, elements, wire_name
from tests.examples import schema_file

XS = "{http://www.w3.org/2001/XMLSchema}"
XSD = etree.parse(schema_file())


def declared() -> list[dict[str, bool]]:
    """For each type of the XSD its attributes, and whether it requires them."""
    return [
        {str(one.get("name")): one.get("use") == "required" for one in found.findall(f"{XS}attribute")}
        for found in XSD.iter(f"{XS}complexType")
    ]


@pytest.mark.parametrize("model", [MasterObjectList, JobNode, JobChunk, Blob])
def test_attributes_are_those_of_the_schema_in_the_order_of_the_alphabet(model: Any) -> None:
    members = attributes(model)
    assert [member.name for member in members] == sorted(member.name for member in members)
    assert {member.name: member.required for member in members} in declared()


def test_a_list_has_its_wrapper_and_a_number_its_bounds() -> None:
    members = {member.name: member for member in (*elements(MasterObjectList), *attributes(Blob))}
    assert (members["Node"].wrapper, members["Node"].repeated) == ("Nodes", True)
    assert (members["Objects"].wrapper, members["Objects"].repeated) == (None, True)
    assert members["Length"].minimum == -(2**63)
    assert members["Length"].maximum == 2**63 - 1
    assert (members["Name"].minimum, members["Name"].maximum) == (None, None)


def test_credentials_are_found_however_deep_they_are() -> None:
    assert "SecretKey" in credentials(S3Target)
    assert credentials(S3Target) < credentials(MasterObjectList)
    assert not credentials(Tape)


def test_a_root_has_its_name_on_the_wire() -> None:
    assert [wire_name(model) for model in (MasterObjectList, JobChunk)] == ["MasterObjectList", "Objects"]


@pytest.mark.parametrize("model", [MasterObjectList, JobNode, JobChunk, Blob])
def test_every_attribute_has_a_meaning_and_sizes_are_bytes(model: Any) -> None:
    for member in attributes(model):
        said = meaning(model, member)
        assert said.text.endswith(".")
        is_size = member.name in ("Length", "Offset") or member.name.endswith("SizeInBytes")
        assert said.unit == ("bytes" if is_size else "")


def test_a_meaning_is_the_schema_s() -> None:
    [length] = [member for member in attributes(Blob) if member.name == "Length"]
    assert meaning(Blob, length) == Meaning("Bytes in the blob.", "bytes")
