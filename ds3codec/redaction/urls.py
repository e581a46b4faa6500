"""Redacts URLs so that the operation can still be recognised.

The fixed parts of operations' URLs stay in their places: words of the path, names in the query, and values
that belong to such names. Everything else is replaced, including the host and its port.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import quote, unquote, unquote_plus

from ..operations import OPERATIONS
from .stand_ins import StandIns, unlike

__all__ = ["query_name", "query_value", "url"]

_URL = re.compile(
    r"(?:([a-z][a-z0-9+.-]*:|)//([^/?#]*))?([^?#]*)(\??)([^#]*)(#?)(.*)", re.IGNORECASE | re.DOTALL
)
_UNRESERVED = "!$'()*,:@;"

_PATH_WORDS = frozenset(
    (place, word)
    for operation in OPERATIONS
    for place, word in enumerate(operation.path.split("/"))
    if word and not word.startswith("{")
)
_QUERY_PAIRS = frozenset((name, value or "") for operation in OPERATIONS for name, value in operation.query)
_QUERY_NAMES = frozenset(name for name, _ in _QUERY_PAIRS)


def url(stand_ins: StandIns, text: str) -> str:
    """Redact a URL, or a path with its query."""
    found = _URL.fullmatch(text)
    assert found is not None, "the pattern matches any text"  # noqa: S101
    scheme, host, path, mark, query, hash_mark, fragment = found.groups()
    start = "" if scheme is None else f"{_scheme(stand_ins, scheme)}//{_quoted(stand_ins, host)}"
    steps = "/".join(_step(stand_ins, place, step) for place, step in enumerate(path.split("/")))
    pairs = "&".join(_pair(stand_ins, pair) for pair in query.split("&"))
    return f"{start}{steps}{mark}{pairs}{hash_mark}{_quoted(stand_ins, fragment)}"


def query_name(stand_ins: StandIns, name: str) -> str:
    """Redact a name in a query."""
    return name if _is_query_name(name) else unlike(stand_ins.text, name, _is_query_name)


def query_value(stand_ins: StandIns, name: str, value: str) -> str:
    """Redact the value of a name in a query."""

    def is_known(text: str) -> bool:
        return (name.lower(), text.lower()) in _QUERY_PAIRS

    return value if is_known(value) else unlike(stand_ins.text, value, is_known)


def _is_query_name(name: str) -> bool:
    return name.lower() in _QUERY_NAMES


def _scheme(stand_ins: StandIns, scheme: str) -> str:
    return scheme if _is_scheme(scheme) else unlike(stand_ins.name, scheme, _is_scheme)


def _is_scheme(text: str) -> bool:
    return text.lower() in ("", "http:", "https:")


def _pair(stand_ins: StandIns, pair: str) -> str:
    name, equals, value = pair.partition("=")
    plain = unquote_plus(name)
    named = _anew(name, plain, query_name(stand_ins, plain))
    told = unquote_plus(value)
    return f"{named}{equals}{_anew(value, told, query_value(stand_ins, plain, told))}"


def _step(stand_ins: StandIns, place: int, step: str) -> str:
    def is_known(text: str) -> bool:
        return (place, text) in _PATH_WORDS

    return step if is_known(step) else _quoted(stand_ins, step, is_known)


def _quoted(stand_ins: StandIns, text: str, is_taken: Callable[[str], bool] = lambda _: False) -> str:
    plain = unquote(text)
    return _anew(text, plain, unlike(stand_ins.text, plain, is_taken))


def _anew(text: str, plain: str, new: str) -> str:
    """Return the text as it was written if it did not change, or the new text, quoted."""
    return text if plain == new else quote(new, safe=_UNRESERVED)
