"""What is wrong with a response, and where: `validate` gives a report of located findings.

The document is read once, by the decoder: runs as columns, the rest as trees. `Examiner` holds against the
schema what is read from trees, and `ColumnJudge` the columns; `Versions` narrows the versions
of the API. The checks in `checks` take what was read as parts, in columns, and say whether it makes sense;
`exchange` holds it against the request and the status. None of them stops at the first finding.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress

from ..captures import Response
from ..decoding.decoder import Decoder
from ..errors import (
    CompressionError,
    DecodeError,
    ForbiddenConstructError,
    LimitExceededError,
    ServerErrorResponse,
    TruncatedError,
    UnexpectedDocumentError,
)
from ..limits import PIECE
from ..options import check_number
from ..sources import Source, pieces
from .checks import CHECKS
from .checks.base import Answers, Check, Context, Rule, Severity, earlier_answers
from .examiner import Examiner
from .exchange import NO_EXCHANGE, KnownExchange, judge_answer, judge_status
from .findings import Finding, Findings, Report
from .parts import Part, Told
from .places import Place
from .rules import GROUPS, RULES, RuleError, selected
from .versions import VersionError, Versions, known_versions, resolved

__all__ = [
    "RULES",
    "Answers",
    "Finding",
    "Place",
    "Report",
    "Rule",
    "RuleError",
    "Severity",
    "Validation",
    "VersionError",
    "known_versions",
    "validate",
]

_RULES_OF_ERRORS: dict[type[DecodeError], str] = {
    TruncatedError: "truncated",
    CompressionError: "damaged-compression",
    UnexpectedDocumentError: "wrong-document",
    ForbiddenConstructError: "forbidden-construct",
    LimitExceededError: "limit-exceeded",
}

_NO_RESPONSE = Response("", ())


def validate(
    source: Source | Response,
    *,
    api_version: str = "auto",
    select: Iterable[str] | None = None,
    ignore: Iterable[str] = (),
    max_findings: int = 100,
    together: Answers | None = None,
) -> Report:
    """Say what is wrong with a response, and where.

        report = validate("response.xml")
        for finding in report.findings:
            print(finding)

    One pass, in constant memory but for what a check remembers: 40 bytes a chunk, and, for the rules
    blob-repeated, blobs-overlap, blobs-with-a-gap and blobs-disagree, at most 60 bytes an object (900 for one
    of several blobs). Where none of these four applies, nothing is remembered of objects.

    Args:
        source: As for `decode`; or a recorded response, of which status, headers and request count too.
        api_version: The version that the response should be of, such as "5.4". "auto" finds those that it
            can come from.
        select: The rules that apply, by their names or those of their groups; None for all.
        ignore: The rules that do not.
        max_findings: How many findings of each rule the report lists; more are only counted.
        together: What the answers of the same job before this one said, to be held against it. This one is
            added to them.

    Raises:
        SourceError: The source cannot be read. What is wrong with its content is in the report.
        RuleError: There is no such rule.
        VersionError: There is no such version.
        UsageError: `max_findings` is no such number, `select` or `ignore` no names, `together` no `Answers`.
    """
    validation = Validation(
        source,
        api_version=api_version,
        select=select,
        ignore=ignore,
        max_findings=max_findings,
        together=together,
    )
    for _ in validation.steps():
        pass
    return validation.report


class Validation:
    """One validation, step by step: for progress, and for what was found when it is interrupted.

    Arguments and errors are those of `validate`.

    Attributes:
        report: What was found so far.
    """

    def __init__(
        self,
        source: Source | Response,
        *,
        api_version: str = "auto",
        select: Iterable[str] | None = None,
        ignore: Iterable[str] = (),
        max_findings: int = 100,
        together: Answers | None = None,
    ) -> None:
        check_number("max_findings", max_findings, 0)
        rules = selected(select, ignore)
        chosen = None if api_version == "auto" else resolved(api_version)
        self.report: Report = Report()
        self._source: Source = source.body if isinstance(source, Response) else source
        self._response = source if isinstance(source, Response) else _NO_RESPONSE
        self._exchange = KnownExchange.of(source) if isinstance(source, Response) else NO_EXCHANGE
        self._findings = Findings(self.report, rules, max_findings)
        self._versions = Versions()
        self._examiner = Examiner(self._findings, self._versions, chosen)
        self._decoder = Decoder(
            self._examiner.parts,
            strict=False,
            missing="none",
            wrong=self._examiner.wrong,
            watcher=self._examiner,
        )
        self._examiner.document = self._decoder.document
        earlier = None if together is None else earlier_answers(together)
        context = Context(self._findings.add, self._exchange.operation, earlier)
        names = [{rule.name for rule in check.rules} for check in CHECKS]
        self._checks: list[Check] = [
            check(context) for check, found in zip(CHECKS, names) if rules.intersection(found)
        ]
        self._has_header = False
        self._not_asked = self._groups_not_asked(rules, together)
        self.report.operation = self._exchange.operation

    def steps(self) -> Iterator[Report]:
        """Validate, and give the report after each step of some 64 KiB.

        Raises:
            SourceError: The source cannot be read.
        """
        if not self._response.is_recorded:
            self._judge_unrecorded()
            yield self.report
            return
        steps = self._steps()
        while True:
            try:
                told = next(steps, None)
            except DecodeError as error:
                self._found(error)
                break
            except ServerErrorResponse:
                break
            if told is None:
                self.report.complete = True
                break
            self._tell_checks(told)
            self._summarise()
            yield self.report
        self._end()
        self._add_remarks()
        yield self.report

    def _judge_unrecorded(self) -> None:
        """Say that nothing of the body was checked; the status alone may tell that the request failed."""
        self.report.recorded = False
        self.report.not_checked = dict.fromkeys(GROUPS, "the body was not recorded") | self._not_asked
        status = self._exchange.status
        self._add_remarks()
        self._findings.add("not-recorded", "the body was not recorded, so it is not checked", Place())
        if status is not None and status >= 400:
            self._findings.add("server-error", f"the server answered {status}", Place())

    def _add_remarks(self) -> None:
        """Add what is remarked of the recording, some of it only where the body ends."""
        if self._exchange.status is not None:  # the body is no more than a part of what is read
            with suppress(DecodeError):  # of which was told
                deque(self._response.body, maxlen=0)
        for remark in self._response.remarks:
            self._findings.add("misrecorded", remark, Place())

    def _steps(self) -> Iterator[list[Told]]:
        """Decode, step by step."""
        data = _gathered(pieces(self._source))
        while True:
            try:
                piece = next(data, None)
            except DecodeError as error:  # of what the document comes in, such as a recording that is cut
                yield from self._decoder.break_off(error)
                return
            if piece is None:
                break
            self.report.bytes_read += len(piece)
            yield from self._decoder.feed(piece)
            if self._examiner.server_error is not None:
                return
        yield from self._decoder.close()

    def _groups_not_asked(self, rules: frozenset[str], together: Answers | None) -> dict[str, str]:
        """The groups that cannot find anything here, whatever the document is, and why."""
        known = {RULES[rule].group for rule in rules}
        reasons = {group: "none of its rules is selected" for group in GROUPS if group not in known}
        if together is None:
            reasons.setdefault("together", "the response is not compared with other answers of its job")
        if self._exchange.status is None and self._exchange.operation is None:
            reasons.setdefault("exchange", "neither the request nor the status is known")
        return reasons

    # What the checks are told.

    def _tell_checks(self, read: list[Told]) -> None:
        """Tell the checks what was read, in the order of the document."""
        for told in read:
            if isinstance(told, Part):
                self._tell_header()
                self.report.chunks += told.chunk_count
                self.report.blobs += told.blob_count
                for check in self._checks:
                    check.part(told)
            else:
                for check in self._checks:
                    check.node(told.node, told.place)
        if self._decoder.header_complete:
            self._tell_header()

    def _tell_header(self) -> None:
        header = self._decoder.header
        if header is not None and not self._has_header:
            self._has_header = True
            for check in self._checks:
                check.job, check.root = header, self._examiner.root
                check.header(header)

    # What else is found.

    def _found(self, error: DecodeError) -> None:
        rule = _RULES_OF_ERRORS.get(type(error), "not-well-formed")
        message = error.message
        status = self._exchange.status
        if rule == "not-well-formed" and self._decoder.document.has_ended:
            rule = "trailing-bytes"
        if rule == "truncated" and self.report.bytes_read == 0 and status is not None and status >= 400:
            rule, message = "server-error", f"the server answered {status} without a body"
        size = self._response.size
        if rule == "truncated" and size is not None and size > self.report.bytes_read:
            message += f"; the recorder kept {self.report.bytes_read:,} of {size:,} bytes"
        self.report.broken_off = message
        self._findings.add(rule, message, Place(error.path, line=error.line, column=error.column))

    def _end(self) -> None:
        """Nothing more comes."""
        add, error, is_job = self._findings.add, self._examiner.server_error, self._examiner.is_job_or_chunk
        if error is not None:
            add("server-error", str(ServerErrorResponse(error)), self._examiner.root)
        if is_job:
            self._tell_header()
        is_whole = is_job and self._decoder.document.has_ended
        self.report.not_checked = {} if is_whole else self._groups_broken_off()
        self.report.not_checked |= self._not_asked
        if is_whole:
            for check in self._checks:
                check.end()
            judge_answer(self._exchange, self.report.header, self.report.chunks, self._examiner.root, add)
        judge_status(self._exchange, error, is_job, self._examiner.root, add)
        self._summarise()

    def _groups_broken_off(self) -> dict[str, str]:
        """The groups that have not seen all of a document of wrong form, and which rule of form that is."""
        of_form = [RULES[rule] for rule in self.report.counts if RULES[rule].group == "form"]
        told = "".join(f": {rule.name}" for rule in of_form if rule.severity is Severity.ERROR)
        reasons = dict.fromkeys(GROUPS[1:], f"the form of the document is wrong{told}")
        if self._exchange.status is not None and not self._examiner.is_job_or_chunk:
            del reasons["exchange"]  # what the status says was held against the body
        return reasons

    def _summarise(self) -> None:
        """Bring the report up to date."""
        self.report.header = self._decoder.header
        self.report.before_3_0 = self._examiner.before_3_0
        is_known = self._examiner.is_job_or_chunk and not self._examiner.before_3_0
        self.report.api_versions = self._versions.remaining if is_known else ()


def _gathered(small: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces that are not too small; what the source raises comes after them."""
    held: list[bytes] = []
    size = 0
    failure: Exception | None = None
    try:
        for piece in small:
            held.append(piece)
            size += len(piece)
            if size >= PIECE:
                yield b"".join(held)
                held, size = [], 0
    except Exception as error:
        failure = error
    yield b"".join(held)
    if failure is not None:
        raise failure
