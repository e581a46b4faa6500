"""Bytes in, blobs out: the one driver that every way to read a document uses.

`Decoder` has the text scanned, and divides it: runs of objects that look alike are read by the column (see
`runs`), all else goes through trees (see `trees`). The trees are given a document up to the end of an object.
If they then stand in a chunk, between two of its children, what follows is tried as a run, for as long as it
looks like that object, across chunks and pieces. Where there are no runs, they are looked for less and less
often.

After each piece of 64 KiB at most, what that piece completed is handed out, so nothing piles up and nothing
waits, but for what a `WideReader` reads: some passages of a run are under way then, and taken in their order.
An error ends the decoding: first what was decoded before it is handed out, then it is raised.
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
from .text import Text
from .trees import Trees

if TYPE_CHECKING:
    from concurrent.futures import Future

    from .columns import Columns
    from .forms import Form
    from .runs import Runs

__all__ = ["Decoder", "WideReader"]

Part = TypeVar("Part")


class WideReader(Protocol):
    """Reads long passages of a run in a way of its own, perhaps several at a time.

    Attributes:
        size: Bytes that are worth reading at once.
        ahead: How many passages may be under way while others are looked for.
    """

    size: int
    ahead: int

    def begin(self, text: bytes, runs: Runs) -> Future[Any]:
        """Begin to read a passage, to what says what `Columns` say; None where that cannot be done."""


class _Begun(NamedTuple):
    """A passage that is under way: its parts with their places, and how it is read."""

    parts: list[tuple[bytes, Place]]
    form: Form
    result: Future[Any]


# Pieces at most in which no run is looked for after a failure.
_LONGEST_WAIT = 64

# How many passages of a piece may go through trees before runs cost more than they save.
_MOST_DETOURS = 16


class Decoder(Generic[Part]):
    """Decodes one document, push by push.

    Args:
        chunks: What gathers the chunks of the document, and decides in which form they are handed out.
        strict: Whether an unknown name is an error.
        missing: Whether a required attribute that is missing is an error, or None.
        wrong: Called for each value in trees that its type does not have, which is None then; of those in
            runs, the columns tell. Without it, a wrong value is an error.
        watcher: What is shown the elements that are read as trees.
        wide: What reads long passages of a run in a way of its own, where it can.

    Attributes:
        bytes_read: Bytes fed so far, before decompression.
        blobs_read: Blobs handed out so far.
        document: What was read of it.
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
        self._text = Text()
        self._scanner = Scanner()
        self.document: Document = Document(
            chunks, strict=strict, missing=missing, wrong=wrong, watcher=watcher
        )
        self._trees = Trees(self.document)
        self._make_runs = partial(_runs, missing, wrong is not None)
        self._runs: Runs | None = None
        self._is_in_run = False
        self._failures = 0  # since the last run
        self._wait = 0  # pieces in which no run is looked for
        self._wide = wide
        self._gathered: list[tuple[bytes, Place]] = []  # passages of a run, to be read at once
        self._size = 0
        self._under_way: deque[_Begun] = deque()

    @property
    def header(self) -> MasterObjectList | None:
        """The job as far as it is read, with its nodes and no chunks; None for a lone chunk."""
        return self.document.header

    @property
    def header_complete(self) -> bool:
        """Whether the header is read: a chunk began, or the document ended."""
        return self.document.header_complete

    @property
    def unknown(self) -> Counter[str]:
        """How often each name that the schema does not have came up."""
        return self.document.unknown.counts

    def feed(self, data: bytes) -> Iterator[list[Part]]:
        """Decode more bytes: for each piece of them, the parts that it completed.

        Raises:
            DecodeError: The document is wrong; what came before the place was handed out.
            ServerErrorResponse: The document is the server's error.
        """
        self.bytes_read += len(data)
        yield from self._decoded(self._text.feed(data))

    def close(self) -> Iterator[list[Part]]:
        """Say that the input has ended. Yields and raises as `feed` does."""
        yield from self._decoded(self._text.close())
        yield from self._handed_out(self._end)

    def break_off(self, error: DecodeError | SourceError) -> Iterator[list[Part]]:
        """Say why the input goes no further: yields what came of it before, and raises the error."""
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
        """Give what comes of a step; then raise the error that it met."""
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
        """Read what a piece completes."""
        try:
            passage = self._scanner.feed(piece)
        except DecodeError as error:
            self._read_gathered()
            error.path = self._trees.path()
            raise
        if not passage:
            return
        if b"\0" in passage:  # which the patterns of runs do not look for between elements
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
        """Expect a run of objects like this one; whether there may be one."""
        if self._runs is None:
            self._runs = self._make_runs()
        return self._runs.learn(tag, self.document.header is not None)

    def _read_run(self, text: bytes, place: Place) -> None:
        """Read what follows in a run; what cannot be read so goes through trees, and may end the run."""
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
        """Divide text that follows in a run: what it says, as columns, or None for what is for trees.

        Each part ends behind complete markup.
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
        """Read all passages of a run that were gathered or are under way."""
        if self._gathered and self._wide is not None:
            self._begin_gathered(self._wide)
        self._end_begun(0)
        passages, self._gathered, self._size = self._gathered, [], 0
        for passage, place in passages:
            self._read_part(passage, place)

    def _begin_gathered(self, wide: WideReader) -> None:
        """Begin to read what was gathered, up to its last object; the rest is still gathered."""
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
        """Take the passages that are read, in their order, and wait until at most so many are left.

        One that cannot be read so may change how those after it have to be read.
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
        """Read a passage of complete markup in the other way, if that can be done, or else in this one."""
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
    """Divide parts of a text with their places before the last so many bytes."""
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
    """Make what reads runs. It is imported here, for documents that are too short to have any."""
    from .runs import Runs  # noqa: PLC0415

    return Runs(missing, keeps_wrong)
