"""The base of `Blob`: its key, its end, and the two forms of its id."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from .model import Model

__all__ = ["BlobKey", "BlobModel"]


class BlobKey(NamedTuple):
    """The object that a blob belongs to; blobs with the same key are parts of one object.

    Attributes:
        bucket: Its bucket; None if only the job names the bucket, as before API 3.2.1.
        name: Its name.
        version: Its version: a UUID from API 5.0 on, a number before.
    """

    bucket: str | None
    name: str
    version: str | int | None


class BlobModel(Model):
    """A blob: an object, or one part of a large one.

    Its id is an attribute on the wire, but was an element in API 3.0. `id` has the id in either form;
    `id_element` is not None if it is written as an element.
    """

    if TYPE_CHECKING:
        bucket: str | None
        id: str | None
        id_element: str | None
        length: int
        name: str
        offset: int
        version: int | None
        version_id: str | None
    else:
        __slots__ = ()

    def __post_init__(self) -> None:
        if self.id is None:
            self.id = self.id_element
        elif self.id != self.id_element:
            self.id_element = None

    @property
    def key(self) -> BlobKey:
        """The object that the blob belongs to: its bucket, name and version."""
        version = self.version if self.version_id is None else self.version_id
        return BlobKey(self.bucket, self.name, version)

    @property
    def end(self) -> int:
        """The end of the blob in its object, in bytes: the offset of the first byte after it.

        None if the offset or the length is None, after reading with `missing="none"`.
        """
        if self.offset is None or self.length is None:
            return None
        return self.offset + self.length
