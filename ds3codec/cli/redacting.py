"""The command `redact`: a capture in, a copy out that can be shown."""

from __future__ import annotations

import shutil
import tempfile

from ..captures import Tally
from ..redaction import Redacted, redact
from ..sinks import BinarySink
from .outputs import attempt, opened_output
from .terminal import ReadingProgress, counted, failed

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
    tally = Tally()
    with ReadingProgress() as progress:
        progress.follow(tally, file)
        if not is_stream:
            return redact(file, sink, key=key, tally=tally)
        with tempfile.SpooledTemporaryFile(_IN_MEMORY) as held:  # what is refused must not be written
            found = redact(file, held, key=key, tally=tally)
            held.seek(0)
            shutil.copyfileobj(held, sink)
        return found
