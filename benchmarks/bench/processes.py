"""Calls of functions in processes of their own.

`in_own_process(function, ...)` starts a fresh interpreter, calls the function there, and returns its result.
Arguments and result travel as JSON. So a run cannot affect the next through memory, caches or the garbage
collector. An error in that process is raised as `Failed` here.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")

MOST_SHOWN = 200  # characters of an error
_STATUS = Path("/proc/self/status")


class Failed(Exception):  # noqa: N818  (tables show it as an outcome)
    """The one-line error of a function that did not return."""


def in_own_process(function: Callable[..., T], *arguments: Any) -> T:
    """Call a function of a module in a new process."""
    call = [function.__module__, function.__qualname__, json.dumps(arguments, default=str)]
    command = [sys.executable, "-m", f"{__package__}.processes", *call]
    # The suite itself is in the current folder, but the installed package must not import from there.
    environment = os.environ | ({"PYTHONSAFEPATH": "1"} if str(__package__).startswith("ds3codec.") else {})
    run = subprocess.run(command, check=False, stdout=subprocess.PIPE, text=True, env=environment)  # noqa: S603
    if run.returncode:
        raise Failed(run.stdout.strip() or f"the process ended with status {run.returncode}")
    result: T = json.loads(run.stdout)
    return result


def peak_megabytes() -> float:
    """Return the peak memory of this process, as the operating system counts it.

    On Linux, `getrusage` starts at the peak of the parent process, so `/proc` is read instead.
    """
    if _STATUS.exists():
        [line] = [line for line in _STATUS.read_text().splitlines() if line.startswith("VmHWM:")]
        return int(line.split()[1]) * 1024 / 1e6
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def _reason(error: Exception, arguments: list[Any]) -> str:
    """Return the first line of an error, without the names of folders."""
    text = f"{type(error).__name__}: {error}".strip().splitlines()[0]
    for path in [Path(value) for value in arguments if isinstance(value, str) and value.startswith(os.sep)]:
        text = text.replace(str(path), path.name)
    return text[:MOST_SHOWN]


if __name__ == "__main__":
    module, name, given = sys.argv[1:]
    arguments = json.loads(given)
    try:
        print(json.dumps(getattr(import_module(module), name)(*arguments)))
    except Exception as error:
        print(_reason(error, arguments))
        sys.exit(1)
