"""Where a command writes to: a path, or standard output."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import click

from ..errors import Ds3CodecError, quoted_name
from ..sinks import Sink
from .terminal import EXIT_CLEAN, EXIT_INTERRUPTED, EXIT_UNREADABLE, failed, told

__all__ = ["Refused", "attempt", "check_absent", "sink_of"]


class Refused(click.ClickException):
    """What cannot be done, though the command is used rightly."""

    exit_code = EXIT_UNREADABLE


def check_absent(output: str, force: bool) -> None:
    """Refuse to replace a file unasked, and a name that is none."""
    if not output:
        raise click.UsageError("the output has no name: give a path, or - for standard output")
    try:
        is_there = output != "-" and (Path(output).is_file() or Path(output).is_dir())
    except OSError as error:
        raise Refused(told(error)) from error
    if is_there and not force:
        raise Refused(f"{quoted_name(output)} is there already: --force replaces it")


def attempt(write: Callable[[], object]) -> int:
    """Write something, and give the exit status: an interrupt is silent, a failure is one line."""
    try:
        write()
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        raise
    except (Ds3CodecError, OSError) as error:
        failed(told(error))
        return EXIT_UNREADABLE
    return EXIT_CLEAN


def sink_of(name: str) -> Sink:
    """Find the sink that an argument names: a path, or `-` for standard output."""
    return sys.stdout.buffer if name == "-" else name
