"""Members that are elements, from the parser's events: those of a placement, and of the server's error.

`ElementBuilder` takes the events for one such element and all in it, and gives the model. It follows the
bindings in plain loops: `nested` reads most placements faster, and this reads what `nested` leaves.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from functools import cache
from typing import Any, TypeAlias

from ..bases.presence import PresenceModel, presence
from ..errors import (
    LimitExceededError,
    MissingAttributeError,
    UnknownNameError,
    shown,
)
from ..limits import DEEPEST, LONGEST_TEXT, MOST_ELEMENTS
from ..wire.kinds import kind_of
from ..wire.members import Member, credentials, elements
from ..wire.names import discreet
from .layouts import XSI, Policy, wrong_value

__all__ = ["ElementBuilder"]

_Open: TypeAlias = "_Model | _List | _Text"


class _Model:
    """An open element that becomes a model."""

    __slots__ = ("children", "member", "name", "present", "values")

    def __init__(self, member: Member) -> None:
        self.member = member
        self.name = member.name
        self.children = _children(member.type)
        self.values: dict[str, Any] = {}
        self.present: list[str] = []

    def child(self, tag: str) -> _Open | None:
        if tag not in self.children:
            return None
        self.present.append(tag)
        opened, member = self.children[tag]
        return opened(member)

    def add(self, child: _Open, value: Any) -> None:
        self.values[child.member.field] = value


class _List:
    """The open element around a list."""

    __slots__ = ("items", "member", "name")

    def __init__(self, member: Member) -> None:
        self.member = member
        self.name = member.wrapper or member.name
        self.items: list[Any] = []

    def child(self, tag: str) -> _Open | None:
        return _kind(self.member)(self.member) if tag == self.member.name else None

    def add(self, child: _Open, value: Any) -> None:
        self.items.append(value)


class _Text:
    """An open element with a single value."""

    __slots__ = ("member", "name", "parts")

    def __init__(self, member: Member) -> None:
        self.member = member
        self.name = member.name
        self.parts: list[str] = []

    def child(self, tag: str) -> _Open | None:
        return None


def _kind(member: Member) -> type[_Model | _Text]:
    return _Model if dataclasses.is_dataclass(member.type) else _Text


@cache
def _children(model: type) -> Mapping[str, tuple[type[_Open], Member]]:
    """How the child elements of a model are opened, by their names on the wire: a list's is its wrapper's."""
    return {
        member.wrapper or member.name: (_List if member.wrapper else _kind(member), member)
        for member in elements(model)
    }


class ElementBuilder:
    """Builds what one element and all in it stand for.

    Attributes:
        value: What the element stands for, once it has ended.
    """

    def __init__(self, member: Member, path: str, policy: Policy) -> None:
        self.value: Any = None
        self._member = member
        self._may_have_secrets = _kind(member) is _Model and bool(credentials(member.type))
        self._parent_path = path
        self._policy = policy
        self._open: list[_Open] = []
        self._skipped: list[str] = []  # the open unknown elements
        self._elements = 0
        self._length = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins: first the builder's own."""
        self._elements += 1
        if self._elements > MOST_ELEMENTS:
            raise LimitExceededError(f"more than {MOST_ELEMENTS} elements in one object", path=self.path())
        opened = _kind(self._member)(self._member) if not self._open else self._open[-1].child(tag)
        if self._skipped or opened is None:
            self._policy.met(tag, *attributes)
            self._skip(discreet(tag))
            return
        self._open.append(opened)
        for name in attributes:
            if name.startswith(XSI):
                self._policy.met(name)
            else:
                self._pass_over("attribute", name, "@")

    def end(self) -> bool:
        """An element ends; whether it was the builder's own."""
        if self._skipped:
            self._skipped.pop()
            return False
        value = self._finished(self._open[-1])
        closed = self._open.pop()
        if not self._open:
            self.value = value
            return True
        parent = self._open[-1]
        if not isinstance(parent, _Text):
            parent.add(closed, value)
        return False

    def data(self, text: str) -> None:
        """Text inside the innermost element."""
        if self._open and isinstance(self._open[-1], _Text) and not self._skipped:
            self._open[-1].parts.append(text)
            self._length += len(text)
            if self._length > LONGEST_TEXT:
                raise LimitExceededError(f"texts of more than {LONGEST_TEXT} characters", path=self.path())

    def path(self) -> str:
        """The innermost open element that is known, or the outermost unknown one."""
        steps = [self._parent_path]
        parent: _Open | None = None
        for opened in self._open:
            number = f"[{len(parent.items) + 1}]" if isinstance(parent, _List) else ""
            steps.append(f"{opened.name}{number}")
            parent = opened
        is_secret = bool(self._open) and isinstance(opened, _Text) and opened.member.credential
        return "/".join(steps if is_secret else steps + self._skipped[:1])

    def is_in_secret(self) -> bool:
        """Whether a credential may stand here: anywhere in a placement, and in any unknown element."""
        return self._may_have_secrets or bool(self._skipped)

    def _skip(self, tag: str) -> None:
        if not self._skipped:
            self._pass_over("element", tag, "")
        self._skipped.append(tag)
        if len(self._skipped) > DEEPEST:
            raise LimitExceededError(f"elements nested deeper than {DEEPEST}", path=self.path())

    def _pass_over(self, form: str, name: str, mark: str) -> None:
        """Count an unknown name in the open element, unless the policy is strict."""
        if isinstance(self._open[-1], _Text) and self._open[-1].member.credential:
            what, name = f"{form} in {self._open[-1].name}", f"{self._open[-1].name}/{mark}*"
            path = self.path()
        else:
            what, path = f"{form} {shown(name)}", f"{self.path()}/{mark}{name}"
        if self._policy.strict:
            raise UnknownNameError(f"unknown {what}", path=path)
        self._policy.passed_over(name)

    def _finished(self, closed: _Open) -> Any:
        if isinstance(closed, _List):
            return closed.items
        return self._value(closed) if isinstance(closed, _Text) else self._model(closed)

    def _value(self, closed: _Text) -> Any:
        text = "".join(closed.parts)
        if not text and closed.member.nillable:
            return None
        try:
            return kind_of(closed.member).parse(text)
        except ValueError as error:
            return wrong_value(closed.member, text, error, self._policy, self.path())

    def _model(self, closed: _Model) -> Any:
        model = closed.member.type
        for member in elements(model):
            if member.field not in closed.values:
                if member.wrapper:
                    closed.values[member.field] = []
                    continue
                if member.required and self._policy.missing == "error":
                    raise MissingAttributeError(
                        f'the required element {member.name} is missing (missing="none" lets it be None)',
                        path=f"{self.path()}/{member.name}",
                    )
                closed.values[member.field] = None
        if issubclass(model, PresenceModel):
            closed.values["present"] = presence(tuple(closed.present))
        return model(**closed.values)
