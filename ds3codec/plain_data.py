"""Turns models into plain data and back: dicts, lists, strings, numbers, booleans and None, as in JSON.

Dates and times become texts as on the wire, in the form of RFC 3339; enumerations become their texts.
Credentials are left out by default. So is everything that only affects encoding: `present`, and the form of
an id. A model converted to plain data and back equals the original, and is encoded in the usual form.

Internal: the public names are in `ds3codec` itself.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import is_dataclass
from functools import cache
from typing import Any, Literal, NamedTuple, TypeVar, get_args

from .errors import InvalidValueError, MissingAttributeError, UnknownNameError, UsageError, shown
from .model_bases.enumeration import OpenEnumeration
from .model_bases.model import Model
from .options import Missing, check_missing, check_number, check_type
from .wire.kinds import Boolean, WholeNumber, format_value, kind_of
from .wire.members import Member, attributes, element_forms, elements

__all__ = ["Dialect", "from_dict", "from_json", "from_text", "model_of", "to_dict", "to_json"]

Names = Literal["fields", "wire"]
Made = TypeVar("Made", bound=Model)


def to_dict(model: Model, *, names: Names = "fields", credentials: bool = False) -> dict[str, Any]:
    """Turn a model and everything in it into plain data.

        to_dict(decode("response.xml"))["chunks"][0]["blobs"][0]["name"]

    Args:
        model: Any of the models.
        names: "fields" for the names of the models' fields, "wire" for the names on the wire, where a list
            has the name of its wrapper element.
        credentials: Include credentials, as texts.

    Raises:
        UsageError: `model` is not a model, its chunks or blobs were streamed, or `names` is invalid.
        InvalidValueError: The value of a member does not fit its type.
    """
    if not isinstance(model, Model):
        raise UsageError(f"expected a model, not {type(model).__name__}")
    _check(names)
    kind: Any = type(model)
    return {
        key: _plain(member, getattr(model, member.field), names, credentials)
        for key, member in _DIALECTS[names].members(kind).items()
        if credentials or not member.credential
    }


def to_json(
    model: Model, *, names: Names = "fields", credentials: bool = False, indent: int | None = None
) -> str:
    """Turn a model into JSON, on several lines if `indent` is given. See `to_dict` for the rest."""
    if indent is not None:
        check_number("indent", indent, 0, 100)
    data = to_dict(model, names=names, credentials=credentials)
    return json.dumps(data, ensure_ascii=False, indent=indent)


def from_dict(
    model: type[Made], data: Mapping[str, Any], *, names: Names = "fields", missing: Missing = "error"
) -> Made:
    """Make a model from plain data: the converse of `to_dict`.

    Missing members become None or an empty list, unless the schema requires them.

    Args:
        model: The class of the model.
        data: A dict as `to_dict` returns it, or as parsed from JSON.
        names: The kind of names that the keys are, as in `to_dict`.
        missing: "none" sets a missing required member to None, as in `decode`.

    Raises:
        MissingAttributeError: A required member is missing.
        UnknownNameError: A key is not a member of the model.
        InvalidValueError: The value of a member does not fit its type.
        UsageError: An argument is invalid.

    The `path` of an error consists of keys, such as `chunks[0]/blobs[2]/length`.
    """
    _check(names)
    check_missing(missing)
    if not (isinstance(model, type) and issubclass(model, Model)):
        raise UsageError(f"expected one of the models, not {shown(model)}")
    return model_of(model, data, _DIALECTS[names], missing)


def from_json(
    model: type[Made], text: str | bytes, *, names: Names = "fields", missing: Missing = "error"
) -> Made:
    """Make a model from JSON: the converse of `to_json`.

        from_json(MasterObjectList, to_json(job)) == job

    Args:
        model: The class of the model.
        text: The text, or its bytes in UTF-8, UTF-16 or UTF-32.
        names: The kind of names that the keys are, as in `to_dict`.
        missing: "none" sets a missing required member to None, as in `decode`.

    Raises:
        InvalidValueError: `text` is not JSON, or as in `from_dict`.

    The other errors are those of `from_dict`.
    """
    check_type("text", text, str, bytes, bytearray)
    try:
        data = json.loads(text)
    except RecursionError:
        raise InvalidValueError("the JSON is nested too deeply") from None
    except ValueError as error:
        raise InvalidValueError(f"this is not JSON: {error}") from None
    return from_dict(model, data, names=names, missing=missing)


def _check(names: str) -> None:
    if names not in get_args(Names):
        raise UsageError(f'names must be "fields" or "wire", not {names!r}')


def _plain(member: Member, value: Any, names: Names, credentials: bool) -> Any:
    if member.repeated:
        return [_plain_one(member, item, names, credentials) for item in value]
    return None if value is None else _plain_one(member, value, names, credentials)


def _plain_one(member: Member, value: Any, names: Names, credentials: bool) -> Any:
    if isinstance(value, Model):
        return to_dict(value, names=names, credentials=credentials)
    try:
        text = format_value(member, value)
    except ValueError as error:
        raise InvalidValueError(f"{member.name}: {error}") from None
    return value if isinstance(kind_of(member), (Boolean, WholeNumber)) else text


# From plain data to models.


class Dialect(NamedTuple):
    """A form of plain data.

    Attributes:
        members: A function that maps keys to the members of a model.
        value: A function that makes the value of a simple member. Raises ValueError for invalid data.
        may_lack: A function that tells whether a required member may lack its value: its key is absent, or is
            None.
        has_others: True if other keys are allowed.
    """

    members: Callable[[type], Mapping[str, Member]]
    value: Callable[[Member, Any], Any]
    may_lack: Callable[[Member, bool], bool]
    has_others: bool


def model_of(model: type[Made], data: Any, dialect: Dialect, missing: Missing, path: str = "") -> Made:
    """Make a model from plain data. Raises the errors of `from_dict`."""
    if not isinstance(data, Mapping):
        raise InvalidValueError(f"expected a {model.__name__}, not {shown(data)}", path=path or None)
    members = dialect.members(model)
    for key in () if dialect.has_others else data:
        if key not in members:
            raise UnknownNameError(f"{model.__name__} has no {shown(key)}", path=_inside(path, str(key)))
    kind: Any = model  # mypy does not know that a class is hashable
    fields: dict[str, Any] = dict.fromkeys(member.field for member in attributes(kind))
    fields |= {member.field: [] if member.repeated else None for member in elements(kind)}
    for key, member in members.items():
        inside = f"{path}/{key}" if path else key
        if data.get(key) is not None:
            fields[member.field] = _value(member, data[key], dialect, missing, inside)
        elif missing == "error" and member.required and not dialect.may_lack(member, key in data):
            raise MissingAttributeError(f"{key} is missing", path=inside)
    return model(**fields)


def _value(member: Member, data: Any, dialect: Dialect, missing: Missing, path: str) -> Any:
    if not member.repeated:
        return _single(member, data, dialect, missing, path)
    if not isinstance(data, (list, tuple)):
        raise InvalidValueError(f"expected a list, not {shown(data)}", path=path)
    return [_single(member, item, dialect, missing, f"{path}[{number}]") for number, item in enumerate(data)]


def _single(member: Member, data: Any, dialect: Dialect, missing: Missing, path: str) -> Any:
    if is_dataclass(member.type):
        model: Any = member.type
        return model_of(model, data, dialect, missing, path)
    try:
        return dialect.value(member, data)
    except ValueError as error:
        raise InvalidValueError(f"{member.name}: {error}", path=path) from None


def from_text(member: Member, text: str) -> Any:
    """Make the value of a member from its text. Raises ValueError for an invalid text."""
    if issubclass(member.type, OpenEnumeration):
        return member.type.of(text)
    return kind_of(member).parse(text)


def _inside(path: str, name: str) -> str:
    return f"{path}/{name}" if path else name


def _checked(member: Member, data: Any) -> Any:
    is_number = isinstance(kind_of(member), (Boolean, WholeNumber))
    value = from_text(member, data) if isinstance(data, str) and not is_number else data
    format_value(member, value)
    return value


def _may_lack(member: Member, is_none: bool) -> bool:
    """Allow a missing credential, since `to_dict` leaves it out, and None for a nillable member."""
    return member.credential or (member.nillable and is_none)


@cache
def _members(model: type) -> Mapping[str, Member]:
    """Find the members of a model in the order of the wire, each only once."""
    forms = element_forms(model)
    found = (*attributes(model), *elements(model))
    return {member.field: member for member in found if member.field not in forms}


@cache
def _wire_members(model: type) -> Mapping[str, Member]:
    return {member.wrapper or member.name: member for member in _members(model).values()}


_DIALECTS: dict[Names, Dialect] = {
    "fields": Dialect(_members, _checked, _may_lack, has_others=False),
    "wire": Dialect(_wire_members, _checked, _may_lack, has_others=False),
}
