"""Reads runs of objects from the text itself, column by column, without lxml.

Nearly all of a response is one tag over and over, with the same attributes in the same order. The pattern of
such tags splits a run in one step. Each attribute becomes a column of texts, and each column is converted as
a whole. A parser with a callback for each tag takes twice as long.

Between the tags there is usually white space, or nothing. The end of one chunk and the start of the next may
also stand there, and are as regular as the objects. Anything else goes through trees, with the object after
it.

The result is exact: a run is read only if XML reads each character of its tags as it is written, apart from
references. A wrong value is left to trees, which report the error.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from ..models import Blob, JobChunk
from ..options import Missing
from ..wire.characters import WHITE_SPACE, special_bytes, unescaped
from ..wire.members import attributes as members_of
from ..wire.names import BLOB_TAG, CHUNK_TAG
from .attributes import is_known
from .columns import Column, Columns
from .forms import Form, TagLayout, form_of, layout

__all__ = ["Passage", "Runs"]

_OBJECT_NAMES = frozenset(member.name for member in members_of(Blob))
_CHUNK_BEGIN = f"<{CHUNK_TAG}"
_CHUNK_END = f"</{CHUNK_TAG}>[{WHITE_SPACE}]*"
_SEPARATOR = "\0"  # no text that is read here contains it

# No real response has more forms; the rest is left to trees, because making a layout takes a millisecond.
_MOST_FORMS = 64


class Passage(NamedTuple):
    """A part of a run.

    Attributes:
        text: The text.
        columns: The columns; None if trees must read the text.
    """

    text: str
    columns: Columns | None


class Runs:
    """Reads runs of objects that look like an example.

    Args:
        missing: "error" if objects without a required attribute are left to trees, "none" if it becomes None.
        keeps_wrong: True if an object's invalid value becomes None, False if the object is left to trees.

    Attributes:
        form: The form of the expected objects.
        in_job: True if other chunks may follow the open one.
    """

    def __init__(self, missing: Missing, keeps_wrong: bool = False) -> None:
        self.missing: Missing = missing
        self._keeps_wrong = keeps_wrong
        self._forms: set[Form] = set()
        self.form: Form = Form((), (), (), "")
        self.in_job: bool = False
        self._vary = False  # True if objects have different attributes

    def learn(self, tag: bytes, in_job: bool) -> bool:
        """Expect objects like this one. Returns False if they cannot be read here."""
        form = form_of(tag)
        if form is None or not _OBJECT_NAMES.intersection(form.names):
            return False
        if form not in self._forms and len(self._forms) >= _MOST_FORMS:
            return False
        self._forms.add(form)
        self.in_job = in_job
        # A start tag with children differs from one without only in its end.
        self.form = form if "/" in form.end else form._replace(end=f"{form.end[:-1]}/>")
        return True

    def passages(self, text: str) -> Iterator[Passage]:
        """Divide a run of complete elements into passages, up to a last part that cannot be read here.

        The result holds only if the trees are in a chunk, between two elements, both before the run and after
        each passage without columns. Otherwise the following passages must be discarded.
        """
        read_as = self.layout()
        parts = read_as.pattern.split(text)
        rest = parts[-1]
        if len(parts) > 1 and rest.strip(WHITE_SPACE) and self._chunks([rest]) is None:
            text, parts[-1] = text[: -len(rest)], ""
        columns = self.columns(text, parts, read_as)
        if columns is not None:
            yield Passage(text, columns)
            return
        others = self._others(parts[:: read_as.width])
        if not self._vary and any(self._is_run(parts[other * read_as.width]) for other in others):
            self._vary = True
            yield from self.passages(text)
            return
        yield from self._one_by_one(text, parts, read_as, others)

    def _one_by_one(
        self, text: str, parts: Column, read_as: TagLayout, others: list[int]
    ) -> Iterator[Passage]:
        """Divide a run at the parts `others` between tags, which are neither blank nor a boundary."""
        width, count = read_as.width, len(parts) // read_as.width
        at = first = 0
        for other in [*others, count]:
            plain = parts[first * width : other * width]
            length = read_as.length(plain)
            if plain:
                within = text[at : at + length]
                yield Passage(within, self.columns(within, [*plain, ""], read_as))
                at, first = at + length, other
            if other < count:
                length = read_as.length(parts[other * width : (other + 1) * width])
                yield Passage(text[at : at + length], None)
                at, first = at + length, other + 1

    def layout(self) -> TagLayout:
        """Return the layout of the expected objects."""
        optional = _optional(Blob, self.missing) if self._vary else frozenset[str]()
        return layout(Blob, BLOB_TAG, self.form, optional)

    def _is_run(self, between: str) -> bool:
        """Tell whether objects between two tags differ from the expected ones only in optional attributes."""
        varied = layout(Blob, BLOB_TAG, self.form, _optional(Blob, self.missing))
        return varied.pattern.search(between) is not None

    def _others(self, between: Column) -> list[int]:
        """Find the parts between the tags that are neither blank nor a boundary."""
        return [
            at for at, part in enumerate(between) if part.strip(WHITE_SPACE) and self._chunks([part]) is None
        ]

    def columns(self, text: str, parts: Column, read_as: TagLayout) -> Columns | None:
        """Turn a text that was split into these parts into columns; None if trees must read it."""
        between = parts[:: read_as.width]
        joined = "".join(between)
        boundaries: list[int] = []
        chunks: dict[str, Column] | None = {}
        if joined.strip(WHITE_SPACE):
            boundaries = [at for at, part in enumerate(between) if "<" in part]
            chunks = self._chunks([between[at] for at in boundaries])
            if chunks is None or "".join(part for part in between if "<" not in part).strip(WHITE_SPACE):
                return None
        if not self.is_plain(text, parts, read_as):
            return None
        wrong: tuple[tuple[str, int], ...] = ()
        try:
            values = _unescaped(parts) if "&" in text else parts
            if self._keeps_wrong:
                blobs, wrong = read_as.columns_with_wrong(values)
            else:
                blobs = read_as.columns(values)
        except ValueError:
            return None
        unknown = tuple(name for name in self.form.names if name not in _OBJECT_NAMES)
        return Columns(len(between) - 1, blobs, boundaries, chunks or {}, unknown, text, wrong=wrong)

    def is_plain(self, text: str, parts: Column, read_as: TagLayout) -> bool:
        """Tell whether XML reads each character of the values in a text as it is written."""
        between = "".join(parts[:: read_as.width])
        if special_bytes(text.encode()) != read_as.specials(parts) + special_bytes(between.encode()):
            return False
        return "\ufffe" not in text and "\uffff" not in text

    def _chunks(self, boundaries: list[str]) -> dict[str, Column] | None:
        """Read the chunks that begin at these boundaries into columns; None if trees must read them."""
        if not boundaries or not self.in_job:
            return None
        form = form_of(boundaries[0][boundaries[0].rfind(_CHUNK_BEGIN) :].strip(WHITE_SPACE).encode())
        if form is None or form.end != ">" or not is_known(JobChunk, frozenset(form.names), self.missing):
            return None
        read_as = layout(JobChunk, CHUNK_TAG, form, _optional(JobChunk, self.missing), _CHUNK_END)
        parts = read_as.pattern.split(_SEPARATOR.join(boundaries))
        if len(parts) // read_as.width != len(boundaries):
            return None
        if "".join(parts[:: read_as.width]).strip(WHITE_SPACE + _SEPARATOR):
            return None
        columns = (filter(None, parts[at :: read_as.width]) for at in range(1, read_as.width))
        values = "".join(chain.from_iterable(columns))
        if special_bytes(values.encode()):  # or a separator: the pattern matched across boundaries
            return None
        try:
            return read_as.columns(_unescaped(parts) if "&" in values else parts)
        except ValueError:
            return None


def _unescaped(parts: Column) -> Column:
    return [unescaped(part) if part and "&" in part else part for part in parts]


@lru_cache
def _optional(model: type, missing: Missing) -> frozenset[str]:
    """List the attributes that an element may lack."""
    return frozenset(member.name for member in members_of(model) if missing == "none" or not member.required)
