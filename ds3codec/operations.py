"""A table of the REST API's operations that answer with a MasterObjectList.

It has the request of each operation, and conditions that its answer must meet. Clients build their requests
from it, and recorded requests are recognised by it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import parse_qsl, quote, unquote, urlsplit
from uuid import UUID

from .errors import OperationError, shown
from .options import check_type

__all__ = ["OPERATIONS", "Operation", "OperationError", "Request", "operation_for", "request_for"]

_ID = re.compile(r"\{(\w+)\}")
_UUIDS = ("job", "chunk")


class Operation(NamedTuple):
    """One operation.

    Attributes:
        name: Its name in the documentation, such as "Close Aggregating Job".
        method: The HTTP method.
        path: The path, with `{job}`, `{bucket}` or `{chunk}` in the place of an id.
        query: The required parts of its query: names with a value, with an id, or with None for a name alone.
        root: The root element of its answer.
        answer: The required attributes of the answer's root, with a value or an id.
        lists: The job's objects that the answer lists: "all", "outstanding" (not yet completely processed),
            or "some".
    """

    name: str
    method: str
    path: str
    query: tuple[tuple[str, str | None], ...] = ()
    root: str = "MasterObjectList"
    answer: tuple[tuple[str, str], ...] = ()
    lists: str = "all"

    @property
    def ids(self) -> tuple[str, ...]:
        """The names of its ids."""
        return tuple(_ID.findall(" ".join([self.path, *(value or "" for _, value in self.query)])))

    def ids_in(self, url: str) -> dict[str, str] | None:
        """Read the ids from the URL of a request; None if the URL is not this operation's."""
        try:
            parts = urlsplit(url)
        except ValueError:
            return None
        match = _path_pattern(self.path).fullmatch(parts.path)
        if match is None:
            return None
        ids = {name: unquote(text) for name, text in match.groupdict().items()}
        given = {name.lower(): text for name, text in parse_qsl(parts.query, keep_blank_values=True)}
        for name, value in self.query:
            if name not in given:
                return None
            if value is not None and _ID.fullmatch(value):
                ids[value[1:-1]] = given[name]
            elif value is not None and given[name].lower() != value:
                return None
        return ids


class Request(NamedTuple):
    """A request to send: the HTTP method, the path, and the query without its `?` (it may be empty)."""

    method: str
    path: str
    query: str

    @property
    def target(self) -> str:
        """The path and the query, as in the first line of the request."""
        return f"{self.path}?{self.query}" if self.query else self.path


_OF_JOB = (("JobId", "{job}"),)

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "Close Aggregating Job",
        "PUT",
        "/_rest_/job/{job}",
        (("close_aggregating_job", None),),
        answer=(("Aggregating", "false"), *_OF_JOB),
        lists="outstanding",
    ),
    Operation(
        "Create Bulk GET",
        "PUT",
        "/_rest_/bucket/{bucket}",
        (("operation", "start_bulk_get"),),
        answer=(("RequestType", "GET"),),
    ),
    Operation(
        "Create Bulk PUT",
        "PUT",
        "/_rest_/bucket/{bucket}",
        (("operation", "start_bulk_put"),),
        answer=(("RequestType", "PUT"),),
    ),
    Operation(
        "Replicate PUT Job",
        "PUT",
        "/_rest_/bucket/{bucket}",
        (("operation", "start_bulk_put"), ("replicate", None)),
        answer=(("RequestType", "PUT"),),
    ),
    Operation(
        "Create Bulk VERIFY",
        "PUT",
        "/_rest_/bucket/{bucket}",
        (("operation", "start_bulk_verify"),),
        answer=(("RequestType", "VERIFY"),),
    ),
    Operation("Stage Objects", "PUT", "/_rest_/bucket/{bucket}", (("operation", "start_bulk_stage"),)),
    Operation("Get Job", "GET", "/_rest_/job/{job}", answer=_OF_JOB, lists="outstanding"),
    Operation("Modify Job", "PUT", "/_rest_/job/{job}", answer=_OF_JOB, lists="outstanding"),
    Operation("Modify Active Job", "PUT", "/_rest_/active_job/{job}", answer=_OF_JOB, lists="outstanding"),
    Operation(
        "Get Job Chunks Ready For Client Processing",
        "GET",
        "/_rest_/job_chunk",
        (("job", "{job}"),),
        answer=_OF_JOB,
        lists="some",
    ),
    Operation("Get Job Chunk", "GET", "/_rest_/job_chunk/{chunk}", root="Objects", lists="some"),
    Operation(
        "Allocate Job Chunk",
        "PUT",
        "/_rest_/job_chunk/{chunk}",
        (("operation", "allocate"),),
        root="Objects",
        lists="some",
    ),
)


def operation_for(method: str, url: str) -> Operation | None:
    """Find the operation of a recorded request; None if the table has none.

    Args:
        method: The HTTP method.
        url: The URL, or only its path and query. Names in the query, and the value of `operation`, match in
            any case and order. A `/` at the end of the path and other names in the query are ignored.

    Raises:
        UsageError: An argument is not a str.
    """
    check_type("method", method, str)
    check_type("url", url, str)
    matching = [
        operation
        for operation in OPERATIONS
        if operation.method == method.upper() and operation.ids_in(url) is not None
    ]
    return max(matching, key=lambda operation: len(operation.query), default=None)


def request_for(operation: Operation | str, **ids: str | UUID) -> Request:
    """Make the request for an operation.

        request_for("Close Aggregating Job", job="78dba377-a02a-4c15-b2a1-412514342f17")

    Args:
        operation: The operation, or its name in any case.
        ids: The ids in its path and query: `job` and `chunk` are UUIDs, `bucket` is a name or an id. They are
            percent-encoded where necessary.

    Raises:
        OperationError: The operation does not exist, or an id is missing, wrong or superfluous.
    """
    found = operation if isinstance(operation, Operation) else _named(operation)
    texts = _checked(found, ids)
    query = "&".join(
        name if value is None else f"{name}={_filled(value, texts)}" for name, value in found.query
    )
    return Request(found.method, _filled(found.path, texts), query)


def _named(name: object) -> Operation:
    for operation in OPERATIONS:
        if isinstance(name, str) and operation.name.lower() == name.lower():
            return operation
    names = ", ".join(operation.name for operation in OPERATIONS)
    raise OperationError(f"there is no operation {shown(name)}; there are {names}")


def _checked(operation: Operation, ids: Mapping[str, str | UUID]) -> dict[str, str]:
    for name in ids:
        if name not in operation.ids:
            raise OperationError(f"{operation.name} takes {' and '.join(operation.ids)}, not {shown(name)}")
    for name in operation.ids:
        if name not in ids:
            raise OperationError(f"{operation.name} needs the id {shown(name)}")
        if not isinstance(ids[name], (str, UUID)) or str(ids[name]) in ("", ".", ".."):
            raise OperationError(f"{shown(ids[name])} is not a {name}")
        if name in _UUIDS:
            _check_uuid(name, str(ids[name]))
    return {name: str(value) for name, value in ids.items()}


def _check_uuid(name: str, text: str) -> None:
    try:
        usual = str(UUID(text)) == text.lower()
    except ValueError:
        usual = False
    if not usual:
        raise OperationError(f"{shown(text)} is not the UUID of a {name}")


def _filled(template: str, ids: Mapping[str, str]) -> str:
    return _ID.sub(lambda match: quote(ids[match[1]], safe=""), template)


def _path_pattern(path: str) -> re.Pattern[str]:
    return re.compile(_ID.sub(r"(?P<\1>[^/]+)", path) + "/?")
