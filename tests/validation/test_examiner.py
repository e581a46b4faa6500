"""What the examiner finds in single elements: each violation once, where it is."""

from __future__ import annotations

import pytest

from ds3codec import validate
from tests.examples import JOB, blob, chunk, element, job, node
from tests.validation.examples import found_in, of_rule

XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
ROOT = "/MasterObjectList"
FIRST = f"{ROOT}/Objects[1]/Object[1]"


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize("nil", ["true", "x"])
def test_an_object_is_not_nil(nil: str, number: int) -> None:
    objects = [f'{blob()[:-2]} {XSI} xsi:nil="{nil}"/>'] * number
    assert [path for _, path in found_in(job(chunk(*objects)))] == [
        f"{ROOT}/Objects[1]/Object[{place}]"
        + ("" if nil == "true" else "/@{http://www.w3.org/2001/XMLSchema-instance}nil")
        for place in range(1, number + 1)
    ]


def test_hints_of_where_a_schema_is_are_allowed() -> None:
    hint = f'{XSI} xsi:schemaLocation="a b" xsi:noNamespaceSchemaLocation="c"'
    assert found_in(job(f"<Nodes {hint}/>", chunk(f"{blob()[:-2]} {hint}/>", blob()))) == []


@pytest.mark.parametrize(
    ("attribute", "path"),
    [
        ('a="1"', "/@a"),
        ('xsi:nil="true"', ""),
        ('xsi:type="x"', "/@{http://www.w3.org/2001/XMLSchema-instance}type"),
    ],
)
def test_attributes_of_the_list_of_nodes_are_reported_there_and_nothing_else(
    attribute: str, path: str
) -> None:
    document = job(f"<Nodes {XSI} {attribute}>{node()}</Nodes>", chunk(blob()))
    assert [where for _, where in found_in(document)] == [f"{ROOT}/Nodes{path}"]


def test_a_lone_chunk_is_of_no_old_version() -> None:
    lacking = element("Objects", {"ChunkNumber": "0"}, blob()).encode()
    assert found_in(lacking) == [("missing-attribute", "/Objects/@ChunkId")]


def test_text_in_an_element_is_reported_once_for_the_element() -> None:
    report = validate(job("text", chunk("text", blob(), "text", blob(), "text"), "text", chunk("text")))
    assert [path for path, _, _ in of_rule(report, "unexpected-text")] == [
        "/MasterObjectList",
        "/MasterObjectList/Objects[1]",
        "/MasterObjectList/Objects[2]",
    ]


def test_a_date_that_is_none_does_not_tell_the_age() -> None:
    for date, is_old in (
        ("2014-07-01T20:12:52.000Z", True),
        ("2014-07-41T20:12:52.000Z", False),
        ("", False),
    ):
        members = {name: text for name, text in JOB.items() if name != "Naked"} | {"StartDate": date}
        assert validate(element("MasterObjectList", members).encode()).before_3_0 == is_old
