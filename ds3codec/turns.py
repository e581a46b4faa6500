"""Calls that may not meet: one at a time, and none after a failure or the end.

An object in the middle of a document cannot serve two callers. After an interruption, be it by an error of
the document or by a signal handler that raised, it has half of something. `Turn` guards each call of such
an object, so that a failure is never taken for the end.

Internal: names here may change in any release.
"""

from __future__ import annotations

import threading
from types import TracebackType

from .errors import Ds3CodecError, UsageError

__all__ = ["Turn"]


class Turn:
    """One call at a time, and none after a failure or the end: a context manager around each call.

    Args:
        name: What is called, as messages name it.
        end: The exception that says that all went well and there is nothing more; any other is a failure.

    Raises:
        UsageError: Another call is going on, or the object is closed, or an exception that is not a
            `Ds3CodecError` ended an earlier call.
        Ds3CodecError: What ended an earlier call.
    """

    def __init__(self, name: str, end: type[Exception] | tuple[()] = ()) -> None:
        self._name = name
        self._end = end
        self._lock = threading.Lock()
        self._failure: BaseException | None = None
        self._closed = False

    def __enter__(self) -> None:
        if not self._lock.acquire(blocking=False):
            raise self._in_use()
        if self._closed or self._failure is not None:
            self._lock.release()
            self.check()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None and not isinstance(error, self._end):
            self.fail(error)
        self._lock.release()

    def fail(self, error: BaseException) -> None:
        """Let all further calls raise an error."""
        self._failure = self._failure or error

    def check(self) -> None:
        """Raise what ended an earlier call, or that the object is closed."""
        if isinstance(self._failure, Ds3CodecError):
            raise self._failure
        if self._failure is not None:
            message = f"the {self._name} is broken: {type(self._failure).__name__} interrupted it"
            raise UsageError(message) from self._failure
        if self._closed:
            raise UsageError(f"the {self._name} is closed")

    def close(self) -> None:
        """Let no more calls begin; raises UsageError while one goes on."""
        if self._lock.locked():
            raise self._in_use()
        self._closed = True

    def _in_use(self) -> UsageError:
        return UsageError(f"the {self._name} is in use by another call")
