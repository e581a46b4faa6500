"""The options of the command line, as every benchmark takes them."""

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
        folder: The folder for generated documents.
        input: A real response to measure instead of a generated one.
        chosen: The contenders asked for; empty for all that the benchmark has.
        most_seconds: The longest run; a contender stops growing before its next run exceeds it.
        small_seconds: The time for which a small document is repeated.
        least_seconds: The time for which a shorter run is repeated.
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
        """Return the installed contenders to measure, including the needed ones, in the table's order."""
        wanted = {*(self.chosen or usual), *needed}
        return [name for name in CONTENDERS if name in wanted and CONTENDERS[name].installed]

    def document(self) -> Path:
        """Return the document to measure: the given one, or a generated one."""
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
        """Generate a document."""
        path = self.folder / name
        size = chunk_size or self.chunk_size
        write_document(path, objects, size, self.seed, tapes=tapes, attribute_count=attributes)
        return path

    def parameters(self) -> dict[str, Any]:
        """Return the parameters that affect the result, without the names of folders."""
        given = {"input": self.input and self.input.name}
        return {name: value for name, value in asdict(self).items() if name != "folder"} | given
