"""The command `redact`: a capture in, a copy out that can be shown."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from ...captures import opened_capture
from ...errors import public_name
from ...redaction import Redacted, redact
from ...sinks import BinarySink
from ...sources import pieces
from ..outputs import attempt, opened_output
from ..terminal import ReadingProgress, counted, failed

__all__ = ["run"]

_IN_MEMORY = 16 * 1024 * 1024


def run(file: str, output: str, key: str | None) -> int:
    """Redact a file, and give the exit status."""
    return attempt(lambda: _write(file, output, key))


def _write(file: str, output: str, key: str | None) -> None:
    with opened_output(output) as sink:
        found = _redact(file, sink, key, is_stream=output == "-")
    if found.others:
        failed(f"{counted(found.others, 'other exchange')} without a body now")


def _redact(file: str, sink: BinarySink, key: str | None, *, is_stream: bool) -> Redacted:
    if not is_stream:
        return redact(_shown(file), sink, key=key, name=public_name(file))
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as held:  # what is refused in the end must not be written
        found = redact(_shown(file), held, key=key, name=public_name(file))
        held.seek(0)
        shutil.copyfileobj(held, sink)
    return found


def _shown(file: str) -> Iterator[bytes]:
    """The bytes of a file, with their progress."""
    size = Path(file).stat().st_size if Path(file).is_file() else None
    done = 0
    with ReadingProgress() as progress, opened_capture(file) as source:
        for piece in pieces(source):
            done += len(piece)
            progress.show(file, done, size)
            yield piece
