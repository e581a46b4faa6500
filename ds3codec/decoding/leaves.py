"""Elements whose children have single values, such as a tape: a compiled function for each sequence of tags.

The tapes of a response have the same children in the same order, or nearly so. `read_function` writes the
source of a function for one such sequence. Given the texts between the tags, it makes the model, with every
decision taken ahead.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from ..bases.credential import Credential
from ..bases.presence import PresenceModel
from ..wire.characters import WHITE_SPACE
from ..wire.compiling import compiled
from ..wire.kinds import kind_of
from ..wire.members import Member
from .layouts import defaults

__all__ = ["Leaf", "Learned", "read_function"]

_WRONG = object()

_MOST_VALUES = 1024  # kept of a member


class Leaf:
    """A child with a single value.

    Attributes:
        member: What the schema says of it.
        end: Its end tag.
        convert: Turns a text into its value. The texts recur, for a tape holds many objects, and their values
            are kept, but for credentials.
        empty: Its value without a text; `_WRONG` where it must have one.
    """

    def __init__(self, member: Member) -> None:
        self.member = member
        self.end: str = f"/{member.name}"
        parse = kind_of(member).parse
        self.convert: Callable[[str], Any] = (
            parse if member.type in (str, Credential) else lru_cache(_MOST_VALUES)(parse)
        )
        self.empty: Any = _WRONG
        if member.nillable:
            self.empty = None
        elif member.type is str:
            self.empty = ""

    def value(self, text: str) -> Any:
        """Its value; ValueError where a text has none."""
        if text:
            return self.convert(text)
        if self.empty is _WRONG:
            raise ValueError(f"{self.member.name} is empty")
        return self.empty


def read_function(
    model: type, leaves: Mapping[str, Leaf], tags: Sequence[str], present: tuple[str, ...]
) -> Callable[[Sequence[str]], Any]:
    """Compile the function that makes a model, given the texts before its children's tags and its end tag.

    It raises ValueError for a text between two children, and for a text that has no value.
    """
    between, assigned = [0], dict[str, str]()
    scope: dict[str, Any] = {"_model": model, "_new": object.__new__, "_present": present}
    for at, tag in enumerate(tags[:-1]):
        leaf = leaves.get(tag.removesuffix("/"))
        if leaf is None:  # an end tag
            between.append(at + 1)
            continue
        field = leaf.member.field
        scope |= {f"_read_{field}": leaf.convert, f"_value_{field}": leaf.value}
        if tag.endswith("/"):
            between.append(at + 1)
            assigned[field] = f"_value_{field}('')"
        else:
            reading = kind_of(leaf.member).reading("_value", f"_read_{field}")
            assigned[field] = f"{reading} if (_value := _texts[{at + 1}]) else _value_{field}('')"
    function = f"read_{model.__name__}"
    lines = [
        f"def {function}(_texts):",
        f"    if ''.join(({''.join(f'_texts[{at}], ' for at in between)})).strip({WHITE_SPACE!r}):",
        "        raise ValueError('there is text between two children')",
        "    _self = _new(_model)",
        *(f"    _self.{field} = {value}" for field, value in assigned.items()),
        *(["    _self.present = _present"] if issubclass(model, PresenceModel) else []),
        *(f"    _self.{field} = {value}" for field, value in defaults(model, {*assigned, "present"})),
        "    return _self",
    ]
    return compiled(function, lines, scope)  # type: ignore[no-any-return]


class Learned(NamedTuple):
    """A sequence of tags, up to the end tag of their parent, and the function for it."""

    tags: list[str]
    read: Callable[[Sequence[str]], Any]
