"""Reads runs of objects as arrays from the bytes of the text, without a Python object per value.

The tags of a run have one form, so the text between two quotes is either the same in every tag or a value.
numpy finds all quotes and `<` of a piece at once. Their order alone assigns the quotes to tags; then the
constant text is compared, eight bytes at a time. The values are read in place: numbers eight digits at a
time, booleans by their words, texts as Arrow's views into the piece.

The result is exact, for any doubt yields none: a byte that XML does not read as written, a number with a
sign, a tag of another form. The caller then reads the piece in another way.
"""

from __future__ import annotations

import os
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .. import limits
from ..decoding.attributes import is_known
from ..decoding.forms import Form, form_of
from ..decoding.runs import Runs
from ..decoding.scanner import start_tag
from ..models import Blob, JobChunk
from ..options import Missing, check_number
from ..wire.characters import WHITE_SPACE, unescaped
from ..wire.kinds import Boolean, Text, WholeNumber, kind_of
from ..wire.members import Member, attributes
from ..wire.names import BLOB_TAG, CHUNK_TAG
from .building import booleans, integers, listed

__all__ = ["ArrayReader", "Arrays", "read_arrays", "threads_of"]

Positions = np.ndarray[Any, np.dtype[np.int64]]

_PADDING = 64  # after the text, so that a literal can be compared at any position
_BLANKS = np.zeros(256, bool)
_BLANKS[list(WHITE_SPACE.encode())] = True
_NO_CHARACTERS = (b"\xef\xbf\xbe", b"\xef\xbf\xbf")  # U+FFFE and U+FFFF
_MOST_DIGITS = 16
_INLINE = 12  # longest text, in bytes, that Arrow stores in the view itself

_CHUNK_END = f"</{CHUNK_TAG}>".encode()


class Arrays(NamedTuple):
    """The same as `Columns`, as arrays.

    Attributes:
        blob_count: The number of blobs.
        blobs: An array per member of the blobs in the text, by field name.
        boundaries: For each chunk that begins among them, the number of blobs before it.
        chunks: An array per member of these chunks.
        unknown: The blobs' attributes that are not in the schema.
    """

    blob_count: int
    blobs: dict[str, pa.Array]
    boundaries: Positions
    chunks: dict[str, pa.Array]
    unknown: tuple[str, ...]

    @property
    def chunk_count(self) -> int:
        """Number of chunks that begin among the blobs."""
        return len(self.boundaries)

    def last_chunk(self) -> JobChunk:
        """Make the last chunk that begins among the blobs, without its blobs."""
        model: Any = JobChunk
        last = {field: array[-1].as_py() for field, array in self.chunks.items()}
        made: JobChunk = model(**{member.field: last.get(member.field) for member in attributes(JobChunk)})
        return made


class ArrayReader:
    """Reads passages of runs as arrays, on a number of threads.

    numpy and Arrow release the GIL while they work. So the threads run in parallel, while the caller looks
    for the next passage.
    """

    def __init__(self, threads: int) -> None:
        self.size: int = limits.WIDE
        self.ahead: int = 0 if threads == 1 else threads
        self._threads = threads
        self._pool: ThreadPoolExecutor | None = None

    def begin(self, text: bytes, runs: Runs) -> Future[Arrays | None]:
        """Start reading a passage of a run; the result is None if it has to be read in another way."""
        if self._pool is None and len(text) >= limits.WIDE // 2 and self._threads > 1:
            self._pool = ThreadPoolExecutor(self._threads, "ds3codec")
        if self._pool is not None:
            return self._pool.submit(read_arrays, text, runs.form, runs.in_job, runs.missing)
        read: Future[Arrays | None] = Future()
        read.set_result(read_arrays(text, runs.form, runs.in_job, runs.missing))
        return read

    def close(self) -> None:
        """Stop the threads."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)


def threads_of(threads: int | None) -> int:
    """Check a number of threads, or count the cores for None; raises UsageError for a wrong one."""
    if threads is None:
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        return min(cores, limits.MOST_THREADS)
    check_number("threads", threads, 1)
    return threads


def read_arrays(data: bytes, form: Form, in_job: bool, missing: Missing) -> Arrays | None:
    """Read a run of complete elements; None if it has to be read in another way.

    Args:
        data: The text; it begins between two elements of a chunk.
        form: The form of its objects.
        in_job: True if other chunks may begin in it.
        missing: As in `decode`: "none" lets a chunk lack required members.
    """
    text = _TextBytes(data)
    tags = np.flatnonzero(text.bytes == ord("<"))
    if not len(tags) or not text.is_characters():
        return None
    are_blobs = _begin(text, tags, f"<{BLOB_TAG}") & ~_begin(text, tags, f"<{CHUNK_TAG}")
    others = np.flatnonzero(~are_blobs)
    ends, begins = tags[others[0::2]], tags[others[1::2]]
    if len(others) % 2 or (len(others) and not in_job) or not np.array_equal(others[1::2], others[0::2] + 1):
        return None
    chunk_form = None
    if len(others):
        first = int(begins[0])
        chunk_form = form_of(start_tag(data, first))
        if chunk_form is None or chunk_form.end != ">":
            return None
        if not is_known(JobChunk, frozenset(chunk_form.names), missing):
            return None
        if not _begin(text, ends, _CHUNK_END.decode()).all():
            return None
    blobs, chunks = _shape(BLOB_TAG, form), chunk_form and _shape(CHUNK_TAG, chunk_form)
    if blobs is None or (chunk_form is not None and chunks is None):
        return None
    return _read(text, _TagPositions(tags, are_blobs, others, ends, begins), blobs, chunks)


class _TextBytes:
    """A text as bytes, and as overlapping words, one from each byte on."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.length = len(data)
        self.padded = data + bytes(_PADDING)
        self.bytes = np.frombuffer(self.padded, np.uint8)[: self.length]
        self.has_references = b"&" in data

    def words(self, kind: str) -> np.ndarray[Any, Any]:
        """View the text as words, one from each byte on, of the type "<u8" or "<u4"."""
        size = np.dtype(kind).itemsize
        return np.ndarray((len(self.padded) - size + 1,), kind, self.padded, strides=(1,))

    def is_characters(self) -> bool:
        """Tell whether it is UTF-8 of XML's characters; does not check control characters."""
        if self.data.isascii():
            return True
        try:
            self.data.decode()
        except UnicodeDecodeError:
            return False
        return not any(wrong in self.data for wrong in _NO_CHARACTERS)


class _TagPositions(NamedTuple):
    """The positions of the tags in a text.

    Attributes:
        tags: All tags.
        are_blobs: A mask of the tags of blobs.
        others: The indices of the other tags, in pairs.
        ends: The first tag of each pair, the end tag of a chunk.
        begins: The second tag of each pair, the start tag of a chunk.
    """

    tags: Positions
    are_blobs: np.ndarray[Any, np.dtype[np.bool_]]
    others: Positions
    ends: Positions
    begins: Positions


class _Shape(NamedTuple):
    """The constant parts of the tags of a form.

    Attributes:
        members: The schema's member for each attribute; None if unknown.
        literals: The text before each value, without the quotes.
        end: The text after the last quote.
        controls: The number of control characters in these texts.
        quote: The quote around the values.
    """

    members: tuple[Member | None, ...]
    literals: tuple[str, ...]
    end: str
    controls: int
    quote: str


@lru_cache
def _shape(tag: str, form: Form) -> _Shape | None:
    """Find the shape of a form; None if it mixes quotes, has a `<` after the last one, or is too long."""
    model: type = Blob if tag == BLOB_TAG else JobChunk
    members = {member.name: member for member in attributes(model)}
    quotes = set(form.quotes)
    if len(quotes) > 1 or "<" in form.end:
        return None
    [quote] = quotes
    before = [f"<{tag}", *[""] * (len(form.names) - 1)]
    literals = tuple(
        f"{begin}{blanks}{name}=" for begin, blanks, name in zip(before, form.before, form.names)
    )
    if max(map(len, literals)) > _PADDING - 8:
        return None
    controls = sum(character < " " for character in "".join(literals) + form.end)
    return _Shape(tuple(map(members.get, form.names)), literals, form.end, controls, quote)


def _begin(text: _TextBytes, at: Positions, literal: str) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Return a mask of the positions at which a literal begins."""
    data = literal.encode()
    words = text.words("<u8")
    found = np.ones(len(at), bool)
    for start in _starts(len(data)):
        part = data[start : start + 8]
        values = words[at + start]
        if len(part) < 8:
            values &= np.uint64(2 ** (8 * len(part)) - 1)
        found &= values == np.uint64(int.from_bytes(part, "little"))
    return found


def _starts(length: int) -> list[int]:
    """List the starts of the words that cover a literal; the last two may overlap."""
    starts = list(range(0, max(length - 7, 1), 8))
    return starts if length <= 8 or length % 8 == 0 else [*starts, length - 8]


def _read(text: _TextBytes, layout: _TagPositions, blobs: _Shape, chunks: _Shape | None) -> Arrays | None:
    blob_tags = layout.tags[layout.are_blobs]
    of_blob, of_chunk = 2 * len(blobs.literals), 2 * len(chunks.literals) if chunks else 0
    quotes = np.flatnonzero(text.bytes == ord(blobs.quote))
    if (chunks and chunks.quote != blobs.quote) or not len(blob_tags):
        return None
    if len(quotes) != of_blob * len(blob_tags) + of_chunk * len(layout.begins):
        return None
    boundaries = layout.others[0::2] - np.arange(0, len(layout.others), 2)
    in_blobs, in_chunks = quotes, quotes[:0]
    if chunks:
        firsts = boundaries * of_blob + np.arange(len(boundaries)) * of_chunk
        places = (firsts[:, None] + np.arange(of_chunk)).ravel()
        is_in_blobs = np.ones(len(quotes), bool)
        is_in_blobs[places] = False
        in_blobs, in_chunks = quotes[is_in_blobs], quotes[places]
    blob_values = _values(text, blob_tags, in_blobs, blobs)
    chunk_values = _values(text, layout.begins, in_chunks, chunks) if chunks else None
    if blob_values is None or (chunks and chunk_values is None):
        return None
    of_chunks = (chunks, chunk_values) if chunks and chunk_values else None
    if not _is_blank_between(text, layout, (blobs, blob_values), of_chunks):
        return None
    blob_arrays = _arrays(text, blobs, blob_values)
    chunk_arrays = _arrays(text, chunks, chunk_values) if chunks and chunk_values else {}
    if blob_arrays is None or chunk_arrays is None:
        return None
    names = [literal.split("=")[0].split()[-1] for literal in blobs.literals]
    unknown = tuple(name for name, member in zip(names, blobs.members) if member is None)
    return Arrays(len(blob_tags), blob_arrays, boundaries, chunk_arrays, unknown)


class _Values(NamedTuple):
    """The positions of the values, a row per attribute, and of the ends of the tags."""

    begins: Positions
    ends: Positions
    after: Positions


def _values(text: _TextBytes, tags: Positions, quotes: Positions, shape: _Shape) -> _Values | None:
    """Find the values of tags; None unless all other text in them fits the shape."""
    table = quotes.reshape(len(tags), -1).T
    opens, closes = np.ascontiguousarray(table[0::2]), np.ascontiguousarray(table[1::2])
    begins, befores = opens + 1, [tags, *closes + 1]
    for literal, before, after in zip(shape.literals, befores, opens):
        if not (after - before == len(literal)).all() or not _begin(text, before, literal).all():
            return None
    if not _begin(text, befores[-1], shape.end).all():
        return None
    return _Values(begins, closes, befores[-1] + len(shape.end))


def _is_blank_between(
    text: _TextBytes,
    layout: _TagPositions,
    blobs: tuple[_Shape, _Values],
    chunks: tuple[_Shape, _Values] | None,
) -> bool:
    """Tell whether there is only white space between tags, and no control character in any value."""
    after = np.empty(len(layout.tags) + 1, np.int64)
    after[0] = 0
    inner = after[1:]
    inner[layout.are_blobs] = blobs[1].after
    allowed = blobs[0].controls * len(blobs[1].after)
    if chunks:
        inner[layout.others[0::2]] = layout.ends + len(_CHUNK_END)
        inner[layout.others[1::2]] = chunks[1].after
        allowed += chunks[0].controls * len(chunks[1].after)
    gaps = np.append(layout.tags, text.length) - after
    if int(gaps.min()) < 0:
        return False
    if gaps.any():
        total = int(gaps.sum())
        firsts = np.repeat(after - np.append(0, np.cumsum(gaps)[:-1]), gaps)
        between = text.bytes[firsts + np.arange(total)]
        if not _BLANKS[between].all():
            return False
        allowed += int(np.count_nonzero(between < ord(" ")))
    return int(np.count_nonzero(text.bytes < ord(" "))) == allowed


def _arrays(text: _TextBytes, shape: _Shape, values: _Values) -> dict[str, pa.Array] | None:
    """Make the arrays of the known attributes; None if a value is in doubt."""
    arrays: dict[str, pa.Array] = {}
    for member, begins, ends in zip(shape.members, values.begins, values.ends):
        if member is None:
            continue
        array = _array(text, member, begins, ends - begins)
        if array is None:
            return None
        arrays[member.field] = array
    return arrays


def _array(text: _TextBytes, member: Member, begins: Positions, lengths: Positions) -> pa.Array | None:
    kind = kind_of(member)
    if isinstance(kind, WholeNumber):
        return _numbers(text, member, begins + lengths, lengths)
    if isinstance(kind, Boolean):
        return _booleans(text, begins, lengths)
    return _texts(text, begins, lengths) if isinstance(kind, Text) else None


_ZEROS = np.uint64(0x3030303030303030)
# Masks of the last eight characters, by the number of digits among them.
_DIGITS = np.array([(2**64 - 1) ^ (2 ** (8 * (8 - digits)) - 1) for digits in range(9)], np.uint64)


def _numbers(text: _TextBytes, member: Member, ends: Positions, lengths: Positions) -> pa.Array | None:
    """Parse whole numbers of at most sixteen digits; None for anything else."""
    longest = int(lengths.max())
    if longest > _MOST_DIGITS or not int(lengths.min()):
        return None
    low = _eight_digits(text, ends, np.minimum(lengths, 8))
    if low is None:
        return None
    if longest > 8:
        high = _eight_digits(text, ends - 8, np.maximum(lengths - 8, 0))
        if high is None:
            return None
        low = low + high * np.uint64(10**8)
    numbers = low.view(np.int64)
    if member.maximum is not None and int(numbers.max()) > member.maximum:
        return None
    return integers(numbers)


def _eight_digits(text: _TextBytes, ends: Positions, lengths: Positions) -> np.ndarray[Any, Any] | None:
    """Parse the numbers of at most eight digits that end at `ends`; None for anything else."""
    if int(ends.min()) < 8:
        return None
    mask = _DIGITS[lengths]
    words = (text.words("<u8")[ends - 8] & mask) | (_ZEROS & ~mask)
    high, one = np.uint64(0xF0F0F0F0F0F0F0F0), np.uint64(0x0606060606060606)
    if ((words & high) != _ZEROS).any() or (((words + one) & high) != _ZEROS).any():
        return None
    words = words - _ZEROS
    words = words * np.uint64(10) + (words >> np.uint64(8))
    pairs = np.uint64(0x000000FF000000FF)
    first = (words & pairs) * np.uint64(0x000F424000000064)
    second = ((words >> np.uint64(16)) & pairs) * np.uint64(0x0000271000000001)
    return (first + second) >> np.uint64(32)


def _booleans(text: _TextBytes, begins: Positions, lengths: Positions) -> pa.Array | None:
    words = text.words("<u4")[begins]
    are_true = (lengths == 4) & (words == int.from_bytes(b"true", "little"))
    are_false = (lengths == 5) & (words == int.from_bytes(b"fals", "little"))
    are_false &= text.bytes[np.minimum(begins + 4, text.length - 1)] == ord("e")
    return booleans(are_true) if (are_true | are_false).all() else None


# Masks of the three words of a view, by the length of the text stored in it.
_WORDS = np.array(
    [[2 ** (8 * min(max(size - 4 * word, 0), 4)) - 1 for size in range(_INLINE + 1)] for word in range(3)],
    np.uint32,
)


def _texts(text: _TextBytes, begins: Positions, lengths: Positions) -> pa.Array | None:
    """Make an array of texts, with references resolved; None for a reference that XML does not define."""
    words = text.words("<u4")
    views = np.empty((len(begins), 4), np.uint32)
    views[:, 0] = lengths
    if int(lengths.min()) > _INLINE:
        views[:, 1] = words[begins]
        views[:, 2] = 0
        views[:, 3] = begins
    else:
        _look_short(words, begins, lengths, views)
    buffers = [None, pa.py_buffer(views), pa.py_buffer(text.padded)]
    texts = pa.Array.from_buffers(pa.string_view(), len(begins), buffers).cast(pa.string())
    return _unescaped(texts) if text.has_references else texts


def _look_short(
    words: np.ndarray[Any, Any], begins: Positions, lengths: Positions, views: np.ndarray[Any, Any]
) -> None:
    """Fill in the views of texts, and store short texts in the views themselves."""
    are_short = lengths <= _INLINE
    short = np.minimum(lengths, _INLINE)
    views[:, 1] = words[begins] & _WORDS[0][short]
    views[:, 2] = np.where(are_short, words[begins + 4] & _WORDS[1][short], 0)
    views[:, 3] = np.where(are_short, words[begins + 8] & _WORDS[2][short], begins)


def _unescaped(texts: pa.Array) -> pa.Array | None:
    has_references = pc.match_substring(texts, "&")
    if not pc.any(has_references).as_py():
        return texts
    try:
        plain = [unescaped(text) for text in texts.filter(has_references).to_pylist()]
    except ValueError:
        return None
    return pc.replace_with_mask(texts, has_references, listed(plain, pa.string()))
