"""One run of the command: a wrong use is told, a failure to write is one line, a closed pipe is none."""

from __future__ import annotations

import io
import os
import re
import sys
from pathlib import Path

import click

from ..errors import public_name
from .commands import ds3codec
from .terminal import EXIT_CLEAN, EXIT_INTERRUPTED, EXIT_UNREADABLE, discard_output, failed

__all__ = ["run"]

_URL = re.compile(r"[a-z][a-z0-9+.-]*:/.*", re.IGNORECASE | re.DOTALL)  # also one behind --option=
_OF_CLOSED_PIPE = "PacifyFlushWrapper"  # what click has in the place of an output that nobody reads


def run() -> int:
    """Run the command that the arguments of this process name; its exit status."""
    _open_closed_streams()
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a name may hold what its encoding lacks
    try:
        status = ds3codec.main(prog_name="ds3codec", standalone_mode=False)
        sys.stdout.flush()
    except click.UsageError as error:
        _show_usage(error)
        return error.exit_code
    except click.ClickException as error:
        failed(_said(error))
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return EXIT_INTERRUPTED
    except SystemExit:
        if not type(sys.stdout).__name__.endswith(_OF_CLOSED_PIPE):
            raise
        return EXIT_CLEAN
    except BrokenPipeError:
        discard_output()
        return EXIT_CLEAN
    except OSError as error:
        discard_output()
        failed(f"cannot write to standard output: {error.strerror or error}")
        return EXIT_UNREADABLE
    return int(status or 0)


def _open_closed_streams() -> None:
    """Have a standard output and error, also where whoever started this has closed them."""
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w")  # noqa: SIM115  (it stays open)
    if sys.stdout is None:
        failed("standard output is closed")
        sys.exit(EXIT_UNREADABLE)


def _show_usage(error: click.UsageError) -> None:
    """Say how the command is used, as click does, and what is wrong, in a line of our own."""
    if error.ctx is not None:
        print(error.ctx.get_usage(), file=sys.stderr)
        print(f"Try '{error.ctx.command_path} --help' for help.", file=sys.stderr)
    failed(_said(error))


def _said(error: click.ClickException) -> str:
    """What click says of an argument, which may be a URL."""
    message = error.format_message()
    for url in filter(None, map(_URL.search, sys.argv[1:])):
        for written in (url[0], repr(url[0])[1:-1]):
            message = message.replace(written, public_name(written))
    return message
