"""What a stretch of a response says, as columns: one list of values for each attribute.

`runs` reads text into columns. Models are filled from them only where models are asked for, so whoever takes
the columns pays for no models.
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
    """Blobs that follow each other, in the open chunk and in those that begin among them.

    Attributes:
        blob_count: How many blobs there are.
        blobs: A column for each of their members that the document has, by the model's name for it.
        boundaries: For each chunk that begins among them, how many of the blobs come before it.
        chunks: A column for each member of these chunks.
        unknown: The attributes of the blobs that the schema does not have.
        text: The text that says this; empty for what was read from trees.
        place: Where the text stands.
        wrong: What has no value of its type, and is None where that may be: the model's name for the member,
            and the number of the blob.
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
        """What models say, of which the chunks begin at these boundaries."""
        return cls(len(blobs), columns_of(Blob, blobs), boundaries, columns_of(JobChunk, chunks))

    def blob_models(self) -> list[Blob]:
        """The blobs as models."""
        return models(Blob, self.blobs, self.blob_count)

    def last_chunk(self) -> JobChunk:
        """The last chunk that begins among the blobs, without its blobs."""
        last: JobChunk = models(JobChunk, {field: column[-1:] for field, column in self.chunks.items()}, 1)[0]
        return last

    def chunk_models(self) -> list[JobChunk]:
        """The chunks that begin among the blobs as models, without their blobs."""
        return models(JobChunk, self.chunks, len(self.boundaries))


def models(model: type, columns: Mapping[str, Column], count: int) -> list[Any]:
    """So many models, filled from columns; what has no column is None, or an empty list."""
    made: list[Any] = list(map(object.__new__, repeat(model, count)))
    if made:
        _filler(model, tuple(columns))(made, *columns.values())
    if any(columns[form].count(None) < count for form in element_forms(model) if form in columns):
        for item in made:
            item.__post_init__()
    return made


def columns_of(model: type, items: Sequence[Any]) -> dict[str, Column]:
    """A column for each simple member of models, and for the placement of blobs: the converse of `models`."""
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
    """Compile the function that sets the fields of models, each of them from a column."""
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
