"""The command `redact`: a capture in, a copy out that can be shown."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from ..captures import opened_capture
from ..errors import Ds3CodecError
from ..redaction import Redacted, redact
from ..sinks import BinarySink
from ..sources import pieces
from .outputs import opened_output
from .terminal import EXIT_CLEAN, EXIT_INTERRUPTED, EXIT_UNREADABLE, ReadingProgress, counted, failed, told

__all__ = ["run"]

_IN_MEMORY = 16 * 1024 * 1024


def run(file: str, output: str, key: str | None) -> int:
    """Redact a file, and give the exit status."""
    try:
        with opened_output(output) as sink:
            found = _redact(file, sink, key, is_stream=output == "-")
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        raise
    except (Ds3CodecError, OSError) as error:
        failed(told(error))
        return EXIT_UNREADABLE
    if found.others:
        print(f"ds3codec: {counted(found.others, 'other exchange')} without a body now", file=sys.stderr)
    return EXIT_CLEAN


def _redact(file: str, sink: BinarySink, key: str | None, *, is_stream: bool) -> Redacted:
    if not is_stream:
        return redact(_shown(file), sink, key=key, name=file)
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as held:  # what is refused in the end must not be written
        found = redact(_shown(file), held, key=key, name=file)
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
