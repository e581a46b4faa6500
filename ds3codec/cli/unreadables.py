"""The inputs that `convert` cannot read: all are named, and the others are written only if asked for."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from typing import IO

import pyarrow as pa

from ..errors import Ds3CodecError, UsageError
from .terminal import counted, failed

__all__ = ["Unreadables"]


class Unreadables:
    """Collects the inputs that cannot be read.

    Args:
        skip: True to give the rows of the others all the same.

    Attributes:
        errors: The errors so far, each of which names its input.
    """

    def __init__(self, skip: bool) -> None:
        self._skip = skip
        self.errors: list[Ds3CodecError] = []

    def add(self, error: Ds3CodecError) -> None:
        """Record that an input cannot be read."""
        self.errors.append(error)
        if self._skip:
            failed(str(error))

    def readable(self, schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Yield the rows of an input.

        Yields no more once any input cannot be read; with `skip`, leaves out unreadable inputs.
        """
        if self._skip:
            yield from self._whole(schema, batches)
            return
        try:
            for batch in batches:
                if not self.errors:
                    yield batch
        except UsageError:
            raise
        except Ds3CodecError as error:
            self.add(error)

    def _whole(self, schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Yield the rows of an input only if all are readable; hold them in a temporary file until then."""
        with tempfile.TemporaryFile() as file:
            try:
                _hold(file, schema, batches)
            except UsageError:
                raise
            except Ds3CodecError as error:
                self.add(error)
                return
            file.seek(0)
            with pa.ipc.open_stream(file) as held:
                yield from held

    def close(self) -> None:
        """Raise if any input could not be read, unless `skip` is set; print several errors one by one."""
        if self._skip or not self.errors:
            return
        if len(self.errors) == 1:
            raise self.errors[0]
        for error in self.errors:
            failed(str(error))
        raise Ds3CodecError(
            f"{counted(len(self.errors), 'response')} cannot be read: there is no output; --skip-unreadable"
            " writes the others"
        )


def _hold(file: IO[bytes], schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> None:
    with pa.ipc.new_stream(file, schema) as writer:
        for batch in batches:
            writer.write_batch(batch)
