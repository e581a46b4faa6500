"""What a check is: a small class that finds what one rule, or a few, are about, with their documentation.

A check is told of a document as it streams by: of the header, of each node, of each part of the chunks, whose
blobs are columns, and of the end. It says in its docstring what it remembers and what that costs; unless it
says otherwise, it goes over a few columns, and remembers nothing.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from ...models import JobNode, MasterObjectList
from ...operations import Operation
from ...options import check_type
from ..places import Place
from .seen import Seen

if TYPE_CHECKING:
    from ..parts import Part

__all__ = ["Answers", "Check", "Context", "EarlierAnswers", "Rule", "Severity", "earlier_answers"]


class Severity(str, Enum):
    """How bad a finding is: the document is wrong, it is doubtful, or it is worth knowing."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def weight(self) -> int:
        """More is worse."""
        return {"error": 3, "warning": 2, "note": 1}[self.value]


class Rule(NamedTuple):
    """One rule.

    Attributes:
        name: Its stable name.
        group: "form", "schema", "version", "consistency", "exchange" or "together".
        severity: That of its findings.
        meaning: What it finds.
        reason: Why that is wrong, or worth knowing.
        example: What such a document has in it.
    """

    name: str
    group: str
    severity: Severity
    meaning: str
    reason: str
    example: str


class EarlierAnswers:
    """What the answers of one job said so far, as the checks remember it.

    Attributes:
        job_id: The id of the job; None before the first answer.
        is_same_job: Whether the last answer is of that job.
        completed: The most bytes that were completed.
        was_completed: Whether the job was COMPLETED.
        blobs: What the blobs are known by.
        lengths: Their lengths, in bytes; -1 where it is not known.
        chunks: The hashes of the ids of their chunks.
    """

    def __init__(self) -> None:
        self.job_id: str | None = None
        self.is_same_job = True
        self.completed = 0
        self.was_completed = False
        self.blobs: Seen = Seen()
        self.lengths: array[int] = array("q")
        self.chunks: array[int] = array("q")


class Answers:
    """What the answers of one job said so far, for those that follow to be held against.

    answers = Answers()
    for path in ("first.xml", "second.xml"):
        print(validate(path, together=answers).findings)
    """

    def __init__(self) -> None:
        self._earlier: EarlierAnswers = EarlierAnswers()


def earlier_answers(answers: Answers) -> EarlierAnswers:
    """The inside of `answers`, which is not for others.

    Raises:
        UsageError: These are none.
    """
    check_type("together", answers, Answers)
    return answers._earlier


class Context(NamedTuple):
    """What a check works with.

    Attributes:
        add: Notes a finding: the name of the rule, the message, and the place or what tells it.
        operation: The operation of the request, if it is known.
        earlier: What earlier answers of the same job said, if they are to be compared.
    """

    add: Callable[[str, str, Place | Callable[[], Place]], None]
    operation: Operation | None
    earlier: EarlierAnswers | None = None


class Check:
    """The base of all checks.

    Attributes:
        rules: What it finds; the first is meant where a finding names none.
        job: The job without its chunks, once the header is read; None in a lone chunk.
        root: Where the root stands.
        operation: The operation of the request, if it is known.
        earlier: What earlier answers of the same job said, if they are to be compared.
    """

    rules: tuple[Rule, ...] = ()

    def __init__(self, context: Context) -> None:
        self.operation: Operation | None = context.operation
        self.earlier: EarlierAnswers | None = context.earlier
        self.job: MasterObjectList | None = None
        self.root: Place = Place()
        self._add = context.add

    def found(self, message: str, place: Place | Callable[[], Place], rule: Rule | None = None) -> None:
        """Note a finding. Give what tells the place, rather than the place, where there may be many."""
        self._add((rule or self.rules[0]).name, message, place)

    def header(self, job: MasterObjectList) -> None:
        """The header is complete, and in `job`: a chunk begins, or the document ends."""

    def node(self, node: JobNode, place: Place) -> None:
        """A node begins."""

    def part(self, part: Part) -> None:
        """Blobs were read, and chunks began among them."""

    def end(self) -> None:
        """The document is complete."""
