"""The commands, a module each, and one run of them.

The command NAME is the function NAME in the module NAME. To start quickly, that module is imported only when
the command is run or its help is shown, so the list of all commands takes its lines from here.

A run reports wrong usage, prints one line for a failure to write, and ends quietly on a closed pipe.
"""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path

import click

from ..._version import __version__
from ...errors import public_name
from ..terminal import EXIT_CLEAN, EXIT_INTERRUPTED, EXIT_UNREADABLE, discard_output, failed, told

__all__ = ["ds3codec", "run"]

# Each command with the sentence that its help begins with.
_COMMANDS = {
    "bench": "Compare how fast ds3codec and other libraries read a response.",
    "convert": "Convert responses to a table, or a table to a response.",
    "diff": "Compare two responses of one job: chunks, blobs, the cache, the header.",
    "generate": "Write a valid, consistent response of any size, with large objects split into blobs.",
    "operations": "List the operations that return a MasterObjectList.",
    "redact": "Copy a capture with stand-ins for all private data, so that it can be shared.",
    "rules": "List the rules of validation, or explain one.",
    "schema": "Print the schema of responses or of reports.",
    "serve": "Run a test appliance on this machine until interrupted (extra testing).",
    "summary": "Summarise job responses: header, nodes, chunks, objects, bytes, sizes.",
    "validate": "Find mistakes in captured responses, and show where they are.",
}
_URL = re.compile(r"[a-z][a-z0-9+.-]*:/.*", re.IGNORECASE | re.DOTALL)  # also after --option=
_OF_CLOSED_PIPE = "PacifyFlushWrapper"  # click replaces a closed output with this class


class _Commands(Mapping[str, click.Command]):
    """The commands by name, each imported when it is asked for."""

    def __getitem__(self, name: str) -> click.Command:
        if name not in _COMMANDS:
            raise KeyError(name)
        command: click.Command = getattr(import_module(f".{name}", __name__), name)
        return command

    def __iter__(self) -> Iterator[str]:
        return iter(_COMMANDS)

    def __len__(self) -> int:
        return len(_COMMANDS)


class _Group(click.Group):
    """A group that lists all commands without importing them."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        limit = formatter.width - 6 - max(map(len, _COMMANDS))  # click's own limit
        listed = [click.Command(name, help=line) for name, line in _COMMANDS.items()]
        with formatter.section("Commands"):
            formatter.write_dl([(str(one.name), one.get_short_help_str(limit)) for one in listed])


@click.group(
    cls=_Group,
    context_settings={
        "help_option_names": ["-h", "--help"],
        "max_content_width": 100,
        "show_default": True,
    },
    invoke_without_command=True,
    commands=_Commands(),
)
@click.version_option(__version__, prog_name="ds3codec")
@click.pass_context
def ds3codec(context: click.Context) -> None:
    """Validate and summarise MasterObjectList responses of the DS3 API.

    \b
    Examples:
      ds3codec validate response.xml
      ds3codec summary response.xml.gz
      ds3codec rules

    \b
    Completion, for bash (zsh and fish alike):
      eval "$(_DS3CODEC_COMPLETE=bash_source ds3codec)"
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


def run() -> int:
    """Run the command that the process arguments name, and return its exit status."""
    _open_closed_streams()
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a name may not be encodable
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
        # click exits with status 1 on a closed pipe; here that is no failure.
        if not type(sys.stdout).__name__.endswith(_OF_CLOSED_PIPE):
            raise
        return EXIT_CLEAN
    except BrokenPipeError:
        discard_output()
        return EXIT_CLEAN
    except OSError as error:
        if not error.filename:
            # Standard output failed, and would fail again when it is flushed at exit.
            discard_output()
        failed(told(error, "use" if error.filename else "write to standard output"))
        return EXIT_UNREADABLE
    return int(status or 0)


def _open_closed_streams() -> None:
    """Replace standard error if the parent process closed it; exit if it closed standard output."""
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w")  # noqa: SIM115  (it stays open)
    if sys.stdout is None:
        failed("standard output is closed")
        sys.exit(EXIT_UNREADABLE)


def _show_usage(error: click.UsageError) -> None:
    """Print the usage as click does, and the error in our own form."""
    if error.ctx is not None:
        print(error.ctx.get_usage(), file=sys.stderr)
        print(f"Try '{error.ctx.command_path} --help' for help.", file=sys.stderr)
    failed(_said(error))


def _said(error: click.ClickException) -> str:
    """Return click's message, with any URL among the arguments stripped of secrets."""
    message = error.format_message()
    for url in filter(None, map(_URL.search, sys.argv[1:])):
        for written in (url[0], repr(url[0])[1:-1]):
            message = message.replace(written, public_name(written))
    return message
