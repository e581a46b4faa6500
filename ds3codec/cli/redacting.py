"""The command `redact`: a capture in, a copy out that can be shown."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from ..captures import opened_capture
from ..errors import public_name
from ..redaction import redact
from ..sources import pieces
from .outputs import attempt
from .terminal import ReadingProgress, counted, failed

__all__ = ["run"]

_IN_MEMORY = 16 * 1024 * 1024


def run(file: str, output: str, key: str | None) -> int:
    """Redact a file, and give the exit status."""
    return attempt(lambda: _write(file, output, key))


def _write(file: str, output: str, key: str | None) -> None:
    name = public_name(file)
    if output != "-":
        found = redact(_shown(file), output, key=key, name=name)
    else:
        # What is refused in the end must not be written.
        with tempfile.SpooledTemporaryFile(_IN_MEMORY) as held:
            found = redact(_shown(file), held, key=key, name=name)
            held.seek(0)
            shutil.copyfileobj(held, sys.stdout.buffer)
    if found.others:
        failed(f"{counted(found.others, 'other exchange')} without a body now")


def _shown(file: str) -> Iterator[bytes]:
    """The bytes of a file, with their progress."""
    size = Path(file).stat().st_size if Path(file).is_file() else None
    done = 0
    with ReadingProgress() as progress, opened_capture(file) as source:
        for piece in pieces(source):
            done += len(piece)
            progress.show(file, done, size)
            yield piece
