"""What the generated models say of themselves, for all that is derived from them.

The decoder, the encoder and the strategies ask here which attributes a model has, and never name one.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple, get_args, get_type_hints

from ..model_bases.credential import Credential

__all__ = ["Member", "attributes", "credentials", "element_forms", "elements", "streamed_lists", "wire_name"]


class Member(NamedTuple):
    """One attribute or child element of a model.

    Attributes:
        name: Its name on the wire.
        field: Its name in the model.
        type: The Python type of the value, or of each value in a list.
        required: Whether the schema demands it.
        minimum: The smallest number that its type has; None for other types.
        maximum: The largest.
        pattern: The regular expression that the schema gives for its text, if any.
        repeated: Whether the value is a list, of any number of elements.
        wrapper: The name of the element around such a list, if any.
        nillable: Whether it may be null, which as an element is empty.
        credential: Whether it must not be shown.
    """

    name: str
    field: str
    type: Any
    required: bool
    minimum: int | None
    maximum: int | None
    pattern: str | None
    repeated: bool
    wrapper: str | None
    nillable: bool
    credential: bool


@cache
def attributes(model: type) -> tuple[Member, ...]:
    """The attributes of a model in alphabetical order, which is the wire's."""
    return _members(model, "Attribute")


@cache
def elements(model: type) -> tuple[Member, ...]:
    """The child elements of a model in the schema's order."""
    return _members(model, "Element")


@cache
def credentials(model: type) -> frozenset[str]:
    """The names of all credentials in a model and those in it."""
    members = elements(model)
    kinds: list[type] = [member.type for member in members]
    below = [credentials(kind) for kind in kinds if dataclasses.is_dataclass(kind)]
    return frozenset(member.name for member in members if member.credential).union(*below)


@cache
def element_forms(model: type) -> Mapping[str, str]:
    """The fields of members that are attributes or elements: of each, the element's and the attribute's."""
    attribute = {member.name: member.field for member in attributes(model)}
    return {item.field: attribute[item.name] for item in elements(model) if item.name in attribute}


@cache
def streamed_lists(model: type) -> tuple[str, ...]:
    """The fields of lists that may have any number of items: those without an element around them."""
    return tuple(member.field for member in elements(model) if member.repeated and not member.wrapper)


def wire_name(model: type) -> str:
    """The name of the element that a model with a name of its own stands for."""
    meta = getattr(model, "Meta", None)
    return str(getattr(meta, "name", model.__name__))


def _members(model: type, form: str) -> tuple[Member, ...]:
    hints = get_type_hints(model)
    members = [
        Member(
            name=field.metadata["name"],
            field=field.name,
            type=_value_type(hints[field.name]),
            required=field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING,
            minimum=field.metadata.get("min_inclusive"),
            maximum=field.metadata.get("max_inclusive"),
            pattern=field.metadata.get("pattern"),
            repeated=field.default_factory is list,
            wrapper=field.metadata.get("wrapper"),
            nillable=field.metadata.get("nillable", False),
            credential=_value_type(hints[field.name]) is Credential,
        )
        for field in dataclasses.fields(model)
        if field.metadata["type"] == form
    ]
    return tuple(sorted(members) if form == "Attribute" else members)


def _value_type(hint: Any) -> Any:
    """`int` of `int`, `None | int` and `list[int]`."""
    return next((inner for inner in get_args(hint) if inner is not type(None)), hint)
