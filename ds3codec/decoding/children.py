"""Reads elements with children, such as a placement or the server's error, recursively by the bindings.

Elements of one kind share one sequence of children, or a few. Each sequence has a shape: the field that each
child fills, and the function that reads its text. Unknown elements are counted, and skipped with their
content.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import is_dataclass
from functools import cache, lru_cache
from typing import Any, NamedTuple

from ..errors import (
    DecodeError,
    InvalidValueError,
    LimitExceededError,
    MissingAttributeError,
    UnknownNameError,
    shown,
)
from ..limits import DEEPEST
from ..model_bases.credential import Credential
from ..model_bases.model import PresenceModel, presence
from ..wire.kinds import kind_of
from ..wire.members import Member, elements
from ..wire.names import XSI, discreet
from .attributes import Policy, keep, wrong_value
from .parser import Element

__all__ = ["Child", "Elements", "children_of", "names_in", "steps_to", "too_deep"]

_MOST_VALUES = 1024  # kept for each member

_new = object.__new__


class Child(NamedTuple):
    """A child element of a model.

    Attributes:
        member: The member that it fills.
        read: The function that reads its text, or None for no text, if it has a single value.
        model: Its model, or the model of its items, if it has children of its own.
    """

    member: Member
    read: Callable[[str | None], Any] | None
    model: type | None


@cache
def children_of(model: type) -> Mapping[str, Child]:
    """Map names on the wire to the child elements of a model; a list has the name of its wrapper."""
    return {member.wrapper or member.name: _child(member) for member in elements(model)}


def _child(member: Member) -> Child:
    if is_dataclass(member.type):
        model: Any = member.type
        return Child(member, None, model)
    read, nillable = kind_of(member).reader(), member.nillable

    def read_text(text: str | None) -> Any:
        return None if nillable and not text else read(text or "")

    # Values recur, because a tape holds many objects. Credentials are never kept.
    is_kept = member.type not in (str, Credential)
    return Child(member, lru_cache(_MOST_VALUES)(read_text) if is_kept else read_text, None)


class Shape(NamedTuple):
    """The meaning of a sequence of children.

    Attributes:
        children: The children; None for an unknown one.
        fields: The fields of the children that have a single value.
        reads: For each of these fields the function that reads its text.
        is_flat: True if all children have a single value.
        absent: The members without a child here.
        present: The names of the other members, if the model keeps them.
    """

    children: tuple[Child | None, ...]
    fields: tuple[str, ...]
    reads: tuple[Callable[[str | None], Any], ...]
    is_flat: bool
    absent: tuple[Member, ...]
    present: tuple[str, ...] | None


# Shapes without unknown children, kept for later documents.
_shapes: dict[tuple[type, tuple[str, ...]], Shape] = {}


def _shape(model: type, tags: tuple[str, ...]) -> Shape:
    """Find the shape of an element with such children. It is remembered if each is known and comes once."""
    found = _shapes.get((model, tags))
    if found is not None:
        return found
    found, known = _shape_of(model, tags), children_of(model)
    if len(tags) <= len(known) and known.keys() >= set(tags):
        keep(_shapes, (model, tags), found)
    return found


def _shape_of(model: type, tags: tuple[str, ...]) -> Shape:
    known = children_of(model)
    children = tuple(known.get(tag) for tag in tags)
    simple = [(child.member.field, child.read) for child in children if child is not None and child.read]
    return Shape(
        children=children,
        fields=tuple(field for field, _ in simple),
        reads=tuple(read for _, read in simple),
        is_flat=len(simple) == len(children),
        absent=tuple(member for member in elements(model) if (member.wrapper or member.name) not in tags),
        present=presence(tuple(tag for tag in tags if tag in known))
        if issubclass(model, PresenceModel)
        else None,
    )


class Elements:
    """Reads elements with children into models.

    Args:
        policy: The treatment of unknown, missing and wrong elements.
        located: A function that adds the place of an element to an error about it, in front of the error's
            path.
    """

    def __init__(self, policy: Policy, located: Callable[[DecodeError, Element], DecodeError]) -> None:
        self._policy = policy
        self._located = located

    def fill(self, item: Any, element: Element, known: Mapping[str, Child]) -> None:
        """Set the members of a model from the children of its element."""
        for inner in element:
            child = known.get(inner.tag)
            if child is None:
                self.pass_over(inner)
            else:
                setattr(item, child.member.field, self._value(child, inner))

    def model(self, model: type, element: Element) -> Any:
        """Make a model from an element whose members are its children."""
        children = list(element)
        shape = _shape(model, tuple([child.tag for child in children]))
        if element.keys():
            self.check_attributes(element)
        item: Any = _new(model)
        if not shape.is_flat or not self._fill_flat(item, shape, children):
            for child, inner in zip(shape.children, children):
                if child is None:
                    self.pass_over(inner)
                else:
                    setattr(item, child.member.field, self._value(child, inner))
        if shape.absent:
            self._fill_in(item, shape.absent, element)
        if shape.present is not None:
            item.present = shape.present
        return item

    def _fill_flat(self, item: Any, shape: Shape, children: list[Element]) -> bool:
        """Set members from the texts of children. Returns False if a child has more than a valid text."""
        if any(map(len, children)) or any(child.keys() for child in children):
            return False
        try:
            for field, read, child in zip(shape.fields, shape.reads, children):
                setattr(item, field, read(child.text))
        except ValueError:  # the slow way reports it, with its place
            return False
        return True

    def _fill_in(self, item: Any, absent: tuple[Member, ...], element: Element) -> None:
        """Set the members without a child to None or an empty list."""
        for member in absent:
            if member.required and not member.wrapper and self._policy.missing == "error":
                message = f'the required element {member.name} is missing (missing="none" lets it be None)'
                raise self._located(MissingAttributeError(message, path=f"/{member.name}"), element)
            setattr(item, member.field, [] if member.wrapper else None)

    def _value(self, child: Child, element: Element) -> Any:
        """Read a child of any kind."""
        if child.member.wrapper:
            self.check_attributes(element)
            return list(self._items(child, element))
        return self._text(child, element) if child.model is None else self.model(child.model, element)

    def _items(self, child: Child, element: Element) -> Iterable[Any]:
        for inner in element:
            if inner.tag != child.member.name:
                self.pass_over(inner)
            elif child.model is None:
                yield self._text(child, inner)
            else:
                yield self.model(child.model, inner)

    def _text(self, child: Child, element: Element) -> Any:
        member, text = child.member, element.text or ""
        if element.keys() or len(element):
            self.check_attributes(element, member)
            for inner in element:
                self.pass_over(inner, member)
                text += inner.tail or ""
        if not text and member.nillable:
            return None
        try:
            return kind_of(member).parse(text)
        except ValueError as error:
            try:
                return wrong_value(member, text, error, self._policy, "")
            except InvalidValueError as wrong:
                raise self._located(wrong, element) from None

    def check_attributes(self, element: Element, member: Member | None = None) -> None:
        """Count the attributes of an element that may have none; an error if the policy is strict."""
        for name in element.keys():  # noqa: SIM118  (iterating over an element yields its children)
            if name.startswith(XSI):
                self._policy.met(name)
            else:
                self._pass_over("attribute", name, "@", element, member)

    def pass_over(self, element: Element, inside: Member | None = None) -> None:
        """Count an unknown element, and skip its content.

        Args:
            element: The element.
            inside: The member with a simple value that it is in, if any.

        Raises:
            UnknownNameError: The policy is strict.
            LimitExceededError: The element has too many names, or is nested too deeply.
        """
        parent: Any = element.getparent()
        self._pass_over("element", discreet(element.tag), "", parent, inside)
        try:
            for names in names_in(element):
                self._policy.met(*names)
        except LimitExceededError as error:
            raise self._located(error, element) from None

    def _pass_over(self, form: str, name: str, mark: str, element: Element, inside: Member | None) -> None:
        """Count an unknown name in an element. Raises UnknownNameError if the policy is strict."""
        path = f"/{mark}{name}"
        if inside is not None and inside.credential:
            what, name, path = f"{form} in {inside.name}", f"{inside.name}/{mark}*", ""
        else:
            what = f"{form} {shown(name)}"
        if self._policy.strict:
            raise self._located(UnknownNameError(f"unknown {what}", path=path), element)
        try:
            self._policy.passed_over(name)
        except LimitExceededError as error:
            raise self._located(error, element) from None


def too_deep() -> LimitExceededError:
    """Make the error for unknown elements that are nested too deeply."""
    return LimitExceededError(f"elements nested deeper than {DEEPEST}")


def names_in(element: Element) -> Iterable[Sequence[str]]:
    """List the names of an unknown element, its attributes and its descendants.

    Raises:
        LimitExceededError: Its elements are nested too deeply.
    """
    waiting = [(element, 1)]
    while waiting:
        inner, depth = waiting.pop()
        if depth > DEEPEST:
            raise too_deep()
        yield (inner.tag, *inner.keys())
        waiting += [(child, depth + 1) for child in inner.iterchildren(reversed=True)]


def steps_to(model: type, chain: Iterable[Element]) -> list[str]:
    """Write the steps of the path from a model's element down through the elements of `chain`.

    The path ends at the first unknown element, and at a credential.
    """
    steps = list[str]()
    known: Mapping[str, Child] = children_of(model)
    items: Child | None = None
    for element in chain:
        child = known.get(element.tag) if items is None else items
        if child is None or (items is not None and element.tag != items.member.name):
            return [*steps, discreet(element.tag)]
        step = str(element.tag)
        if items is not None:
            step += f"[{1 + sum(1 for _ in element.itersiblings(items.member.name, preceding=True))}]"
        steps.append(step)
        items = child if child.member.wrapper and items is None else None
        if child.member.credential:
            return steps
        if items is None:
            known = children_of(child.model) if child.model is not None else {}
    return steps
