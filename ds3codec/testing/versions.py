"""Models as they are in a version of the API: without the members that it does not have."""

from __future__ import annotations

from dataclasses import is_dataclass
from typing import Any, TypeVar

from ..validation.versions import in_version
from ..wire.members import attributes, element_forms, elements

__all__ = ["limited"]

Model = TypeVar("Model")


def limited(model: Model, version: str) -> Model:
    """Take from a model, and from all in it, what a version does not have; the model itself is changed.

    What was an attribute in some versions and an element in others is what it is in this one.

    Args:
        model: A job, chunk, blob, node or placement.
        version: One of the known versions.
    """
    kind: type = type(model)
    if hasattr(model, "present"):
        _limit_elements(model, kind, version)
    else:
        _limit_attributes(model, kind, version)
    for member in elements(kind):
        value: Any = getattr(model, member.field)
        if is_dataclass(member.type) and value is not None:
            for item in value if isinstance(value, list) else [value]:
                limited(item, version)
    return model


def _limit_attributes(model: Any, kind: type, version: str) -> None:
    in_elements, in_attributes = (in_version(kind, form, version) for form in ("element", "attribute"))
    forms = element_forms(kind)
    for member in elements(kind):  # the field of the attribute has the value in either form
        if member.field in forms:
            value = getattr(model, forms[member.field])
            setattr(model, member.field, value if member.name in in_elements else None)
    kept = {twin for field, twin in forms.items() if getattr(model, field) is not None}
    for member in attributes(kind):
        if member.name not in in_attributes and member.field not in kept:
            setattr(model, member.field, None)


def _limit_elements(model: Any, kind: type, version: str) -> None:
    """Leave those elements, of which null is an empty one, that a version has."""
    present = in_version(kind, "element", version)
    for member in elements(kind):
        if (member.wrapper or member.name) not in present:
            setattr(model, member.field, [] if member.repeated else None)
    model.present = tuple(sorted(present))
