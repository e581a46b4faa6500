"""Reads the heads of HTTP messages, including those that no server would accept.

h11 reads the fields of a valid head. It is as strict as a server has to be; a reader of recordings cannot be,
for they were edited, cut and converted. So if h11 refuses a head, its lines are read one by one: an odd line
adds a remark, and affects no other line. A remark quotes at most the first word of a line, and only if that
looks like the name of a header: the rest may be a credential.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from .recorded import joined_fields, missing

__all__ = ["LINE_END", "LONGEST_HEAD", "REQUEST_LINE", "Head", "head_end", "read_head"]

LONGEST_HEAD = 256 * 1024

LINE_END = rb"(?:\r{0,4}\n|\r)"
REQUEST_LINE = re.compile(rb"([A-Z]{3,16})[ ](\S[^\r\n]*?) HTTP/\d(?:\.\d)?[ \t]*(?=%b)" % LINE_END)
_STATUS_LINE = re.compile(rb"HTTP/\d(?:\.\d)?[ ](\d{3})(?=[ \t\r\n]|\Z)")
_BODY = rb"[{<\x1f\x28]|[0-9A-Fa-f]{1,16}[ \t]*[;\r\n]"
_BEGINS_BODY = re.compile(_BODY)
# A line of spaces also counts as the empty line, if the start of a body follows.
_END = re.compile(rb"\n\r{0,4}\n|\r\r(?!\r{0,4}\n)|(?:\n[ \t]+\r{0,4}\n|\r[ \t]+\r(?!\n))(?=%b)" % _BODY)
_MARKUP = re.compile(rb"[\r\n](?=<[?!A-Za-z])")
_ANY_LINE_END = re.compile(LINE_END)
_ODD_STATUS_LINE = re.compile(rb"HTTP/?[\d.]*[ \t]+(\d{3})(?!\d)", re.IGNORECASE)
_FIELD = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+)([ \t]*):[ \t]*([^\x00-\x08\x0a-\x1f\x7f]*)")
_NUMBER = re.compile(r"\d{1,30}", re.ASCII)
_LIKE_A_NAME = re.compile(rb"(?:X|[A-Z][a-z]{1,15})(?:-[A-Z][A-Za-z]{0,15}){0,5}(?=[\s:])")
_MOST_REMARKS = 5


class Head(NamedTuple):
    """The head of a message.

    Attributes:
        status: The status code; None for a request, or a status line without one.
        fields: The header fields, by their names in lower case.
        remarks: Its oddities, in words.
        is_framed: True if its version of HTTP declares bodies in the head.
    """

    status: int | None
    fields: dict[str, str]
    remarks: list[str]
    is_framed: bool = True

    @property
    def length(self) -> int | None:
        """Declared length of the body in bytes; None without a valid one."""
        values = {value.strip() for value in self.fields.get("content-length", "").split(",")}
        value = values.pop()
        return int(value) if not values and _NUMBER.fullmatch(value) else None

    @property
    def coding(self) -> str:
        """Content coding of the body."""
        return self.fields.get("content-encoding", "")


def head_end(data: bytes) -> int | None:
    """Find the end of the head at the start of data: after its empty line, with any kind of line ends."""
    end = _END.search(data, 0, LONGEST_HEAD)
    markup = _MARKUP.search(data, 0, end.start() if end else LONGEST_HEAD)
    if markup is None:
        return end.end() if end else None
    # Either the empty line was lost, and the body begins here, or the head goes on after an odd line.
    rest = data[markup.end() : end.start()] if end else b""
    is_odd = end is not None and b"HTTP/" not in rest and not _MARKUP.search(rest)
    return end.end() if end and is_odd and _BEGINS_BODY.match(data, end.end()) else markup.end()


def read_head(data: bytes) -> Head:
    """Read the head of a request or a response.

    Raises:
        SourceError: h11 is not installed.
    """
    end = _ANY_LINE_END.search(data)
    first, rest = (data[: end.start()], data[end.end() :]) if end else (data, b"")
    remarks: list[str] = []
    status = None
    if REQUEST_LINE.match(data) is None:
        status = _status(first, remarks)
    fields = _fields_by_h11(rest)
    if fields is None:
        lines = list(_unfolded(rest))
        fields = joined_fields(_fields(lines, remarks))
    head = Head(status, fields, remarks, not first.startswith((b"HTTP/2", b"HTTP/3")))
    if "content-length" in fields and head.length is None:
        remarks.append("its Content-Length is not one number, so the body is read to the end of its root")
    if len(remarks) > _MOST_REMARKS:
        remarks[_MOST_REMARKS:] = [f"{len(remarks) - _MOST_REMARKS:,} more lines of its head are odd"]
    return head


def _status(line: bytes, remarks: list[str]) -> int | None:
    found = _STATUS_LINE.match(line)
    if found is not None:
        return int(found[1])
    found = _ODD_STATUS_LINE.match(line)
    remarks.append(
        "its status line is malformed" + ("" if found else ", and has no status code: it is not known")
    )
    return int(found[1]) if found else None


def _fields_by_h11(lines: bytes) -> dict[str, str] | None:
    """Parse the field lines of a head and its empty line with h11; None if h11 refuses them."""
    try:
        import h11  # noqa: PLC0415  (optional dependency)
    except ModuleNotFoundError as error:
        raise missing("h11", "recorded HTTP exchanges") from error
    connection: Any = h11.Connection(h11.CLIENT, LONGEST_HEAD + 64)
    connection.send(h11.Request(method="GET", target="/", headers=[("Host", "captured")]))
    connection.receive_data(b"HTTP/1.1 200 \r\n" + lines)
    try:
        event = connection.next_event()
    except h11.RemoteProtocolError:
        return None
    if not isinstance(event, h11.Response):  # the empty line is missing, or contains spaces
        return None
    return joined_fields((name.decode("latin-1"), value.decode("latin-1")) for name, value in event.headers)


def _unfolded(block: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the lines of a head with their numbers, each joined with its continuation lines."""
    held, at = b"", 0
    for number, line in enumerate(_ANY_LINE_END.split(block), 2):
        if line[:1] in (b" ", b"\t") and held:
            held += b" " + line.strip()
            continue
        if held.strip():
            yield at, held
        held, at = line, number
    if held.strip():
        yield at, held


def _fields(lines: list[tuple[int, bytes]], remarks: list[str]) -> Iterator[tuple[str, str]]:
    for number, line in lines:
        found = _FIELD.fullmatch(line)
        if found is None or found[2]:
            remarks.append(f"line {number} of its head is not a header field: '{_masked(line)}'")
        if found is not None:
            yield found[1].decode(), found[3].strip().decode("latin-1")


def _masked(line: bytes) -> str:
    """Mask a line for messages: all but the name of a header may be a credential."""
    name = _LIKE_A_NAME.match(line + b" ")
    if name is None:
        return "..."
    return name[0].decode() + (" ..." if line[name.end() :].strip(b" \t:") else "")
