"""What is said of each element of a layout, though the layout is judged once."""

from __future__ import annotations

from ds3codec import validate
from tests.examples import BLOB, chunk, element, job
from tests.validation.examples import of_rule


def test_findings_of_a_layout_are_reported_for_each_of_its_elements() -> None:
    objects = [element("Object", BLOB | {"StorageClass": "new", "Name": str(number)}) for number in range(3)]
    report = validate(job(chunk(*objects)))
    assert [path for path, _, _ in of_rule(report, "unknown-attribute")] == [
        f"/MasterObjectList/Objects[1]/Object[{number}]/@StorageClass" for number in (1, 2, 3)
    ]
