"""Watches the decoder's target, and shows libxml2 whatever may violate the schema.

A document is decoded leniently: what is wrong or missing becomes None, so that everything after it is seen,
too. The decoder accepts a value exactly where the schema's type does. So an element is valid if the schema
allows its layout, its values convert, and they match their patterns; that costs one function call. Any other
element is handed to libxml2, whose words become findings. An object with child elements is handed over as a
whole, as a tree of that object alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import is_dataclass
from functools import cache, partial
from typing import Any

from lxml import etree
from xsdata.models.datatype import XmlDateTime

from ..decoding.layouts import XSI, Layouts, Policy
from ..decoding.location import AT_END, BEFORE_ROOT, IN_BLOB, IN_CHUNK, IN_JOB, IN_NODE, IN_NODES
from ..decoding.target import Target
from ..errors import LimitExceededError
from ..limits import MOST_NAMES
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
    discreet,
)
from .columns import ColumnJudge
from .findings import Findings
from .parts import Parts
from .places import Mark, Place
from .schema import Violation, is_valid, violations
from .screening import ScreenedLayouts, plainly_wrong
from .trees import GrowingTree, Tree
from .versions import Versions, enumerated, faults

__all__ = ["Examiner"]

_EMPTY: frozenset[tuple[str, str]] = frozenset()
_BEFORE_3_LACKS = ("missing-attribute", "required-in-version")


class Examiner:
    """Watches a target, and says what in the document violates the schema.

    Attributes:
        target: The parser's target. It goes on after what is missing or wrong, which becomes None.
        parts: What is read of nodes and chunks.
        server_error: The server's error, if that is what the document is.
        before_3_0: Whether the root tells of a response from before API 3.0.
    """

    def __init__(
        self,
        findings: Findings,
        versions: Versions,
        chosen: str | None,
        here: Callable[[], tuple[int, int]],
    ) -> None:
        self.parts: Parts = Parts(here, ColumnJudge(self).judge)
        self.server_error: ServerError | None = None
        self.before_3_0: bool = False
        self._findings = findings
        self._versions = versions
        self._chosen = chosen
        self._tree: GrowingTree | None = None
        self._attributes: Mapping[str, str] = {}  # of the last blob
        self._blamed_for_text: set[str] = set()  # the open elements that text was found in
        self._has_nodes = False
        self._are_nodes_misplaced = False
        self.target: Target = Target(strict=False, missing="none", wrong="none", watcher=self)
        self.target.begin(self.parts)

    @property
    def is_job_or_chunk(self) -> bool:
        """Whether the root is that of a job or of a lone chunk."""
        return self.target.at.root not in ("", ERROR.name)

    @property
    def has_ended(self) -> bool:
        """Whether the root has ended."""
        return self.target.at.level == AT_END

    # What the target tells its watcher.

    def layouts(self, model: type, policy: Policy) -> Layouts:
        return ScreenedLayouts(model, policy, self)

    def begins(self, tag: str, attributes: Mapping[str, str]) -> None:
        if len(attributes) > MOST_NAMES:
            raise LimitExceededError(f"more than {MOST_NAMES} attributes in one tag", path=self.target.path())
        level = self.target.at.level
        self.parts.passage = None
        if self._tree is not None:
            self._tree.start(tag, attributes, self._tag)
        elif level == IN_CHUNK and tag == BLOB_TAG:
            self.parts.tags.append(self._tag)
            self._attributes = attributes
        elif level == IN_BLOB or (level == BEFORE_ROOT and tag == ERROR.name):
            self._begin_tree(tag, attributes)
        elif level == BEFORE_ROOT and tag == JOB_TAG:
            self.before_3_0 = _is_before_3_0(attributes)
        elif level == IN_JOB and tag == NODES_TAG:
            self._are_nodes_misplaced = self.target.chunks.count > 0 or self._has_nodes
            self._has_nodes = True

    def began(self, tag: str, attributes: Mapping[str, str]) -> None:
        level, outer = self.target.at.level, self.target.at.outer_level
        if outer in _EXPECTED:
            self._unexpected(discreet(tag), _EXPECTED[outer])
        elif self._tree is not None or level == IN_BLOB:
            return
        elif level == IN_CHUNK:
            self.parts.chunk_tag, self.parts.is_lone = self._tag, self.target.at.root == CHUNK_TAG
        elif level == IN_NODE and self.target.header is not None:
            place = Place(self.target.path(), tag=self._tag)
            self.parts.add_node(self.target.header.nodes[-1], place)
        elif level == IN_NODES:
            self._judge_nodes(tag, attributes)
        elif level == IN_JOB and self.before_3_0:
            self._tell_age(tag, attributes)

    def ends(self, tag: str) -> None:
        if self._tree is None:
            return
        if self.target.at.level == IN_BLOB:
            tree, self._tree = self._tree.finish(self.target.at.blob_path()), None
            self._judge_tree(tree, Blob)
        else:
            self._tree.end(tag)

    def text(self, text: str) -> None:
        if self._tree is not None:
            self._tree.data(text)
        elif text.strip(WHITE_SPACE) or self.target.at.level == IN_NODE:  # where no white space may be either
            self._stray_text(text)

    def answered(self, error: ServerError) -> None:
        self.server_error = error
        if self._tree is not None:
            tree, self._tree = self._tree.finish(f"/{ERROR.name}"), None
            self._judge_tree(tree, ServerError)

    @property
    def _tag(self) -> int:
        """The number of the start tag that was met last."""
        return self.target.started

    # Trees of single elements.

    def _begin_tree(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Begin the tree that the open blob, or the server's error, is judged by."""
        if self.target.at.level == IN_BLOB:
            self._tree = self._tree_of_blob()
            self._tree.start(tag, attributes, self._tag)
        else:
            self._tree = GrowingTree(tag, attributes, Place(tag=self._tag))

    def _tree_of_blob(self) -> GrowingTree:
        name, number = self._attributes.get("Name"), self._chunk_number()
        place = Place(chunk_number=number, object_name=name, tag=self.parts.tags[-1])
        return GrowingTree(BLOB_TAG, self._attributes, place)

    def judge_blob(self, root: etree._Element, marks: list[Mark], place: Place) -> bool:
        """Judge a blob with its children; whether others with the same members are right, too."""
        return self._judge_tree(Tree(root, marks, place), Blob)

    def _judge_tree(self, tree: Tree, model: type) -> bool:
        """Judge a tree; whether nothing is wrong in it."""
        is_right = model is ServerError or self._judge_versions_in(tree, model)
        if is_valid(tree.root):
            return is_right
        places = tree.places()  # before the unexpected elements are taken out
        for violation in violations(tree.root):
            # The attributes of a blob were judged when it began.
            if violation.element is not tree.root or violation.attribute is None or model is ServerError:
                self._report(violation, partial(places.__getitem__, violation.element))
        return False

    def _judge_versions_in(self, tree: Tree, model: type) -> bool:
        """Judge the members of all elements in a tree; whether the chosen version has them."""
        is_right, waiting = True, [(tree.root, model)]
        for element, kind in waiting:  # which grows meanwhile
            texts = {str(child.tag): child.text or "" for child in element}
            is_right &= self._judge_version(kind, "element", texts, partial(tree.place, element))
            for path, below in _models_below(kind):
                waiting += [(child, below) for child in element.iterfind(path)]
        return is_right

    # What the schema says.

    def is_clean(self, model: type, names: frozenset[str], place: Callable[[], Place] | None = None) -> bool:
        """Whether an element with these attributes has all that it must have, and no more."""
        members = attributes(model)
        known = {member.name for member in members}
        self._narrow(model, "attribute", names & known, _EMPTY, place)
        return (
            all(name in known or name.startswith(XSI) for name in names)
            and (self.before_3_0 or all(member.name in names or not member.required for member in members))
            and not any(member.type is XmlDateTime for member in members)  # libxml2 reads them otherwise
            and not self._faults(model, "attribute", names & known, _EMPTY)
        )

    def examine(
        self, model: type, attributes: Mapping[str, str], place: Callable[[], Place] | None = None
    ) -> list[Violation]:
        """Judge the attributes of an element, by default of the one that begins here, which may be wrong."""
        element = etree.Element(self._tag_of(model), dict(attributes))
        found = _about_tag(violations(element))
        self.report(model, attributes, found, place)
        return found

    def examine_values(self, model: type, attributes: Mapping[str, str], item: Any) -> None:
        """The same for an element with wrong values, and its model. What is not listed is counted here."""
        found = plainly_wrong(model, attributes, item)
        if found is None or not all(self._findings.is_full(rule) for rule, _ in found):
            self.examine(model, attributes)
            return
        place = partial(self._place_of, model, attributes)
        for rule, name in found:
            self._add(rule, "", name, place)
        self._judge_version(model, "attribute", attributes, place)

    def count(self, rule: str, findings: int) -> bool:
        """Count so many findings, if the report would list none of them; whether it would not."""
        return self._findings.count(rule, findings)

    def report(
        self,
        model: type,
        attributes: Mapping[str, str],
        found: list[Violation],
        place: Callable[[], Place] | None = None,
    ) -> None:
        """Report what is wrong with the attributes of an element, by default of the one that begins here."""
        place = place or partial(self._place_of, model, attributes)
        for violation in found:
            self._report(violation, place)
        self._judge_version(model, "attribute", attributes, place)

    def _report(self, violation: Violation, place: Callable[[], Place]) -> None:
        self._add(violation.rule, violation.message, violation.attribute, place)

    def _add(self, rule: str, message: str, attribute: str | None, place: Callable[[], Place]) -> None:
        """Note what violates the schema, unless it did not before API 3.0."""
        if self.before_3_0 and (rule in _BEFORE_3_LACKS or attribute == WRITE_OPTIMIZATION):
            return
        inside = "" if attribute is None else f"@{attribute}"
        self._findings.add(rule, message, partial(_inside, place, inside))

    def _stray_text(self, text: str) -> None:
        level, path = self.target.at.level, self.target.path() or ""
        if level == IN_BLOB:
            self._tree = self._tree_of_blob()
            self._tree.data(text)
        elif level in _EXPECTED and path not in self._blamed_for_text:
            around = {other for other in self._blamed_for_text if path.startswith(f"{other}/")}
            self._blamed_for_text = around | {path}
            message = "text is not allowed in this element; it stands after the tag at this line and column"
            self._findings.add("unexpected-text", message, self._place_of_last_tag)

    def _judge_nodes(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Judge the list of nodes that begins here."""
        if self._are_nodes_misplaced:
            self._unexpected(tag, CHUNK_TAG)
        if attributes:
            job = etree.Element(JOB_TAG)
            nodes = etree.SubElement(job, tag, dict(attributes))
            for violation in _about_tag(violations(job)):
                if violation.element is nodes:
                    self._report(violation, self._place)

    def _unexpected(self, tag: str, expected: str) -> None:
        message = f"{tag}: This element is not expected." + (f" Expected is {expected}." if expected else "")
        self._findings.add("unexpected-element", message, self._place())

    # What the versions say.

    def _tell_age(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Say why the job that begins here is taken for one from before API 3.0."""
        lacking = [member.name for member in _required(MasterObjectList) if member.name not in attributes]
        what = [f"it has {WRITE_OPTIMIZATION}"] if WRITE_OPTIMIZATION in attributes else []
        what += [f"it lacks {', '.join(lacking)}"] if lacking else []
        message = f"this is a response from before API 3.0: {'; '.join(what)}"
        self._findings.add("before-3.0", message, Place(f"/{tag}", tag=self._tag))

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
        place: Callable[[], Place] | None = None,
    ) -> None:
        if self.before_3_0:
            return
        reason = self._versions.narrow(model, form, names, values)
        if reason is not None:
            where = place() if place is not None else Place(self._path_of(model), tag=self._tag)
            self._findings.add("no-version", f"no API version has all of this: {reason}", where)

    def _faults(
        self, model: type, form: str, names: frozenset[str], values: frozenset[tuple[str, str]]
    ) -> tuple[Any, ...]:
        return faults(model, form, names, self._chosen, values) if self._chosen else ()

    # Places.

    def _place(self) -> Place:
        """Where the target stands."""
        return Place(self.target.path(), self._chunk_number(), tag=self._tag)

    def _place_of_last_tag(self) -> Place:
        """Where the target stands, at the start tag before, which runs may have read."""
        passage = self.parts.passage
        mark = passage.last_tag() if passage is not None else Mark(tag=self._tag)
        return Place(self.target.path(), self._chunk_number(), None, *mark)

    def _tag_of(self, model: type) -> str:
        tags = {Blob: BLOB_TAG, JobNode: NODE_TAG}
        return tags.get(model) or wire_name(model)

    def _path_of(self, model: type) -> str | None:
        return self.target.at.blob_path(1) if model is Blob else self.target.path()

    def _place_of(self, model: type, attributes: Mapping[str, str]) -> Place:
        number = _whole(attributes.get("ChunkNumber")) if model is JobChunk else None
        if model is Blob:
            number = self._chunk_number()
        name = attributes.get("Name") if model is Blob else None
        return Place(self._path_of(model), number, name, tag=self._tag)

    def _chunk_number(self) -> int | None:
        chunk = self.target.chunks.open
        return chunk.chunk_number if chunk is not None else None


# What each level may hold; elsewhere a tree tells what is not expected.
_EXPECTED = {IN_JOB: CHUNK_TAG, IN_NODES: NODE_TAG, IN_NODE: "", IN_CHUNK: BLOB_TAG}


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
