"""Run the command: in this process, as the installed script does it, or in one of its own.

A process takes longer to start than nearly all of what is asked of it, so only what is about processes (their
signals, pipes, encodings and terminals) is run in one.
"""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.examples import blob, chunk, job

pytest.importorskip("click")
pytest.importorskip("rich")

from ds3codec.cli import main

COMMAND = str(Path(sys.executable).parent / "ds3codec")
WRONG = job(chunk(blob(Length="x", Name="größe"), blob(Version="1"), blob(Version="1")))


class Run(NamedTuple):
    """What a run of the command leaves, with the names of `subprocess.CompletedProcess`."""

    returncode: int
    stdout: bytes
    stderr: bytes


def run(*arguments: object, stdin: bytes = b"", **environment: str) -> Run:
    """Run the command in this process."""
    streams = {"stdin": io.BytesIO(stdin), "stdout": io.BytesIO(), "stderr": io.BytesIO()}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", [COMMAND, *map(str, arguments)])
        for name, stream in streams.items():
            patch.setattr(sys, name, io.TextIOWrapper(stream, "utf-8", write_through=True))
        for name, text in environment.items():
            patch.setenv(name, text)
        with pytest.raises(SystemExit) as ended:
            main()
        for name in streams:
            getattr(sys, name).detach()
    return Run(int(ended.value.code or 0), streams["stdout"].getvalue(), streams["stderr"].getvalue())


def run_process(*arguments: object, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run the installed command in a process of its own."""
    command = [COMMAND, *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, check=False, env=os.environ | {"PYTHONUTF8": "1"} | environment
    )


def started(*arguments: object) -> subprocess.Popen[bytes]:
    """Start the command so that an interrupt reaches it, also from a shell in the background."""
    return subprocess.Popen(
        [COMMAND, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    )
