"""Jobs as the plain dictionaries that the vendor's Python SDK returns, and back.

The keys are the names on the wire; the keys of lists end with `List`: `NodeList`, `ObjectsList`,
`ObjectList`, `TapeList`. Values are texts as the appliance writes them, or None. The SDK's version decides
which keys exist, and the schema knows the members of each version.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import is_dataclass
from functools import cache, partial
from typing import Any

from .decoding.memory import make_old
from .errors import InvalidValueError, UsageError
from .models import JobChunk, MasterObjectList
from .options import Missing, check_missing
from .plain_data import Dialect, from_text, model_of
from .validation.versions import in_version
from .wire.compiling import compiled
from .wire.kinds import Boolean, Text, WholeNumber, format_value, kind_of
from .wire.members import Member, attributes, element_forms, elements

__all__ = ["SDK_VERSION", "from_sdk_result", "sdk_result"]

# The version of the SDK, and of the contract that it was made from.
SDK_VERSION = "5.8.3"

_LIST = "List"
_MANY = 256  # dictionaries


def sdk_result(job: MasterObjectList | JobChunk, *, credentials: bool = False) -> dict[str, Any]:
    """Return the SDK's `response.result` for the document of a job or a lone chunk.

        sdk_result(decode("response.xml"))["ObjectsList"][0]["ObjectList"][0]["Name"]

    Two things differ from the SDK. It fails if a wrapped list such as `Nodes` is missing; here the list is
    empty. It keeps the spelling of texts; here they are spelled as the appliance does. Members that its
    version does not have, such as `Version`, are left out.

    Args:
        job: A job, or the chunk that Get Job Chunk returns.
        credentials: Include the credentials of placements, as the SDK does; otherwise they are None.

    Raises:
        UsageError: `job` is neither.
        InvalidValueError: The value of a member does not fit its type.
    """
    if not isinstance(job, (MasterObjectList, JobChunk)):
        raise UsageError(f"expected a MasterObjectList or a JobChunk, not {type(job).__name__}")
    model: type = type(job)
    [result] = _writer(model, bool(credentials))([job])
    return result


def from_sdk_result(result: Mapping[str, Any], *, missing: Missing = "error") -> MasterObjectList | JobChunk:
    """Turn a result of the SDK into the job or chunk that it represents.

    Args:
        result: A dictionary as `sdk_result` or the SDK returns it. Unknown keys are ignored.
        missing: "none" sets a missing required member to None, as in `decode`.

    Raises:
        UsageError: `result` is not such a dictionary.
        MissingAttributeError: A required member is None or missing.
        InvalidValueError: A text does not fit its type.

    The `path` of an error consists of keys, such as `ObjectsList[0]/ObjectList[2]/Length`.
    """
    if not isinstance(result, Mapping):
        raise UsageError(f"expected a dictionary, not {type(result).__name__}")
    check_missing(missing)
    if "ChunkId" in result:
        return model_of(JobChunk, result, _SDK, missing)
    return model_of(MasterObjectList, result, _SDK, missing)


@cache
def _members(model: type) -> Mapping[str, Member]:
    """Map the SDK's keys to the members that its version has."""
    found = {}
    for form, members in (("attribute", attributes(model)), ("element", elements(model))):
        present = in_version(model, form, SDK_VERSION)
        for member in members:
            is_list = member.repeated and not member.wrapper  # the tables of versions do not list these
            if is_list or (member.wrapper or member.name) in present:
                found[member.name + _LIST if member.repeated else member.name] = member
    return found


Writer = Callable[[Sequence[Any]], list[dict[str, Any]]]


@cache
def _writer(model: type, credentials: bool) -> Writer:
    """Compose a function that turns models of one kind into dictionaries, since there are many blobs."""
    scope: dict[str, Any] = {"_format": _format}
    parts = []
    as_elements = {twin: field for field, twin in element_forms(model).items()}
    for key, member in _members(model).items():
        scope[f"_{member.field}"] = member
        value = _expression(member, credentials, scope)
        if member.field in as_elements:  # the SDK reads only the attribute
            value = f"None if _item.{as_elements[member.field]} is not None else {value}"
        parts.append(f"{key!r}: {value}")
    lines = ["def write(_items):", f"    return [{{{', '.join(parts)}}} for _item in _items]"]
    writer: Writer = compiled("write", lines, scope)
    return writer


def _written(model: type, credentials: bool, items: Sequence[Any]) -> list[dict[str, Any]]:
    """Turn nested models into dictionaries. Writers are composed only for lists that are not empty."""
    written = _writer(model, credentials)(items) if items else []
    if len(written) >= _MANY:
        make_old()  # otherwise the collector visits all models of the job again: half of the time
    return written


def _expression(member: Member, credentials: bool, scope: dict[str, Any]) -> str:
    """Write the source of the expression for a member's value; `scope` gets the names that it uses."""
    value = f"(_value := _item.{member.field})"
    model: type = member.type
    if is_dataclass(model):
        scope[f"_write_{member.field}"] = partial(_written, model, credentials)
        if member.repeated:
            return f"_write_{member.field}({value})"
        return f"None if {value} is None else _write_{member.field}([_value])[0]"
    kind = kind_of(member)
    if member.credential and not credentials:
        return "None"
    other = f"_format(_{member.field}, _value)"
    if isinstance(kind, Boolean):
        return f"'true' if {value} is True else 'false' if _value is False else {other}"
    if isinstance(kind, WholeNumber):
        return f"f'{{_value}}' if {value}.__class__ is int else {other}"
    if isinstance(kind, Text) and not member.nillable:
        return f"_value if {value}.__class__ is str else {other}"
    return f"_format(_{member.field}, {value})"


def _format(member: Member, value: Any) -> str | None:
    if value is None:
        return None
    try:
        text = format_value(member, value)
    except ValueError as error:
        raise InvalidValueError(f"{member.name}: {error}") from None
    return text or None if member.nillable else text  # the SDK returns None for an empty element


def _value(member: Member, data: Any) -> Any:
    if not isinstance(data, str):
        raise ValueError(f"expected a text, not {type(data).__name__}")
    return from_text(member, data)


_SDK = Dialect(_members, _value, lambda member, _: member.nillable, has_others=True)
