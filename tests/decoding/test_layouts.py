"""The layouts of start tags: any attributes, in any number of layouts."""

from __future__ import annotations

import pytest

from ds3codec import Blob, JobReader, MasterObjectList, MissingAttributeError, decode
from ds3codec.wire.members import attributes
from tests.decoding.failures import failure
from tests.examples import BLOB, JOB, blob, chunk, element, job


@pytest.mark.parametrize("missing", sorted(BLOB))
def test_a_required_attribute_that_is_missing_is_an_error_that_names_the_way_out(missing: str) -> None:
    members = {key: text for key, text in BLOB.items() if key != missing}
    document = job(chunk(blob(), element("Object", members)))
    _, error = failure(document)
    assert isinstance(error, MissingAttributeError)
    assert error.path == f"/MasterObjectList/Objects[1]/Object[2]/@{missing}"
    assert 'missing="none"' in str(error)
    [first, second] = decode(document, missing="none").chunks[0].blobs
    assert [getattr(second, member.field) for member in attributes(Blob) if member.name == missing] == [None]
    assert first.name == "object"


def test_the_root_may_miss_everything_with_missing_none() -> None:
    read = decode(b"<MasterObjectList/>", missing="none")
    assert all(getattr(read, member.field) is None for member in attributes(MasterObjectList))
    assert (read.nodes, read.chunks) == ([], [])


def test_many_layouts_in_one_document_are_exact() -> None:
    optional = [member.name for member in attributes(Blob) if not member.required]
    blobs = []
    for number in range(2 ** len(optional)):
        present = [name for place, name in enumerate(optional) if number >> place & 1]
        blobs.append(blob(**{"Name": str(number)} | dict.fromkeys(present, "1")))
    [read] = decode(job(chunk(*blobs))).chunks
    for number, item in enumerate(read.blobs):
        for place, member in enumerate(member for member in attributes(Blob) if not member.required):
            there = getattr(item, member.field) is not None
            assert there == bool(number >> place & 1), (number, member.name)
    assert JOB["Name"] == "job"


def test_more_layouts_than_are_composed_are_read_all_the_same() -> None:
    blobs = [blob(Name=str(number), **{f"X{number}": ""}) for number in range(300)]
    with JobReader(job(chunk(*blobs, *blobs))) as reader:
        read = [item.name for batch in reader for item in batch.blobs]
        assert reader.unknown == {f"X{number}": 2 for number in range(300)}
    assert read == [str(number) for number in range(300)] * 2
