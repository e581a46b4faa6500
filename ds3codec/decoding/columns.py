"""Consecutive blobs as columns: one list of values for each attribute.

`runs` reads text into columns. Models are filled from them only on request, so readers that need only columns
do not pay for models.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from functools import lru_cache
from itertools import repeat
from typing import Any, NamedTuple

from ..models import Blob, JobChunk
from ..streamed_lists import Streamed, streamed
from ..wire.compiling import MOST_COMPOSED, compiled
from ..wire.members import attributes, element_forms, elements, streamed_lists
from .scanner import Place

__all__ = ["Column", "Columns", "columns_of", "models"]

Column = list[Any]


class Columns(NamedTuple):
    """Consecutive blobs of the open chunk, and of the chunks that begin among them.

    Attributes:
        blob_count: The number of blobs.
        blobs: A column for each member that the document has, by the model's field.
        boundaries: For each chunk that begins among them, the number of blobs before it.
        chunks: A column for each member of these chunks, by the model's field.
        unknown: The names of the blobs' unknown attributes.
        text: The text of the blobs; empty if they were read from trees.
        place: The place of the text.
        wrong: The invalid values, which are None in the columns: for each the field and the number of the
            blob.
    """

    blob_count: int
    blobs: Mapping[str, Column]
    boundaries: list[int]
    chunks: Mapping[str, Column]
    unknown: tuple[str, ...] = ()
    text: str = ""
    place: Place = Place()
    wrong: tuple[tuple[str, int], ...] = ()

    @classmethod
    def of_models(cls, blobs: Sequence[Blob], chunks: Sequence[JobChunk], boundaries: list[int]) -> Columns:
        """Make columns from models. The chunks begin at these boundaries."""
        return cls(len(blobs), columns_of(Blob, blobs), boundaries, columns_of(JobChunk, chunks))

    def blob_models(self) -> list[Blob]:
        """Make models of the blobs."""
        return models(Blob, self.blobs, self.blob_count)

    def last_chunk(self) -> JobChunk:
        """Make a model of the last chunk that begins among the blobs, without its blobs."""
        last: JobChunk = models(JobChunk, {field: column[-1:] for field, column in self.chunks.items()}, 1)[0]
        return last

    def chunk_models(self) -> list[JobChunk]:
        """Make models of the chunks that begin among the blobs, without their blobs."""
        return models(JobChunk, self.chunks, len(self.boundaries))


def models(model: type, columns: Mapping[str, Column], count: int) -> list[Any]:
    """Make `count` models from columns. A member without a column is None or an empty list."""
    made: list[Any] = list(map(object.__new__, repeat(model, count)))
    if made:
        _filler(model, tuple(columns))(made, *columns.values())
    if any(columns[form].count(None) < count for form in element_forms(model) if form in columns):
        for item in made:
            item.__post_init__()
    return made


def columns_of(model: type, items: Sequence[Any]) -> dict[str, Column]:
    """Make a column for each simple member of models, and for placements: the converse of `models`."""
    members = [*attributes(model), *(member for member in elements(model) if not member.repeated)]
    columns = {member.field: [getattr(item, member.field) for item in items] for member in members}
    for element, attribute in element_forms(model).items():
        as_elements = columns[element]
        columns[attribute] = [
            value if as_element is None else None
            for value, as_element in zip(columns[attribute], as_elements)
        ]
    return columns


@lru_cache(maxsize=MOST_COMPOSED)
def _filler(model: type, filled: tuple[str, ...]) -> Callable[..., None]:
    """Compile the function that sets each field of models from a column."""
    columns = [f"_column_{at}" for at in range(len(filled))]
    targets = "".join(f"_self.{field}, " for field in filled)
    lists: dict[str, Streamed] = {field: streamed(field) for field in streamed_lists(model)}
    others = {
        field.name: "[]" if field.default_factory is list else "None"
        for field in fields(model)
        if field.name not in filled
    } | {field: f"_streamed_{field}" for field in lists}
    name = f"fill_{model.__name__}"
    lines = [
        f"def {name}(_models, {', '.join(columns)}):",
        f"    for _self, {targets}in zip(_models, {', '.join(columns)}):",
        *(f"        _self.{field} = {value}" for field, value in others.items()),
        "        pass",
    ]
    scope = {f"_streamed_{field}": value for field, value in lists.items()}
    return compiled(name, lines, scope)  # type: ignore[no-any-return]
