"""The schema's judgement: what libxml2 complains of, where it does, and what it leaves out."""

from __future__ import annotations

import re
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from ds3codec import Blob, JobChunk, JobNode, MasterObjectList, encode
from ds3codec.decoding.attributes import Attributes, Policy
from ds3codec.testing.strategies import jobs
from ds3codec.validation import validate
from ds3codec.validation.schema import paths, plainly_wrong, violations
from tests.examples import BLOB, CHUNK, NODE, PLACEMENT, UUID, blob, chunk, element, job, schema_file
from tests.validation.examples import FIRST, ROOT, found, found_in, of_rule

LIBXML2 = etree.XMLSchema(file=str(schema_file()))


def judged_by_libxml2(document: bytes) -> set[tuple[str, str | None]]:
    """The elements and attributes that libxml2's validation of a tree complains of."""
    LIBXML2.validate(etree.fromstring(document))
    places = set()
    for entry in LIBXML2.error_log:
        match = re.search(r"attribute '([^']*)'", entry.message, re.IGNORECASE)
        places.add((re.sub(r"/(Objects|Object|Node)(?=/|$)", r"/\1[1]", str(entry.path)), match and match[1]))
    return places


def judged_by_us(document: bytes) -> set[tuple[str, str | None]]:
    report = validate(document, select=["schema"], max_findings=10_000)
    places = set()
    for finding in report.findings:
        path, _, name = (finding.path or "").partition("/@")
        places.add((path.replace("/Tape[1]", "/Tape[1]"), name or None))
    return places


@given(jobs(), st.data())
def test_every_violation_of_an_attribute_is_found_where_libxml2_finds_it(
    item: MasterObjectList, data: st.DataObject
) -> None:
    for some in item.chunks:
        for one in some.blobs:
            one.physical_placement, one.id_element = None, None
    document = encode(item)
    for _ in range(data.draw(st.integers(0, 4))):
        tags = list(re.finditer(rb"<(\w+)( [^>]*?)(/?)>", document))
        tag = data.draw(st.sampled_from(tags))
        change = data.draw(st.sampled_from([b' New%d="1"' % len(document), b"", b"wrong", b"drop"]))
        document = document[: tag.start(2)] + changed(tag[2], change, data) + document[tag.end(2) :]
    if not validate(document, select=["before-3.0"]).before_3_0:
        assert judged_by_us(document) == judged_by_libxml2(document)


def changed(members: bytes, change: bytes, data: st.DataObject) -> bytes:
    """The attributes of a tag with one more, one less, or one of another value."""
    if change not in (b"wrong", b"drop"):
        return members + change
    found = data.draw(st.sampled_from(list(re.finditer(rb' (\w+)="[^"]*"', members)) or [None]))
    if found is None:
        return members
    new = (
        b"" if change == b"drop" else b' %s="%s"' % (found[1], data.draw(st.sampled_from([b"x", b"7", b""])))
    )
    return members[: found.start()] + new + members[found.end() :]


def test_several_violations_in_one_element_are_all_found() -> None:
    document = job(chunk(blob(Length="x", Offset="y", Id="z", Color="red")))
    report = validate(document, select=["schema", "version"])
    rules = [(finding.rule, str(finding.path).rpartition("/@")[2]) for finding in report.findings]
    assert sorted(rules)[:4] == [
        ("invalid-value", "Id"),
        ("invalid-value", "Length"),
        ("invalid-value", "Offset"),
        ("no-version", FIRST),
    ]
    assert ("unknown-attribute", "Color") in rules


def test_what_comes_after_an_unexpected_element_is_checked_all_the_same() -> None:
    wrong = blob(Length="x")
    placement = (
        "<PhysicalPlacement><New/><Pools/><Tapes><Tape><Newer/><State>SLEEPY</State></Tape></Tapes>"
        "</PhysicalPlacement>"
    )
    document = job(
        "<New/>",
        chunk("<New/>", wrong, element("Object", BLOB, "<New/>", placement)),
        "<Nodes/>",
        chunk(wrong),
    )
    report = validate(document)
    assert found(report, "unexpected-element") == [
        f"{ROOT}/New",
        f"{ROOT}/Objects[1]/New",
        f"{ROOT}/Objects[1]/Object[2]/New",
        f"{ROOT}/Objects[1]/Object[2]/PhysicalPlacement/New",
        f"{ROOT}/Objects[1]/Object[2]/PhysicalPlacement/Tapes/Tape/Newer",
        f"{ROOT}/Nodes",
    ]
    assert found(report, "invalid-value") == [
        f"{FIRST}/@Length",
        f"{ROOT}/Objects[1]/Object[2]/PhysicalPlacement/Tapes/Tape/State",
        f"{ROOT}/Objects[2]/Object[1]/@Length",
    ]


@pytest.mark.parametrize("inside", [" ", "text", "<New/>"])
def test_a_node_has_nothing_in_it_not_even_white_space(inside: str) -> None:
    document = job(element("Nodes", {}, element("Node", {"EndPoint": "a", "Id": UUID}, inside)))
    assert judged_by_libxml2(document)
    assert not validate(document).ok


@pytest.mark.parametrize(
    "inside", ["<New/>" * 100_001, f"<New>{'x' * 2_000_000}</New>"], ids=["elements", "text"]
)
def test_what_an_stranger_insidemay_hold_is_bounded(inside: str) -> None:
    assert validate(job(chunk(element("Object", BLOB, inside)))).counts["limit-exceeded"] == 1


def test_an_enumeration_value_that_the_schema_does_not_know_is_reported() -> None:
    assert found(validate(job(Priority="WHENEVER")), "invalid-value") == [f"{ROOT}/@Priority"]


def test_findings_of_a_layout_are_reported_for_each_of_its_elements() -> None:
    objects = [element("Object", BLOB | {"StorageClass": "new", "Name": str(number)}) for number in range(3)]
    report = validate(job(chunk(*objects)))
    assert [path for path, _, _ in of_rule(report, "unknown-attribute")] == [
        f"/MasterObjectList/Objects[1]/Object[{number}]/@StorageClass" for number in (1, 2, 3)
    ]


@given(
    st.sampled_from([Blob, JobChunk, JobNode]),
    st.dictionaries(
        st.sampled_from([*BLOB, *CHUNK, *NODE, "Bucket", "Id", "InCache", "VersionId", "Color", "{urn:x}a"]),
        st.sampled_from(["", " ", "1", "-1", "+5", "x", "true", "TRUE", UUID, UUID[:-1], "9" * 19, "1_0"]),
    ),
)
def test_what_is_plainly_wrong_is_what_libxml2_complains_of(model: Any, texts: dict[str, str]) -> None:
    lenient = Policy(False, "none", lambda name: None, lambda *names: None, lambda: None)
    tag = {Blob: "Object", JobChunk: "Objects", JobNode: "Node"}[model]
    found = plainly_wrong(model, texts, Attributes(model, lenient).read(etree.Element(tag, texts)))
    if any("{" in name for name in texts):
        assert found is None
        return
    complaints = violations(etree.Element(tag, texts))
    assert sorted(found or []) == sorted(
        (complaint.rule, complaint.attribute) for complaint in complaints if complaint.attribute is not None
    )


def test_an_attribute_of_an_stranger_insidewith_children_is_reported_once() -> None:
    wrong: dict[str, Any] = {"Length": "4 KiB", "StorageClass": "new"}
    document = job(chunk(blob(**wrong)[:-2] + "><PhysicalPlacement><a/></PhysicalPlacement></Object>"))
    report = validate(document)
    assert report.counts["invalid-value"] == 1
    assert report.counts["unknown-attribute"] == 1
    assert report.counts["unexpected-element"] == 1


@pytest.mark.parametrize("seed", range(50))
def test_paths_in_a_tree_are_those_of_libxml2(seed: int) -> None:
    random = Random(seed)

    def tree(depth: int) -> etree._Element:
        name_spaces = {random.choice([None, "p", "q"]): "urn:x"} if random.random() < 0.4 else None
        made = etree.Element(random.choice(["a", "b", "{urn:x}a", "{urn:y}a"]), nsmap=name_spaces)
        made.extend([tree(depth + 1) for _ in range(random.randint(0, 4) if depth < 3 else 0)])
        return made

    root = tree(0)
    assert [root.getroottree().getpath(found) for found in paths(root).values()] == list(paths(root))
    assert len(paths(root)) == len(list(root.iter()))


@pytest.mark.parametrize("children", ["", PLACEMENT, "<Id>7</Id>", " "])
def test_a_blob_s_attribute_is_reported_once_whatever_the_blob_holds(children: str) -> None:
    wrong = blob(Length="x")[:-2] + f">{children}</Object>"
    attributes = [(rule, path) for rule, path in found_in(job(chunk(wrong))) if "@" in str(path)]
    assert attributes == [("invalid-value", f"{FIRST}/@Length")]


PLACED = blob()[:-2] + f">{PLACEMENT.replace('>text<', f'>{UUID}<')}</Object>"


def placed(name: str, text: str) -> str:
    """An object with another text for a member of each of its tapes."""
    changed = re.sub(f"<{name}/>|<{name}>[^<]*</{name}>", f"<{name}>{text}</{name}>", PLACED)
    assert changed != PLACED
    return changed


@pytest.mark.parametrize(
    "name, text", [("EjectDate", "soon"), ("FullOfData", "yes"), ("TotalRawCapacity", "x")]
)
def test_a_wrong_value_in_a_placement_is_found_though_others_with_its_members_were_right(
    name: str, text: str
) -> None:
    wrong = placed(name, text)
    report = validate(job(chunk(PLACED, wrong, PLACED, wrong)))
    assert found(report, "invalid-value") == [
        f"{ROOT}/Objects[1]/Object[{number}]/PhysicalPlacement/Tapes/Tape[{tape}]/{name}"
        for number in (2, 4)
        for tape in (1, 2)
    ]


@pytest.mark.parametrize("date", [" 2026-03-14T09:26:53Z ", "2026-03-14T09:26:59.9999999999999999Z"])
def test_a_date_that_the_schema_allows_is_right_whatever_is_wrong_beside_it(date: str) -> None:
    """libxml2 refuses white space around a date in an attribute, and rounds 59.99.. seconds to 60."""
    stranger_inside = placed("EjectDate", date).replace("</Tape>", "<New/></Tape>", 1)
    report = validate(job(chunk(stranger_inside), StartDate=date, Status="NEW"))
    assert found(report, "invalid-value") == [f"{ROOT}/@Status"]
    assert found(report, "unexpected-element") == [f"{FIRST}/PhysicalPlacement/Tapes/Tape[1]/New"]


def test_what_is_wrong_in_a_long_list_is_found_at_its_place() -> None:
    [right] = re.findall("<Tape>.*?</Tape>", PLACED)[:1]
    wrong = right.replace("</FullOfData>", "!</FullOfData>")
    tapes = "\n".join([right] * 300 + [wrong, "<New/>", "text"] + [right] * 300 + [wrong])
    document = job(chunk(re.sub("<Tapes>.*</Tapes>", f"<Tapes>{tapes}</Tapes>", PLACED)))
    report = validate(document)
    path = f"{FIRST}/PhysicalPlacement/Tapes"
    column = right.index("<FullOfData>") + 1
    assert of_rule(report, "invalid-value") == [
        (f"{path}/Tape[{number}]/FullOfData", line, column) for number, line in ((301, 301), (602, 604))
    ]
    assert of_rule(report, "unexpected-element") == [(f"{path}/New", 302, 1)]
    assert found(report, "unexpected-text") == [path]
