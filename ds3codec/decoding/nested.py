"""Objects with children, such as a physical placement: read from the text, without the parser.

In plain text each `<` begins a tag and each `>` ends it. Splitting the text at the tags gives a list of tags
and a list of the texts after them. A recursive descent over both follows the schema and makes the children's
values. The tags of the objects themselves are put together again, as if the objects had no children, for
`runs` to read.

The descent ends at what it does not expect: an attribute, an unknown element, a comment, a wrong value. The
parser reads that.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import is_dataclass
from functools import cache, lru_cache
from typing import Any, NamedTuple, cast

from ..models import Blob
from ..wire.characters import NO_CHARACTER, WHITE_SPACE, unescaped
from ..wire.kinds import kind_of
from ..wire.members import Member, elements
from ..wire.names import BLOB_TAG, CHUNK_TAG
from ..wire.presence import Written
from .columns import Column
from .layouts import Missing

__all__ = ["Nested", "Objects"]

_TAG = re.compile("<([^<>]*)>")
_OBJECT = tuple(f"{BLOB_TAG}{blank}" for blank in WHITE_SPACE)
_OBJECT_END, _CHUNK_END = f"/{BLOB_TAG}", f"/{CHUNK_TAG}"


_WRONG = object()

_MOST_VALUES = 1024  # kept of a member


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

    def read(self, text: str, end: str) -> Objects | None:
        """The objects at the beginning of a text; None if none of them has children, or all need the parser.

        The objects without children get this end of their tags.
        """
        if f"</{BLOB_TAG}>" not in text or "\r" in text or NO_CHARACTER.search(text):
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
                written, values, after = self._element(tags, complete, end)
                _expect_blank(tags.texts[after - 1])
                plain += (written, tags.texts[after - 1])
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
            return f"<{name}>{tags.texts[at]}<{tags.names[at + 1]}>", None, at + 2
        if not name.startswith(_OBJECT):
            raise LookupError(name)
        if name.endswith("/"):
            return f"<{name}>", {}, at + 1
        values, _, after = _members(tags, at + 1, self._plan, _OBJECT_END)
        return f"<{name}{end}", values, after


# The descent. Each function reads what begins at a tag, and tells where the tags after it begin. It raises
# LookupError or ValueError for what it does not expect.


def _members(tags: _Tags, at: int, plan: _Plan, end: str) -> tuple[dict[str, Any], tuple[str, ...], int]:
    """The members of an element up to its end tag, by the model's names; their own names as written."""
    names, texts = tags
    values: dict[str, Any] = {}
    written: list[str] = []
    while names[at] != end:
        if texts[at - 1]:
            _expect_blank(texts[at - 1])
        leaf = plan.leaves.get(names[at])
        if leaf is None:
            inner = plan.inner[names[at]]
            values[inner.field], at = inner.read(tags, at, inner)
            written.append(inner.name)
        else:
            field, name, end_of_leaf, convert, empty = leaf
            text = texts[at] if end_of_leaf is not None else ""
            if text:
                values[field] = text if convert is None else convert(text)
            elif empty is not _WRONG:
                values[field] = empty
            else:
                raise ValueError(name)
            if end_of_leaf is None:
                at += 1
            elif names[at + 1] == end_of_leaf:
                at += 2
            else:
                raise LookupError(names[at + 1])
            written.append(name)
    _expect_blank(texts[at - 1])
    return values, tuple(written), at + 1


def _model(tags: _Tags, at: int, inner: _Inner) -> tuple[Any, int]:
    """The model that an element with children stands for."""
    if tags.names[at].endswith("/"):
        return inner.plan.model({}, ()), at + 1
    values, written, at = _members(tags, at + 1, inner.plan, f"/{tags.names[at]}")
    return inner.plan.model(values, written), at


def _list(tags: _Tags, at: int, inner: _Inner) -> tuple[list[Any], int]:
    """The models in the element around a list."""
    items: list[Any] = []
    if tags.names[at].endswith("/"):
        return items, at + 1
    end, at = f"/{tags.names[at]}", at + 1
    while tags.names[at] != end:
        _expect_blank(tags.texts[at - 1])
        if tags.names[at].rstrip("/") != inner.item:
            raise LookupError(tags.names[at])
        item, at = _model(tags, at, inner)
        items.append(item)
    _expect_blank(tags.texts[at - 1])
    return items, at + 1


def _expect_blank(text: str) -> None:
    if text.strip(WHITE_SPACE):
        raise ValueError(text)


# What the schema says of an element's children, as the descent needs it.


class _Leaf(NamedTuple):
    """A child with a single value.

    Attributes:
        field: The model's name for it.
        name: Its own name.
        end: The end tag that it needs; None for an empty one.
        convert: What makes a value of its text; None for what is a text.
        empty: Its value without a text; `_WRONG` where it must have one.
    """

    field: str
    name: str
    end: str | None
    convert: Callable[[str], Any] | None
    empty: Any


class _Inner(NamedTuple):
    """A child with children, or the element around a list of such."""

    field: str
    name: str
    item: str
    plan: _Plan
    read: Callable[[_Tags, int, _Inner], tuple[Any, int]]


class _Plan:
    """The children of a model by their tags."""

    def __init__(self, model: type, missing: Missing) -> None:
        self._model = model
        members = elements(model)
        self._lists = [member.field for member in members if member.wrapper]
        self._absent = {
            member.field: None
            for member in members
            if not member.wrapper and (missing == "none" or not member.required)
        }
        self._count = len(members)
        self.fields = [member.field for member in members]
        self.leaves: dict[str, _Leaf] = {}
        self.inner: dict[str, _Inner] = {}
        for member in members:
            name, kind = member.wrapper or member.name, member.type
            if is_dataclass(kind):
                inner = _Inner(
                    member.field,
                    name,
                    member.name,
                    _plan(cast(type, kind), missing),
                    _list if member.wrapper else _model,
                )
                self.inner |= {name: inner, f"{name}/": inner}
            elif not member.repeated:
                leaf = _Leaf(member.field, name, f"/{name}", _convert(member), _empty(member))
                self.leaves |= {name: leaf, f"{name}/": leaf._replace(end=None)}

    def model(self, values: dict[str, Any], written: tuple[str, ...]) -> Any:
        """The model with these members; ValueError where one is missing."""
        values = self._absent | values
        for field in self._lists:
            values.setdefault(field, [])
        if len(values) < self._count:
            raise ValueError(f"a member of {self._model.__name__} is missing")
        if issubclass(self._model, Written):
            values["written"] = _shared(written)
        return self._model(**values)


@cache
def _plan(model: type, missing: Missing) -> _Plan:
    return _Plan(model, missing)


def _convert(member: Member) -> Callable[[str], Any] | None:
    """What makes values of texts, which recur: the same tape holds many objects."""
    return None if member.type is str else lru_cache(maxsize=_MOST_VALUES)(kind_of(member).parse)


def _empty(member: Member) -> Any:
    if member.nillable:
        return None
    try:
        return kind_of(member).parse("")
    except ValueError:
        return _WRONG


@lru_cache(maxsize=256)
def _shared(names: tuple[str, ...]) -> frozenset[str]:
    """One set for all models of which the document had the same members."""
    return frozenset(names)
