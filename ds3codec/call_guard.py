"""Calls that may not meet: one at a time, and none after a failure or the end.

An object in the middle of a document cannot serve two callers. After an interruption, be it by an error of
the document or by a signal handler that raised, it has half of something. `CallGuard` guards each call of
such an object, so that a failure is never taken for the end.

Python looks for signals between any two steps of this module, too. So there is no lock that an interrupt
could leave locked: the guard knows the call that has it by its frame, and a call whose frame is no longer on
its thread's stack is over, whatever it left behind.

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
    """A call that goes on, or was interrupted: its thread, and the frame that it is made in."""

    thread: int
    frame: FrameType

    def is_on_stack(self) -> bool:
        """Tell whether the frame is among those that called this function."""
        frame: FrameType | None = sys._getframe()
        while frame is not None and frame is not self.frame:
            frame = frame.f_back
        return frame is not None


class CallGuard:
    """One call at a time, and none after a failure or the end: a context manager around each call.

    Args:
        name: What is called, as messages name it.
        end: The exception that says that all went well and there is nothing more; any other is a failure.
        goes_on: Tells whether a call of this thread goes on, for coroutines, which leave the stack to wait.

    Raises:
        UsageError: Another call is going on, or the object is closed, or an exception that is not a
            `Ds3CodecError` ended an earlier call.
        Ds3CodecError: What ended an earlier call.
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
        self._calls: dict[str, _Call] = {}  # the one that goes on; to set a default is one step for Python
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
        if self._calls:
            self._give_up_interrupted()
        self._closed = True

    def _give_up_interrupted(self) -> None:
        """Take the call that has the guard for a failure if it was interrupted; UsageError if it goes on."""
        call = self._calls.get("now")
        if call is not None:
            goes_on = self._goes_on or call.is_on_stack
            if call.thread != threading.get_ident() or goes_on():
                raise UsageError(f"the {self._name} is in use by another call")
        self.fail(InterruptedError())
        self._calls.clear()
