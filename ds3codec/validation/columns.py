"""The schema's judgement of what runs have read: by the column, and by the blob where something is wrong.

What runs let through has values of the schema's types, by construction. What remains is asked of columns: the
patterns of ids, which attributes there are, and for placements, which members. Only a tag that does not pass
is shown to libxml2, as are a layout of attributes and a set of members that were not seen before.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import is_dataclass
from enum import Enum
from functools import cache, partial
from itertools import compress
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple, Protocol

from lxml import etree
from xsdata.models.datatype import XmlDateTime

from ..decoding.columns import Column
from ..models import Blob, JobChunk
from ..wire.characters import WHITE_SPACE
from ..wire.members import Member, attributes, elements
from .parts import Part, Passage
from .places import Mark, Place
from .schema import Violation

__all__ = ["ColumnJudge", "Judge"]

# libxml2 does not take white space around a date and time, which the schema allows.
_BLANK_BEFORE_TAG = re.compile(f"[{WHITE_SPACE}]</")
_BLANK_AFTER_DIGIT = re.compile(f"[0-9Z][{WHITE_SPACE}]+</")
_BLANK_BEFORE_DIGIT = re.compile(f">[{WHITE_SPACE}]+-?[0-9]")
_ANY_START = re.compile("<[A-Za-z]")
_MOST_YEARS = 10**9  # nor a year that does not fit into 64 bits
_HEXADECIMAL = bytes.maketrans(b"123456789abcdefABCDEF", b"0" * 21)
_DIGITS = re.compile(r"\[0-9a-fA-F\]\{(\d+)\}")

Key = tuple[Any, ...]


class Judge(Protocol):
    """What judges a single element."""

    def is_clean(self, model: type, names: frozenset[str], place: Callable[[], Place] | None = None) -> bool:
        """Whether an element with these attributes has all that it must have, and no more."""

    def examine(
        self, model: type, attributes: Mapping[str, str], place: Callable[[], Place] | None = None
    ) -> list[Violation]:
        """Judge the attributes of an element, and report what is wrong with them."""

    def examine_values(self, model: type, attributes: Mapping[str, str], item: Any) -> None:
        """The same for an element with wrong values, of which there may be many, and its model."""

    def count(self, rule: str, findings: int) -> bool:
        """Count so many findings, if the report would list none of them; whether it would not."""

    def report(
        self,
        model: type,
        attributes: Mapping[str, str],
        found: list[Violation],
        place: Callable[[], Place] | None = None,
    ) -> None:
        """Report what is wrong with the attributes of an element."""

    def judge_blob(self, root: etree._Element, marks: list[Mark], place: Place) -> bool:
        """Judge a blob with its children; whether others with the same members are right, too."""


class _Suspect(NamedTuple):
    """A chunk or a blob that may be wrong.

    Attributes:
        model: Which of the two.
        at: Its number in the part.
        names: Its attributes.
        wrong: How many of their values their types do not have.
    """

    model: type
    at: int
    names: frozenset[str]
    wrong: int


class ColumnJudge:
    """Judges the parts that runs have read."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge
        self._clean: dict[tuple[type, frozenset[str]], bool] = {}
        self._found: dict[tuple[type, frozenset[str]], list[Violation]] = {}
        self._right: set[Key] = set()  # the members of placements in which nothing was wrong

    def judge(self, part: Part) -> None:
        """Judge a part that runs have read, from its first element to its last."""
        passage = part.passage
        if passage is None:
            return
        waiting: list[tuple[int, Callable[[], None]]] = []
        for suspect in (*self._suspects(JobChunk, part), *self._suspects(Blob, part)):
            offset = (passage.chunks if suspect.model is JobChunk else passage.blobs)[suspect.at]
            waiting.append((offset, partial(self._judge_tag, part, suspect, partial(passage.tag, offset))))
        for at, keys in self._suspect_children(part, passage):
            waiting.append((passage.blobs[at], partial(self._judge_blob, part, passage, at, keys)))
        for _, judge in sorted(waiting, key=itemgetter(0)):
            judge()

    # Start tags.

    def _suspects(self, model: type, part: Part) -> Iterator[_Suspect]:
        """The chunks or blobs that may be wrong."""
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
        """Judge a start tag; what is wrong with its layout alone, as the first of that layout was judged."""
        model, at, names, wrong = suspect
        key, place = (model, names), _placing(model, part, at)
        is_known = self._clean[key] or key in self._found
        if wrong and not (is_known and self._judge.count("invalid-value", wrong)):
            self._judge.examine(model, _attributes(tag()), place)
        elif not is_known:
            self._found[key] = self._judge.examine(model, _attributes(tag()), place)
        elif not self._clean[key]:
            self._judge.report(model, dict.fromkeys(names, ""), self._found[key], place)

    # Blobs with children.

    def _suspect_children(self, part: Part, passage: Passage) -> Iterator[tuple[int, set[Key]]]:
        """The blobs whose children may be wrong, each with what makes others like it right if it is."""
        columns = part.columns.blobs
        members = [member for member in elements(Blob) if member.field in columns]
        if not members:
            return
        is_unsure = _has_blanks_around_digits(passage.text)
        for at, values in enumerate(zip(*(columns[member.field] for member in members))):
            children = [(member, value) for member, value in zip(members, values) if value is not None]
            if not children:
                continue
            keys: set[Key] = {(Blob, *(member.name for member, _ in children))}
            is_usual = all(_is_usual(member, value, keys) for member, value in children)
            if is_unsure or not is_usual:
                yield at, set()
            elif not keys <= self._right:
                yield at, keys

    def _judge_blob(self, part: Part, passage: Passage, at: int, keys: set[Key]) -> None:
        if keys and keys <= self._right:  # by now
            return
        text = passage.blob(at)
        marks = [passage.at(passage.blobs[at] + found.start()) for found in _ANY_START.finditer(text)]
        if self._judge.judge_blob(etree.fromstring(text), marks, part.blob_place(at)):
            self._right |= keys


def _placing(model: type, part: Part, at: int) -> Callable[[], Place]:
    """What tells where a chunk or a blob stands."""
    return partial(part.chunk_place if model is JobChunk else part.blob_place, at)


def _layouts(model: type, part: Part) -> Iterator[tuple[frozenset[str], Sequence[int]]]:
    """The layouts of the chunks or blobs, in the order of the first of each, with all that have it."""
    is_blob = model is Blob
    columns = part.columns.blobs if is_blob else part.columns.chunks
    count = part.blob_count if is_blob else part.chunk_count
    if not count:
        return
    wrong = part.columns.wrong if is_blob else ()
    missing = Counter({field: column.count(None) for field, column in columns.items()})
    missing.subtract(field for field, _ in wrong)  # which are None, too
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
    """The attributes of a start tag."""
    element = etree.fromstring(tag if tag.endswith("/>") else f"{tag[:-1]}/>")
    return {str(name): str(text) for name, text in element.attrib.items()}


def _has_blanks_around_digits(text: str) -> bool:
    """Whether white space stands around what may be a date and time."""
    if _BLANK_BEFORE_TAG.search(text) and _BLANK_AFTER_DIGIT.search(text):
        return True
    return _BLANK_BEFORE_DIGIT.search(text) is not None


# Patterns.


def _not_matching(pattern: str, texts: Column) -> Iterable[int]:
    """Which texts do not match a pattern; None passes."""
    if _all_match(pattern, texts):
        return ()
    matches = _matcher(pattern)
    return [at for at, text in enumerate(texts) if text is not None and not matches(text)]


def _all_match(pattern: str, texts: Column) -> bool:
    """Whether all texts match a pattern, asked of all at once, if it is one of hexadecimal digits."""
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
    """What a text looks like that matches a pattern, with 0 for any hexadecimal digit."""
    shape = _DIGITS.sub(lambda digits: "0" * int(digits[1]), pattern)
    return shape.encode() if re.fullmatch("[0-]+", shape) else None


@cache
def _matcher(pattern: str) -> Callable[[str], Any]:
    return re.compile(pattern).fullmatch


# Models of elements.


class _Plan:
    """What is asked of a model that stands for an element with children.

    Attributes:
        key: Gives what it has of members and enumerations.
        dates: Gives its dates and times.
        patterns: Its members with patterns.
        below: The fields of models, or of lists of them, in it.
    """

    def __init__(self, model: type) -> None:
        members = elements(model)
        simple = [member for member in members if not is_dataclass(member.type)]
        self.key = attrgetter("present", *(m.field for m in simple if issubclass(m.type, Enum)))
        self.dates = [m.field for m in simple if m.type is XmlDateTime]
        self.patterns = [(m.field, _known(m.pattern)) for m in simple if m.pattern]
        self.below = [m.field for m in members if is_dataclass(m.type)]


@cache
def _plan(model: type) -> _Plan:
    return _Plan(model)


def _is_usual(member: Member, value: Any, keys: set[Key]) -> bool:
    """Whether no value in what stands for a member needs a closer look. Adds what it has to the keys."""
    if not is_dataclass(member.type):
        return not member.pattern or _known(member.pattern)(value)
    waiting = [value]
    for item in waiting:  # which grows meanwhile
        plan = _plan(item.__class__)
        keys.add((type(item), plan.key(item)))
        for field, matches in plan.patterns:
            text = getattr(item, field)
            if text is not None and not matches(text):
                return False
        for field in plan.dates:
            date = getattr(item, field)
            if date is not None and not -_MOST_YEARS < date.year < _MOST_YEARS:
                return False
        for field in plan.below:
            below = getattr(item, field)
            waiting += below if isinstance(below, list) else [below]
    return True


@cache
def _known(pattern: str) -> Callable[[str], bool]:
    """Tells whether a text matches a pattern. The ids of tapes and pools recur."""
    matches, right = _matcher(pattern), set[str]()

    def is_right(text: str) -> bool:
        if text in right:
            return True
        if not matches(text):
            return False
        if len(right) < 4096:
            right.add(text)
        return True

    return is_right
