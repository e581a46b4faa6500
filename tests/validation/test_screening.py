"""What is said of each element of a layout, though the layout is judged once."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from ds3codec import Blob, JobChunk, JobNode, validate
from ds3codec.decoding.attributes import Attributes, Policy
from ds3codec.validation.schema import violations
from ds3codec.validation.screening import plainly_wrong
from tests.examples import BLOB, CHUNK, NODE, UUID, chunk, element, job
from tests.validation.examples import of_rule


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
