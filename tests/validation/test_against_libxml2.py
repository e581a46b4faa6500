"""Validation says something of the schema exactly where libxml2's own validation of the whole document does.

libxml2 judges the document as a tree; `validate` reads it in pieces, and shows libxml2 only what its own
checks do not let pass. Documents are made by the strategies, broken as trees, and padded so that the boundary
between two pieces falls anywhere in them.
"""

from __future__ import annotations

import re
from random import Random
from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from ds3codec import MasterObjectList, encode, validate
from ds3codec.limits import PIECE
from ds3codec.testing.strategies import jobs
from ds3codec.validation import RULES
from ds3codec.wire.members import credentials
from tests.examples import UUID, schema_file

SCHEMA = etree.XMLSchema(file=str(schema_file()))
XSI = "http://www.w3.org/2001/XMLSchema-instance"

TEXTS = ["", " ", "1", "-1", "+ 5", "1_000", "2147483648", "9223372036854775808", "yes", "TRUE", "LTO8", UUID]
TEXTS += ["2026-03-14T24:00:00Z", "2026-02-30T00:00:00Z", " 7 ", "78dba377", "IN_PROGRESS", "text"]
SECRETS = sorted(credentials(MasterObjectList))
NAMES = ["Length", "Name", "Stranger", "Id", "ChunkNumber", "Status", "StartDate", "Latest", "VersionId"]
TAGS = [
    *SECRETS,
    "Stranger",
    "Object",
    "Objects",
    "Nodes",
    "Node",
    "PhysicalPlacement",
    "Tapes",
    "Tape",
    "Id",
    "Type",
]

CODES = etree.ErrorTypes
UNEXPECTED = (
    CODES.SCHEMAV_ELEMENT_CONTENT,
    CODES.SCHEMAV_CVC_TYPE_3_1_2,
    CODES.SCHEMAV_CVC_COMPLEX_TYPE_2_3,
)

Place = tuple[str, str | None]


def broken(random: Random, document: bytes) -> bytes:
    """A document with something wrong in its tree, or nothing."""
    root = etree.fromstring(document)
    for _ in range(random.choice([0, 1, 1, 2, 3])):
        element = random.choice(list(root.iter()))
        kind = random.randrange(8)
        if kind == 0 and element.attrib:
            element.set(random.choice(list(map(str, element.attrib))), random.choice(TEXTS))
        elif kind == 1 and element.attrib:
            del element.attrib[random.choice(list(element.attrib))]
        elif kind == 2:
            element.set(random.choice(NAMES), random.choice(TEXTS))
        elif kind == 3:
            element.insert(random.randint(0, len(element)), etree.Element(random.choice(TAGS)))
        elif kind == 4:
            element.text = random.choice(TEXTS)
        elif kind == 5:
            element.tail = random.choice(TEXTS) if element is not root else None
        elif kind == 6:
            element.set(
                f"{{{XSI}}}{random.choice(['nil', 'type', 'other'])}", random.choice(["true", "x", "Id"])
            )
        elif element is not root:
            random.choice(list(root.iter())).append(
                etree.fromstring(etree.tostring(element, with_tail=False))
            )
    return etree.tostring(root, encoding="utf-8", xml_declaration=False)


def padded(random: Random, document: bytes) -> bytes:
    """The same document with the boundary between the first two pieces somewhere in it."""
    boundary = random.randrange(len(document))
    padding = PIECE - boundary - len("<!---->")
    return b"<!--" + b"-x" * (padding // 2) + b"x" * (padding % 2) + b"-->" + document


def place(path: str, attribute: str | None = None) -> Place:
    """A place as both write it: the first of several without its number, and all that are not numbered here.

    Those are elements that must not be where they are, and the second list of nodes with what is in it. Of
    what is in a credential only its own place is told.
    """
    path = path.replace("[1]", "")
    known = re.match(
        r"/MasterObjectList(/Objects(\[\d+\])?(/Object(\[\d+\])?(/PhysicalPlacement.*)?)?)?", path
    )
    end = known.end() if known else 0
    path = path[:end] + re.sub(r"\[\d+\]", "", path[end:])
    secret = re.match(rf"(.*?/(?:{'|'.join(SECRETS)})(?:\[\d+\])?)(?:/|$)", path)
    return (path, attribute) if secret is None else (secret[1], None)  # of which nothing more is said


class Verdict(NamedTuple):
    """What libxml2 says of a document.

    Attributes:
        places: Where it finds something.
        filled: The elements that must be empty and are not; it does not say with what.
        silent: The elements of whose content it says nothing more, since something was not expected there.
    """

    places: set[Place]
    filled: set[str]
    silent: set[str]


def verdict_of_libxml2(document: bytes) -> Verdict:
    SCHEMA.validate(etree.fromstring(document))
    verdict = Verdict(set(), set(), set())
    for entry in SCHEMA.error_log:
        path = place(entry.path or "")[0]
        named = re.search(r"attribute '([^']*)'", entry.message)
        if entry.type == CODES.SCHEMAV_CVC_COMPLEX_TYPE_2_1:
            verdict.filled.add(path)
        else:
            verdict.places.add(place(path, named[1] if named else None))
        if entry.type in UNEXPECTED:
            verdict.silent.update((path, path.rpartition("/")[0]))
    return verdict


def our_places(document: bytes) -> set[Place]:
    found = set()
    for finding in validate(document, max_findings=10_000).findings:
        if RULES[finding.rule].group == "schema":
            path, _, attribute = (finding.path or "").partition("/@")
            found.add(place(path, attribute or None))
    return found


@given(jobs(appliance=True), st.randoms(use_true_random=False))
def test_findings_of_the_schema_are_those_of_libxml2(job: object, random: Random) -> None:
    check(broken(random, encode(job)), random)  # type: ignore[arg-type]


def check(document: bytes, random: Random) -> None:
    whole = padded(random, document)
    report = validate(whole)
    ours, theirs = our_places(whole), verdict_of_libxml2(whole)
    if not report.before_3_0:  # of which what such responses lack is no finding
        assert theirs.places <= ours, (theirs.places - ours, document)
    for path in theirs.filled:
        assert any(found.startswith(path) for found, _ in ours), (path, document)
    more = {
        found
        for found in ours - theirs.places
        if not any(found[0].startswith(path) for path in theirs.silent | theirs.filled)
    }
    assert not more, (more, document)
