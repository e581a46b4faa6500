"""The one table of places in a capture, and of the values that may stay there in a redacted copy.

A place is an element or attribute, nested as in the bindings; a part of HTTP; or a key of a HAR, nested as in
the format. Each place has a rule that redacts a value: the value stays if the place's own parser accepts it,
and is replaced otherwise. Values outside of these places are always replaced, and credentials are in none.
The parser of a place accepts a stand-in if and only if it accepts the value, so that faults stay.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from functools import cache
from http import HTTPStatus
from typing import Any

from xsdata.models.enums import DataType

from ..formats import COMPRESSIONS
from ..models import JobChunk, MasterObjectList, ServerError
from ..wire.characters import WHITE_SPACE
from ..wire.kinds import Boolean, DateTime, Kind, Secret, Text, kind_of
from ..wire.members import Member, attributes, elements, wire_name
from ..wire.names import WRITE_OPTIMIZATION
from .grammars import (
    Accepts,
    any_of,
    is_date,
    is_media_type,
    is_number,
    is_phrase,
    is_status,
    items_of,
    one_of,
    option_of,
    weighted,
)
from .stand_ins import StandIns, unlike
from .urls import query_name, query_value, url

__all__ = [
    "NOWHERE",
    "WORD_BY_WORD",
    "XSI",
    "Place",
    "Rule",
    "before_root",
    "entry",
    "field_name",
    "field_value",
    "hidden",
    "method",
    "name_space",
    "named",
    "xsi_attributes",
]

Rule = Callable[[StandIns, str], str]
"""Redacts a value, keeping its length in characters."""


def hidden(stand_ins: StandIns, text: str) -> str:
    """Replace a value, including its punctuation."""
    return stand_ins.secret(text)


def _reworded(stand_ins: StandIns, text: str) -> str:
    """Replace the words in a free text."""
    return stand_ins.text(text)


WORD_BY_WORD = (hidden, _reworded)
"""The rules that replace each word independently of its surroundings."""


def shown(accepts: Accepts) -> Rule:
    """Make the rule of a place where accepted values are harmless."""

    def rule(stand_ins: StandIns, text: str) -> str:
        if accepts(text):
            return text
        stand_in = stand_ins.secret(text)
        return "*" * len(text) if accepts(stand_in) else stand_in

    return rule


def _renumbered(accepts: Accepts) -> Rule:
    """Make the rule of a place where numbers are ids, and must be replaced."""

    def rule(stand_ins: StandIns, text: str) -> str:
        if not accepts(text):
            return shown(accepts)(stand_ins, text)
        stand_in = stand_ins.text(text)
        return stand_in if accepts(stand_in) else _smaller(stand_in)

    return rule


def _smaller(number: str) -> str:
    """Replace the first digit of a number with zero."""
    first = next(at for at, character in enumerate(number) if character.isdigit())
    return f"{number[:first]}0{number[first + 1 :]}"


# Bodies: elements and attributes, by the bindings.


@dataclasses.dataclass(frozen=True, eq=False, slots=True)
class Place:
    """The place of an element, by the elements around it.

    Attributes:
        attributes: The rules of its attributes, by their names.
        elements: The places of its child elements, by their names.
        value: The rule of its text; None if it has no simple value.
    """

    attributes: Mapping[str, Rule]
    elements: Mapping[str, Place]
    value: Rule | None = None


_ROOTS = (MasterObjectList, JobChunk, ServerError)

NOWHERE = Place({}, {})
"""The place of an unknown or misplaced element."""

XSI = "http://www.w3.org/2001/XMLSchema-instance"
_NAME_SPACES = frozenset([XSI, "http://www.w3.org/2001/XMLSchema", "http://www.w3.org/XML/1998/namespace"])
_PREFIXES = ("xml", "xmlns", "xsi")
_XSI_NAMES = ("nil", "type", "schemaLocation", "noNamespaceSchemaLocation")
# The error codes of appliances and S3; the schema does not list them.
_CODES = one_of(
    (
        *(status.name.replace("_", "") for status in HTTPStatus),
        *("AccessDenied", "BadDigest", "BucketAlreadyExists", "BucketNotEmpty", "ExpiredToken", "SlowDown"),
        *("IncompleteBody", "InternalError", "InvalidAccessKeyId", "InvalidArgument", "InvalidBucketName"),
        *("InvalidDigest", "InvalidRange", "InvalidRequest", "InvalidURI", "KeyTooLong", "MalformedXML"),
        *("MissingContentLength", "MissingRequestBodyError", "NoSuchBucket", "NoSuchKey", "NoSuchUpload"),
        *("NoSuchVersion", "ObjectAlreadyExists", "RequestTimeout", "RequestTimeTooSkewed"),
        *("SignatureDoesNotMatch",),
    )
)


@cache
def before_root() -> Place:
    """Return the place around the root of a document."""
    return Place({}, {wire_name(model): _place(model) for model in _ROOTS})


def _place(model: Any) -> Place:
    below = {}
    for member in elements(model):
        is_leaf = not dataclasses.is_dataclass(member.type)
        place = Place({}, {}, _rule(model, member)) if is_leaf else _place(member.type)
        wrapped = Place({}, {member.name: place})
        below[member.wrapper or member.name] = wrapped if member.wrapper else place
    return Place({member.name: _rule(model, member) for member in attributes(model)}, below)


def _rule(model: Any, member: Member) -> Rule:
    kind = kind_of(member)
    if isinstance(kind, Secret):
        return hidden
    if (model, member.name) == (ServerError, "Code"):
        return shown(_CODES)
    if isinstance(kind, Text):
        return _reworded
    is_identity = member.type is int and member.name.endswith("Id")
    return (_renumbered if is_identity else shown)(_accepted_by(kind))


def _accepted_by(kind: Kind) -> Accepts:
    """Make a function that accepts the same as the schema's type."""
    parse = kind.reader()

    def accepts(text: str) -> bool:
        try:
            parse(text)
        except ValueError:
            return False
        return True

    return accepts


@cache
def xsi_attributes() -> Mapping[str, Rule]:
    """Return the rules of the xsi: attributes, which any element may have."""
    rules = (shown(_accepted_by(Boolean())), _typed, hidden, hidden)
    return dict(zip(_XSI_NAMES, rules, strict=True))


def _typed(stand_ins: StandIns, text: str) -> str:
    """Redact the name of a type; the types of the schema, and of XML Schema itself, stay."""
    prefix, colon, name = text.rpartition(":")
    is_known = name.strip(WHITE_SPACE) in _types()
    return f"{named(stand_ins, prefix)}{colon}{name if is_known else stand_ins.secret(name)}"


@cache
def _types() -> frozenset[str]:
    used = {member.type for model in _models() for member in (*attributes(model), *elements(model))}
    return frozenset({one.__name__ for one in {*used, *_models()}} | {kind.code for kind in DataType})


@cache
def _names() -> frozenset[str]:
    """Collect the names that stay everywhere: those of the schema, and of XML itself."""
    members = [member for model in _models() for member in (*attributes(model), *elements(model))]
    found = {name for member in members for name in (member.name, member.wrapper or member.name)}
    return frozenset({*found, *map(wire_name, _ROOTS), WRITE_OPTIMIZATION, *_PREFIXES, *_XSI_NAMES})


@cache
def _models() -> tuple[Any, ...]:
    """Collect the models of all documents and their content."""
    found: list[Any] = list(_ROOTS)
    for model in found:  # grows during the loop
        below = [member.type for member in elements(model) if dataclasses.is_dataclass(member.type)]
        found += [one for one in below if one not in found]
    return tuple(found)


def _is_name(name: str) -> bool:
    return name in _names() or name.lower() in _PREFIXES


def named(stand_ins: StandIns, name: str) -> str:
    """Redact the name of an element, an attribute, a prefix or an instruction; the schema's names stay."""
    parts = name.split(":")
    return ":".join(part if _is_name(part) else unlike(stand_ins.name, part, _is_name) for part in parts)


def name_space(stand_ins: StandIns, uri: str) -> str:
    """Redact a name space; those of XML itself stay."""
    is_known = _NAME_SPACES.__contains__
    return uri if is_known(uri) else unlike(stand_ins.text, uri, is_known)


# HTTP: the request, the status, and the headers.

_is_method = one_of(["GET", "PUT", "POST", "DELETE", "HEAD", "OPTIONS", "PATCH", "TRACE", "CONNECT"])
_is_version = one_of(["", "HTTP/0.9", "HTTP/1.0", "HTTP/1.1", "HTTP/2", "HTTP/2.0", "HTTP/3", "h2", "h3"])
_OUR_CODINGS = (coding for compression in COMPRESSIONS for coding in compression.codings)
_CODINGS = one_of([*_OUR_CODINGS, "identity", "br", "compress", "chunked", "*"])
_NO_VALUE = ("no-cache", "no-store", "no-transform", "must-revalidate", "public", "private", "only-if-cached")
_AGES = ("max-age", "s-maxage", "max-stale", "min-fresh", "stale-while-revalidate", "stale-if-error")

# The headers whose values may stay.
_SHOWN_FIELDS: dict[str, Accepts] = {
    "accept": items_of(weighted(is_media_type)),
    "accept-encoding": items_of(weighted(_CODINGS)),
    "accept-ranges": one_of(["bytes", "none"]),
    "age": is_number,
    "cache-control": items_of(any_of(one_of(_NO_VALUE), option_of(_AGES))),
    "connection": items_of(one_of(["close", "keep-alive", "upgrade", "te"])),
    "content-encoding": items_of(_CODINGS),
    "content-length": is_number,
    "content-type": is_media_type,
    "date": is_date,
    "expires": any_of(is_date, one_of(["0", "-1"])),
    "keep-alive": items_of(option_of(["timeout", "max"])),
    "last-modified": is_date,
    "pragma": one_of(["no-cache"]),
    "retry-after": any_of(is_number, is_date),
    "transfer-encoding": items_of(_CODINGS),
}
# Other headers that are registered, or usual in browsers and proxies: only their names stay.
_OTHER_FIELDS = (
    *("accept-charset", "accept-language", "access-control-allow-credentials"),
    *("access-control-allow-headers", "access-control-allow-methods", "access-control-allow-origin"),
    *("access-control-expose-headers", "access-control-max-age", "access-control-request-headers"),
    *("access-control-request-method", "allow", "alt-svc", "authorization", "content-disposition"),
    *("content-language", "content-location", "content-md5", "content-range", "content-security-policy"),
    *("cookie", "dnt", "etag", "expect", "forwarded", "from", "host", "if-match", "if-modified-since"),
    *("if-none-match", "if-range", "if-unmodified-since", "link", "location", "max-forwards", "origin"),
    *("priority", "proxy-authenticate", "proxy-authorization", "proxy-connection", "range", "referer"),
    *("referrer-policy", "sec-ch-ua", "sec-ch-ua-mobile", "sec-ch-ua-platform", "sec-fetch-dest"),
    *("sec-fetch-mode", "sec-fetch-site", "sec-fetch-user", "server", "server-timing", "set-cookie"),
    *("strict-transport-security", "te", "trailer", "upgrade", "upgrade-insecure-requests", "user-agent"),
    *("vary", "via", "warning", "www-authenticate", "x-content-type-options", "x-forwarded-for"),
    *("x-forwarded-host", "x-forwarded-proto", "x-frame-options", "x-requested-with", "x-xss-protection"),
)
_FIELDS: Mapping[str, Rule] = {
    name: shown(accepts) for name, accepts in _SHOWN_FIELDS.items()
} | dict.fromkeys(_OTHER_FIELDS, hidden)


def _is_field(name: str) -> bool:
    return name.lower() in _FIELDS


def field_name(stand_ins: StandIns, name: str) -> str:
    """Redact the name of a header; registered names stay."""
    return name if _is_field(name) else unlike(stand_ins.name, name, _is_field)


def field_value(stand_ins: StandIns, name: str, value: str) -> str:
    """Redact the value of a header."""
    return _FIELDS.get(name.lower(), hidden)(stand_ins, value)


def method(stand_ins: StandIns, text: str) -> str:
    """Redact an HTTP method; a word stays a word."""
    return text if _is_method(text) else unlike(stand_ins.secret, text, _is_method)


# HAR archives: nested keys, as in HAR 1.2. Other keys are left out, because they may be anything; those that
# begin with an underscore are a recorder's own. A value of a wrong type becomes null.

Shape = Callable[[StandIns, Any], Any]
"""Redacts a value of JSON."""

_LARGEST = 2**63


def _text(rule: Rule) -> Shape:
    return lambda stand_ins, value: rule(stand_ins, value) if isinstance(value, str) else None


def _number(_: StandIns, value: Any) -> Any:
    is_one = isinstance(value, (int, float)) and not isinstance(value, bool)
    return value if is_one and abs(value) < _LARGEST else None


def _status(_: StandIns, value: Any) -> Any:
    """Keep a status code, or the zero of browsers that got no answer."""
    is_one = isinstance(value, int) and not isinstance(value, bool)
    return value if is_one and is_status(value) else None


def _truth(_: StandIns, value: Any) -> Any:
    return value if isinstance(value, bool) else None


def _list(shape: Shape) -> Shape:
    def anew(stand_ins: StandIns, value: Any) -> Any:
        return [shape(stand_ins, one) for one in value] if isinstance(value, list) else None

    return anew


def _object(**shapes: Shape) -> Shape:
    shapes |= {"comment": _text(hidden)}  # any object of a HAR may have one

    def anew(stand_ins: StandIns, value: Any) -> Any:
        if not isinstance(value, dict):
            return None
        return {key: shapes[key](stand_ins, one) for key, one in value.items() if key in shapes}

    return anew


def _pair(name: Rule, rule: Callable[[StandIns, str, str], str]) -> Shape:
    """Make the shape of a name and a value whose rule depends on the name."""
    plain = _object(name=_text(name), value=_text(hidden))

    def anew(stand_ins: StandIns, value: Any) -> Any:
        new = plain(stand_ins, value)
        if new and isinstance(new.get("name"), str) and isinstance(new.get("value"), str):
            new["value"] = rule(stand_ins, value["name"], value["value"])
        return new

    return anew


_HIDDEN = _text(hidden)
_DATE = _text(shown(any_of(_accepted_by(DateTime()), is_date)))
_COOKIES = _list(
    _object(
        name=_HIDDEN,
        value=_HIDDEN,
        path=_HIDDEN,
        domain=_HIDDEN,
        expires=_DATE,
        httpOnly=_truth,
        secure=_truth,
    )
)
_MESSAGE: dict[str, Shape] = {
    "httpVersion": _text(shown(_is_version)),
    "cookies": _COOKIES,
    "headers": _list(_pair(field_name, field_value)),
    "headersSize": _number,
    "bodySize": _number,
}
_CACHED = _object(expires=_DATE, lastAccess=_DATE, eTag=_HIDDEN, hitCount=_number)

entry: Shape = _object(
    pageref=_HIDDEN,
    startedDateTime=_DATE,
    time=_number,
    request=_object(
        method=_text(method), url=_text(url), queryString=_list(_pair(query_name, query_value)), **_MESSAGE
    ),
    response=_object(
        status=_status,
        statusText=_text(shown(is_phrase)),
        redirectURL=_text(url),
        content=_object(size=_number, compression=_number, mimeType=_text(shown(is_media_type))),
        **_MESSAGE,
    ),
    cache=_object(beforeRequest=_CACHED, afterRequest=_CACHED),
    timings=_object(
        **dict.fromkeys(("blocked", "dns", "connect", "send", "wait", "receive", "ssl"), _number)
    ),
    serverIPAddress=_HIDDEN,
    connection=_HIDDEN,
)
"""Redacts an entry, and drops the bodies of its request and response."""
