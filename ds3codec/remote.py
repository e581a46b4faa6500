"""URLs as sources, through fsspec: `s3://`, `gs://`, `https://`, `file://`, and what else it knows.

All that is read from a network is read here, from its beginning or from a byte on. There may be credentials
in a URL, in the options that open it and in where it redirects to, and exceptions of others repeat them. So
none of these is shown, or kept as a cause: an error has the public name of the URL, and of the reason what is
known to be no secret, such as a status.

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
# Seconds without a byte. aiohttp's own limit is on the whole, which is read as slowly as the caller likes.
_PATIENCE = 300

_OK = 200  # of HTTP, as are these, with the numbers that the system has for the like
_ERRNOS = {401: errno.EACCES, 403: errno.EACCES, 404: errno.ENOENT, 410: errno.ENOENT}
_KINDS = {FileNotFoundError: errno.ENOENT, PermissionError: errno.EACCES, IsADirectoryError: errno.EISDIR}
# Exceptions by their names, for they are those of libraries that need not be there.
_REASONS = {
    "_UnknownProtocolError": "fsspec does not know such URLs",
    "TooManyRedirects": "the server redirects without end",
    "RedirectClientError": "the server redirects to what is no URL of HTTP",
    "InvalidURL": "this is not a valid URL",
    "gaierror": "the name of the server cannot be resolved",
    "SSLError": "there is no secure connection to the server",
    "TimeoutError": "the server did not answer in time",
    "ClientPayloadError": "the connection ended too early",
    "ServerDisconnectedError": "the connection ended too early",
    "HttpProcessingError": "what the server answers is not HTTP",  # aiohttp has a status of its own for it
}


def is_url(source: object) -> bool:
    """Tell a URL, or a chain of them such as `zip://a.xml::https://host/b.zip`, from a path."""
    return isinstance(source, str) and _URL.match(source) is not None


def length(url: str, options: Mapping[str, Any]) -> int | None:
    """Ask for the number of bytes at a URL; None if it does not say.

    Raises:
        SourceError: It cannot be asked.
    """

    def ask() -> Any:
        system, path = _located(url, options)
        return system.size(path)

    size: int | None = _tried(url, ask)
    return size


def matching(url: str, options: Mapping[str, Any]) -> list[str]:
    """Find the URLs that one with a `*` stands for; any other stands for itself.

    Raises:
        SourceError: There is none, or they cannot be listed, or fsspec does not know such URLs.
    """
    _tried(url, lambda: _check_known(url))
    if "*" not in (url.partition("?")[0] if _HTTP.match(url) else url):
        return [url]

    def find() -> list[str]:
        system, path = _located(url, options)
        before, _, behind = url.partition(path)  # of a chain, or with a host that is no part of the path
        found = system.glob(path, detail=True)
        names = sorted(name for name, info in found.items() if info["type"] != "directory")
        if not names:
            system.ls(path[: path.index("*")].rpartition("/")[0])  # says why, where a glob does not
        return [f"{before}{name}{behind}" for name in names]

    found: list[str] = _tried(url, find)
    if not found:
        raise SourceError(f"cannot read {quoted_name(url)}: no file matches")
    return found


class RemoteFile:
    """A file at a URL, open for reading from a byte on; a context manager.

    Args:
        url: The URL.
        options: What fsspec is given for it.
        start: The first byte to read. If it is not 0, the server has to know ranges.

    Attributes:
        name: The URL as it may be shown.

    Raises:
        SourceError: fsspec is not installed or does not know such URLs, or this one cannot be opened.
    """

    def __init__(self, url: str, options: Mapping[str, Any], start: int = 0) -> None:
        self.name: str = public_name(url)
        self._url = url
        self._bytes_read = 0
        self._failure: SourceError | None = None
        # Some file systems, such as that of ZIP, close what they have opened when they are gone.
        self._system, self._file = _tried(url, lambda: _open(url, options, start))

    def read(self, size: int) -> bytes:
        """Read so many bytes at most; none at the end. Raises SourceError, behind all bytes that came."""
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
        with suppress(Exception):  # all that was asked for is read
            self._file.close()


def _open(url: str, options: Mapping[str, Any], start: int) -> tuple[Any, Any]:
    """Open what is at a URL: its file system, and the file."""
    if not _HTTP.match(url):
        system, path = _located(url, options)
        file = system.open(path, "rb")
    elif start:  # of what a server compresses on the way there are no ranges
        headers = {"Accept-Encoding": "identity", **options.get("headers", {})}
        system, path = _located(url, {**options, "headers": headers})
        file = system.open(path, "rb")
    else:  # a stream; with a size, nothing is asked before
        system, path = _located(url, options)
        file = system.open(path, "rb", block_size=0, size=-1)
        if file.r.status != _OK:  # such as a redirect to nowhere
            file.close()
            raise _AnswerError(file.r.status)
    if start:
        file.seek(start)
    return system, file


def _held(file: Any, size: int) -> bytes:
    """Take what came over a connection before it ended; aiohttp says that it ended before it gives that."""
    with suppress(Exception):  # it is no file of aiohttp's
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
    """There are no such URLs."""


class _AnswerError(Exception):
    """The server has answered, with a status that gives nothing to read."""

    def __init__(self, status: int) -> None:
        self.status = status


def _tried(url: str, step: Callable[[], Any]) -> Any:
    """Do a step; raise an error of ours for any that others raise, with none of these behind it."""
    try:
        return step()
    except Exception as error:
        failure = _failure(url, error)
    raise failure from None


def _failure(url: str, error: BaseException) -> SourceError:
    """Make an error of ours of one that others raised, from what it has that is no secret."""
    # fsspec says that a file is missing whatever goes wrong when it asks for the size.
    while isinstance(error, FileNotFoundError) and not isinstance(error.__cause__, LookupError | None):
        error = error.__cause__
    number, reason = _reason(error)
    if number == errno.ENOENT:
        reason = "there is nothing at this URL" + f" ({reason})" * hasattr(error, "status")
    if number is None:
        return SourceError(f"cannot read {quoted_name(url)}: {reason}")
    return FileError.of(OSError(number, reason), url)


def _reason(error: BaseException) -> tuple[int | None, str]:
    """Find the system's number for an exception, if it has one, and say in words what happened."""
    if isinstance(error, ModuleNotFoundError) and error.name == "fsspec":
        return None, "URLs need the extra tables: pip install 'ds3codec[tables]'"
    if isinstance(error, ImportError):  # before anything was done with the URL
        return None, str(error)
    related = (error, error.__cause__, getattr(error, "os_error", None))
    kinds = {kind.__name__ for one in related for kind in type(one).__mro__}
    for kind, reason in _REASONS.items():
        if kind in kinds:
            return None, reason
    status = getattr(error, "status", None)
    if isinstance(status, int):  # the server's own words for it may say anything
        from http import HTTPStatus  # noqa: PLC0415

        words = [known.phrase for known in HTTPStatus if known == status]
        return _ERRNOS.get(status), " ".join(["HTTP", str(status), *words])
    number = error.errno if isinstance(error, OSError) and isinstance(error.errno, int) else None
    number = number or next((known for kind, known in _KINDS.items() if isinstance(error, kind)), None)
    return number, os.strerror(number) if number else type(error).__name__
