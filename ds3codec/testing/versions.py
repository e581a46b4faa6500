"""Limits models to a version of the API: removes the members that it does not have."""

from __future__ import annotations

from dataclasses import is_dataclass
from functools import cache
from typing import Any, NamedTuple, TypeVar

from ..validation.versions import in_version
from ..wire.members import attributes, element_forms, elements

__all__ = ["limited"]

Model = TypeVar("Model")


def limited(model: Model, version: str) -> Model:
    """Remove the members that a version does not have from a model and everything in it, in place.

    A member that is an attribute in some versions and an element in others gets the form of this one.

    Args:
        model: A job, chunk, blob, node or placement.
        version: One of the known versions.
    """
    kind: type = type(model)
    if hasattr(model, "present"):
        _limit_elements(model, kind, version)
    else:
        limits = _limits(kind, version)
        for field, twin in limits.as_elements:
            setattr(model, field, getattr(model, twin))
        for field in limits.absent:
            setattr(model, field, None)
    for field in _models_in(kind):
        value: Any = getattr(model, field)
        if value is not None:
            for item in value if isinstance(value, list) else [value]:
                limited(item, version)
    return model


class _Limits(NamedTuple):
    """The differences between a model with attributes and a version.

    Attributes:
        as_elements: The fields of members that are elements in the version, each with the attribute's field,
            which has the value in either form.
        absent: The fields of members that the version does not have.
    """

    as_elements: list[tuple[str, str]]
    absent: list[str]


@cache
def _limits(kind: type, version: str) -> _Limits:
    in_elements, in_attributes = (in_version(kind, form, version) for form in ("element", "attribute"))
    forms = element_forms(kind)
    twins = [member for member in elements(kind) if member.field in forms]
    as_elements = [(member.field, forms[member.field]) for member in twins if member.name in in_elements]
    absent = [member.field for member in twins if member.name not in in_elements]
    kept = {twin for _, twin in as_elements}
    others = [member for member in attributes(kind) if member.field not in kept]
    absent += [member.field for member in others if member.name not in in_attributes]
    return _Limits(as_elements, absent)


@cache
def _models_in(kind: type) -> list[str]:
    """List the fields of a model that hold other models."""
    return [member.field for member in elements(kind) if is_dataclass(member.type)]


def _limit_elements(model: Any, kind: type, version: str) -> None:
    """Remove the elements that a version does not have from a model that writes null as an empty element."""
    present = in_version(kind, "element", version)
    for member in elements(kind):
        if (member.wrapper or member.name) not in present:
            setattr(model, member.field, [] if member.repeated else None)
    model.present = tuple(sorted(present))
