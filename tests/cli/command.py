"""Run the installed command in a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.examples import blob, chunk, job

COMMAND = str(Path(sys.executable).parent / "ds3codec")
WRONG = job(chunk(blob(Length="x", Name="größe"), blob(Version="1"), blob(Version="1")))


def run(*arguments: object, stdin: bytes = b"", **environment: str) -> subprocess.CompletedProcess[bytes]:
    command = [COMMAND, *map(str, arguments)]
    return subprocess.run(
        command,
        input=stdin,
        capture_output=True,
        check=False,
        env=os.environ | {"PYTHONUTF8": "1"} | environment,
    )


def started(*arguments: object) -> subprocess.Popen[bytes]:
    """Start the command so that an interrupt reaches it, also from a shell in the background."""
    return subprocess.Popen(
        [COMMAND, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    )
