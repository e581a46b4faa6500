"""Every exception of the package, under one base.

A `DecodeError` says where in the document the trouble is; its subclasses say what kind of trouble.
Messages carry the offending value, cut to a readable length.
"""

from __future__ import annotations

import re

from .models import ServerError

__all__ = [
    "CompressionError",
    "DecodeError",
    "Ds3CodecError",
    "EncodeError",
    "ForbiddenConstructError",
    "InputError",
    "InvalidValueError",
    "LimitExceededError",
    "MissingAttributeError",
    "NotWellFormedError",
    "OperationError",
    "RedactionError",
    "RuleError",
    "ServerErrorResponse",
    "SourceError",
    "TableError",
    "TruncatedError",
    "UnexpectedDocumentError",
    "UnknownNameError",
    "UsageError",
    "VersionError",
]

_SHOWN = 80
_LONGEST_PATH = 4096
# Where a URL goes on to, its place, and its query or fragment; a path has joined slashes that a URL had.
_URL = re.compile(r"(\s*(?:[a-z][a-z0-9+.-]+::)*[a-z][a-z0-9+.-]+:/+)([^?#]*)(.*)", re.IGNORECASE | re.DOTALL)


# What stands in a name for bytes that are no text, and how it is spelled.
_NO_TEXT = re.compile("[\ud800-\udfff]")
_SPELLED = re.compile(r"\\ud[89a-f][0-9a-f]{2}")
_ESCAPE = re.compile(r"\\(?:(\\)|u(d[89a-f][0-9a-f]{2}))")


def public_name(name: str) -> str:
    """Spell the name of an input as text that shows no secret.

    Of a URL, its user, password, query and fragment are hidden. No password escapes for being badly quoted:
    where it may have a `/`, `?` or `#`, more is hidden than it. Bytes that are no text are escaped as Python
    does it, such as `\\udcff`. Names are told apart: where one has these, or what looks like them, each of
    its backslashes is two.
    """
    name = _without_secrets(name)
    if _NO_TEXT.search(name) is None and _SPELLED.search(name) is None:
        return name
    return _NO_TEXT.sub(lambda found: f"\\u{ord(found[0]):04x}", name.replace("\\", "\\\\"))


def unspelled(name: str) -> str:
    """Undo the escapes of `public_name`: give the name as the system has it."""
    if _SPELLED.search(name) is None:
        return name
    return _ESCAPE.sub(lambda found: found[1] or chr(int(found[2], 16)), name)


def _without_secrets(name: str) -> str:
    found = _URL.fullmatch(name)
    if found is None:
        return name
    scheme, place, rest = found.groups()
    if "@" in rest and (":" in place or "/" not in place):
        return f"{scheme}..."
    _, at, public = place.rpartition("@")
    return f"{scheme}{at and '...@'}{public}{rest and '?...'}"


def quoted_name(name: str) -> str:
    """Quote the name of an input or output as a message shows it."""
    name = _without_secrets(name)
    return repr(name) if len(name) <= _LONGEST_PATH else shown(name)


def shown(value: object) -> str:
    """`value` as a message shows it: its repr, cut after 80 characters."""
    return cut(repr(value[: _SHOWN + 1] if isinstance(value, str) else value))


def cut(text: str) -> str:
    """`text`, cut after 80 characters."""
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


class Ds3CodecError(Exception):
    """The base of all exceptions that this package raises on its own account."""


class InputError(Ds3CodecError):
    """One of several inputs cannot be read.

    Attributes:
        name: Which one.
        reason: Why.
    """

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(name, reason)
        self.name: str = name
        self.reason: str = reason

    def __str__(self) -> str:
        return f"{self.name}: {self.reason}"


class RedactionError(Ds3CodecError):
    """A capture that cannot be redacted, since something in it cannot be parsed."""


class SourceError(Ds3CodecError):
    """A source that cannot be read as bytes: a wrong type, a text file object, or an exception of its own.

    What a source raises, such as an HTTP client whose peer has died, is the cause (`__cause__`). Before the
    error comes all that was decoded.

    Attributes:
        message: What is wrong.
        path: The innermost open element where the source ended; None before the root.
        bytes_read: How many bytes were read, before decompression.
        blobs_read: How many blobs were decoded, and handed out, before the error.
    """

    path: str | None = None
    bytes_read = 0
    blobs_read = 0

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        if not self.bytes_read:
            return self.message
        blobs = f" and {self.blobs_read} blobs" if self.blobs_read else ""
        at = f", at {self.path}" if self.path else ""
        return f"{self.message} (after {self.bytes_read} bytes{blobs}{at})"


class FileError(SourceError, OSError):
    """A file that cannot be opened or read: an OSError, too, with its `errno`, `strerror` and `filename`."""

    def __init__(self, errno: int, strerror: str, filename: str) -> None:
        OSError.__init__(self, errno, strerror, _without_secrets(filename))
        self.message: str = f"cannot read {quoted_name(filename)}: {strerror}"

    @classmethod
    def of(cls, error: OSError, filename: str) -> FileError:
        """The error of our own for one of the system's, whose kind it is."""
        kind = next((kind for kind in _FILE_ERRORS if isinstance(error, kind.__bases__[1])), cls)
        return kind(error.errno or 0, error.strerror or str(error), filename)


class FileMissingError(FileError, FileNotFoundError):
    """A file that is not there."""


class FileForbiddenError(FileError, PermissionError):
    """A file that may not be read."""


class FolderError(FileError, IsADirectoryError):
    """A folder in the place of a file."""


_FILE_ERRORS = (FileMissingError, FileForbiddenError, FolderError)


class TableError(Ds3CodecError):
    """A table that is not one of blobs.

    Attributes:
        column: The column that is missing or wrong; None where it is the table as a whole.
        row: The number of the row, counted from 0; None where it is the column as a whole.
    """

    def __init__(self, message: str, *, column: str | None = None, row: int | None = None) -> None:
        super().__init__(message)
        self.column: str | None = column
        self.row: int | None = row


class UsageError(Ds3CodecError, ValueError):
    """A call that makes no sense now: what is called is closed, broken, or in use by another thread."""


class OperationError(Ds3CodecError, ValueError):
    """A request that cannot be made: an unknown operation, a missing or a wrong id."""


class RuleError(Ds3CodecError, ValueError):
    """A name that no rule of validation and no group of rules has."""


class VersionError(Ds3CodecError, ValueError):
    """A version that the API does not have, or that is not known."""


class DecodeError(Ds3CodecError):
    """A document that cannot be decoded.

    Attributes:
        message: What is wrong, without the place.
        line: The line of the place, counted from 1; None where it is not known. For a wrong element or
            attribute it is where the element's tag begins.
        column: The column in that line, counted from 1; None where it is not known.
        path: The element or attribute, such as `/MasterObjectList/Objects[3]/Object[17]/@Length`,
            counted from 1 as in XPath; for text that is not well-formed, the innermost element around it.
            None before the root.
        blobs_read: How many blobs were decoded, and handed out, before the error.
    """

    def __init__(
        self,
        message: str,
        *,
        path: str | None = None,
        line: int | None = None,
        column: int | None = None,
        blobs_read: int = 0,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.path = path
        self.line = line
        self.column = column
        self.blobs_read = blobs_read

    def __str__(self) -> str:
        place = [
            f"line {self.line}" if self.line is not None else "",
            f"column {self.column}" if self.column is not None else "",
            f"at {self.path}" if self.path else "",
            f"after {self.blobs_read} blob{'' if self.blobs_read == 1 else 's'}" if self.blobs_read else "",
        ]
        known = ", ".join(filter(None, place))
        return f"{self.message} ({known})" if known else self.message


class NotWellFormedError(DecodeError):
    """Text that is not XML, or XML that breaks the rules of XML or of its namespaces."""


class TruncatedError(DecodeError):
    """A document, or the compressed data around it, that ends before it is complete."""


class CompressionError(DecodeError):
    """Compressed data that is damaged, or that cannot be decompressed here."""


class UnexpectedDocumentError(DecodeError):
    """Well-formed XML with another root than the one asked for."""


class InvalidValueError(DecodeError):
    """A value that its type in the schema does not have."""


class MissingAttributeError(DecodeError):
    """A required attribute that is not there."""


class UnknownNameError(DecodeError):
    """An attribute or element that the schema does not have (with `strict=True`)."""


class ForbiddenConstructError(DecodeError):
    """A document type declaration, or an entity other than the five of XML."""


class LimitExceededError(DecodeError):
    """Elements too deep, a tag too long, or too many unknown names: more than any real response has."""


class ServerErrorResponse(Ds3CodecError):  # noqa: N818  (an answer, and the public name of it)
    """The document is not a job but the server's `Error`.

    Attributes:
        error: The whole `Error`; None for each member that it lacks or that makes no sense.
        code: The kind of failure, such as `NotFound`.
        status: The HTTP status code.
        message: What went wrong, in the server's words.
        resource: The path that was asked for.
        request_id: What the server calls the request.
    """

    def __init__(self, error: ServerError) -> None:
        super().__init__(error)
        self.error = error
        self.code: str | None = error.code
        self.status: int | None = error.http_error_code
        self.message: str | None = error.message
        self.resource: str | None = error.resource
        self.request_id: str | None = error.request_id

    def __str__(self) -> str:
        resource = f" (resource {self.resource})" if self.resource else ""
        return f"the server answered {self.status} {self.code}: {self.message}{resource}"


class EncodeError(Ds3CodecError):
    """A member that cannot be written.

    Attributes:
        message: What is wrong, without the place.
        path: The member, such as `/MasterObjectList/Objects[1]/Object[2]/@Name`; None where the trouble
            is not with one member.
    """

    def __init__(self, message: str, *, path: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.path = path

    def __str__(self) -> str:
        return f"{self.message} (at {self.path})" if self.path else self.message
