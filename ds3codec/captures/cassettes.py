"""Reads cassettes of VCR.py, betamax and Ruby's VCR, in YAML or JSON, with one interaction in memory."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ..errors import SourceError
from .coding import decoded
from .recorded import (
    Capture,
    Recorded,
    Response,
    date,
    from_base64,
    judged,
    missing,
    part_of,
    status_of,
    text_of,
)
from .streams import Stream
from .values import JSONError, items_at

__all__ = ["knows", "recorded"]

_INTERACTIONS = ("interactions", "http_interactions")
_JSON = re.compile(
    rb'\{\s*(?:"(?:version|recorded_with)"\s*:\s*[\w."/ -]{1,80}\s*,\s*)?"(http_)?interactions"\s*:'
)
_YAML = re.compile(
    rb"(?:[ \t]*(?:#[^\n]*|%[^\n]*|---[^\n]*)?\r?\n|---[ \t]*)*"
    rb"(?:(?:version|recorded_with):[^\n]*\n)?(?:http_)?interactions:[ \t]*(?:\r?\n|\[)"
)
_MOST_ANCHORS = 100
_MOST_NODES = 100_000  # per interaction


def knows(start: bytes) -> bool:
    return _JSON.match(start) is not None or _YAML.match(start) is not None


def recorded(capture: Capture) -> Iterator[Recorded]:
    for number, interaction in enumerate(_interactions(capture), 1):
        answer = part_of(interaction, "response")
        status = status_of(part_of(answer, "status").get("code", answer.get("status_code")))
        if status is None:
            yield None, False
            continue
        request = part_of(interaction, "request")
        headers = _fields(answer)
        body = decoded([_body(answer)], headers.get("content-encoding", ""))
        yield judged(
            Response(
                f"{capture.name}#{number}",
                body,
                status,
                headers,
                _upper(text_of(request, "method")),
                text_of(request, "uri") or text_of(request, "url"),
                time=date(interaction.get("recorded_at") if isinstance(interaction, dict) else None),
            )
        )


def _interactions(capture: Capture) -> Iterator[Any]:
    in_json = _JSON.match(capture.stream.peek(1024))
    return _of_json(capture, _INTERACTIONS[in_json[1] is not None]) if in_json else _of_yaml(capture)


def _of_json(capture: Capture, key: str) -> Iterator[Any]:
    number = 0
    try:
        for interaction in items_at(capture.stream, key):
            number += 1
            yield interaction
    except JSONError as error:
        raise _malformed(capture, number, f"at {error}") from None


def _of_yaml(capture: Capture) -> Iterator[Any]:
    try:
        import yaml  # noqa: PLC0415  (optional dependency)
    except ModuleNotFoundError as error:
        raise missing("PyYAML", "cassettes in YAML") from error
    number = 0
    try:
        for interaction in _items(_loader(yaml, capture.stream), yaml):
            number += 1
            yield interaction
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"line {mark.line + 1:,}, column {mark.column + 1:,}" if mark else "its end"
        raise _malformed(capture, number, f"at {place}") from None
    except (ValueError, TypeError, RecursionError, OverflowError):
        raise _malformed(capture, number, "a value has a type that cassettes do not have") from None


def _loader(yaml: Any, stream: Stream) -> Any:
    """Make a safe loader that composes one node at a time, on libyaml's parser if that is available.

    A few lines of YAML can expand without limit. So merge keys are ignored, and `_node` limits the nodes of
    an interaction.
    """
    if not yaml.__with_libyaml__:
        return type("Loader", (yaml.SafeLoader,), {"flatten_mapping": _keep})(stream)
    parts = (
        yaml.composer.Composer,
        yaml.cyaml.CParser,
        yaml.constructor.SafeConstructor,
        yaml.resolver.Resolver,
    )

    def begin(self: Any, stream: Stream) -> None:
        yaml.cyaml.CParser.__init__(self, stream)
        for part in (parts[0], *parts[2:]):
            part.__init__(self)

    return type("Loader", parts, {"__init__": begin, "flatten_mapping": _keep})(stream)


def _keep(self: Any, node: Any) -> None:
    """Leave a mapping as it is; replaces the loader's handling of merge keys."""


def _items(loader: Any, yaml: Any) -> Iterator[Any]:
    """Yield the interactions of a document."""
    for kind in (yaml.StreamStartEvent, yaml.DocumentStartEvent, yaml.MappingStartEvent):
        if not isinstance(loader.get_event(), kind):
            return
    while not loader.check_event(yaml.MappingEndEvent):
        key = _node(loader, yaml).value
        if key not in _INTERACTIONS or not loader.check_event(yaml.SequenceStartEvent):
            _node(loader, yaml)
            continue
        loader.get_event()
        while not loader.check_event(yaml.SequenceEndEvent):
            yield loader.construct_document(_node(loader, yaml))
        loader.get_event()


def _node(loader: Any, yaml: Any) -> Any:
    """Compose the next node; refuse one with too many nodes in it."""
    compose, count = type(loader).compose_node, 0

    def counted(parent: Any, index: Any) -> Any:
        nonlocal count
        count += 1
        if count > _MOST_NODES:
            raise yaml.YAMLError
        return compose(loader, parent, index)

    loader.compose_node = counted
    node = loader.compose_node(None, None)
    if len(loader.anchors) > _MOST_ANCHORS:
        loader.anchors.clear()
    return node


def _malformed(capture: Capture, number: int, place: str) -> SourceError:
    reason = f"it is malformed after interaction {number}, {place}"
    return SourceError(f"cannot read {capture.name!r} as a cassette: {reason}")


def _body(answer: Mapping[str, Any]) -> bytes:
    body = answer.get("body")
    body = body if isinstance(body, dict) else {"string": body}
    coded, text = body.get("base64_string"), body.get("string")
    if isinstance(coded, str):
        data = from_base64(coded)
        return coded.encode("utf-8", "surrogatepass") if data is None else data
    if isinstance(text, str):
        return text.encode("utf-8", "surrogatepass")
    return text if isinstance(text, bytes) else b""


def _upper(method: str | None) -> str | None:
    return method and method.upper()  # Ruby's VCR writes it in lower case


def _fields(answer: Mapping[str, Any]) -> dict[str, str]:
    headers = part_of(answer, "headers")
    return {
        name.lower(): ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        for name, value in headers.items()
        if isinstance(name, str)
    }
