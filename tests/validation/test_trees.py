"""Objects with children, judged as trees."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from lxml import etree

from ds3codec import validate
from ds3codec.validation.schema import paths
from tests.examples import PLACEMENT, blob, chunk, job
from tests.validation.examples import FIRST, found_in


def test_an_attribute_of_an_object_with_children_is_reported_once() -> None:
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
