"""Lets one call run at a time, and none after a failure or the end.

An object in the middle of a document cannot serve two callers. An error in the document, or an exception from
a signal handler, leaves it with half a result. `CallGuard` guards each call of such an object, so that nobody
mistakes a failure for the end.

A signal may arrive between any two steps of this module, too. A lock could stay locked after such an
interrupt, so there is none. The guard remembers the frame of the running call instead: once that frame is no
longer on its thread's stack, the call is over, whatever it left behind.

Internal: names here may change in any release.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import NamedTuple

from .errors import Ds3CodecError, UsageError

__all__ = ["CallGuard"]


class _Call(NamedTuple):
    """A call that is running or was interrupted: its thread and its frame."""

    thread: int
    frame: FrameType

    def is_on_stack(self) -> bool:
        """Tell whether the call's frame is among the callers of this function."""
        frame: FrameType | None = sys._getframe()
        while frame is not None and frame is not self.frame:
            frame = frame.f_back
        return frame is not None


class CallGuard:
    """A context manager for calls: one runs at a time, and none after a failure or the end.

    Args:
        name: The object's name in messages.
        end: The exception that means the regular end; any other is a failure.
        goes_on: A function that tells whether a call is still running. Coroutines need it: they leave the
            stack while they wait.

    Raises:
        UsageError: Another call is running, the object is closed, or an exception other than a
            `Ds3CodecError` ended an earlier call.
        Ds3CodecError: This error ended an earlier call.
    """

    def __init__(
        self,
        name: str,
        end: type[Exception] | tuple[()] = (),
        goes_on: Callable[[], bool] | None = None,
    ) -> None:
        self._name = name
        self._goes_on = goes_on
        self._end = end
        self._calls: dict[str, _Call] = {}  # the running call; `setdefault` is one step for Python
        self._failure: BaseException | None = None
        self._closed = False

    def __enter__(self) -> None:
        call = _Call(threading.get_ident(), sys._getframe(1))
        if self._calls.setdefault("now", call) is not call:
            self._give_up_interrupted()
            self._calls["now"] = call
        if self._closed or self._failure is not None:
            self._calls.clear()
            self.check()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None and not isinstance(error, self._end):
            self.fail(error)
        self._calls.clear()

    def fail(self, error: BaseException) -> None:
        """Make all further calls raise an error."""
        self._failure = self._failure or error

    def check(self) -> None:
        """Raise the error that ended an earlier call, or UsageError if the object is closed."""
        if isinstance(self._failure, Ds3CodecError):
            raise self._failure
        if self._failure is not None:
            message = f"the {self._name} is broken: {type(self._failure).__name__} interrupted it"
            raise UsageError(message) from self._failure
        if self._closed:
            raise UsageError(f"the {self._name} is closed")

    def close(self) -> None:
        """Let no more calls begin. Raises UsageError while one is running."""
        if self._calls:
            self._give_up_interrupted()
        self._closed = True

    def _give_up_interrupted(self) -> None:
        """Record a failure if the current call was interrupted. Raises UsageError if it is still running."""
        call = self._calls.get("now")
        if call is not None:
            goes_on = self._goes_on or call.is_on_stack
            if call.thread != threading.get_ident() or goes_on():
                raise UsageError(f"the {self._name} is in use by another call")
        self.fail(InterruptedError())
        self._calls.clear()
