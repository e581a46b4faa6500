"""One element, and all in it, to a model: a plain descent over lxml's tree, led by the bindings.

The elements of one kind in a response share one sequence of attribute names, or a few. For each that turns
up, its layout tells which field each attribute fills, and how its text is read; so an element costs two calls
of lxml, a look-up, and a loop over its values. Children are read one by one. What the schema does not have is
counted, and passed over with all in it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from functools import cache, lru_cache
from itertools import compress
from typing import Any, NamedTuple

from ..bases.credential import Credential
from ..bases.enumeration import OpenEnumeration
from ..bases.model import PresenceModel, presence
from ..errors import (
    DecodeError,
    InvalidValueError,
    LimitExceededError,
    MissingAttributeError,
    UnknownNameError,
    cut,
    shown,
)
from ..limits import DEEPEST
from ..options import Missing
from ..streamed import streamed
from ..wire.kinds import kind_of
from ..wire.members import Member, elements, streamed_lists
from ..wire.members import attributes as members_of
from ..wire.names import XSI, discreet
from .columns import Column, models
from .parser import Element

__all__ = [
    "Attributes",
    "Child",
    "Elements",
    "Policy",
    "children_of",
    "is_known",
    "names_in",
    "steps_to",
    "too_deep",
]

# More layouts, or longer ones, than any response has are made anew each time.
_MOST_LAYOUTS = 64
_LONGEST_LAYOUT = 4096

_MOST_KEPT = 256
_MOST_VALUES = 1024  # that are kept of a member

_WRONG = object()

_new = object.__new__


class Policy(NamedTuple):
    """What to do with names that the schema does not have, and with those that it misses.

    Attributes:
        strict: Whether an unknown name is an error.
        missing: Whether a required attribute that is missing is an error, or None.
        passed_over: Called with each unknown name that is passed over.
        met: Called with names that are nobody's business.
        wrong: Called for each value that its type does not have, which is None then; without it, that is an
            error.
    """

    strict: bool
    missing: Missing
    passed_over: Callable[[str], None]
    met: Callable[..., None]
    wrong: Callable[[], None] | None = None


class Layout(NamedTuple):
    """A sequence of attribute names.

    Attributes:
        fields: The fields that they fill.
        reads: How the text for each of these fields is read.
        columns: How a column of texts is.
        known: Which of the names fill a field; None if all do.
        absent: The fields that they do not fill.
        unknown: The names that the schema does not have.
    """

    fields: tuple[str, ...]
    reads: tuple[Callable[[str], Any], ...]
    columns: tuple[Callable[[Column], Column], ...]
    known: tuple[bool, ...] | None
    absent: tuple[str, ...]
    unknown: tuple[str, ...]


class Attributes:
    """Reads the attributes of elements of one kind into models of theirs."""

    def __init__(self, model: type, policy: Policy) -> None:
        self._model = model
        self._policy = policy
        self._layouts: dict[tuple[str, ...], Layout] = {}
        self._streamed = [(field, streamed(field)) for field in streamed_lists(model)]
        self._lists = [member.field for member in elements(model) if member.wrapper]

    def read(self, element: Element) -> Any:
        """Make the model of an element, without its children.

        Raises:
            DecodeError: An attribute is wrong, missing or unknown; the path is that of the attribute alone.
        """
        names = tuple(element.keys())
        layout = self._layouts.get(names) or self._learned(names)
        for name in layout.unknown:
            self._policy.passed_over(name)
        # lxml looks for each value anew: there may be no more names here than the policy lets pass.
        texts: Iterable[str] = element.values()
        if layout.known is not None:
            texts = compress(texts, layout.known)
        item: Any = _new(self._model)
        try:
            for field, read, text in zip(layout.fields, layout.reads, texts):
                setattr(item, field, read(text))
        except ValueError:
            self._read_one_by_one(item, element)
        for field in layout.absent:
            setattr(item, field, None)
        for field in self._lists:
            setattr(item, field, [])
        for field, value in self._streamed:
            setattr(item, field, value)
        return item

    def read_alike(self, elements: Sequence[Element]) -> list[Any] | None:
        """Make the models of elements by the column; None if they are not alike, or one is wrong."""
        names = elements[0].keys()
        if any(element.keys() != names for element in elements):
            return None
        try:
            layout = self._layouts.get(tuple(names)) or self._learned(tuple(names))
            if layout.known is not None:
                return None
            texts = zip(*[element.values() for element in elements])
            columns = [column(list(each)) for column, each in zip(layout.columns, texts)]
        except (DecodeError, ValueError):
            return None
        return models(self._model, dict(zip(layout.fields, columns)), len(elements))

    def _learned(self, names: tuple[str, ...]) -> Layout:
        """Find the layout of names, and remember it unless there are too many."""
        key = self._model, names, self._policy.missing
        layout = _layouts.get(key)
        if layout is None:
            self._policy.met(*(name for name in names if name.startswith(XSI)))
            unknown = check_names(self._model, names, self._policy.strict, self._policy.missing)
            layout = _layout(self._model, names, unknown)
            if layout.known is None:
                _keep(_layouts, key, layout)
        if len(self._layouts) < _MOST_LAYOUTS and sum(map(len, names)) <= _LONGEST_LAYOUT:
            self._layouts[names] = layout
        return layout

    def _read_one_by_one(self, item: Any, element: Element) -> None:
        """Read attributes of which one is wrong."""
        for member in members_of(self._model):
            text = element.get(member.name)
            if text is not None:
                try:
                    value = kind_of(member).parse(text)
                except ValueError as error:
                    value = wrong_value(member, text, error, self._policy, f"/@{member.name}")
                setattr(item, member.field, value)


def _layout(model: type, names: tuple[str, ...], unknown: tuple[str, ...]) -> Layout:
    members = {member.name: member for member in members_of(model)}
    known = [members[name] for name in names if name in members]
    filled = {member.field for member in known}
    lists = {member.field for member in elements(model) if member.repeated}
    return Layout(
        fields=tuple(member.field for member in known),
        reads=tuple(kind_of(member).reader() for member in known),
        columns=tuple(kind_of(member).column for member in known),
        known=None if len(known) == len(names) else tuple(name in members for name in names),
        absent=tuple(field.name for field in fields(model) if field.name not in filled | lists),
        unknown=unknown,
    )


def check_names(model: type, names: Collection[str], strict: bool, missing: Missing) -> tuple[str, ...]:
    """List the names of attributes that the schema does not have, where the policy lets them all pass."""
    known = {member.name for member in members_of(model)}
    unknown = [name for name in sorted(names) if name not in known and not name.startswith(XSI)]
    if unknown and strict:
        raise UnknownNameError(f"unknown attribute {unknown[0]}", path=f"/@{unknown[0]}")
    for member in members_of(model):
        if member.required and member.name not in names and missing == "error":
            raise MissingAttributeError(
                f'the required attribute {member.name} is missing (missing="none" lets it be None)',
                path=f"/@{member.name}",
            )
    return tuple(unknown)


@lru_cache(maxsize=_MOST_LAYOUTS)
def is_known(model: type, names: frozenset[str], missing: Missing) -> bool:
    """Tell whether an element with these attributes has all that it must have, and no more."""
    try:
        return not check_names(model, names, True, missing) and not any(
            name.startswith(XSI) for name in names
        )
    except DecodeError:
        return False


# Layouts and shapes in which all is known, for the next document.
_layouts: dict[tuple[type, tuple[str, ...], Missing], Layout] = {}
_shapes: dict[tuple[type, tuple[str, ...]], Shape] = {}


def _keep(kept: dict[Any, Any], key: Any, value: Any) -> None:
    """Remember something of what there are only a few in real responses."""
    if len(kept) >= _MOST_KEPT:
        kept.clear()
    kept[key] = value


def wrong_value(member: Member, text: str, error: ValueError, policy: Policy, path: str) -> Any:
    """Give what stands for a text that the type of a member does not have.

    An enumeration may have got a value since: that is a member, and counted, unless the policy is strict.
    """
    if policy.wrong is not None:
        policy.wrong()
        return None
    if issubclass(member.type, OpenEnumeration) and not policy.strict:
        policy.passed_over(f"{member.name}={cut(text)}")
        return member.type.of(text)
    raise InvalidValueError(f"{member.name}: {error}", path=path) from None


class Child(NamedTuple):
    """A child element of a model.

    Attributes:
        member: What the schema says of it.
        read: What reads its text, if it has a single value.
        empty: Its value without a text; `_WRONG` if it must have one.
        model: Its model, or that of its items, if it has children of its own.
    """

    member: Member
    read: Callable[[str], Any] | None
    empty: Any
    model: type | None


@cache
def children_of(model: type) -> Mapping[str, Child]:
    """The child elements of a model, by their names on the wire: a list's is its wrapper's."""
    return {member.wrapper or member.name: _child(member) for member in elements(model)}


def _child(member: Member) -> Child:
    kind: Any = member.type
    if is_dataclass(kind):
        model: Any = kind
        return Child(member, None, _WRONG, model)
    empty = None if member.nillable else "" if kind is str else _WRONG
    # Values recur, for a tape holds many objects; credentials are not kept.
    read = kind_of(member).reader()
    return Child(member, read if kind in (str, Credential) else lru_cache(_MOST_VALUES)(read), empty, None)


class Shape(NamedTuple):
    """A sequence of children.

    Attributes:
        children: For each of them the field, what reads its text, its value without one, and the rest.
        absent: The members that are not among them.
        present: Those that are, if the model is to know.
    """

    children: tuple[tuple[str, Callable[[str], Any] | None, Any, Child | None], ...]
    absent: tuple[Member, ...]
    present: tuple[str, ...] | None


def _shape(model: type, tags: tuple[str, ...]) -> Shape:
    """Find the shape of an element with such children, and remember it if they are all known, and no more."""
    found = _shapes.get((model, tags))
    if found is not None:
        return found
    found, known = _shape_of(model, tags), children_of(model)
    if len(tags) <= len(known) and known.keys() >= set(tags):
        _keep(_shapes, (model, tags), found)
    return found


def _shape_of(model: type, tags: tuple[str, ...]) -> Shape:
    known = children_of(model)
    children = [known.get(tag) for tag in tags]
    return Shape(
        tuple(
            ("", None, _WRONG, None)
            if child is None
            else (child.member.field, child.read, child.empty, child)
            for child in children
        ),
        tuple(member for member in elements(model) if (member.wrapper or member.name) not in tags),
        presence(tuple(tag for tag in tags if tag in known)) if issubclass(model, PresenceModel) else None,
    )


class Elements:
    """Reads elements with children, such as a placement, or the server's error.

    Args:
        policy: What to do with what is unknown, missing or wrong.
        located: Adds to an error the place of the element that it is about, before the rest of the path.
    """

    def __init__(self, policy: Policy, located: Callable[[DecodeError, Element], DecodeError]) -> None:
        self._policy = policy
        self._located = located

    def fill(self, item: Any, element: Element, known: Mapping[str, Child]) -> None:
        """Set the members of a model that are children of its element."""
        for inner in element:
            child = known.get(inner.tag)
            if child is None:
                self.pass_over(inner)
            else:
                setattr(item, child.member.field, self._value(child, inner))

    def model(self, model: type, element: Element) -> Any:
        """Make the model of an element whose members are its children."""
        children = list(element)
        shape = _shape(model, tuple([child.tag for child in children]))
        if element.keys():
            self.check_attributes(element)
        item: Any = _new(model)
        for (field, read, empty, child), inner in zip(shape.children, children):
            if child is None:
                self.pass_over(inner)
                continue
            if read is None or len(inner) or inner.keys():
                setattr(item, field, self._value(child, inner))
                continue
            text = inner.text
            try:
                setattr(item, field, empty if text is None and empty is not _WRONG else read(text or ""))
            except ValueError:
                setattr(item, field, self._value(child, inner))
        if shape.absent:
            self._fill_in(item, shape.absent, element)
        if shape.present is not None:
            item.present = shape.present
        return item

    def _fill_in(self, item: Any, absent: tuple[Member, ...], element: Element) -> None:
        """Set the members that an element does not have."""
        for member in absent:
            if member.required and not member.wrapper and self._policy.missing == "error":
                message = f'the required element {member.name} is missing (missing="none" lets it be None)'
                raise self._located(MissingAttributeError(message, path=f"/{member.name}"), element)
            setattr(item, member.field, [] if member.wrapper else None)

    def _value(self, child: Child, element: Element) -> Any:
        """Read a child, whatever it holds."""
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
        """Count the attributes of an element that has none, unless the policy is strict."""
        for name in element.keys():  # noqa: SIM118  (to iterate over an element is to go over its children)
            if name.startswith(XSI):
                self._policy.met(name)
            else:
                self._pass_over("attribute", name, "@", element, member)

    def pass_over(self, element: Element, inside: Member | None = None) -> None:
        """Count an unknown element, and pass over all in it.

        Args:
            element: The element.
            inside: The member with a text in which it is, if it is in one.

        Raises:
            UnknownNameError: The policy is strict.
            LimitExceededError: It has too many names, or is too deep.
        """
        parent: Any = element.getparent()
        self._pass_over("element", discreet(element.tag), "", parent, inside)
        try:
            for names in names_in(element):
                self._policy.met(*names)
        except LimitExceededError as error:
            raise self._located(error, element) from None

    def _pass_over(self, form: str, name: str, mark: str, element: Element, inside: Member | None) -> None:
        """Count an unknown name in an element, unless the policy is strict."""
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
    """Make the error for unknown elements around each other that are too many."""
    return LimitExceededError(f"elements nested deeper than {DEEPEST}")


def names_in(element: Element) -> Iterable[Sequence[str]]:
    """List the names of an unknown element and its attributes, and of all in it.

    Raises:
        LimitExceededError: It has elements that are nested too deep.
    """
    waiting = [(element, 1)]
    while waiting:
        inner, depth = waiting.pop()
        if depth > DEEPEST:
            raise too_deep()
        yield (inner.tag, *inner.keys())
        waiting += [(child, depth + 1) for child in inner.iterchildren(reversed=True)]


def steps_to(model: type, chain: Iterable[Element]) -> list[str]:
    """Tell the path from the element of a model to one inside it, by the elements on the way.

    It ends at the first that is unknown, and at a credential.
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
