"""Checks runs of blobs against the schema: by column, and one by one if something is wrong.

Runs read only values of the schema's types. So two things remain to be checked in columns: the patterns of
ids, and the set of attributes. libxml2 checks only the tags that fail, and the first tag of each layout of
attributes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from itertools import compress
from operator import itemgetter
from typing import Any, NamedTuple, Protocol

from lxml import etree

from ..decoding.columns import Column
from ..models import Blob, JobChunk
from ..wire.members import attributes
from .parts import Part
from .places import Place
from .schema import Violation

__all__ = ["ColumnJudge", "Judge"]

_HEXADECIMAL = bytes.maketrans(b"123456789abcdefABCDEF", b"0" * 21)
_DIGITS = re.compile(r"\[0-9a-fA-F\]\{(\d+)\}")


class Judge(Protocol):
    """A checker of single elements."""

    def is_clean(self, model: type, names: frozenset[str], place: Callable[[], Place]) -> bool:
        """Tell whether these attributes are all known, and none is missing."""

    def examine(
        self, model: type, attributes: Mapping[str, str], place: Callable[[], Place]
    ) -> list[Violation]:
        """Check the attributes of an element, and report their faults."""

    def count(self, rule: str, findings: int) -> bool:
        """Count findings only if the report is full; return whether it was."""

    def report(
        self,
        model: type,
        attributes: Mapping[str, str],
        found: list[Violation],
        place: Callable[[], Place],
    ) -> None:
        """Report known faults for the attributes of an element."""


class _Suspect(NamedTuple):
    """A chunk or a blob that may be wrong.

    Attributes:
        model: The class of the chunk or blob.
        at: Its number in the part.
        names: The names of its attributes.
        wrong: The number of invalid values.
    """

    model: type
    at: int
    names: frozenset[str]
    wrong: int


class ColumnJudge:
    """Checks the parts that were read as runs."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge
        self._clean: dict[tuple[type, frozenset[str]], bool] = {}
        self._found: dict[tuple[type, frozenset[str]], list[Violation]] = {}

    def judge(self, part: Part) -> None:
        """Check a part that was read as a run, from its first element to its last."""
        passage = part.passage
        if passage is None:
            return
        waiting: list[tuple[int, Callable[[], None]]] = []
        for suspect in (*self._suspects(JobChunk, part), *self._suspects(Blob, part)):
            offset = (passage.chunks if suspect.model is JobChunk else passage.blobs)[suspect.at]
            waiting.append((offset, partial(self._judge_tag, part, suspect, partial(passage.tag, offset))))
        for _, judge in sorted(waiting, key=itemgetter(0)):
            judge()

    # Start tags.

    def _suspects(self, model: type, part: Part) -> Iterator[_Suspect]:
        """Yield the chunks or blobs that may be wrong."""
        column = part.chunks if model is JobChunk else part.blobs
        wrong = Counter(number for _, number in part.columns.wrong) if model is Blob else Counter[int]()
        for member in attributes(model):
            if member.pattern:
                wrong.update(_not_matching(member.pattern, column(member.field)))
        for names, places in _layouts(model, part):
            is_clean = self._is_clean(model, names, _placing(model, part, places[0]))
            for at in (filter(wrong.__contains__, places) if wrong else ()) if is_clean else places:
                yield _Suspect(model, at, names, wrong[at])

    def _is_clean(self, model: type, names: frozenset[str], place: Callable[[], Place]) -> bool:
        key = model, names
        if key not in self._clean:
            self._clean[key] = self._judge.is_clean(model, names, place)
        return self._clean[key]

    def _judge_tag(self, part: Part, suspect: _Suspect, tag: Callable[[], str]) -> None:
        """Check a start tag. If only its layout is wrong, repeat the faults of the first tag with it."""
        model, at, names, wrong = suspect
        key, place = (model, names), _placing(model, part, at)
        is_known = self._clean[key] or key in self._found
        if wrong and not (is_known and self._judge.count("invalid-value", wrong)):
            self._judge.examine(model, _attributes(tag()), place)
        elif not is_known:
            self._found[key] = self._judge.examine(model, _attributes(tag()), place)
        elif not self._clean[key]:
            self._judge.report(model, dict.fromkeys(names, ""), self._found[key], place)


def _placing(model: type, part: Part, at: int) -> Callable[[], Place]:
    """Return a function that finds the place of a chunk or a blob."""
    return partial(part.chunk_place if model is JobChunk else part.blob_place, at)


def _layouts(model: type, part: Part) -> Iterator[tuple[frozenset[str], Sequence[int]]]:
    """Yield the layouts of chunks or blobs in order of appearance, with the numbers of their items."""
    is_blob = model is Blob
    columns = part.columns.blobs if is_blob else part.columns.chunks
    count = part.blob_count if is_blob else part.chunk_count
    if not count:
        return
    wrong = part.columns.wrong if is_blob else ()
    missing = Counter({field: column.count(None) for field, column in columns.items()})
    missing.subtract(field for field, _ in wrong)  # invalid values are None, too, but not missing
    members = [member for member in attributes(model) if missing.get(member.field, count) < count]
    varying = [member for member in members if missing[member.field]]
    always = {member.name for member in members if member not in varying}
    always.update(part.columns.unknown if is_blob else ())
    if not varying:
        yield frozenset(always), range(count)
        return
    found: dict[tuple[bool, ...], list[int]] = {}
    presence = {member.field: [value is not None for value in columns[member.field]] for member in varying}
    for field, number in wrong:
        if field in presence:
            presence[field][number] = True
    for at, there in enumerate(zip(*presence.values())):
        found.setdefault(there, []).append(at)
    for there, places in found.items():
        yield frozenset(always.union(member.name for member in compress(varying, there))), places


def _attributes(tag: str) -> dict[str, str]:
    """Parse the attributes of a start tag."""
    element = etree.fromstring(tag if tag.endswith("/>") else f"{tag[:-1]}/>")
    return {str(name): str(text) for name, text in element.attrib.items()}


# Patterns.


def _not_matching(pattern: str, texts: Column) -> Iterable[int]:
    """Find the texts that do not match a pattern; None passes."""
    if _all_match(pattern, texts):
        return ()
    matches = _matcher(pattern)
    return [at for at, text in enumerate(texts) if text is not None and not matches(text)]


def _all_match(pattern: str, texts: Column) -> bool:
    """Tell, with one test of all texts, whether they match a pattern of hexadecimal digits."""
    shape = _shape(pattern)
    if shape is None:
        return False
    present = texts if None not in texts else [text for text in texts if text is not None]
    joined = "".join(present)
    if len(joined) != len(present) * len(shape) or not joined.isascii():
        return False
    lengths = set(map(len, present))
    return lengths <= {len(shape)} and joined.encode().translate(_HEXADECIMAL) == shape * len(present)


@cache
def _shape(pattern: str) -> bytes | None:
    """Write a text that matches a pattern, with 0 for any hexadecimal digit; None for other patterns."""
    shape = _DIGITS.sub(lambda digits: "0" * int(digits[1]), pattern)
    return shape.encode() if re.fullmatch("[0-]+", shape) else None


@cache
def _matcher(pattern: str) -> Callable[[str], Any]:
    return re.compile(pattern).fullmatch
