"""Lists the attributes and child elements of the generated models.

The decoder, the encoder and the strategies get the attributes of a model here, and never name one.
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
        required: True if the schema demands it.
        minimum: The smallest number of its type; None for other types.
        maximum: The largest number of its type; None for other types.
        pattern: The schema's regular expression for its text, if any.
        repeated: True if the value is a list, of any number of elements.
        wrapper: The name of the element around such a list, if any.
        nillable: True if it may be null; as an element it is empty then.
        credential: True if it must not be shown.
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
    """List the attributes of a model in alphabetical order, as on the wire."""
    return _members(model, "Attribute")


@cache
def elements(model: type) -> tuple[Member, ...]:
    """List the child elements of a model in the schema's order."""
    return _members(model, "Element")


@cache
def credentials(model: type) -> frozenset[str]:
    """Collect the names of all credentials in a model and the models inside it."""
    members = elements(model)
    kinds: list[type] = [member.type for member in members]
    below = [credentials(kind) for kind in kinds if dataclasses.is_dataclass(kind)]
    return frozenset(member.name for member in members if member.credential).union(*below)


@cache
def element_forms(model: type) -> Mapping[str, str]:
    """Map the element's field to the attribute's, for members that have both forms."""
    attribute = {member.name: member.field for member in attributes(model)}
    return {item.field: attribute[item.name] for item in elements(model) if item.name in attribute}


@cache
def streamed_lists(model: type) -> tuple[str, ...]:
    """List the fields of lists without a wrapper element, which may have any number of items."""
    return tuple(member.field for member in elements(model) if member.repeated and not member.wrapper)


def wire_name(model: type) -> str:
    """Return the name of a model's element."""
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
    """Return the inner type: `int` for `int`, `None | int` and `list[int]`."""
    return next((inner for inner in get_args(hint) if inner is not type(None)), hint)
