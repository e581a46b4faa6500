"""URLs as sources, through fsspec: `s3://`, `gs://`, `https://`, `file://`, and what else it knows.

A URL may have credentials in it, before the host or behind the `?`. No message shows these.

Internal: names here may change in any release.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from .errors import FileMissingError, SourceError, shown

__all__ = ["RemoteFile", "is_url", "opened", "without_credentials"]

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_USER = re.compile(r"(://)[^/?#]*@")
_QUERY = re.compile(r"[?#].*", re.DOTALL)


def is_url(source: object) -> bool:
    """Whether a source is a URL rather than a path."""
    return isinstance(source, str) and _URL.match(source) is not None


def opened(url: str) -> RemoteFile:
    """Open what is at a URL as a binary file object, which reads on as it is asked.

    Raises:
        SourceError: fsspec is not installed, does not know such URLs, or cannot open this one.
    """
    try:
        import fsspec  # noqa: PLC0415  (only with the extra)
    except ModuleNotFoundError:
        name = shown(without_credentials(url))
        message = f"cannot read {name}: URLs need the extra remote: pip install 'ds3codec[remote]'"
        raise SourceError(message) from None
    # A server need not know ranges: what HTTP gives is read from its beginning to its end.
    options = {"block_size": 0} if url.lower().startswith("http") else {}
    return RemoteFile(url, lambda: fsspec.open(url, "rb", **options).open())


class RemoteFile:
    """A file at a URL; a context manager.

    Attributes:
        name: The URL without credentials.

    Raises:
        SourceError: It cannot be opened.
    """

    def __init__(self, url: str, open_it: Callable[[], Any]) -> None:
        self.name: str = without_credentials(url)
        self._url = url
        self._file = self._tried(open_it)

    def read(self, size: int) -> bytes:
        """Read so many bytes at most; none at the end. Raises SourceError."""
        data: bytes = self._tried(lambda: self._file.read(size))
        return data

    def __enter__(self) -> RemoteFile:
        return self

    def __exit__(self, *ignored: object) -> None:
        self._file.close()

    def _tried(self, step: Callable[[], Any]) -> Any:
        """Do a step; the exceptions of others say no more than may be shown."""
        try:
            return step()
        except FileNotFoundError as error:
            raise FileMissingError(error.errno or 2, "there is nothing at this URL", self.name) from None
        except Exception as error:
            kind = type(error).__name__
            if self.name != self._url:  # the message may have the credentials, too
                raise SourceError(f"cannot read {shown(self.name)}: {kind}") from None
            told = f"{kind}: {error}" if str(error) else kind
            raise SourceError(f"cannot read {shown(self.name)}: {told}") from error


def without_credentials(url: str) -> str:
    """A URL as it may be shown."""
    return _QUERY.sub("?...", _USER.sub(r"\1...@", url))
