"""The command `operations`."""

from __future__ import annotations

import json

from ds3codec.operations import OPERATIONS

from ..command import run


def test_the_operations_are_listed() -> None:
    operations = run("operations").stdout.decode()
    assert all(operation.name in operations for operation in OPERATIONS)


def test_programs_get_operations_as_json() -> None:
    operations = json.loads(run("operations", "--format", "json").stdout)
    assert [operation["name"] for operation in operations] == [operation.name for operation in OPERATIONS]
    assert operations[0]["query"] == {"close_aggregating_job": None}
