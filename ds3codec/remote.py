"""Opens URLs as sources, through fsspec: `s3://`, `gs://`, `https://`, `file://`, and others that it knows.

Everything that comes from a network is read here, from the beginning or from an offset. A URL, its options
and its redirects may contain credentials, and the exceptions of libraries repeat them. So no such exception
is shown, or kept as a cause. Our error has the public name of the URL, and only those parts of the reason
that cannot be secret, such as a status.

Internal: names here may change in any release.
"""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from .errors import FileError, SourceError, public_name, quoted_name

__all__ = ["RemoteFile", "is_url", "length", "matching"]

_URL = re.compile(r"\s*(?:[a-z][a-z0-9+.-]+::)*[a-z][a-z0-9+.-]+://", re.IGNORECASE)
_HTTP = re.compile(r"\s*(https?)://", re.IGNORECASE)
# Seconds without a byte. aiohttp limits the time for the whole file instead, but a caller may read slowly.
_PATIENCE = 300

_OK = 200  # HTTP statuses, and below them the system's numbers for similar errors
_ERRNOS = {401: errno.EACCES, 403: errno.EACCES, 404: errno.ENOENT, 410: errno.ENOENT}
_KINDS = {FileNotFoundError: errno.ENOENT, PermissionError: errno.EACCES, IsADirectoryError: errno.EISDIR}
# Exceptions by name, because their libraries may not be installed.
_REASONS = {
    "_UnknownProtocolError": "fsspec does not know such URLs",
    "TooManyRedirects": "the server redirects without end",
    "RedirectClientError": "the server redirects to something that is not an HTTP URL",
    "InvalidURL": "this is not a valid URL",
    "gaierror": "the name of the server cannot be resolved",
    "SSLError": "there is no secure connection to the server",
    "TimeoutError": "the server did not answer in time",
    "ClientPayloadError": "the connection ended too early",
    "ServerDisconnectedError": "the connection ended too early",
    "HttpProcessingError": "the server's answer is not HTTP",  # aiohttp invents a status for it
}


def is_url(source: object) -> bool:
    """Tell a URL, or a chain of them such as `zip://a.xml::https://host/b.zip`, from a path."""
    return isinstance(source, str) and _URL.match(source) is not None


def length(url: str, options: Mapping[str, Any]) -> int | None:
    """Ask the server for the size of a file in bytes; None if it does not tell.

    Raises:
        SourceError: The server cannot be reached, or refuses.
    """

    def ask() -> Any:
        system, path = _located(url, options)
        return system.size(path)

    size: int | None = _tried(url, ask)
    return size


def matching(url: str, options: Mapping[str, Any]) -> list[str]:
    """Expand a URL with a `*`; any other is returned as it is.

    Raises:
        SourceError: No file matches, the files cannot be listed, or fsspec does not know such URLs.
    """
    _tried(url, lambda: _check_known(url))
    if "*" not in (url.partition("?")[0] if _HTTP.match(url) else url):
        return [url]

    def find() -> list[str]:
        system, path = _located(url, options)
        before, _, behind = url.partition(path)  # the rest of a chain, or a host that is not in the path
        found = system.glob(path, detail=True)
        names = sorted(name for name, info in found.items() if info["type"] != "directory")
        if not names:
            system.ls(path[: path.index("*")].rpartition("/")[0])  # raises the reason, which `glob` hides
        return [f"{before}{name}{behind}" for name in names]

    found: list[str] = _tried(url, find)
    if not found:
        raise SourceError(f"cannot read {quoted_name(url)}: no file matches")
    return found


class RemoteFile:
    """A file at a URL, open for reading from an offset; a context manager.

    Args:
        url: The URL.
        options: The options for fsspec.
        start: The offset of the first byte to read. If it is not 0, the server must support ranges.

    Attributes:
        name: The URL without its secrets, for messages.

    Raises:
        SourceError: fsspec is not installed, does not know such URLs, or cannot open this one.
    """

    def __init__(self, url: str, options: Mapping[str, Any], start: int = 0) -> None:
        self.name: str = public_name(url)
        self._url = url
        self._bytes_read = 0
        self._failure: SourceError | None = None
        # Some file systems, such as ZIP's, close their files when they are garbage-collected, so we keep it.
        self._system, self._file = _tried(url, lambda: _open(url, options, start))

    def read(self, size: int) -> bytes:
        """Read up to `size` bytes; none at the end. Raises SourceError after all bytes that arrived."""
        data = b""
        if self._failure is None:
            try:
                data = _tried(self._url, lambda: self._file.read(size))
            except SourceError as error:
                self._failure = error
        if self._failure is not None:
            data = _held(self._file, size)
            if not data:
                self._failure.bytes_read = self._bytes_read
                raise self._failure
        self._bytes_read += len(data)
        return data

    def __enter__(self) -> RemoteFile:
        return self

    def __exit__(self, *ignored: object) -> None:
        with suppress(Exception):  # an error in closing is harmless: we have read everything
            self._file.close()


def _open(url: str, options: Mapping[str, Any], start: int) -> tuple[Any, Any]:
    """Open a URL, and return its file system and the file."""
    if not _HTTP.match(url):
        system, path = _located(url, options)
        file = system.open(path, "rb")
    elif start:  # a server cannot give ranges of what it compresses on the way
        headers = {"Accept-Encoding": "identity", **options.get("headers", {})}
        system, path = _located(url, {**options, "headers": headers})
        file = system.open(path, "rb")
    else:  # a stream; because a size is given, fsspec does not ask for it first
        system, path = _located(url, options)
        file = system.open(path, "rb", block_size=0, size=-1)
        if file.r.status != _OK:  # such as a redirect to nowhere
            file.close()
            raise _AnswerError(file.r.status)
    if start:
        file.seek(start)
    return system, file


def _held(file: Any, size: int) -> bytes:
    """Take the bytes that came before a connection ended: aiohttp raises the error before it returns them."""
    with suppress(Exception):  # the file is not aiohttp's
        file.r.content.set_exception(None)
        data: bytes = file.r.content.read_nowait(size)
        return data
    return b""


def _check_known(url: str) -> None:
    import fsspec  # noqa: PLC0415

    try:
        fsspec.get_filesystem_class(url.strip().partition(":")[0].lower())
    except ValueError:
        raise _UnknownProtocolError from None


def _located(url: str, options: Mapping[str, Any]) -> tuple[Any, str]:
    """Find fsspec's file system for a URL, and the path in it."""
    import fsspec  # noqa: PLC0415  (only with the extra)

    _check_known(url)
    found = _HTTP.match(url)
    if found is None:
        system, path = fsspec.core.url_to_fs(url, **options)
        return system, path
    from aiohttp import ClientTimeout  # noqa: PLC0415

    protocol = found[1].lower()
    chosen = {**options, **options.get(protocol, {})}
    chosen.pop(protocol, None)
    timeout = ClientTimeout(total=None, sock_connect=_PATIENCE, sock_read=_PATIENCE)
    # fsspec itself leaves the connection of a 404 open.
    ours = {"timeout": timeout, "raise_for_status": True}
    chosen["client_kwargs"] = {**ours, **chosen.get("client_kwargs", {})}
    return fsspec.filesystem(protocol, **chosen), url.strip()


class _UnknownProtocolError(Exception):
    """fsspec does not know such URLs."""


class _AnswerError(Exception):
    """The server's answer has a status without a body to read."""

    def __init__(self, status: int) -> None:
        self.status = status


def _tried(url: str, step: Callable[[], Any]) -> Any:
    """Run a step. If a library raises an error, raise one of ours instead, without a cause."""
    try:
        return step()
    except Exception as error:
        failure = _failure(url, error)
    raise failure from None


def _failure(url: str, error: BaseException) -> SourceError:
    """Make our error from one that a library raised, without its secrets."""
    # fsspec reports a missing file for any error that occurs when it asks for the size.
    while isinstance(error, FileNotFoundError) and not isinstance(error.__cause__, LookupError | None):
        error = error.__cause__
    number, reason = _reason(error)
    if number == errno.ENOENT:
        reason = "there is nothing at this URL" + f" ({reason})" * hasattr(error, "status")
    if number is None:
        return SourceError(f"cannot read {quoted_name(url)}: {reason}")
    return FileError.of(OSError(number, reason), url)


def _reason(error: BaseException) -> tuple[int | None, str]:
    """Find the system's number for an exception, if there is one, and describe the failure in words."""
    if isinstance(error, ModuleNotFoundError) and error.name == "fsspec":
        return None, "URLs need the extra tables: pip install 'ds3codec[tables]'"
    if isinstance(error, ImportError):  # raised before the URL was used, so it is safe to show
        return None, str(error)
    related = (error, error.__cause__, getattr(error, "os_error", None))
    kinds = {kind.__name__ for one in related for kind in type(one).__mro__}
    for kind, reason in _REASONS.items():
        if kind in kinds:
            return None, reason
    status = getattr(error, "status", None)
    if isinstance(status, int):  # the server's own phrase may contain anything
        from http import HTTPStatus  # noqa: PLC0415

        words = [known.phrase for known in HTTPStatus if known == status]
        return _ERRNOS.get(status), " ".join(["HTTP", str(status), *words])
    number = error.errno if isinstance(error, OSError) and isinstance(error.errno, int) else None
    number = number or next((known for kind, known in _KINDS.items() if isinstance(error, kind)), None)
    return number, os.strerror(number) if number else type(error).__name__
