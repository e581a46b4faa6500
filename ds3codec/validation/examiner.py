"""Watches what the decoder reads from trees, and shows libxml2 whatever may violate the schema.

A document is decoded leniently: what is wrong or missing becomes None, so that everything after it is seen,
too. The decoder accepts a value exactly where the schema's type does. So an element is valid if the schema
allows its layout, its values convert, and they match their patterns. Any other element is handed to libxml2,
whose words become findings: of a start tag alone, or of an object with all in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import is_dataclass, replace
from functools import cache, partial
from typing import Any, NamedTuple

from lxml import etree

from ..decoding.document import Document
from ..decoding.window import Tags
from ..models import Blob, JobChunk, JobNode, MasterObjectList, ServerError
from ..wire.characters import WHITE_SPACE
from ..wire.kinds import DateTime
from ..wire.members import Member, attributes, elements, wire_name
from ..wire.names import (
    BLOB_TAG,
    CHUNK_TAG,
    ERROR,
    JOB_TAG,
    NODE_TAG,
    NODES_TAG,
    WRITE_OPTIMIZATION,
    XSI,
    discreet,
)
from .columns import ColumnJudge
from .contents import Key, keys_of
from .findings import Findings
from .parts import Parts
from .places import Place
from .schema import Tree, Violation, is_valid, plainly_wrong, violations
from .versions import Versions, enumerated, faults

__all__ = ["Examiner"]

_EMPTY: frozenset[tuple[str, str]] = frozenset()
_BEFORE_3_LACKS = ("missing-attribute", "required-in-version")
_LOCATIONS = (f"{XSI}schemaLocation", f"{XSI}noNamespaceSchemaLocation")
_MOST_LAYOUTS = 1024
_MOST_RIGHT = 4096


class Examiner:
    """Watches what is read from trees, and says what in it violates the schema.

    Attributes:
        parts: What is read of nodes and chunks.
        server_error: The server's error, if that is what the document is.
        before_3_0: Whether the root tells of a response from before API 3.0.
        root: Where the root stands.
        document: The document, as far as it is read; to be set before the first element.
    """

    document: Document

    def __init__(self, findings: Findings, versions: Versions, chosen: str | None) -> None:
        self.parts: Parts = Parts(ColumnJudge(self).judge)
        self.server_error: ServerError | None = None
        self.before_3_0: bool = False
        self.root: Place = Place()
        self._findings = findings
        self._versions = versions
        self._chosen = chosen
        self._layouts: dict[tuple[Any, ...], _AlikeElements] = {}
        self._right: set[Key] = set()  # the members of contents in which nothing was wrong
        self._has_wrong = False  # whether an attribute of the element that is shown next is wrong
        self._names_met = 0
        self._blamed_for_text: set[str] = set()  # the open elements that text was found in
        self._has_nodes = False
        self._last_tags: Tags | None = None  # of what was cleared last

    @property
    def is_job_or_chunk(self) -> bool:
        """Whether the root is that of a job or of a lone chunk."""
        return self.document.root not in ("", ERROR.name)

    def wrong(self) -> None:
        """Take note of a value that its type does not have."""
        self._has_wrong = True

    # What is shown.

    def job(self, element: etree._Element) -> None:
        texts, self.root = _texts(element), self._place(element)
        self.before_3_0 = _is_before_3_0(texts)
        self._judge_attributes(MasterObjectList, element, self.document.header)
        if self.before_3_0:
            self._tell_age(element, texts)

    def nodes(self, element: etree._Element) -> None:
        if self.parts.count > 0 or self._has_nodes:
            self._unexpected(element, CHUNK_TAG)
        self._has_nodes = True
        if element.keys():
            job = etree.Element(JOB_TAG)
            nodes = etree.SubElement(job, NODES_TAG, _texts(element))
            for violation in _about_tag(violations(job)):
                if violation.element is nodes:
                    self._report(violation, partial(self._place, element))

    def node(self, element: etree._Element, node: JobNode) -> None:
        self._judge_attributes(JobNode, element, node)
        if self.document.header is not None:
            self.parts.add_node(node, self._place(element))
        if element.text:  # where no white space may be either
            self._stray_text(element, element)
        for child in element:
            self._unexpected(child, "")
            if child.tail:
                self._stray_text(element, child)

    def chunk(self, element: etree._Element, chunk: JobChunk) -> None:
        self.parts.chunk_mark, self.parts.is_lone = (
            self.document.mark(element),
            self.document.root == CHUNK_TAG,
        )
        if self.parts.is_lone:
            self.root = replace(self._place(element), chunk_number=None)
        self._judge_attributes(JobChunk, element, chunk)

    def blob(self, element: etree._Element, blob: Blob) -> None:
        self.parts.marks.append(self.document.mark(element))
        has_wrong = self._has_wrong  # in its attributes or in its content
        self._judge_attributes(Blob, element, blob)
        if len(element) or element.text is not None:
            self._judge_content(element, blob, has_wrong)
        self._names_met = self.document.unknown.met

    def stranger(self, element: etree._Element, container: etree._Element) -> None:
        self._unexpected(element, _EXPECTED[str(container.tag)])

    def text(self, container: etree._Element, text: str, before: etree._Element | None) -> None:
        if text.strip(WHITE_SPACE):
            self._stray_text(container, before)

    def answered(self, element: etree._Element, error: ServerError) -> None:
        self.server_error, self.root = error, self._place(element)
        self._judge_tree(element, ServerError)

    def clears(self) -> None:
        tags = self.document.tags()
        if not tags.is_empty():
            self.parts.passage, self._last_tags = None, tags

    # Attributes.

    def _judge_attributes(self, model: type, element: etree._Element, item: Any) -> None:
        """Judge the attributes of an element, which were read into a model."""
        names = tuple(element.keys())
        layout = self._layouts.get((model, names)) or self._learned(model, names, element)
        place = partial(self._place, element)
        has_wrong, self._has_wrong = self._has_wrong, False
        if has_wrong or not layout.matches(element):
            self._examine_values(model, _texts(element), item, place)
        elif not layout.is_clean and layout.found is None:
            found = self.examine(model, _texts(element), place)
            if len(self._layouts) < _MOST_LAYOUTS:
                self._layouts[model, names] = layout._replace(found=found)
        elif layout.found is not None:
            self.report(model, _texts(element), layout.found, place)

    def _learned(self, model: type, names: tuple[str, ...], element: etree._Element) -> _AlikeElements:
        is_clean = self.is_clean(model, frozenset(names), partial(self._place, element))
        layout = _AlikeElements(is_clean, _pattern_matcher(model, names))
        if len(self._layouts) < _MOST_LAYOUTS:
            self._layouts[model, names] = layout
        return layout

    def is_clean(self, model: type, names: frozenset[str], place: Callable[[], Place]) -> bool:
        """Tell whether an element with these attributes has all that it must have, and no more."""
        members = attributes(model)
        known = {member.name for member in members}
        self._narrow(model, "attribute", names & known, _EMPTY, place)
        return (
            all(name in known or name.startswith(XSI) for name in names)
            and (self.before_3_0 or all(member.name in names or not member.required for member in members))
            and not self._faults(model, "attribute", names & known, _EMPTY)
        )

    def examine(self, model: type, texts: Mapping[str, str], place: Callable[[], Place]) -> list[Violation]:
        """Judge the attributes of an element, which may be wrong."""
        element = etree.Element(_TAGS.get(model) or wire_name(model), dict(texts))
        found = _about_tag(violations(element))
        self.report(model, texts, found, place)
        return found

    def _examine_values(
        self, model: type, texts: Mapping[str, str], item: Any, place: Callable[[], Place]
    ) -> None:
        """Judge an element with wrong values, and its model. What is not listed is counted here."""
        found = plainly_wrong(model, texts, item)
        if found is None or not all(self._findings.is_full(rule) for rule, _ in found):
            self.examine(model, texts, place)
            return
        for rule, name in found:
            self._add(rule, "", name, place)
        self._judge_version(model, "attribute", texts, place)

    def count(self, rule: str, findings: int) -> bool:
        """Count findings only if the report lists no more of them; return whether they were counted."""
        return self._findings.count(rule, findings)

    def report(
        self, model: type, texts: Mapping[str, str], found: list[Violation], place: Callable[[], Place]
    ) -> None:
        """Report what is wrong with the attributes of an element."""
        for violation in found:
            self._report(violation, place)
        self._judge_version(model, "attribute", texts, place)

    def _report(self, violation: Violation, place: Callable[[], Place]) -> None:
        self._add(violation.rule, violation.message, violation.attribute, place)

    def _add(self, rule: str, message: str, attribute: str | None, place: Callable[[], Place]) -> None:
        """Note what violates the schema, unless it did not before API 3.0."""
        if self.before_3_0 and (rule in _BEFORE_3_LACKS or attribute == WRITE_OPTIMIZATION):
            return
        inside = "" if attribute is None else f"@{attribute}"
        self._findings.add(rule, message, partial(_inside, place, inside))

    # Contents.

    def _judge_content(self, element: etree._Element, blob: Blob, has_wrong: bool) -> None:
        """Judge the children of a blob, unless others with the same members were right."""
        is_odd = has_wrong or self.document.unknown.met != self._names_met
        keys = None if is_odd else keys_of(element, blob)
        if keys is not None and keys <= self._right:
            return
        if self._judge_tree(element, Blob) and keys is not None and len(self._right) < _MOST_RIGHT:
            self._right |= keys

    def _judge_tree(self, element: etree._Element, model: type) -> bool:
        """Judge an element with its children; whether nothing is wrong in it."""
        tree = cache(lambda: Tree(element, self._place(element), self.document.marks(element)))
        is_right = model is ServerError or self._judge_versions_in(element, model, tree)
        if is_valid(element):
            return is_right
        found = violations(tree().root)
        for violation in found:
            # The attributes of a blob were judged already.
            if violation.element is not tree().root or violation.attribute is None or model is ServerError:
                self._report(violation, partial(tree().place, violation.element))
        return is_right and not found

    def _judge_versions_in(self, element: etree._Element, model: type, tree: Callable[[], Tree]) -> bool:
        """Judge the members of all elements in a blob; whether the chosen version has them."""
        is_right, waiting = True, [(element, model)]
        for inner, kind in waiting:  # which grows meanwhile
            texts = {str(child.tag): child.text or "" for child in inner}
            is_right &= self._judge_version(kind, "element", texts, partial(_place_in, tree, inner))
            for path, below in _models_below(kind):
                waiting += [(child, below) for child in inner.iterfind(path)]
        return is_right

    # What stands where nothing may.

    def _stray_text(self, container: etree._Element, before: etree._Element | None) -> None:
        """Report text in an element, once, at the start tag before it."""
        path = self.document.path_of(container)
        if path in self._blamed_for_text:
            return
        around = {other for other in self._blamed_for_text if path.startswith(f"{other}/")}
        self._blamed_for_text = around | {path}
        message = "text is not allowed in this element; it stands after the tag at this line and column"
        self._findings.add("unexpected-text", message, partial(self._place_of_text, path, container, before))

    def _place_of_text(self, path: str, container: etree._Element, before: etree._Element | None) -> Place:
        *_, last = before.iter() if before is not None else (container,)
        spot = self.document.mark(last).place()
        if spot is None and self.parts.passage is not None:
            spot = self.parts.passage.last_tag()
        elif spot is None and self._last_tags is not None:
            spot = self._last_tags.last_place()
        return Place(path, self._chunk_number(), None, *(spot or ()))

    def _unexpected(self, element: etree._Element, expected: str) -> None:
        message = f"{discreet(str(element.tag))}: This element is not expected."
        message += f" Expected is {expected}." if expected else ""
        self._findings.add("unexpected-element", message, partial(self._place, element))

    # What the versions say.

    def _tell_age(self, element: etree._Element, texts: Mapping[str, str]) -> None:
        """Say why the job that begins here is taken for one from before API 3.0."""
        lacking = [member.name for member in _required(MasterObjectList) if member.name not in texts]
        what = [f"it has {WRITE_OPTIMIZATION}"] if WRITE_OPTIMIZATION in texts else []
        what += [f"it lacks {', '.join(lacking)}"] if lacking else []
        message = f"this is a response from before API 3.0: {'; '.join(what)}"
        self._findings.add("before-3.0", message, partial(self._place, element))

    def _judge_version(
        self, model: type, form: str, texts: Mapping[str, str], place: Callable[[], Place]
    ) -> bool:
        """Judge the members of an element; whether the chosen version has them."""
        names = _members_named(model, form).intersection(texts)
        values = enumerated(model, texts)
        self._narrow(model, form, names, values, place)
        found = self._faults(model, form, names, values)
        for fault in found:
            if not self.before_3_0 or fault.rule not in _BEFORE_3_LACKS:
                member = f"@{fault.member}" if form == "attribute" else fault.member
                self._findings.add(fault.rule, fault.message, partial(_inside, place, member))
        return not found

    def _narrow(
        self,
        model: type,
        form: str,
        names: frozenset[str],
        values: frozenset[tuple[str, str]],
        place: Callable[[], Place],
    ) -> None:
        if self.before_3_0:
            return
        reason = self._versions.narrow(model, form, names, values)
        if reason is not None:
            self._findings.add("no-version", f"no API version has all of this: {reason}", place)

    def _faults(
        self, model: type, form: str, names: frozenset[str], values: frozenset[tuple[str, str]]
    ) -> tuple[Any, ...]:
        return faults(model, form, names, self._chosen, values) if self._chosen else ()

    # Places.

    def _place(self, element: etree._Element) -> Place:
        """Tell where an element stands."""
        number = None
        name = None
        if element.tag == CHUNK_TAG:
            number = _whole(element.get("ChunkNumber"))
        elif self.document.root and element.tag not in (JOB_TAG, NODES_TAG, NODE_TAG):
            number = self._chunk_number()
        if element.tag == BLOB_TAG:
            name = element.get("Name")
        return Place(
            self.document.path_of(element), number, name, *(self.document.mark(element).place() or ())
        )

    def _chunk_number(self) -> int | None:
        return self.parts.open.chunk_number if self.parts.open is not None else None


# What each container may hold.
_EXPECTED = {JOB_TAG: CHUNK_TAG, NODES_TAG: NODE_TAG, CHUNK_TAG: BLOB_TAG}
_TAGS = {Blob: BLOB_TAG, JobNode: NODE_TAG}


@cache
def _models_below(model: type) -> list[tuple[str, Any]]:
    """The child elements of a model that are models themselves, by their paths."""
    return [
        (f"{member.wrapper}/{member.name}" if member.wrapper else member.name, member.type)
        for member in elements(model)
        if is_dataclass(member.type)
    ]


@cache
def _members_named(model: type, form: str) -> frozenset[str]:
    """The names of a model's members as an element has them: for a list, the wrapper's."""
    members = attributes(model) if form == "attribute" else elements(model)
    return frozenset(member.wrapper or member.name for member in members)


def _required(model: type) -> list[Member]:
    return [member for member in attributes(model) if member.required]


def _is_before_3_0(attributes: Mapping[str, str]) -> bool:
    """Whether a root is one from before API 3.0.

    Such a response has WriteOptimization, or lacks several of the attributes that every version since has;
    where it was recorded in the years before 3.0, a single one is enough.
    """
    lacking = sum(member.name not in attributes for member in _required(MasterObjectList))
    old = _year(attributes.get("StartDate", "")) in range(2010, 2016)
    return WRITE_OPTIMIZATION in attributes or lacking >= (1 if old else 3)


def _year(text: str) -> int | None:
    """Read the year of a date; None where it is no date."""
    try:
        return DateTime().parse(text).year
    except ValueError:
        return None


def _place_in(tree: Callable[[], Tree], element: etree._Element) -> Place:
    return tree().place(element)


def _inside(place: Callable[[], Place], step: str) -> Place:
    """The place of what is in an element; of the element itself for an empty step."""
    return place().inside(step) if step else place()


def _whole(text: str | None) -> int | None:
    return int(text) if text is not None and re.fullmatch(r"-?[0-9]{1,10}", text) else None


def _about_tag(found: list[Violation]) -> list[Violation]:
    """Those violations of an element without its content that are about its tag.

    Without its content it may lack children; only xsi:nil and xsi:type make its value wrong.
    """
    return [
        violation
        for violation in found
        if violation.attribute is not None or violation.rule == "invalid-value"
    ]


def _texts(element: etree._Element) -> dict[str, str]:
    return {str(name): str(text) for name, text in element.items()}


class _AlikeElements(NamedTuple):
    """What the elements with the same names of attributes have in common.

    Attributes:
        is_clean: Whether nothing is wrong with the names.
        matches: Tells whether the values of an element match their patterns.
        found: What is wrong with the names, once an element was examined.
    """

    is_clean: bool
    matches: Callable[[etree._Element], bool]
    found: list[Violation] | None = None


def _pattern_matcher(model: type, names: tuple[str, ...]) -> Callable[[etree._Element], bool]:
    """Tell whether the values of an element's attributes match the patterns that the schema gives them."""
    if any(name.startswith(XSI) and name not in _LOCATIONS for name in names):
        return lambda element: False  # what is wrong with xsi:nil and xsi:type depends on their values
    patterns = [
        (member.name, re.compile(member.pattern).fullmatch)
        for member in attributes(model)
        if member.pattern and member.name in names
    ]
    return lambda element: all(match(element.get(name) or "") for name, match in patterns)
