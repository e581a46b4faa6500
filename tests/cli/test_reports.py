"""The formats that others define."""

from __future__ import annotations

from ds3codec import validate
from ds3codec.cli.reports import report_schema, sarif_log, sarif_result

from .command import WRONG


def test_a_result_names_its_file_as_a_uri_reference() -> None:
    found = validate(WRONG).findings[0]
    result = sarif_result("a folder/größe#1.xml", "origin", found)
    [location] = result["locations"]
    assert location["physicalLocation"]["artifactLocation"]["uri"] == "a%20folder/gr%C3%B6%C3%9Fe%231.xml"
    assert location["logicalLocations"] == [{"fullyQualifiedName": found.path}]


def test_a_log_says_what_failed() -> None:
    [run] = sarif_log([], ["cannot read 'x'"])["runs"]
    assert run["invocations"][0]["toolExecutionNotifications"][0]["message"] == {"text": "cannot read 'x'"}
    assert sarif_log([], [])["runs"][0]["invocations"][0]["executionSuccessful"]


def test_every_part_of_a_report_is_in_its_schema() -> None:
    assert report_schema()["properties"].keys() == {"responses", "unreadable", "totals"}
