"""What a stretch of a response says, as columns: one list of values for each attribute.

`runs` reads text into columns. Models are filled from them only where models are asked for, so whoever takes
the columns pays for no models.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from itertools import repeat
from typing import Any, NamedTuple

from ..models import Blob, JobChunk
from ..wire.compiling import MOST_COMPOSED, compiled
from ..wire.members import attributes, element_forms, elements
from .layouts import default_values, defaults

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
        text: The text that says this; empty for what the parser has read.
        wrong: What has no value of its type, and is None where that may be: the model's name for the member,
            and the number of the blob.
    """

    blob_count: int
    blobs: Mapping[str, Column]
    boundaries: list[int]
    chunks: Mapping[str, Column]
    unknown: tuple[str, ...] = ()
    text: str = ""
    wrong: tuple[tuple[str, int], ...] = ()

    @classmethod
    def of_models(cls, blobs: Sequence[Blob], chunks: Sequence[JobChunk]) -> Columns:
        """What models say; all of the chunks begin before the first blob."""
        return cls(len(blobs), columns_of(Blob, blobs), [0] * len(chunks), columns_of(JobChunk, chunks))

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
def _filler(model: type, fields: tuple[str, ...]) -> Callable[..., None]:
    """The function that sets the fields of models, each of them from a column."""
    columns = [f"_column_{at}" for at in range(len(fields))]
    targets = "".join(f"_self.{field}, " for field in fields)
    name = f"fill_{model.__name__}"
    lines = [
        f"def {name}(_models, {', '.join(columns)}):",
        f"    for _self, {targets}in zip(_models, {', '.join(columns)}):",
        *(f"        _self.{field} = {default}" for field, default in defaults(model, fields)),
        "        pass",
    ]
    return compiled(name, lines, default_values(model))  # type: ignore[no-any-return]
