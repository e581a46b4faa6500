"""What an appliance for tests does badly, when it is told to."""

from __future__ import annotations

import math
from dataclasses import dataclass
from http import HTTPStatus

from ...errors import UsageError, shown
from ...options import check_type

__all__ = ["Behaviour", "check_limit"]


def check_limit(name: str, number: float | None, least: float) -> None:
    """Raise UsageError for what is no number from `least` on; None is no limit."""
    is_number = isinstance(number, (int, float)) and math.isfinite(number)
    if number is not None and not (is_number and number >= least):
        raise UsageError(f"{name} must be a number from {least} on, not {shown(number)}")


@dataclass(frozen=True)
class Behaviour:
    """How an appliance answers, beyond what it is asked for.

    Attributes:
        times: For how many answers this holds; None for all.
        delay: Seconds before an answer begins.
        bytes_per_second: How fast bodies are sent; None for as fast as they can be.
        die_after: After how many bytes of a body the connection breaks; None for never.
        error: A status and the code of an error, with which everything is answered, such as
            (503, "ServiceUnavailable").
        redirect_to: The URL, without path, to which everything is redirected, with status 307.
        compress: Whether bodies are sent with gzip, asked for or not.
        chunked: Whether bodies are sent in chunks of HTTP, without a length.
        close_delay: Seconds after which the connection is closed behind a body, which is said before it.
    """

    times: int | None = None
    delay: float = 0
    bytes_per_second: int | None = None
    die_after: int | None = None
    error: tuple[int, str] | None = None
    redirect_to: str | None = None
    compress: bool = False
    chunked: bool = False
    close_delay: float | None = None

    def __post_init__(self) -> None:
        for name, least in (("times", 1), ("bytes_per_second", 1), ("die_after", 0), ("close_delay", 0)):
            check_limit(name, getattr(self, name), least)
        check_limit("delay", self.delay, 0)
        if self.error is not None:
            _check_error(self.error)
        check_type("delay", self.delay, int, float)
        check_type("redirect_to", self.redirect_to, str, type(None))
        if self.redirect_to is not None and not self.redirect_to.isascii() & self.redirect_to.isprintable():
            raise UsageError(f"{shown(self.redirect_to)} is no URL")


def _check_error(error: object) -> None:
    """Raise UsageError for what is no status of an error with its code."""
    statuses = [status.value for status in HTTPStatus if status >= HTTPStatus.BAD_REQUEST]
    if not (isinstance(error, tuple) and len(error) == 2 and error[0] in statuses):
        raise UsageError(f"{shown(error)} is no status of an error with a code")
    if not isinstance(error[1], str) or not error[1].isalnum():
        raise UsageError(f"{shown(error[1])} is no code of an error")
