"""Columns, and the models that are filled from them."""

from __future__ import annotations

from typing import Any

from ds3codec import Blob, JobChunk, MasterObjectList
from ds3codec.decoding.columns import Columns, columns_of, models
from ds3codec.streamed_lists import streamed
from ds3codec.wire.members import streamed_lists
from tests.examples import UUID


def test_models_have_the_values_of_the_columns_and_none_for_the_rest() -> None:
    columns = {"name": ["a", "b"], "length": [1, 2], "offset": [0, 5], "latest": [True, False]}
    assert models(Blob, columns, 2) == [
        Blob(name="a", length=1, offset=0, latest=True),
        Blob(name="b", length=2, offset=5, latest=False),
    ]


def test_no_two_models_share_a_list() -> None:
    first, second = models(MasterObjectList, {"name": ["a", "b"]}, 2)
    first.nodes.append(None)
    assert second.nodes == []


def test_what_is_streamed_is_not_an_empty_list() -> None:
    for model in (*models(MasterObjectList, {}, 1), *models(JobChunk, {}, 1)):
        [field] = streamed_lists(type(model))
        assert getattr(model, field) is streamed(field)


def test_models_without_any_column_are_empty() -> None:
    assert models(Blob, {}, 2) == [models(Blob, {"name": [None]}, 1)[0]] * 2
    assert models(Blob, {}, 0) == models(Blob, {"name": []}, 0) == []


def test_a_stretch_has_as_many_chunks_as_begin_in_it() -> None:
    chunks = {"chunk_id": [UUID, UUID], "chunk_number": [1, 2]}
    columns = Columns(3, {"name": ["a", "b", "c"]}, [1, 3], chunks)
    assert [blob.name for blob in columns.blob_models()] == ["a", "b", "c"]
    assert [(chunk.chunk_id, chunk.chunk_number) for chunk in columns.chunk_models()] == [
        (UUID, 1),
        (UUID, 2),
    ]


def test_an_id_as_an_element_is_the_id_in_a_model_and_a_column_of_its_own() -> None:
    columns: dict[str, list[Any]] = {"id": [None, "b"], "id_element": ["a", None]}
    blobs = models(Blob, columns, 2)
    assert [(blob.id, blob.id_element) for blob in blobs] == [("a", "a"), ("b", None)]
    assert columns_of(Blob, blobs).items() >= columns.items()
