"""Where a command writes to: a path, atomically, and compressed as its ending says; or standard output."""

from __future__ import annotations

import bz2
import lzma
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from ..errors import Ds3CodecError, quoted_name
from ..sinks import BinarySink, Output
from .terminal import EXIT_CLEAN, EXIT_INTERRUPTED, EXIT_UNREADABLE, failed, told

__all__ = ["Refused", "attempt", "check_absent", "opened_output"]

_COMPRESSORS: dict[str, Callable[[], Any]] = {
    ".gz": lambda: zlib.compressobj(wbits=16 + zlib.MAX_WBITS),
    ".bz2": bz2.BZ2Compressor,
    ".xz": lzma.LZMACompressor,
}


class Refused(click.ClickException):
    """What cannot be done, though the command is used rightly."""

    exit_code = EXIT_UNREADABLE


def check_absent(output: str, force: bool) -> None:
    """Refuse to replace a file unasked."""
    if output != "-" and not force and (Path(output).is_file() or Path(output).is_dir()):
        raise Refused(f"{quoted_name(output)} is there already: --force replaces it")


def attempt(write: Callable[[], object]) -> int:
    """Write something, and give the exit status: an interrupt is silent, a failure is one line."""
    try:
        write()
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        raise
    except (Ds3CodecError, OSError) as error:
        failed(told(error))
        return EXIT_UNREADABLE
    return EXIT_CLEAN


@contextmanager
def opened_output(name: str) -> Iterator[BinarySink]:
    """Open a path, or `-` for standard output; the path is as it was if the block raises.

    Raises:
        OSError: The path cannot be written to.
    """
    output = Output(sys.stdout.buffer if name == "-" else name)
    output.open()
    try:
        new_compressor = _COMPRESSORS.get(Path(name).suffix.lower())
        if new_compressor is None:
            yield output
        else:
            compressed = _Compressed(output, new_compressor())
            yield compressed
            compressed.finish()
    except BaseException:
        output.discard()
        raise
    output.close()


class _Compressed:
    """A sink that compresses what it hands on."""

    def __init__(self, sink: Output, compressor: Any) -> None:
        self._sink = sink
        self._compressor = compressor

    def write(self, data: bytes, /) -> None:
        self._sink.write(self._compressor.compress(data))

    def finish(self) -> None:
        self._sink.write(self._compressor.flush())
