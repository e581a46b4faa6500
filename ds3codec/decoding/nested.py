"""Objects with children, such as a physical placement: read from the text, without the parser.

In plain text each `<` begins a tag and each `>` ends it. Splitting the text at the tags gives a list of tags
and a list of the texts after them. A recursive descent over both follows the schema and makes the children's
values. The tags of the objects themselves are put together again, as if the objects had no children, for
`runs` to read.

The descent ends at what it does not expect: an attribute, an unknown element or one that is there twice, a
comment, a wrong value. The parser reads that.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import is_dataclass
from functools import cache, lru_cache
from typing import Any, NamedTuple, cast

from ..bases.presence import PresenceModel, presence
from ..models import Blob
from ..wire.characters import WHITE_SPACE, are_characters, unescaped
from ..wire.members import elements
from ..wire.names import BLOB_TAG, CHUNK_TAG
from .columns import Column
from .layouts import Missing
from .leaves import Leaf, Learned, read_function

__all__ = ["Nested", "Objects"]

_TAG = re.compile("<([^<>]*)>")
_OBJECT = tuple(f"{BLOB_TAG}{blank}" for blank in WHITE_SPACE)
_CHUNK = tuple(f"{CHUNK_TAG}{blank}" for blank in WHITE_SPACE)
_OBJECT_END, _CHUNK_END = f"/{BLOB_TAG}", f"/{CHUNK_TAG}"


# How many sequences of tags are expected, and how many are learned: it takes a millisecond for each.
_EXPECTED = 4
_MOST_LEARNED = 64  # for a document
_LONGEST_SEQUENCE = 256


class Objects(NamedTuple):
    """Objects that stand one after the other.

    Attributes:
        length: How many characters of the text they are.
        plain: The same objects without children.
        children: A column for each member of theirs that is a child, by the model's name for it.
    """

    length: int
    plain: str
    children: dict[str, Column]


class _Tags(NamedTuple):
    """The tags of a text, and the text after each."""

    names: list[str]
    texts: list[str]


class Nested:
    """Reads objects with their children.

    Args:
        missing: Whether a required element that is missing is an error, or None.
    """

    def __init__(self, missing: Missing) -> None:
        self._plan = _plan(Blob, missing)
        self._learned: dict[_Plan, list[Learned]] = {}  # the last first
        self._budget = _MOST_LEARNED

    def read(self, text: str, end: str) -> Objects | None:
        """Read the objects at the beginning of a text; None where they have no children or need the parser.

        The objects without children get this end of their tags.
        """
        if f"</{BLOB_TAG}>" not in text or "\r" in text or not are_characters(text):
            return None
        parts = _TAG.split(text)
        tags = _Tags(parts[1::2], parts[2::2])
        if parts[0].strip(WHITE_SPACE) or not text.count("<") == text.count(">") == len(tags.names):
            return None
        plain, children, complete = [parts[0]], list[dict[str, Any]](), 0
        try:
            if "&" in text:
                tags = _Tags(tags.names, [unescaped(part) if "&" in part else part for part in tags.texts])
            while complete < len(tags.names):
                tag, values, after = self._element(tags, complete, end)
                _expect_blank(tags.texts[after - 1])
                plain += (tag, tags.texts[after - 1])
                children += [values] if values is not None else []
                complete = after
        except (LookupError, ValueError):
            pass  # the rest is for the parser
        if not complete:
            return None
        length = sum(map(len, parts[: 2 * complete + 1])) + 2 * complete
        columns = {field: [values.get(field) for values in children] for field in self._plan.fields}
        return Objects(length, "".join(plain), columns)

    def _element(self, tags: _Tags, at: int, end: str) -> tuple[str, dict[str, Any] | None, int]:
        """An object without its children, and these; or the boundary of two chunks. Also where it ends."""
        name = tags.names[at]
        if name == _CHUNK_END:
            _expect_blank(tags.texts[at])
            if not tags.names[at + 1].startswith(_CHUNK):
                raise LookupError(tags.names[at + 1])
            return f"<{name}>{tags.texts[at]}<{tags.names[at + 1]}>", None, at + 2
        if not name.startswith(_OBJECT):
            raise LookupError(name)
        if name.endswith("/"):
            return f"<{name}>", {}, at + 1
        values, _, after = self._members(tags, at + 1, self._plan, _OBJECT_END)
        return f"<{name}{end}", values, after

    # The descent. Each method reads what begins at a tag, and tells where the tags after it begin. It raises
    # LookupError or ValueError for what it does not expect.

    def _members(
        self, tags: _Tags, at: int, plan: _Plan, end: str
    ) -> tuple[dict[str, Any], tuple[str, ...], int]:
        """The members of an element up to its end tag by the model's names, and which names were present."""
        names, texts = tags
        values: dict[str, Any] = {}
        present: list[str] = []
        while names[at] != end:
            if texts[at - 1]:
                _expect_blank(texts[at - 1])
            leaf = plan.leaves.get(names[at])
            if leaf is None:
                inner = plan.inner[names[at]]
                values[inner.field], at = (self._list if inner.is_list else self._model)(tags, at, inner)
                present.append(inner.name)
            else:
                is_open = not names[at].endswith("/")
                if is_open and names[at + 1] != leaf.end:
                    raise LookupError(names[at + 1])
                values[leaf.member.field] = leaf.value(texts[at] if is_open else "")
                present.append(leaf.member.name)
                at += 2 if is_open else 1
        _expect_blank(texts[at - 1])
        if len(set(present)) < len(present):
            raise LookupError(present)
        return values, tuple(present), at + 1

    def _model(self, tags: _Tags, at: int, inner: _Inner) -> tuple[Any, int]:
        """The model that an element with children stands for."""
        plan, begin = inner.plan, at + 1
        if tags.names[at].endswith("/"):
            return plan.model({}, ()), begin
        for learned in self._learned.get(plan, ()):
            end = begin + len(learned.tags)
            if tags.names[begin:end] == learned.tags:
                return learned.read(tags.texts[at : end - 1]), end
        values, present, end = self._members(tags, begin, plan, f"/{tags.names[at]}")
        made = plan.model(values, present)
        self._learn(plan, tags.names[begin:end], present)
        return made, end

    def _list(self, tags: _Tags, at: int, inner: _Inner) -> tuple[list[Any], int]:
        """The models in the element around a list."""
        items: list[Any] = []
        if tags.names[at].endswith("/"):
            return items, at + 1
        end, at = f"/{tags.names[at]}", at + 1
        while tags.names[at] != end:
            _expect_blank(tags.texts[at - 1])
            if tags.names[at].rstrip("/") != inner.item:
                raise LookupError(tags.names[at])
            item, at = self._model(tags, at, inner)
            items.append(item)
        _expect_blank(tags.texts[at - 1])
        return items, at + 1

    def _learn(self, plan: _Plan, tags: list[str], present: tuple[str, ...]) -> None:
        """Expect more elements with these tags: a few sequences at a time, and a limited number in all."""
        if plan.inner or len(tags) > _LONGEST_SEQUENCE:
            return
        self._budget -= 1
        if self._budget >= 0:
            learned = Learned(tags, _read_function(plan, tuple(tags), present))
            self._learned[plan] = [learned, *self._learned.get(plan, [])[: _EXPECTED - 1]]


def _expect_blank(text: str) -> None:
    if text.strip(WHITE_SPACE):
        raise ValueError(text)


# What the schema says of an element's children, as the descent needs it.


class _Inner(NamedTuple):
    """A child with children, or the element around a list of such."""

    field: str
    name: str
    item: str
    plan: _Plan
    is_list: bool


class _Plan:
    """The children of a model by their tags."""

    def __init__(self, model: type, missing: Missing) -> None:
        self.type = model
        members = elements(model)
        self._lists = [member.field for member in members if member.wrapper]
        self._absent = {
            member.field: None
            for member in members
            if not member.wrapper and (missing == "none" or not member.required)
        }
        self._count = len(members)
        self.fields = [member.field for member in members]
        self.leaves: dict[str, Leaf] = {}
        self.inner: dict[str, _Inner] = {}
        for member in members:
            name, kind = member.wrapper or member.name, member.type
            if is_dataclass(kind):
                inner = _Inner(
                    member.field,
                    name,
                    member.name,
                    _plan(cast(type, kind), missing),
                    member.wrapper is not None,
                )
                self.inner |= {name: inner, f"{name}/": inner}
            elif not member.repeated:
                leaf = Leaf(member)
                self.leaves |= {name: leaf, f"{name}/": leaf}

    def model(self, values: dict[str, Any], present: tuple[str, ...]) -> Any:
        """The model with these members; ValueError where one is missing."""
        values = self._absent | values
        for field in self._lists:
            values.setdefault(field, [])
        if len(values) < self._count:
            raise ValueError(f"a member of {self.type.__name__} is missing")
        if issubclass(self.type, PresenceModel):
            values["present"] = presence(present)
        return self.type(**values)


@cache
def _plan(model: type, missing: Missing) -> _Plan:
    return _Plan(model, missing)


@lru_cache(maxsize=256)
def _read_function(
    plan: _Plan, tags: tuple[str, ...], present: tuple[str, ...]
) -> Callable[[Sequence[str]], Any]:
    return read_function(plan.type, plan.leaves, tags, presence(present))
