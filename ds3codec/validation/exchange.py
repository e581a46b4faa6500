"""Checks that an answer fits its request, its status and its headers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from ..captures import Response
from ..models import MasterObjectList, ServerError
from ..operations import Operation, operation_for
from ..wire.kinds import format_value
from ..wire.members import attributes
from .places import Place

__all__ = ["NO_EXCHANGE", "KnownExchange", "judge_answer", "judge_status"]

Add = Callable[[str, str, Place], None]


class KnownExchange(NamedTuple):
    """The known parts of the exchange around a body.

    Attributes:
        status: The HTTP status code; None if unknown.
        headers: The headers, by their names in lower case.
        operation: The operation of the request; None if it is unknown, or does not answer with a job.
        ids: The ids in the URL of the request.
    """

    status: int | None
    headers: Mapping[str, str]
    operation: Operation | None
    ids: Mapping[str, str]

    @classmethod
    def of(cls, response: Response) -> KnownExchange:
        """Make it from a recorded response."""
        operation = operation_for(response.method, response.url) if response.method and response.url else None
        ids = operation.ids_in(response.url) if operation is not None and response.url else None
        return cls(response.status, response.headers, operation, ids or {})


NO_EXCHANGE = KnownExchange(None, {}, None, {})


def judge_status(
    exchange: KnownExchange, error: ServerError | None, is_job: bool, root: Place, add: Add
) -> None:
    """Check that the status code fits the body: the server's error, or a job or chunk."""
    status = exchange.status
    if status is None:
        return
    if is_job and not 200 <= status < 300:
        add("status-contradicts-body", f"the status is {status}, but the body is a job", root)
    elif error is not None and status < 400:
        add("status-contradicts-body", f"the status is {status}, but the body is an error", root)
    elif error is not None and error.http_error_code not in (None, status):
        message = f"the status is {status}, but the HttpErrorCode in the body is {error.http_error_code}"
        add("status-contradicts-body", message, root)


def judge_answer(
    exchange: KnownExchange, header: MasterObjectList | None, chunks: int, root: Place, add: Add
) -> None:
    """Check that a job or a chunk is the answer that the operation demands."""
    operation = exchange.operation
    if operation is None:
        return
    is_lone = header is None
    if is_lone != (operation.root == "Objects"):
        add("answer-contradicts-request", f"the answer to {operation.name} must be {operation.root}", root)
    if header is not None:
        for name, message in _contradictions(operation, exchange.ids, header):
            add("answer-contradicts-request", message, root.inside(f"@{name}"))
    waits = operation.lists == "some" and header is not None and chunks == 0
    if waits and exchange.headers and "retry-after" not in exchange.headers:
        add("no-retry-after", "no chunks are ready, and no Retry-After tells when to ask again", root)


def _contradictions(
    operation: Operation, ids: Mapping[str, str], header: MasterObjectList
) -> Iterator[tuple[str, str]]:
    for name, demanded in operation.answer:
        member = next(item for item in attributes(MasterObjectList) if item.name == name)
        value = getattr(header, member.field)
        expected = ids[demanded[1:-1]] if demanded.startswith("{") else demanded
        if value is None:
            continue
        text = format_value(member, value)
        if text.lower() != expected.lower():
            yield name, f"after {operation.name}, {name} must be {expected}; it is {text}"
