"""The schema's own judgement: libxml2 validates single elements, and each violation gets its place.

libxml2 says nothing more of a parent's content after an element that it did not expect. So an element that
it complains of is looked at again without the unexpected one, until nothing unexpected is left. Elements
that stand below others in the XSD are declared as roots here, so that each can be judged alone.

Where the report lists no more findings, they are counted without libxml2: `plainly_wrong` tells what it would
complain of in a start tag.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import is_dataclass
from functools import cache
from typing import Any, NamedTuple

from lxml import etree

from ..decoding.window import Mark
from ..errors import shown
from ..models import JobChunk, MasterObjectList, ServerError
from ..wire.contracts import XS, whole_schema
from ..wire.kinds import DateTime, kind_of
from ..wire.members import Member, attributes, credentials, elements, wire_name
from ..wire.names import XSI, discreet
from .places import Place

__all__ = ["Tree", "Violation", "is_valid", "paths", "plainly_wrong", "violations"]

_ABOUT = re.compile(
    r"Element '[^']*'(?:, attribute '(?P<attribute>[^']*)')?: (?:\[facet '\w+'\] )?", re.DOTALL
)
_NAMED = re.compile(r"The attribute '([^']*)' is (?:not allowed|required but missing)")
_LONGEST = 300
_MOST_PASSES = 20
_LONGEST_LIST = 256  # whose items are judged together

_CODES = etree.ErrorTypes
_NO_VALUE = (_CODES.SCHEMAV_CVC_DATATYPE_VALID_1_2_1, _CODES.SCHEMAV_CVC_DATATYPE_VALID_1_2_3)
_RULES = {
    _CODES.SCHEMAV_CVC_COMPLEX_TYPE_3_2_1: "unknown-attribute",
    _CODES.SCHEMAV_CVC_TYPE_3_1_1: "unknown-attribute",
    _CODES.SCHEMAV_CVC_COMPLEX_TYPE_4: "missing-attribute",
    _CODES.SCHEMAV_CVC_COMPLEX_TYPE_2_3: "unexpected-text",
    _CODES.SCHEMAV_ELEMENT_CONTENT: "unexpected-element",
    _CODES.SCHEMAV_CVC_TYPE_3_1_2: "unexpected-element",
}

# What is said of a violation inside a credential, of which nothing may be quoted.
_IN_CREDENTIAL = {
    "unknown-attribute": "an attribute is not allowed",
    "missing-attribute": "an attribute is missing",
    "unexpected-text": "text is not allowed",
    "unexpected-element": "an element is not expected",
    "missing-element": "an element is missing",
    "invalid-value": "the value is not valid",
}


class Violation(NamedTuple):
    """One thing that libxml2 complains of.

    Attributes:
        rule: The rule that this violates.
        element: The element that it is about.
        attribute: The attribute, if it is about one.
        message: What it is; the value of a credential is not in it.
    """

    rule: str
    element: etree._Element
    attribute: str | None
    message: str


def is_valid(root: etree._Element) -> bool:
    """Whether there is surely no violation in an element and what is in it."""
    return not _is_long(root) and _schema().validate(root)


def violations(root: etree._Element) -> list[Violation]:
    """All violations in an element and what is in it. Elements that are not expected are taken out of it."""
    found: dict[tuple[etree._Element, str | None, str], Violation] = {}
    for part in [root, *_items_of_long_lists(root)]:
        for violation in _violations_in(part):
            found.setdefault((violation.element, violation.attribute, violation.rule), violation)
    return [_discreet(violation) for violation in found.values()]


def _violations_in(root: etree._Element) -> Iterator[Violation]:
    for _ in range(_MOST_PASSES):
        schema = _schema()
        if schema.validate(root):
            break
        elements_at = paths(root)
        entries = [(elements_at.get(entry.path or "", root), entry) for entry in schema.error_log]
        now = [_violation(element, entry) for element, entry in entries if not _is_mistaken(element, entry)]
        yield from now
        strangers = [item.element for item in now if item.rule == "unexpected-element"]
        if not any(map(_remove, strangers)):
            break


def _is_long(root: etree._Element) -> bool:
    """Whether there is a list in an element that is too long to be judged as a whole.

    lxml tells the path of each element that libxml2 complains of, for which it counts those before it.
    """
    return len(root) > 0 and any(len(inner) > _LONGEST_LIST for inner in root.iter())


def _items_of_long_lists(root: etree._Element) -> list[etree._Element]:
    """Take the items out of lists that are too long to be judged as a whole, so that each is judged alone."""
    taken: list[etree._Element] = []
    for around in [inner for inner in root.iter() if len(inner) > _LONGEST_LIST]:
        items = [child for child in around if _items().get(str(around.tag)) == child.tag]
        text = "".join(item.tail or "" for item in items)
        for item in items:
            around.remove(item)
            item.tail = None
        around.text = (around.text or "") + text or None
        taken += items
    return taken


def _discreet(violation: Violation) -> Violation:
    """A violation as it may be shown: of one inside a credential no more than its rule."""
    element: etree._Element | None = violation.element
    while element is not None and str(element.tag).rpartition("}")[2] not in credentials(MasterObjectList):
        element = element.getparent()
    if element is None:
        return violation
    name = discreet(str(element.tag))
    return Violation(violation.rule, element, None, f"{name}: {_IN_CREDENTIAL[violation.rule]}")


@cache
def _schema() -> etree.XMLSchema:
    schema = whole_schema()
    for name, model in _models().items():
        if model not in (MasterObjectList, JobChunk, ServerError):  # which are roots in the XSD, too
            etree.SubElement(schema, f"{XS}element", name=name, type=model.__name__)
    return etree.XMLSchema(schema)


def _violation(element: etree._Element, entry: etree._LogEntry) -> Violation:
    about = _ABOUT.match(entry.message)
    text = entry.message[about.end() :] if about else entry.message
    named = _NAMED.match(text)
    attribute = named[1] if named else about["attribute"] if about else None
    rule = _RULES.get(entry.type, "invalid-value")
    if rule == "unexpected-element" and text.startswith("Missing child"):
        rule = "missing-element"
    subject = attribute if attribute is not None else str(element.tag)
    message = text if named else f"{subject}: {text}"
    if rule == "invalid-value":
        message = _in_words(element, attribute) or message
    return Violation(rule, element, attribute, _shortened(message.strip()))


def _is_mistaken(element: etree._Element, entry: etree._LogEntry) -> bool:
    """Whether libxml2 refuses a date that the schema allows.

    It does so for one with white space around it in an attribute, and for 59 seconds with many nines.
    """
    about = _ABOUT.match(entry.message)
    attribute = about["attribute"] if about else None
    member, text = _member_of(element, attribute)
    return (
        entry.type in _NO_VALUE
        and member is not None
        and text is not None
        and isinstance(kind_of(member), DateTime)
        and f"{XSI}type" not in element.attrib
        and _in_words(element, attribute) is None
    )


def _in_words(element: etree._Element, attribute: str | None) -> str | None:
    """What decoding says of a wrong value; None where that accepts it, or does not know the member."""
    member, text = _member_of(element, attribute)
    if member is None or text is None:
        return None
    try:
        kind_of(member).parse(text)
    except ValueError as error:
        return f"{member.name}: {error}"
    matches = member.pattern is None or re.fullmatch(member.pattern, text)
    return None if matches else f"{member.name}: {shown(text)} is not a UUID"


def _member_of(element: etree._Element, attribute: str | None) -> tuple[Member | None, str | None]:
    """The member that an element or an attribute of it stands for, None if it is unknown, and its text."""
    parent = element.getparent()
    around = element if attribute is not None or parent is None else parent
    name = attribute if attribute is not None else str(element.tag)
    text = element.get(attribute) if attribute is not None else element.text
    return _members().get((str(around.tag), name)), text


@cache
def _models() -> dict[str, Any]:
    """The models by the names of their elements."""
    found: dict[str, Any] = {}
    waiting: list[tuple[str, Any]] = [(wire_name(model), model) for model in (MasterObjectList, ServerError)]
    for name, model in waiting:  # which grows meanwhile
        found[name] = model
        waiting += [(member.name, member.type) for member in elements(model) if is_dataclass(member.type)]
    return found


@cache
def _members() -> dict[tuple[str, str], Member]:
    """The members that have a value, by the name of the element around them and their own."""
    return {
        (tag, member.name): member
        for tag, model in _models().items()
        for member in (*attributes(model), *elements(model))
        if not is_dataclass(member.type)
    }


@cache
def _items() -> dict[str, str]:
    """The names of the items of lists, by those of the lists."""
    found = [member for model in _models().values() for member in elements(model)]
    return {member.wrapper: member.name for member in found if member.wrapper}


def _shortened(message: str) -> str:
    return message if len(message) <= _LONGEST else f"{message[:_LONGEST]}..."


def paths(root: etree._Element) -> dict[str, etree._Element]:
    """The elements of a tree by their paths, as libxml2 writes them; in time linear in the tree."""
    waiting = [(f"/{_step(root)}", root)]
    found = dict(waiting)
    for path, parent in waiting:  # which grows meanwhile
        children = [child for child in parent if isinstance(child.tag, str)]
        steps = [_step(child) for child in children]
        total = Counter(steps)
        total["*"] = len(children)
        number: Counter[str] = Counter()
        for place, (child, step) in enumerate(zip(children, steps), 1):
            number[step] += 1
            index = place if step == "*" else number[step]
            below = f"{path}/{step}" + (f"[{index}]" if total[step] > 1 else "")
            found[below] = child
            waiting.append((below, child))
    return found


def _step(element: etree._Element) -> str:
    """An element in a path: `*` where a default name space leaves it no name that a path could have."""
    name_space, _, name = str(element.tag).rpartition("}")
    if not name_space:
        return name
    return f"{element.prefix}:{name}" if element.prefix else "*"


def _remove(element: etree._Element) -> bool:
    """Remove an element but not the text after it; whether it had a parent."""
    parent = element.getparent()
    if parent is None:
        return False
    before = element.getprevious()
    if before is None:
        parent.text = (parent.text or "") + (element.tail or "")
    else:
        before.tail = (before.tail or "") + (element.tail or "")
    parent.remove(element)
    return True


class Tree:
    """A copy of an element and all in it.

    Attributes:
        root: The copy.

    Args:
        element: The element.
        place: Where it stands.
        marks: The marks of the element and of all in it.
    """

    def __init__(self, element: etree._Element, place: Place, marks: list[Mark]) -> None:
        self.root: etree._Element = deepcopy(element)
        self.root.tail = None
        self._place = place
        below = {inner: path.removeprefix(f"/{element.tag!s}") for path, inner in paths(element).items()}
        self._places: dict[etree._Element, tuple[str, Mark]] = {}
        for inner, copied, mark in zip(element.iter(), self.root.iter(), marks):
            self._places[inner] = self._places[copied] = below[inner], mark

    def place(self, element: etree._Element) -> Place:
        """Tell where an element, or the copy of one, stands in the document."""
        below, mark = self._places[element]
        known = self._place
        return Place(f"{known.path}{below}", known.chunk_number, known.object_name, *(mark.place() or ()))


def plainly_wrong(model: type, texts: Mapping[str, str], item: Any) -> list[tuple[str, str]] | None:
    """What is wrong with attributes, as rules and names; None where only libxml2 can tell.

    In the model that was made of them, wrong values are None.
    """
    asked = _attributes_of(model)
    if "{" in "".join(texts):
        return None
    found = [("unknown-attribute", name) for name in texts.keys() - asked.known]
    for name, field, is_required, matches in asked.checks:
        if name not in texts:
            if is_required:
                found.append(("missing-attribute", name))
        elif getattr(item, field) is None or not (matches is None or matches(texts[name])):
            found.append(("invalid-value", name))
    return found


class _Attributes:
    """What is asked of the attributes of a model.

    Attributes:
        known: Their names.
        checks: For each its name, its field, whether it is required, and what tells if a text matches.
    """

    def __init__(self, model: type) -> None:
        members = attributes(model)
        self.known = {member.name for member in members}
        self.checks = [
            (one.name, one.field, one.required, re.compile(one.pattern).fullmatch if one.pattern else None)
            for one in members
        ]


@cache
def _attributes_of(model: type) -> _Attributes:
    return _Attributes(model)
