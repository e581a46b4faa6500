"""Checks chunks and nodes: their ids, their order, and the node of each chunk."""

from __future__ import annotations

from functools import partial
from typing import Any

from ...models import ChunkProcessingOrder, JobNode, JobStatus
from ..parts import Part
from ..places import Place
from .base import Check, Context, Rule, Severity
from .seen import Seen

__all__ = [
    "ChunkIds",
    "ChunkNumbers",
    "ChunksWithoutNode",
    "EmptyChunks",
    "NodeIds",
    "NodesUnknown",
    "NodesUnused",
]


class ChunkNumbers(Check):
    """Remembers the number of each chunk, in 16 to 24 bytes, and the largest number."""

    rules: tuple[Rule, ...] = (
        Rule(
            "chunk-number-repeated", "consistency", Severity.ERROR, "Two chunks have the same ChunkNumber.",
            "The number is the chunk's position in the job.",
            'ChunkNumber="3" twice',
        ),
        Rule(
            "chunk-out-of-order", "consistency", Severity.WARNING,
            "A ChunkNumber is smaller than an earlier one, although the job is IN_ORDER.",
            "The client must process the chunks in order, and takes them in the order of the list.",
            'ChunkNumber="2" after ChunkNumber="3"',
        ),
    )  # fmt: skip

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._seen = Seen()
        self._largest: int | None = None

    def part(self, part: Part) -> None:
        numbers = part.chunks("chunk_number")
        repeated = [at for at, _ in self._seen.add([n if n is None else str(n) for n in numbers])]
        for at in repeated:
            message = f"an earlier chunk has the number {numbers[at]}, too"
            self.found(message, partial(part.chunk_place, at))
        if self._is_in_order():
            self._judge_order(part, numbers, set(repeated))

    def _judge_order(self, part: Part, numbers: list[int | None], repeated: set[int]) -> None:
        for at, number in enumerate(numbers):
            if number is None:
                continue
            largest = number if self._largest is None else self._largest
            if number < largest and at not in repeated:
                message = f"chunk {number} comes after chunk {largest}, although the job is IN_ORDER"
                self.found(message, partial(part.chunk_place, at), self.rules[1])
            self._largest = max(number, largest)

    def _is_in_order(self) -> bool:
        order = self.job and self.job.chunk_client_processing_order_guarantee
        return order is ChunkProcessingOrder.IN_ORDER


class ChunkIds(Check):
    """Remembers a hash of each chunk's id, in 16 to 24 bytes."""

    rules: tuple[Rule, ...] = (
        Rule(
            "chunk-id-repeated", "consistency", Severity.ERROR, "Two chunks have the same ChunkId.",
            "The id names one chunk, and clients ask for the chunk by it.",
            "one ChunkId twice",
        ),
    )  # fmt: skip

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._seen = Seen()

    def part(self, part: Part) -> None:
        ids = part.chunks("chunk_id")
        for at, _ in self._seen.add([_lower(identifier) or None for identifier in ids]):
            self.found(f"an earlier chunk has the id {ids[at]}, too", partial(part.chunk_place, at))


class EmptyChunks(Check):
    """Looks only at the boundaries of chunks."""

    rules: tuple[Rule, ...] = (
        Rule(
            "chunk-without-objects", "consistency", Severity.WARNING, "A chunk has no objects.",
            "It has nothing to transfer.",
            "<Objects .../>",
        ),
    )  # fmt: skip

    def part(self, part: Part) -> None:
        for at in part.ended_empty:
            self.found("the chunk has no objects", partial(part.chunk_place, at))


class NodeIds(Check):
    """Remembers the ids of the nodes."""

    rules: tuple[Rule, ...] = (
        Rule(
            "node-repeated", "consistency", Severity.ERROR, "Two nodes have the same Id.",
            "The id names one node; its end point must be clear.",
            "one Id on two Node elements",
        ),
    )  # fmt: skip

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._ids: set[str] = set()

    def node(self, node: JobNode, place: Place) -> None:
        if node.id is None:
            return
        if node.id.lower() in self._ids:
            self.found(f"an earlier node has the id {node.id}, too", place)
        self._ids.add(node.id.lower())


class NodesUnknown(Check):
    """Remembers the ids of the nodes."""

    rules: tuple[Rule, ...] = (
        Rule(
            "node-unknown", "consistency", Severity.ERROR, "A NodeId is not the Id of any node.",
            "A client cannot tell where to transfer the chunk.",
            "a NodeId that no Node has as Id",
        ),
    )  # fmt: skip

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._ids: set[str | None] = {None}

    def node(self, node: JobNode, place: Place) -> None:
        self._ids.add(_lower(node.id))

    def part(self, part: Part) -> None:
        ids = part.chunks("node_id")
        if self.job is None or self._ids.issuperset(map(_lower, ids)):
            return
        for at, identifier in enumerate(ids):
            if _lower(identifier) not in self._ids:
                place = partial(part.chunk_place, at, "NodeId")
                self.found(f"no node has the id {identifier}", place)


class NodesUnused(Check):
    """Remembers the nodes, and those that serve a chunk."""

    rules: tuple[Rule, ...] = (
        Rule(
            "node-without-chunks", "consistency", Severity.NOTE, "A node serves no chunk.",
            "It has no part in the job, or its chunks are not listed here. Checked only if the answer "
            "has chunks with a NodeId.",
            "two Node elements, and the NodeId of the first on every chunk",
        ),
    )  # fmt: skip

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._nodes: dict[str, tuple[str, Place]] = {}
        self._serving: set[str | None] = set()

    def node(self, node: JobNode, place: Place) -> None:
        if node.id is not None:
            self._nodes.setdefault(node.id.lower(), (node.id, place))

    def part(self, part: Part) -> None:
        self._serving.update(map(_lower, part.chunks("node_id")))

    def end(self) -> None:
        if self._serving - {None}:
            for lowered, (identifier, place) in self._nodes.items():
                if lowered not in self._serving:
                    self.found(f"no chunk has the NodeId {identifier}", place)


class ChunksWithoutNode(Check):
    """Goes over one column."""

    rules: tuple[Rule, ...] = (
        Rule(
            "chunk-without-node", "consistency", Severity.NOTE,
            "A chunk of a job in progress has no NodeId.",
            "It is not allocated to a node yet; a client has to wait for it.",
            'Status="IN_PROGRESS", and <Objects ChunkId="..." ChunkNumber="0"> without NodeId',
        ),
    )  # fmt: skip

    def part(self, part: Part) -> None:
        nodes = part.chunks("node_id")
        if self.job is None or self.job.status is not JobStatus.IN_PROGRESS or None not in nodes:
            return
        for at, node in enumerate(nodes):
            if node is None:
                self.found("the chunk has no NodeId", partial(part.chunk_place, at))


def _lower(identifier: Any) -> Any:
    """Write an id in lower case, because case does not matter; None stays None."""
    return identifier and identifier.lower()
