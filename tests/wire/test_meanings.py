"""What the attributes mean, as the XSDs say it."""

from __future__ import annotations

from typing import Any

import pytest

from ds3codec import Blob, JobChunk, JobNode, MasterObjectList
from ds3codec.wire.meanings import Meaning, meaning
from ds3codec.wire.members import attributes


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
