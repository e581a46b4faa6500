"""One run of the command: a mistake in its use is one line, a closed pipe and an interrupt are none."""

from __future__ import annotations

import io
import os
import sys

import click

from .commands import ds3codec
from .terminal import EXIT_FINDINGS, EXIT_INTERRUPTED, failed

__all__ = ["run"]


def run() -> int:
    """Run the command that the arguments of this process name; its exit status."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a name may hold what its encoding lacks
    try:
        status = ds3codec.main(prog_name="ds3codec", standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        failed(error.format_message())
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # Nobody reads on; what Python would still flush goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_FINDINGS
    return int(status or 0)
