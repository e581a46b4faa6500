"""Turns bytes into blobs: the one driver behind every way to read a document.

`Decoder` scans the text and divides it: runs of objects that look alike are read by column (see `runs`),
everything else goes through trees (see `trees`). The trees read a document up to the end of an object. If
they are then in a chunk, between two of its children, the following text is read as a run as long as it looks
like that object, across chunks and pieces. After failures, runs are looked for less and less often.

After each piece of at most 64 KiB, the blobs that it completed are handed out, so nothing piles up and
nothing waits. A `WideReader` is the exception: it may have several passages of a run under way, which are
taken in order. An error ends the decoding; it is raised after the blobs before it were handed out.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, Protocol, TypeVar

from .. import limits
from ..errors import DecodeError, Ds3CodecError, SourceError
from ..models import MasterObjectList
from ..options import Missing, check_missing
from ..wire.names import BLOB_TAG
from .chunks import Chunks
from .document import Document, Watcher
from .scanner import Place, Scanner, end_of_last, first_element, stretches
from .text import TextStream
from .trees import Trees

if TYPE_CHECKING:
    from concurrent.futures import Future

    from .columns import Columns
    from .forms import Form
    from .runs import Runs

__all__ = ["Decoder", "WideReader"]

Part = TypeVar("Part")


class WideReader(Protocol):
    """Reads long passages of a run in its own way, perhaps several at a time.

    Attributes:
        size: The number of bytes that are worth reading at once.
        ahead: The number of passages that may be under way while others are looked for.
    """

    size: int
    ahead: int

    def begin(self, text: bytes, runs: Runs) -> Future[Any]:
        """Begin to read a passage. The result is an equivalent of `Columns`; None if it cannot be read."""


class _Begun(NamedTuple):
    """A passage under way: its parts with their places, its form, and its result."""

    parts: list[tuple[bytes, Place]]
    form: Form
    result: Future[Any]


# The maximum number of pieces to wait after a failure before looking for a run again.
_LONGEST_WAIT = 64

# The number of passages through trees in one piece at which runs cost more than they save.
_MOST_DETOURS = 16


class Decoder(Generic[Part]):
    """Decodes one document, push by push.

    Args:
        chunks: The collector of the document's chunks, which decides the form of the parts.
        strict: True if an unknown name is an error.
        missing: "error" if a missing required attribute is an error, "none" if it becomes None.
        wrong: A function called for each invalid value in trees, which then becomes None; the columns list
            those in runs. Without it, an invalid value is an error.
        watcher: An observer that is shown the elements read from trees.
        wide: A reader of long passages of a run, used where it can read them.

    Attributes:
        bytes_read: The number of bytes fed so far, before decompression.
        blobs_read: The number of blobs handed out so far.
        document: The document, as far as it is read.
    """

    def __init__(
        self,
        chunks: Chunks[Part],
        *,
        strict: bool,
        missing: Missing,
        wrong: Callable[[], None] | None = None,
        watcher: Watcher | None = None,
        wide: WideReader | None = None,
    ) -> None:
        check_missing(missing)
        self.bytes_read: int = 0
        self.blobs_read: int = 0
        self._chunks = chunks
        self._text = TextStream()
        self._scanner = Scanner()
        self.document: Document = Document(
            chunks, strict=strict, missing=missing, wrong=wrong, watcher=watcher
        )
        self._trees = Trees(self.document)
        self._make_runs = partial(_runs, missing, wrong is not None)
        self._runs: Runs | None = None
        self._is_in_run = False
        self._failures = 0  # failures since the last run
        self._wait = 0  # the number of pieces to wait before looking for a run
        self._wide = wide
        self._gathered: list[tuple[bytes, Place]] = []  # passages of a run that wait to be read at once
        self._size = 0
        self._under_way: deque[_Begun] = deque()

    @property
    def header(self) -> MasterObjectList | None:
        """The job read so far, with its nodes, without its chunks; None for a lone chunk."""
        return self.document.header

    @property
    def header_complete(self) -> bool:
        """True once the header is read: a chunk began, or the document ended."""
        return self.document.header_complete

    @property
    def unknown(self) -> Counter[str]:
        """The number of times that each unknown name came up."""
        return self.document.unknown.counts

    def feed(self, data: bytes) -> Iterator[list[Part]]:
        """Decode more bytes, and yield for each piece the parts that it completed.

        Raises:
            DecodeError: The document is wrong; the parts before the fault were handed out.
            ServerErrorResponse: The document is the server's error.
        """
        self.bytes_read += len(data)
        yield from self._decoded(self._text.feed(data))

    def close(self) -> Iterator[list[Part]]:
        """End the input. Yields and raises as `feed` does."""
        yield from self._decoded(self._text.close())
        yield from self._handed_out(self._end)

    def break_off(self, error: DecodeError | SourceError) -> Iterator[list[Part]]:
        """End the input with an error: yield the last parts before it, then raise it."""
        yield from self._handed_out(self._read_gathered)
        error.path = error.path or self._trees.path()
        error.blobs_read = self.blobs_read
        if isinstance(error, SourceError):
            error.bytes_read = error.bytes_read or self.bytes_read
        elif error.line is None:
            error.line, error.column = self._scanner.rest_place.after(self._scanner.rest)
        raise error

    def _decoded(self, pieces: Iterator[bytes]) -> Iterator[list[Part]]:
        while True:
            try:
                piece = next(pieces, None)
            except DecodeError as error:
                yield from self.break_off(error)
                return
            if piece is None:
                return
            yield from self._handed_out(partial(self._take, piece))

    def _handed_out(self, step: Callable[[], None]) -> Iterator[list[Part]]:
        """Run a step and yield the parts that it completed; then raise the error that it met, if any."""
        error: Ds3CodecError | None = None
        try:
            step()
        except Ds3CodecError as met:
            error = met
        parts = self._chunks.take()
        self.blobs_read += self._chunks.count_blobs(parts)
        yield parts
        if error is not None:
            if isinstance(error, DecodeError):
                error.blobs_read = self.blobs_read
            raise error

    # Passages.

    def _take(self, piece: bytes) -> None:
        """Read the markup that a piece completes."""
        try:
            passage = self._scanner.feed(piece)
        except DecodeError as error:
            self._read_gathered()
            error.path = self._trees.path()
            raise
        if not passage:
            return
        if b"\0" in passage:  # the patterns of runs do not check for it between elements
            self._read_gathered()
            self._trees.feed(passage, self._scanner.place)
        elif self._is_in_run and self._wide is not None:
            self._gathered.append((passage, self._scanner.place))
            self._size += len(passage)
            if self._size >= self._wide.size:
                self._begin_gathered(self._wide)
            self._end_begun(self._wide.ahead)
            if not self._is_in_run or self._size >= self._wide.size:  # in which there is no object
                self._read_gathered()
        else:
            self._read(passage, self._scanner.place)

    def _end(self) -> None:
        self._read_gathered()
        self._trees.close(self._scanner.rest, self._scanner.rest_place)

    def _read(self, text: bytes, place: Place) -> None:
        """Read a passage of complete markup."""
        if self._wait:
            self._wait -= 1
            self._trees.feed(text, place)
            return
        if not self._is_in_run:
            tag, end = first_element(text, BLOB_TAG, limits.SHORTEST_RUN)
            self._trees.feed(text[:end], place)
            if end == len(text):
                if len(text) > 4 * limits.SHORTEST_RUN:
                    self._fail()
                return
            text, place = text[end:], place.after(text[:end])
            self._is_in_run = self._trees.is_in_chunk and self._learn(tag)
        if self._is_in_run:
            self._read_run(text, place)
        else:
            self._fail()
            self._trees.feed(text, place)

    def _learn(self, tag: bytes) -> bool:
        """Expect a run of objects like this one. Returns False if runs cannot have such objects."""
        if self._runs is None:
            self._runs = self._make_runs()
        return self._runs.learn(tag, self.document.header is not None)

    def _read_run(self, text: bytes, place: Place) -> None:
        """Read more of a run. Passages that do not fit go through trees, and may end the run."""
        done = detours = read = 0
        for passage, columns in self._passages(text):
            done += len(passage)
            if columns is not None:
                self._add(columns._replace(place=place.after(text[: done - len(passage)])))
                read += len(passage)
                continue
            self._trees.feed(passage, place.after(text[: done - len(passage)]))
            detours += 1
            if detours >= _MOST_DETOURS or not self._trees.is_in_chunk:
                self._is_in_run = False
                break
        if read >= limits.SHORTEST_RUN:
            self._failures = 0
        if detours >= _MOST_DETOURS or (not read and len(text) >= limits.SHORTEST_RUN):
            self._is_in_run = False
            self._fail()
        if done < len(text):
            self._trees.feed(text[done:], place.after(text[:done]))

    def _passages(self, text: bytes) -> Iterator[tuple[bytes, Columns | None]]:
        """Divide more text of a run into passages, with their columns, or None for trees.

        Each passage ends after complete markup.
        """
        waiting = b""
        for number, stretch in enumerate(stretches(text)):
            if number % 2:
                waiting += stretch
                continue
            if waiting:
                yield waiting, None
            done = 0
            if stretch and self._runs is not None:
                for passage, columns in self._runs.passages(stretch.decode()):
                    part = passage.encode()
                    done += len(part)
                    yield part, columns
            waiting = stretch[done:]
        if waiting:
            yield waiting, None

    def _read_gathered(self) -> None:
        """Read all passages of a run that are gathered or under way."""
        if self._gathered and self._wide is not None:
            self._begin_gathered(self._wide)
        self._end_begun(0)
        passages, self._gathered, self._size = self._gathered, [], 0
        for passage, place in passages:
            self._read_part(passage, place)

    def _begin_gathered(self, wide: WideReader) -> None:
        """Begin to read the gathered passages, up to the last object; keep the rest."""
        if self._runs is None:
            return
        text = b"".join(passage for passage, _ in self._gathered)
        end = end_of_last(text, BLOB_TAG)
        parts, rest = _divided(self._gathered, len(text) - end)
        if parts:
            begun = wide.begin(text[:end], self._runs)
            self._under_way.append(_Begun(parts, self._runs.form, begun))
            self._gathered, self._size = rest, len(text) - end

    def _end_begun(self, most: int) -> None:
        """Take the passages that are read, in order, and wait until at most `most` are left.

        A passage that cannot be read so may change the way to read those after it.
        """
        while self._under_way and (len(self._under_way) > most or self._under_way[0].result.done()):
            parts, form, result = self._under_way.popleft()
            is_expected = self._is_in_run and self._runs is not None and self._runs.form == form
            columns = result.result() if is_expected else None
            if columns is not None:
                self._add(columns)
                self._failures = 0
            elif is_expected and len(parts) == 1:
                self._read(*parts[0])
            else:
                for passage, place in parts:
                    self._read_part(passage, place)

    def _read_part(self, passage: bytes, place: Place) -> None:
        """Read a passage of complete markup with the wide reader, or else as usual."""
        if self._is_in_run and self._wide is not None and self._runs is not None:
            columns = self._wide.begin(passage, self._runs).result()
            if columns is not None:
                self._add(columns)
                self._failures = 0
                return
        self._read(passage, place)

    def _add(self, columns: Columns) -> None:
        self._chunks.add(columns)
        for name in columns.unknown:
            self.unknown[name] += columns.blob_count

    def _fail(self) -> None:
        self._failures += 1
        self._wait = min(2**self._failures, _LONGEST_WAIT)


def _divided(
    parts: list[tuple[bytes, Place]], size: int
) -> tuple[list[tuple[bytes, Place]], list[tuple[bytes, Place]]]:
    """Divide the parts of a text, with their places, before its last `size` bytes."""
    before, after = list(parts), list[tuple[bytes, Place]]()
    while size:
        part, place = before.pop()
        kept = max(len(part) - size, 0)
        if kept:
            before.append((part[:kept], place))
        after.insert(0, (part[kept:], place.after(part[:kept])))
        size -= len(part) - kept
    return before, after


def _runs(missing: Missing, keeps_wrong: bool) -> Runs:
    """Make a reader of runs. The import is here because short documents have no runs and need none."""
    from .runs import Runs  # noqa: PLC0415

    return Runs(missing, keeps_wrong)
