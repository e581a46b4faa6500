"""Jobs as the plain dictionaries that the vendor's Python SDK returns, and back.

The keys are the names on the wire, and those of lists end with `List`: `NodeList`, `ObjectsList`,
`ObjectList`, `TapeList`. Values are texts as the appliance writes them, or None. Which keys there are is that
of the SDK's version, whose members the schema knows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import is_dataclass
from functools import cache
from typing import Any

from .errors import InvalidValueError, UsageError
from .models import JobChunk, MasterObjectList
from .options import Missing, check_missing
from .plain_data import Dialect, from_text, model_of
from .validation.versions import in_version
from .wire.compiling import compiled
from .wire.kinds import Boolean, Text, WholeNumber, format_value, kind_of
from .wire.members import Member, attributes, element_forms, elements

__all__ = ["SDK_VERSION", "from_sdk_result", "sdk_result"]

# The version of the SDK, which is that of the contract that it was made from.
SDK_VERSION = "5.8.3"

_LIST = "List"


def sdk_result(job: MasterObjectList | JobChunk, *, credentials: bool = False) -> dict[str, Any]:
    """What the SDK's `response.result` is for the document that a job or a lone chunk is written as.

        sdk_result(decode("response.xml"))["ObjectsList"][0]["ObjectList"][0]["Name"]

    The SDK fails where a list that has an element around it is not there, such as `Nodes`; here the list is
    empty. It leaves texts as they were spelled, which here are spelled as the appliance does. What its
    version does not have, such as `Version`, is left out.

    Args:
        job: A job, or the chunk that Get Job Chunk gives.
        credentials: Give the credentials of placements, too, as the SDK does; else they are None.

    Raises:
        UsageError: It is neither.
        InvalidValueError: A member has a value that its type does not have.
    """
    if not isinstance(job, (MasterObjectList, JobChunk)):
        raise UsageError(f"expected a MasterObjectList or a JobChunk, not {type(job).__name__}")
    model: type = type(job)
    [result] = _writer(model, bool(credentials))([job])
    return result


def from_sdk_result(result: Mapping[str, Any], *, missing: Missing = "error") -> MasterObjectList | JobChunk:
    """The job or chunk that a result of the SDK stands for.

    Args:
        result: A dictionary as `sdk_result` or the SDK gives it. Keys of other members are passed over.
        missing: "none" lets a required member be None, as `decode` does.

    Raises:
        UsageError: It is no such dictionary.
        MissingAttributeError: A required member is None or not there.
        InvalidValueError: A text is not one of its type.

    The `path` of an error is made of the keys, such as `ObjectsList[0]/ObjectList[2]/Length`.
    """
    if not isinstance(result, Mapping):
        raise UsageError(f"expected a dictionary, not {type(result).__name__}")
    check_missing(missing)
    if "ChunkId" in result:
        return model_of(JobChunk, result, _SDK, missing)
    return model_of(MasterObjectList, result, _SDK, missing)


@cache
def _members(model: type) -> Mapping[str, Member]:
    """Find the members that the SDK's version has, by its keys."""
    found = {}
    for form, members in (("attribute", attributes(model)), ("element", elements(model))):
        present = in_version(model, form, SDK_VERSION)
        for member in members:
            is_list = member.repeated and not member.wrapper  # which the tables of versions do not have
            if is_list or (member.wrapper or member.name) in present:
                found[member.name + _LIST if member.repeated else member.name] = member
    return found


Writer = Callable[[Sequence[Any]], list[dict[str, Any]]]


@cache
def _writer(model: type, credentials: bool) -> Writer:
    """The function that gives the dictionaries of models of one kind: composed, for there are many blobs."""
    scope: dict[str, Any] = {"_format": _format, "_booleans": {True: "true", False: "false", None: None}}
    parts = []
    as_elements = {twin: field for field, twin in element_forms(model).items()}
    for key, member in _members(model).items():
        scope[f"_{member.field}"] = member
        value = _expression(member, credentials, scope)
        if member.field in as_elements:  # the SDK looks for the attribute
            value = f"None if _item.{as_elements[member.field]} is not None else {value}"
        parts.append(f"{key!r}: {value}")
    lines = ["def write(_items):", f"    return [{{{', '.join(parts)}}} for _item in _items]"]
    writer: Writer = compiled("write", lines, scope)
    return writer


def _expression(member: Member, credentials: bool, scope: dict[str, Any]) -> str:
    """The source that gives the value of a member, which is in the scope under its name."""
    value = f"_item.{member.field}"
    model: type = member.type
    if is_dataclass(model):
        scope[f"_write_{member.field}"] = _writer(model, credentials)
        if member.repeated:
            return f"_write_{member.field}({value})"
        return f"None if {value} is None else _write_{member.field}([{value}])[0]"
    kind = kind_of(member)
    if member.credential and not credentials:
        return "None"
    if isinstance(kind, Boolean):
        return f"_booleans[{value}] if {value}.__class__ is bool else _format(_{member.field}, {value})"
    if isinstance(kind, WholeNumber):
        return f"str({value}) if {value}.__class__ is int else _format(_{member.field}, {value})"
    if isinstance(kind, Text) and not member.nillable:
        return f"{value} if {value}.__class__ is str else _format(_{member.field}, {value})"
    return f"_format(_{member.field}, {value})"


def _format(member: Member, value: Any) -> str | None:
    if value is None:
        return None
    try:
        text = format_value(member, value)
    except ValueError as error:
        raise InvalidValueError(f"{member.name}: {error}") from None
    return text or None if member.nillable else text  # of an empty element the SDK gives None


def _value(member: Member, data: Any) -> Any:
    if not isinstance(data, str):
        raise ValueError(f"expected a text, not {type(data).__name__}")
    return from_text(member, data)


_SDK = Dialect(_members, _value, lambda member, _: member.nillable, has_others=True)
