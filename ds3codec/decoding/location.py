"""Where in a document the parser stands: at which level, and on which path."""

from __future__ import annotations

from typing import Any

from ..wire.names import BLOB_TAG, CHUNK_TAG, NODE_TAG, NODES_TAG, is_credential
from .chunks import Chunks
from .elements import ElementBuilder

__all__ = [
    "AT_END",
    "BEFORE_ROOT",
    "IN_BLOB",
    "IN_CHUNK",
    "IN_JOB",
    "IN_MEMBER",
    "IN_NODE",
    "IN_NODES",
    "IN_UNKNOWN",
    "Location",
]

# The levels: the innermost open element that is known, or what stands in its place.
BEFORE_ROOT, IN_JOB, IN_NODES, IN_NODE, IN_CHUNK, IN_BLOB, IN_MEMBER, IN_UNKNOWN, AT_END = range(9)


class Location:
    """Where the parser stands.

    Attributes:
        level: The innermost open element that is known, or what stands in its place.
        root: The name of the root; empty before it has begun, and for an unknown one.
        nodes: How many nodes have begun.
        builder: What builds the open member of a blob, if one is open.
        strangers: The open unknown elements, the outermost first.
    """

    def __init__(self, chunks: Chunks[Any]) -> None:
        self.level: int = BEFORE_ROOT
        self.root = ""
        self.nodes = 0
        self.builder: ElementBuilder | None = None
        self.strangers: list[str] = []
        self._outer = BEFORE_ROOT  # the level around the unknown elements
        self._chunks = chunks

    def enter(self, stranger: str) -> bool:
        """Go into an unknown element; whether the one around it is known."""
        self.strangers.append(stranger)
        if self.level == IN_UNKNOWN:
            return False
        self._outer, self.level = self.level, IN_UNKNOWN
        return True

    def leave(self) -> None:
        """Go out of an unknown element."""
        self.strangers.pop()
        if not self.strangers:
            self.level = self._outer

    @property
    def outer_level(self) -> int | None:
        """The level around an unknown element that has just begun in a known one; None elsewhere."""
        return self._outer if self.level == IN_UNKNOWN and len(self.strangers) == 1 else None

    @property
    def is_in_blob(self) -> bool:
        """Whether the last blob is still open."""
        return (self._outer if self.level == IN_UNKNOWN else self.level) in (IN_BLOB, IN_MEMBER)

    def is_in_secret(self, tag: bytes) -> bool:
        """Whether a credential may stand here, or in a start tag with these first bytes.

        It may anywhere in a placement, and in any unknown element.
        """
        if self.builder is not None and self.builder.is_in_secret():
            return True
        return bool(self.strangers) or is_credential(tag)

    def path(self) -> str | None:
        """The innermost open element that is known, or the outermost unknown one; None before the root."""
        if self.level == IN_UNKNOWN:
            return f"{self._path_at(self._outer)}/{self.strangers[0]}"
        return self._path_at(self.level)

    def blob_path(self, following: int = 0) -> str:
        """The last blob of the open chunk, or one of those that follow it."""
        return f"{self._path_at(IN_CHUNK)}/{BLOB_TAG}[{self._chunks.blob_count + following}]"

    def _path_at(self, level: int) -> str | None:
        root = f"/{self.root}"
        if level == BEFORE_ROOT:
            return None
        if level == IN_NODES:
            return f"{root}/{NODES_TAG}"
        if level == IN_NODE:
            return f"{root}/{NODES_TAG}/{NODE_TAG}[{self.nodes}]"
        if level == IN_CHUNK:
            return root if self.root == CHUNK_TAG else f"{root}/{CHUNK_TAG}[{self._chunks.count}]"
        if level == IN_BLOB:
            return self.blob_path()
        if level == IN_MEMBER and self.builder is not None:
            return self.builder.path()
        return root
