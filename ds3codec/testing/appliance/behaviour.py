"""The bad behaviour of an appliance for tests, on request."""

from __future__ import annotations

import math
from dataclasses import dataclass
from http import HTTPStatus

from ...errors import UsageError, shown
from ...options import check_type

__all__ = ["Behaviour", "check_limit"]


def check_limit(name: str, number: float | None, least: float) -> None:
    """Raise UsageError unless `number` is a number from `least` on, or None."""
    is_number = isinstance(number, (int, float)) and math.isfinite(number)
    if number is not None and not (is_number and number >= least):
        raise UsageError(f"{name} must be a number from {least} on, not {shown(number)}")


@dataclass(frozen=True)
class Behaviour:
    """The way in which an appliance answers.

    Attributes:
        times: The number of answers that it applies to; None for all.
        delay: The seconds before an answer begins.
        bytes_per_second: The speed of bodies; None for no limit.
        die_after: The number of bytes of a body after which the connection breaks; None for never.
        error: The status and the code of an error that answers every request, such as (503,
            "ServiceUnavailable").
        redirect_to: The URL, without path, to which every request is redirected, with status 307.
        compress: True if bodies are sent with gzip, even unasked.
        chunked: True if bodies are sent in HTTP chunks, without a length.
        close_delay: The seconds between a body and closing the connection, which the headers announce.
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
            raise UsageError(f"{shown(self.redirect_to)} is not a URL")


def _check_error(error: object) -> None:
    """Reject an invalid (status, code) pair."""
    statuses = [status.value for status in HTTPStatus if status >= HTTPStatus.BAD_REQUEST]
    if not (isinstance(error, tuple) and len(error) == 2 and error[0] in statuses):
        raise UsageError(f"{shown(error)} is not a pair of an error's status and its code")
    if not isinstance(error[1], str) or not error[1].isalnum():
        raise UsageError(f"{shown(error[1])} is not a code of an error")
