"""Places in a response."""

from __future__ import annotations

from dataclasses import dataclass, replace

__all__ = ["Place"]


@dataclass(slots=True)
class Place:
    """A place in a response.

    Attributes:
        path: The element or attribute, counted from 1, such as `/MasterObjectList/Objects[3]/Object[17]`;
            None before the root.
        chunk_number: The ChunkNumber of the chunk.
        object_name: The Name of the object.
        line: The line of its tag, counted from 1; None if unknown.
        column: The column in that line, counted from 1, in characters.
    """

    path: str | None = None
    chunk_number: int | None = None
    object_name: str | None = None
    line: int | None = None
    column: int | None = None

    def inside(self, step: str) -> Place:
        """Return the place of a step inside this element, such as `@Length`."""
        return replace(self, path=f"{self.path}/{step}")
