"""The base of checks: small classes that find violations of a rule, or a few, and have its texts.

While a document streams by, a check is called with the header, with each node, with each part of the chunks,
whose blobs are columns, and at the end. Its docstring names the data that it remembers, with the cost;
otherwise it only goes over a few columns.
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
    """The severity of a finding: an error, a warning or a note."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def weight(self) -> int:
        """A number that grows with the severity."""
        return {"error": 3, "warning": 2, "note": 1}[self.value]


class Rule(NamedTuple):
    """A rule of validation.

    Attributes:
        name: Its stable name.
        group: "form", "schema", "version", "consistency", "exchange" or "together".
        severity: The severity of its findings.
        meaning: The fault that it finds.
        reason: The reason why that is wrong, or worth knowing.
        example: A part of a document with the fault.
    """

    name: str
    group: str
    severity: Severity
    meaning: str
    reason: str
    example: str


class EarlierAnswers:
    """The memory of the checks for the answers about one job so far.

    Attributes:
        job_id: The id of the job; None before the first answer.
        is_same_job: True if the last answer is about that job.
        completed: The largest number of completed bytes.
        was_completed: True if the job was COMPLETED.
        blobs: The keys of the blobs.
        lengths: Their lengths, in bytes; -1 if unknown.
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
    """The answers about one job so far, to compare later ones with.

    answers = Answers()
    for path in ("first.xml", "second.xml"):
        print(validate(path, together=answers).findings)
    """

    def __init__(self) -> None:
        self._earlier: EarlierAnswers = EarlierAnswers()


def earlier_answers(answers: Answers) -> EarlierAnswers:
    """Return the private content of `answers`.

    Raises:
        UsageError: `answers` has a wrong type.
    """
    check_type("together", answers, Answers)
    return answers._earlier


class Context(NamedTuple):
    """The parts of a validation that a check uses.

    Attributes:
        add: A function that adds a finding: the name of the rule, the message, and the place or a function
            that returns it.
        operation: The operation of the request, if known.
        earlier: The earlier answers about the same job, if they are compared.
    """

    add: Callable[[str, str, Place | Callable[[], Place]], None]
    operation: Operation | None
    earlier: EarlierAnswers | None = None


class Check:
    """The base of all checks.

    Attributes:
        rules: Its rules; the first one is the default of `found`.
        job: The job without its chunks, once the header is read; None for a lone chunk.
        root: The place of the root.
        operation: The operation of the request, if known.
        earlier: The earlier answers about the same job, if they are compared.
    """

    rules: tuple[Rule, ...] = ()

    def __init__(self, context: Context) -> None:
        self.operation: Operation | None = context.operation
        self.earlier: EarlierAnswers | None = context.earlier
        self.job: MasterObjectList | None = None
        self.root: Place = Place()
        self._add = context.add

    def found(self, message: str, place: Place | Callable[[], Place], rule: Rule | None = None) -> None:
        """Add a finding. If there may be many, pass a function that returns the place, which is cheaper."""
        self._add((rule or self.rules[0]).name, message, place)

    def header(self, job: MasterObjectList) -> None:
        """Check the header, which is also in `job`, once it is complete."""

    def node(self, node: JobNode, place: Place) -> None:
        """Check a node."""

    def part(self, part: Part) -> None:
        """Check some blobs, and the chunks that begin among them."""

    def end(self) -> None:
        """Check the document as a whole, at its end."""
