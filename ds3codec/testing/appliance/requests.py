"""Parses requests: the query, and the list of objects in the body."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit
from uuid import UUID

from lxml import etree

__all__ = ["Listed", "ReceivedRequest", "Refusal", "byte_count", "is_name", "listed_objects"]

_LONGEST_NAME = 1024  # bytes, as S3 has it
_MOST_DIGITS = 19  # of a number with 64 bits
# Comments and instructions have no meaning anywhere.
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
_NO_TEXT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # not in XML


class Refusal(Exception):  # noqa: N818  (it is an answer)
    """The server's error as an answer.

    Attributes:
        status: The status.
        code: The code, such as "NotFound".
        message: The reason.
        headers: Additional headers of the answer.
    """

    def __init__(
        self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status: int = status
        self.code: str = code
        self.message: str = message
        self.headers: dict[str, str] = dict(headers or {})


class ReceivedRequest(NamedTuple):
    """A received request.

    Attributes:
        method: The method.
        target: Path and query, as they were sent.
        headers: The headers, by their names in lower case.
        body: The pieces of its body.
        size: The number of bytes received of it.
    """

    method: str
    target: str
    headers: Mapping[str, str]
    body: Iterable[bytes]
    size: int = 0

    def check_texts(self) -> None:
        """Raise Refusal if path or query have characters that XML cannot carry."""
        if any(map(_NO_TEXT.search, (self.path, *self.query, *self.query.values()))):
            raise Refusal(400, "BadRequest", "the request has a character that XML does not have")

    def received(self, *, keep: bool) -> ReceivedRequest:
        """Receive the body, and return the request with it, or only with its size."""
        kept, size = [], 0
        for piece in self.body:
            size += len(piece)
            if keep:
                kept.append(piece)
        return self._replace(body=kept, size=size)

    @property
    def path(self) -> str:
        """The path, decoded."""
        return unquote(urlsplit(self.target).path)

    @property
    def query(self) -> dict[str, str]:
        """The query, with names in lower case."""
        pairs = parse_qsl(urlsplit(self.target).query, keep_blank_values=True)
        return {name.lower(): value for name, value in pairs}

    def check_query(self, known: Iterable[str]) -> None:
        """Raise Refusal if the query has a name that is not one of these."""
        for name in self.query:
            if name not in known:
                raise Refusal(501, "NotImplemented", f"this appliance does not know the query {name!r}")


class Listed(NamedTuple):
    """An object in the list of a request.

    Attributes:
        name: Its name.
        offset: The offset of the requested part, in bytes; None for the whole object.
        length: The length of the object or the part, in bytes; None if it is not given.
    """

    name: str
    offset: int | None
    length: int | None


def listed_objects(body: Iterable[bytes], size_name: str) -> list[Listed]:
    """Parse the list of objects in the body of a request that makes a job.

    Args:
        body: The body: `Objects` with an `Object` for each.
        size_name: The name of the attribute with the length: "Size" in a PUT, otherwise "Length".

    Raises:
        Refusal: The body is not such a list.
    """
    data = b"".join(body)
    if not data:
        raise Refusal(400, "MissingRequestBodyError", "the request has no list of objects")
    try:
        root = etree.fromstring(data, _PARSER)
    except etree.XMLSyntaxError as error:
        raise Refusal(400, "MalformedXML", f"the list of objects is not XML: {error.msg}") from None
    if root.tag != "Objects" or any(child.tag != "Object" for child in root):
        raise Refusal(400, "MalformedXML", "the list of objects must consist of Object elements in Objects")
    if not len(root):
        raise Refusal(400, "MalformedXML", "the list has no objects")
    found = [_listed(element, size_name) for element in root]
    names = {(item.name, item.offset) for item in found}
    if len(names) < len(found):
        raise Refusal(400, "MalformedXML", "an object is listed twice")
    return found


def _listed(element: etree._Element, size_name: str) -> Listed:
    known = {"Name", size_name} | ({"Offset", "VersionId"} if size_name == "Length" else set())
    for name in element.attrib:
        if name not in known:
            raise Refusal(400, "MalformedXML", f"an Object has the attribute {name!s}")
    name = element.get("Name", "")
    if not is_name(name):
        raise Refusal(400, "MalformedXML", f"an Object has no Name of 1 to {_LONGEST_NAME} bytes")
    version = element.get("VersionId")
    if version is not None:
        _check_uuid(version)
    return Listed(name, _number(element, "Offset"), _number(element, size_name))


def _number(element: etree._Element, name: str) -> int | None:
    text = element.get(name)
    if text is None:
        return None
    number = byte_count(text)
    if number is None:
        raise Refusal(400, "MalformedXML", f"{name} is not a number of bytes")
    return number


def byte_count(text: str) -> int | None:
    """Read a number of bytes; None if the text is not a number of 64 bits."""
    if not text.isascii() or not text.isdigit() or len(text) > _MOST_DIGITS or int(text) >= 2**63:
        return None
    return int(text)


def is_name(name: object) -> bool:
    """Tell whether an object can have this name."""
    return isinstance(name, str) and _NO_TEXT.search(name) is None and 0 < len(name.encode()) <= _LONGEST_NAME


def _check_uuid(text: str) -> None:
    try:
        UUID(text)
    except ValueError:
        raise Refusal(400, "MalformedXML", "VersionId is not a UUID") from None
