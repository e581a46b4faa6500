"""Blobs: their key, their end, and the two forms of their id."""

from __future__ import annotations

import dataclasses
from collections import defaultdict

import pytest

from ds3codec import Blob, decode, encode, iter_blobs
from tests.examples import BLOB, SAMPLE, UUID, blob, chunk, element, job

OTHER = "5b2f7a0e-61c4-4f0a-9b1d-2f8e7c3d9a11"
AS_ELEMENT = element("Object", BLOB, f"<Id>{UUID}</Id>")


def test_blobs_of_one_object_have_one_key() -> None:
    objects = defaultdict(list)
    for item in iter_blobs(SAMPLE):
        objects[item.key].append((item.offset, item.end))
    assert len(objects) == 4
    [key] = [key for key, ranges in objects.items() if len(ranges) == 2]
    assert key == ("film-archive", "reels/0002/master.mxf", "b7b3ff7b-623d-48df-8cd5-8cc6f137bdc5")
    assert (key.bucket, key.name, key.version) == key
    assert objects[key] == [(0, 68719476736), (68719476736, 69793218560)]


@pytest.mark.parametrize(
    ("members", "version"), [({}, None), ({"Version": "7"}, 7), ({"Version": "7", "VersionId": UUID}, UUID)]
)
def test_the_version_in_a_key_is_the_one_that_is_there(members: dict[str, str], version: object) -> None:
    [item] = iter_blobs(job(chunk(blob(**members))))
    assert item.key == (None, "object", version)


@pytest.mark.parametrize("count", [1, 2, 300])
def test_an_id_is_the_id_in_either_form_and_keeps_it(count: int) -> None:
    as_attribute = element("Object", dict(sorted({**BLOB, "Id": UUID}.items())))
    document = job(chunk(*[as_attribute, AS_ELEMENT] * count))
    decoded = decode(document, strict=True)
    assert [item.id for item in decoded.chunks[0].blobs] == [UUID] * 2 * count
    assert "id_element" not in repr(decoded)
    assert encode(decoded) == document
    for first, second in zip(decoded.chunks[0].blobs[::2], decoded.chunks[0].blobs[1::2]):
        assert first == second


@pytest.mark.parametrize("count", [1, 300])
def test_an_empty_id_is_one_too(count: int) -> None:
    document = job(chunk(*[element("Object", BLOB, "<Id/>")] * count))
    decoded = decode(document)
    assert {(item.id, item.id_element) for item in decoded.chunks[0].blobs} == {("", "")}
    assert encode(decoded) == document


def test_a_changed_id_is_written_in_the_form_of_the_old_one() -> None:
    decoded = decode(job(chunk(AS_ELEMENT)))
    decoded.chunks[0].blobs[0].id = OTHER
    assert encode(decoded) == job(chunk(AS_ELEMENT.replace(UUID, OTHER)))


def test_a_copy_with_another_name_keeps_the_form_of_the_id() -> None:
    decoded = decode(job(chunk(AS_ELEMENT)))
    decoded.chunks[0].blobs = [dataclasses.replace(decoded.chunks[0].blobs[0], name="other")]
    assert encode(decoded) == job(chunk(AS_ELEMENT.replace('"object"', '"other"')))


@pytest.mark.parametrize("count", [1, 300])
def test_of_two_ids_the_attribute_counts(count: int) -> None:
    both = element("Object", BLOB | {"Id": OTHER}, f"<Id>{UUID}</Id>")
    decoded = decode(job(chunk(*[both] * count)))
    assert [item.id for item in decoded.chunks[0].blobs] == [OTHER] * count
    assert decode(encode(decoded)) == decoded
    assert encode(decoded).count(f' Id="{OTHER}"'.encode()) == count
    assert UUID.encode() not in encode(decoded).partition(b"<Object ")[2]


def test_a_blob_that_is_made_has_an_id_in_either_form() -> None:
    values = {"latest": True, "length": 1, "name": "a", "offset": 0}
    assert Blob(**values, id_element=UUID).id == UUID  # type: ignore[arg-type]
    assert Blob(**values, id=OTHER, id_element=UUID).id_element is None  # type: ignore[arg-type]
