"""What an appliance for tests does badly, when it is told to."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Behaviour"]


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
