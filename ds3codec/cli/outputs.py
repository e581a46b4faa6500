"""The output of a command: a path, or standard output."""

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
    """An error for a request that is well-formed but cannot be carried out."""

    exit_code = EXIT_UNREADABLE


def check_absent(output: str, force: bool) -> None:
    """Refuse an empty name, and a file that exists unless `force` is set."""
    if not output:
        raise click.UsageError("the output has no name: give a path, or - for standard output")
    try:
        is_there = output != "-" and (Path(output).is_file() or Path(output).is_dir())
    except OSError as error:
        raise Refused(told(error)) from error
    if is_there and not force:
        raise Refused(f"{quoted_name(output)} is there already: --force replaces it")


def attempt(write: Callable[[], object]) -> int:
    """Call `write` and return the exit status; print a failure in one line, and nothing for an interrupt."""
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
    """Return the sink that an argument names: a path, or `-` for standard output."""
    return sys.stdout.buffer if name == "-" else name
