"""What the command line asked for, as every benchmark takes it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.bench.contenders import CONTENDERS
from benchmarks.documents import MOST_ATTRIBUTES, write_document


@dataclass(frozen=True)
class Options:
    """Parameters of a benchmark.

    Attributes:
        folder: Where documents are made.
        input: A real response to measure instead of one that is made.
        chosen: The contenders asked for; none of them for all that the benchmark has.
        most_seconds: A contender stops growing where its next run would take longer.
        small_seconds: How long a small document is repeated.
        least_seconds: A run that is over sooner is repeated for so long.
    """

    folder: Path
    objects: int
    chunk_size: int = 1000
    tapes: int = 0
    seed: int = 1
    input: Path | None = None
    rounds: int = 3
    chosen: list[str] = field(default_factory=list)
    most_seconds: float = 60
    small_seconds: float = 0.5
    least_seconds: float = 0.2

    def contenders(self, usual: Iterable[str], *, needed: Iterable[str] = ()) -> list[str]:
        """The installed contenders to measure, in the table's order, with those that others are held to."""
        wanted = {*(self.chosen or usual), *needed}
        return [name for name in CONTENDERS if name in wanted and CONTENDERS[name].installed]

    def document(self) -> Path:
        """The document to measure: the one given, or one that is made."""
        return self.input or self.made("response.xml", self.objects, tapes=self.tapes)

    def made(
        self,
        name: str,
        objects: int,
        *,
        chunk_size: int | None = None,
        tapes: int = 0,
        attributes: int = MOST_ATTRIBUTES,
    ) -> Path:
        """A new document."""
        path = self.folder / name
        size = chunk_size or self.chunk_size
        write_document(path, objects, size, self.seed, tapes=tapes, attribute_count=attributes)
        return path

    def parameters(self) -> dict[str, Any]:
        """What decides on the result, and no one's folders."""
        given = {"input": self.input and self.input.name}
        return {name: value for name, value in asdict(self).items() if name != "folder"} | given
